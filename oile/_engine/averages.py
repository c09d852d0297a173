"""Right-hand sides of Eq. (14), compiled: sums over the gas go through the moments of the velocities.

``g_ab = u_a . S u_b`` with ``u = (1, v)`` and ``S = diag(1, -1, -1, -1)``, and ``g_ab^2`` is the same form in the
products of two components of ``u``: 4 and 10 moments of what is averaged do for all particles at once. Components come
first and particles last, a block of them at a time, so that loops run along the gas and need nothing but the cache.
"""

import numpy as np

from oile._engine.compiled import summed

__all__ = ["bloch_rhs", "directions", "matrix_rhs"]

BLOCK = 512  # particles


def directions(velocity):
    """What the moments are made of: for each order the features, with particles last, and their weights in the form."""
    u = np.ascontiguousarray(np.vstack([np.ones(len(velocity)), velocity.T]))
    i, j = np.triu_indices(4)
    sign = np.array([1.0, -1.0, -1.0, -1.0])
    return u, np.ascontiguousarray(u[i] * u[j]), sign, sign[i] * sign[j] * np.where(i == j, 1.0, 2.0)


@summed
def fetch(x, start, n, out):
    """A block of n particles from `start` on, into `out`."""
    for c in range(len(x)):
        for k in range(n):
            out[c, k] = x[c, start + k]


@summed
def moments(w, x, n, total):
    """Add the moments ``sum_b w_i(b) x_c(b)`` of a block of n particles."""
    for i in range(len(w)):
        for c in range(len(x)):
            s = 0.0
            for b in range(n):
                s += w[i, b] * x[c, b]
            total[i, c] += s


@summed
def averages(w, weight, total, n, out):
    """``sum_i weight_i w_i(a) total_ic`` for a block of n particles."""
    for c in range(total.shape[1]):
        for a in range(n):
            out[c, a] = 0.0
        for i in range(len(w)):
            f = weight[i] * total[i, c]
            for a in range(n):
                out[c, a] += f * w[i, a]


@summed
def bloch_rhs(P, omega, u, w, sign, weight, first, relax, nested, out):
    """Eq. (14) for Bloch vectors ``P[3, N]`` into `out`; ``first``, ``relax``, ``nested`` scale its three parts.

    `first` is the coupling, `relax` multiplies the relaxation and `nested` the last bracket.
    """
    N = P.shape[1]
    one, two, three = np.zeros((4, 3)), np.zeros((10, 4)), np.zeros((4, 3))
    state, mean, square = np.ones((4, BLOCK)), np.empty((3, BLOCK)), np.empty((4, BLOCK))  # of one block: it is all in
    field, kick, more = np.empty((3, BLOCK)), np.empty((3, BLOCK)), np.empty((3, BLOCK))  # the cache, and nothing else
    U, W, alone = np.empty((4, BLOCK)), np.empty((10, BLOCK)), np.empty(BLOCK)
    x, y, z = state[0], state[1], state[2]
    scale, r = 1.0 / (N - 1), relax / (N - 1)
    for start in range(0, N, BLOCK):
        n = min(BLOCK, N - start)
        fetch(P, start, n, state)
        fetch(u, start, n, U)
        moments(U, state[:3], n, one)
        if relax != 0.0:
            fetch(w, start, n, W)
            moments(W, state, n, two)
    for part in range(2):
        for start in range(0, N, BLOCK):
            n = min(BLOCK, N - start)
            fetch(P, start, n, state)
            fetch(u, start, n, U)
            averages(U, sign, one, n, mean)
            for k in range(n):  # a particle's coupling to itself does not count
                alone[k] = 1.0 - U[1, k] * U[1, k] - U[2, k] * U[2, k] - U[3, k] * U[3, k]
                G1, G2, G3 = (
                    (mean[0, k] - alone[k] * x[k]) * scale,
                    (mean[1, k] - alone[k] * y[k]) * scale,
                    (mean[2, k] - alone[k] * z[k]) * scale,
                )
                field[0, k], field[1, k], field[2, k] = G1, G2, G3
                kick[0, k], kick[1, k], kick[2, k] = G2 * z[k] - G3 * y[k], G3 * x[k] - G1 * z[k], G1 * y[k] - G2 * x[k]
            if part == 0:
                if nested == 0.0:
                    break
                moments(U, kick, n, three)
                continue
            fetch(w, start, n, W)
            averages(W, weight, two, n, square)
            averages(U, sign, three, n, mean)
            for k in range(n):
                more[0, k] = first * kick[0, k] - r * (square[3, k] * x[k] - square[0, k])
                more[1, k] = first * kick[1, k] - r * (square[3, k] * y[k] - square[1, k])
                more[2, k] = first * kick[2, k] - r * (square[3, k] * z[k] - square[2, k])
            for k in range(n):
                f1, f2, f3, G1, G2, G3 = kick[0, k], kick[1, k], kick[2, k], field[0, k], field[1, k], field[2, k]
                H1, H2, H3 = (
                    (mean[0, k] - alone[k] * f1) * scale,
                    (mean[1, k] - alone[k] * f2) * scale,
                    (mean[2, k] - alone[k] * f3) * scale,
                )
                more[0, k] -= nested * (G2 * f3 - G3 * f2 + H2 * z[k] - H3 * y[k])
                more[1, k] -= nested * (G3 * f1 - G1 * f3 + H3 * x[k] - H1 * z[k])
                more[2, k] -= nested * (G1 * f2 - G2 * f1 + H1 * y[k] - H2 * x[k])
            for k in range(n):
                alone[k] = omega[start + k]
            for k in range(n):
                out[0, start + k] = more[0, k] + alone[k] * y[k]
                out[1, start + k] = more[1, k] - alone[k] * x[k]
                out[2, start + k] = more[2, k]


