"""How a particle of d flavors is kept: a row of doubles.

They are d populations, real and imaginary part of each coherence above the diagonal, d levels less their mean,
velocity, +1 for a neutrino and -1 for an antineutrino, the time up to which it has been followed, and whose row it is.
"""

import numpy as np

from oile._engine.compiled import inlined
from oile._engine.exchange import phase, times

__all__ = ["coupling", "flavors_of", "hand_out", "pack", "packed", "precess", "swap", "unpack"]


def packed(rho, levels, velocity, antineutrino):
    """Rows of particles."""
    N, d = levels.shape
    rows = np.zeros((N, _width(d)))
    i, j = np.triu_indices(d, 1)
    rows[:, :d] = np.einsum("aii->ai", rho).real
    rows[:, d : d * d : 2], rows[:, d + 1 : d * d : 2] = rho[:, i, j].real, rho[:, i, j].imag
    rows[:, d * d : d * d + d] = levels - levels.mean(axis=1, keepdims=True)
    rows[:, d * d + d : d * d + d + 3] = velocity
    rows[:, d * d + d + 3] = np.where(antineutrino, -1.0, 1.0)
    rows[:, d * d + d + 5] = np.arange(N)
    return rows


def _width(d):
    return (d * d + d + 6 + 7) // 8 * 8


@inlined
def flavors_of(width):
    """The number of flavors whose rows are so wide."""
    d = 2
    while (d * d + d + 6 + 7) // 8 * 8 < width:
        d += 1
    return d


@inlined
def unpack(rows, r, state, level, sign, k, d):
    """Row `r` into place `k` of matrices and levels."""
    q = d
    for i in range(d):
        state[0, i, i, k], state[1, i, i, k] = rows[r, i], 0.0
        level[i, k] = sign * rows[r, d * d + i]
        for j in range(i + 1, d):
            x, y = rows[r, q], rows[r, q + 1]
            state[0, i, j, k], state[1, i, j, k] = x, y
            state[0, j, i, k], state[1, j, i, k] = x, -y
            q += 2


@inlined
def pack(rows, r, state, k, d):
    """Place `k` of matrices back into row `r`."""
    q = d
    for i in range(d):
        rows[r, i] = state[0, i, i, k]
        for j in range(i + 1, d):
            rows[r, q], rows[r, q + 1] = state[0, i, j, k], state[1, i, j, k]
            q += 2


@inlined
def precess(rows, r, t, factors, d):
    """Row `r` after a time `t` by itself."""
    q = d
    for i in range(d):
        for j in range(i + 1, d):
            angle = rows[r, d * d + d + 3] * (rows[r, d * d + i] - rows[r, d * d + j]) * t
            z = times(complex(rows[r, q], rows[r, q + 1]), phase(angle, factors))
            rows[r, q], rows[r, q + 1] = z.real, z.imag
            q += 2


@inlined
def swap(rows, a, b):
    """Two particles change places."""
    for c in range(rows.shape[1]):
        rows[a, c], rows[b, c] = rows[b, c], rows[a, c]


@inlined
def coupling(rows, a, b, d):
    """``g = 1 - v_a.v_b``, Eq. (12)."""
    V = d * d + d
    return 1.0 - (rows[a, V] * rows[b, V] + rows[a, V + 1] * rows[b, V + 1] + rows[a, V + 2] * rows[b, V + 2])


@inlined
def hand_out(rows, r, matrix, d):
    """Row `r` as a matrix."""
    q = d
    for i in range(d):
        matrix[i, i] = rows[r, i]
        for j in range(i + 1, d):
            matrix[i, j], matrix[j, i] = complex(rows[r, q], rows[r, q + 1]), complex(rows[r, q], -rows[r, q + 1])
            q += 2
