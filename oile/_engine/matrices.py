"""Compiled kernels of `oile.flavors`: one encounter of two density matrices, and the gas that is made of it."""

import numpy as np
from numba import guvectorize

from oile._engine.compiled import compiled


@compiled
def coherence(A, B, rho, eta, i, k):
    """One element of (A n A+) * rho + (B r B+) * eta + X Y+ + Y X+; X = A * rho, Y = B * eta; n, r: populations."""
    stay, go, mixed = 0j, 0j, 0j
    for j in range(len(A)):
        stay += A[i, j] * A[k, j].conjugate() * eta[j, j].real
        go += B[i, j] * B[k, j].conjugate() * rho[j, j].real
        mixed += (A[i, j] * rho[i, j]) * (B[k, j] * eta[k, j]).conjugate()
        mixed += (B[i, j] * eta[i, j]) * (A[k, j] * rho[k, j]).conjugate()
    return stay * rho[i, k] + go * eta[i, k] + mixed


@compiled
def meet(rho, eta, E_a, E_b, phi, dt, rho_, eta_):
    """Eqs. (2)-(4) for d flavors. The exchange couples |ij> and |ji> alone: d(d-1)/2 doublets, each solved exactly."""
    d = len(E_a)
    A = np.empty((d, d), np.complex128)  # <ij| U |ij>
    B = np.empty((d, d), np.complex128)  # <ij| U |ji>
    for i in range(d):
        for j in range(i + 1):
            D = (E_a[i] - E_a[j] - E_b[i] + E_b[j]) * dt / 2
            k = np.sqrt(phi * phi + D * D)
            sinc = np.sin(k) / k if k > 0.0 else 1.0
            mean = (E_a[i] + E_a[j] + E_b[i] + E_b[j]) * dt / 2
            z = complex(np.cos(mean), -np.sin(mean))
            A[i, j], A[j, i] = z * complex(np.cos(k), -D * sinc), z * complex(np.cos(k), D * sinc)
            B[i, j] = B[j, i] = -1j * z * phi * sinc
    for i in range(d):
        rho_[i, i], eta_[i, i] = rho[i, i].real, eta[i, i].real
    for i in range(d):
        for k in range(i):
            rho_[i, k] = coherence(A, B, rho, eta, i, k)
            eta_[i, k] = coherence(A.T, B, eta, rho, i, k)
            rho_[k, i], eta_[k, i] = rho_[i, k].conjugate(), eta_[i, k].conjugate()
            b2 = B[i, k].real ** 2 + B[i, k].imag ** 2
            handed = b2 * (rho[k, k].real * eta[i, i].real - rho[i, i].real * eta[k, k].real)
            handed += 2.0 * (A[i, k] * B[i, k].conjugate() * rho[i, k] * eta[k, i]).real
            rho_[i, i] += handed  # what one neutrino gains the other loses: each population is conserved to rounding
            eta_[i, i] -= handed
            rho_[k, k] -= handed
            eta_[k, k] += handed


def broadcasting(function):
    """`meet` over arrays of pairs, as a NumPy ufunc."""
    types = ["(c16[:,:], c16[:,:], f8[:], f8[:], f8, f8, c16[:,:], c16[:,:])"]
    shapes = "(d,d),(d,d),(d),(d),(),()->(d,d),(d,d)"
    try:
        return guvectorize(types, shapes, nopython=True, cache=True)(function)
    except RuntimeError:  # no folder to keep it in
        return guvectorize(types, shapes, nopython=True)(function)


encounters = broadcasting(meet.py_func)


@compiled
def run(rho, levels, velocity, gamma, steps, rng):
    """All particles meet in random, mutually exclusive pairs in every step; one of an odd number flies on alone."""
    N, d = levels.shape
    order = np.arange(N)
    history = np.empty((len(steps), N, d, d), np.complex128)
    rho_a, rho_b = np.empty((d, d), np.complex128), np.empty((d, d), np.complex128)
    done = 0
    for s in range(len(steps)):
        while done < steps[s]:
            done += 1
            last = N - 1
            if N % 2:
                j = int(rng.random() * N)
                order[last], order[j] = order[j], order[last]
                a = order[last]
                for i in range(d):
                    for k in range(d):
                        rho[a, i, k] *= np.exp(-1j * (levels[a, i] - levels[a, k]) * gamma)
                last -= 1
            while last > 0:  # a uniform perfect matching: the last one picks a partner among those before it
                j = int(rng.random() * last)
                a, b = order[last], order[j]
                order[j], order[last - 1] = order[last - 1], order[j]
                last -= 2
                phi = gamma
                for x in range(3):
                    phi -= gamma * velocity[a, x] * velocity[b, x]
                meet(rho[a], rho[b], levels[a], levels[b], phi, gamma, rho_a, rho_b)
                rho[a], rho[b] = rho_a, rho_b
        history[s] = rho
    return history