@summed
def commutator(A, start, B, at, factor, out, to, n, d):
    """Add ``-i factor [A, B]`` for n particles: A from `start` on, B from `at` on, to `out` from `to` on."""
    for i in range(d):
        for h in range(d):
            p, q = i * d + h, d * d + i * d + h
            for j in range(d):
                ij, jh = i * d + j, j * d + h
                for k in range(n):
                    a, b = start + k, at + k
                    re = A[ij, a] * B[jh, b] - A[d * d + ij, a] * B[d * d + jh, b]
                    re -= B[ij, b] * A[jh, a] - B[d * d + ij, b] * A[d * d + jh, a]
                    im = A[ij, a] * B[d * d + jh, b] + A[d * d + ij, a] * B[jh, b]
                    im -= B[ij, b] * A[d * d + jh, a] + B[d * d + ij, b] * A[jh, a]
                    out[p, to + k] += factor * im
                    out[q, to + k] -= factor * re


@summed
def matrix_rhs(X, energy, kind, u, w, sign, weight, first, relax, nested, G, F, out):
    """Eq. (14) for density matrices ``X[2 d^2, N]``, real parts first, of neutrinos (`kind` 1) and antineutrinos (-1).

    `energy` are the levels, those of antineutrinos reversed. `G` and `F` are room for as much as X.
    """
    d, N = len(energy), X.shape[1]
    size = 2 * d * d
    one, three = np.zeros((4, size)), np.zeros((4, size))
    two = np.zeros((2, 10, size + 1))  # of neutrinos, of antineutrinos
    part, mean = np.empty((size + 1, BLOCK)), np.empty((size, BLOCK))
    same, other = np.empty((size + 1, BLOCK)), np.empty((size + 1, BLOCK))
    U, W = np.empty((4, BLOCK)), np.empty((10, BLOCK))
    scale = 1.0 / (N - 1)
    for start in range(0, N, BLOCK):
        end = min(N, start + BLOCK)
        n = end - start
        fetch(u, start, n, U)
        fetch(w, start, n, W)
        for c in range(size):
            for k in range(n):
                part[c, k] = kind[start + k] * X[c, start + k]
        moments(U, part[:size], n, one)
        for side in range(2):
            for k in range(n):
                part[size, k] = 1.0 if (kind[start + k] > 0) == (side == 0) else 0.0
            for c in range(size):
                for k in range(n):
                    part[c, k] = part[size, k] * X[c, start + k]
            moments(W, part, n, two[side])
    for start in range(0, N, BLOCK):
        end = min(N, start + BLOCK)
        n = end - start
        fetch(u, start, n, U)
        averages(U, sign, one, n, mean)
        for c in range(size):
            for k in range(n):
                a = start + k
                alone = 1.0 - u[1, a] ** 2 - u[2, a] ** 2 - u[3, a] ** 2
                G[c, a] = (mean[c, k] - alone * kind[a] * X[c, a]) * scale
                F[c, a] = 0.0
        commutator(G, start, X, start, 1.0, F, start, n, d)
        for c in range(size):
            for k in range(n):
                part[c, k] = kind[start + k] * F[c, start + k]
        moments(U, part[:size], n, three)
    for start in range(0, N, BLOCK):
        end = min(N, start + BLOCK)
        n = end - start
        fetch(u, start, n, U)
        averages(U, sign, three, n, mean)
        for c in range(size):
            for k in range(n):
                a = start + k
                alone = 1.0 - u[1, a] ** 2 - u[2, a] ** 2 - u[3, a] ** 2
                mean[c, k] = (mean[c, k] - alone * kind[a] * F[c, a]) * scale
                out[c, a] = first * F[c, a]
        for i in range(d):
            for h in range(d):
                p, q = i * d + h, d * d + i * d + h
                for a in range(start, end):
                    e = energy[i, a] - energy[h, a]
                    out[p, a] += e * X[q, a]
                    out[q, a] -= e * X[p, a]
        commutator(G, start, F, start, -nested, out, start, n, d)
        commutator(mean, 0, X, start, -nested, out, start, n, d)
        fetch(w, start, n, W)
        averages(W, weight, two[0], n, same)
        averages(W, weight, two[1], n, other)
        for c in range(size + 1):
            for k in range(n):
                if kind[start + k] < 0:
                    same[c, k], other[c, k] = other[c, k], same[c, k]
        r = relax * scale
        for c in range(size):
            for k in range(n):
                out[c, start + k] += r * (same[c, k] - same[size, k] * X[c, start + k])
        for i in range(d):
            for h in range(d):  # opposite partners: -d/2 {O, X} + tr(O X)
                p, q = i * d + h, d * d + i * d + h
                for j in range(d):
                    ij, jh = i * d + j, j * d + h
                    for k in range(n):
                        a = start + k
                        re = other[ij, k] * X[jh, a] - other[d * d + ij, k] * X[d * d + jh, a]
                        re += X[ij, a] * other[jh, k] - X[d * d + ij, a] * other[d * d + jh, k]
                        im = other[ij, k] * X[d * d + jh, a] + other[d * d + ij, k] * X[jh, a]
                        im += X[ij, a] * other[d * d + jh, k] + X[d * d + ij, a] * other[jh, k]
                        out[p, a] -= r * d / 2 * re
                        out[q, a] -= r * d / 2 * im
                for k in range(n):
                    a = start + k
                    overlap = other[p, k] * X[p, a] + other[q, k] * X[q, a]  # Hermitian: tr(O X), element by element
                    for j in range(d):
                        out[j * d + j, a] += r * overlap
