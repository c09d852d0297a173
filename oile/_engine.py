"""Compiled loop of Model 2 (a plain first version)."""

import numpy as np
from numba import njit


@njit(cache=True)
def run(P, omega, velocity, gamma, p, steps, rng):
    N = len(P)
    dt = p * gamma
    order = np.arange(N)
    history = np.empty((len(steps), N, 3))
    done = 0
    for i in range(len(steps)):
        while done < steps[i]:
            done += 1
            last = N - 1
            if N % 2:
                j = int(rng.random() * N)
                order[last], order[j] = order[j], order[last]
                a = order[last]
                x, y = P[a, 0], P[a, 1]
                cw, sw = np.cos(omega[a] * dt), np.sin(omega[a] * dt)
                P[a, 0] = cw * x + sw * y
                P[a, 1] = cw * y - sw * x
                last -= 1
            while last > 0:
                j = int(rng.random() * last)
                a, b = order[last], order[j]
                order[j], order[last - 1] = order[last - 1], order[j]
                last -= 2
                phi = gamma * (1.0 - np.sum(velocity[a] * velocity[b]))
                if p < 1.0 and rng.random() >= p:
                    phi = 0.0
                D = (omega[a] - omega[b]) * dt / 2
                k = np.sqrt(phi * phi + D * D)
                c = np.cos(k)
                sinc = np.sin(k) / k if k > 0 else 1.0
                e, bb = D * sinc, phi * sinc
                z = np.exp(-0.5j * (omega[a] + omega[b]) * dt)
                cos, sin = np.cos(phi), np.sin(phi)
                pp, qq = P[a, 0] + 1j * P[a, 1], P[b, 0] + 1j * P[b, 1]
                P3, Q3 = P[a, 2], P[b, 2]
                p_ = z * ((c - 1j * e) * (cos + 1j * Q3 * sin) * pp + bb * (sin - 1j * P3 * cos) * qq)
                q_ = z * ((c + 1j * e) * (cos + 1j * P3 * sin) * qq + bb * (sin - 1j * Q3 * cos) * pp)
                o = np.conj(pp) * qq
                d = bb * (bb * (Q3 - P3) - c * o.imag - e * o.real)
                P[a, 0], P[a, 1], P[a, 2] = p_.real, p_.imag, P3 + d
                P[b, 0], P[b, 1], P[b, 2] = q_.real, q_.imag, Q3 - d
        history[i] = P
    return history
