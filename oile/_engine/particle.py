"""How a particle of d flavors is kept: a row of doubles.

They are d populations, real and imaginary part of each coherence above the diagonal, d levels less their mean,
velocity, +1 for a neutrino and -1 for an antineutrino, the time up to which it has been followed, and whose row it is.
"""

import numpy as np

from oile._engine import pairs
from oile._engine.compiled import inlined
from oile._engine.pairs import rotor, turned

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
def unpack(rows, r, matrix, level, sign):
    """Row `r` as a matrix and levels."""
    d = len(level)
    hand_out(rows, r, matrix)
    for i in range(d):
        level[i] = sign * rows[r, d * d + i]


@inlined
def pack(rows, r, matrix):
    """A matrix back into row `r`."""
    d, q = len(matrix), len(matrix)
    for i in range(d):
        rows[r, i] = matrix[i, i].real
        for j in range(i + 1, d):
            rows[r, q], rows[r, q + 1] = matrix[i, j].real, matrix[i, j].imag
            q += 2


@inlined
def precess(rows, r, t, factors, d):
    """Row `r` after a time `t` by itself."""
    q = d
    for i in range(d):
        for j in range(i + 1, d):
            angle = rows[r, d * d + d + 3] * (rows[r, d * d + i] - rows[r, d * d + j]) * t
            z = turned(complex(rows[r, q], rows[r, q + 1]), rotor(angle, factors))
            rows[r, q], rows[r, q + 1] = z.real, z.imag
            q += 2


@inlined
def swap(rows, a, b):
    """Two particles change places, eight numbers at a time."""
    for c in range(0, rows.shape[1], 8):
        pairs.swap(rows[:, c : c + 8], a, b)


@inlined
def coupling(rows, a, b, d):
    """``g = 1 - v_a.v_b``, Eq. (12)."""
    V = d * d + d
    return 1.0 - (rows[a, V] * rows[b, V] + rows[a, V + 1] * rows[b, V + 1] + rows[a, V + 2] * rows[b, V + 2])


@inlined
def hand_out(rows, r, matrix):
    """Row `r` as a matrix."""
    d, q = len(matrix), len(matrix)
    for i in range(d):
        matrix[i, i] = rows[r, i]
        for j in range(i + 1, d):
            matrix[i, j], matrix[j, i] = complex(rows[r, q], rows[r, q + 1]), complex(rows[r, q], -rows[r, q + 1])
            q += 2
