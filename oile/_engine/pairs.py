"""The compiled half of `oile.simulation`: encounters in blocks, drawn, gathered, evolved, put back.

A particle is a row of eight doubles, one cache line: ``P1 P2 P3 omega v1 v2 v3`` and whose it is. Steps shuffle the
rows themselves, so that a pair costs one access at random. In the Poisson limit rows stay where they are, each in a
frame that precesses with its particle. The loops over a block that do the arithmetic run along contiguous columns, so
that the compiler makes vectors of them.

Randomness comes in as `words` and a place `at` in them: see `oile._engine.random`.
"""

from math import factorial

import numpy as np

from oile._engine.compiled import compiled, inlined
from oile._engine.random import ALL, below, coins, draw

BLOCK = 64  # encounters at a time; the pairing depends on it, so it is not a thing to tune
LANES = 8  # columns are worked on in whole vectors, idle lanes included
P1, P2, P3, OMEGA, V1, V2, V3, WHOSE = range(8)


def rows(ensemble):
    """The gas as it is held here: eight doubles a particle, aligned to cache lines."""
    memory = np.empty(8 * ensemble.N + 7)
    start = -memory.ctypes.data // 8 % 8
    rows = memory[start : start + 8 * ensemble.N].reshape(ensemble.N, 8)
    rows[:, :3], rows[:, 3], rows[:, 4:7] = ensemble.P, ensemble.omega, ensemble.velocity
    rows[:, 7] = np.arange(ensemble.N)
    return rows


def fastest(ensemble):
    """The greatest frequency of precession."""
    return np.abs(ensemble.omega).max()


def states(ensemble):
    """An array for the states of the gas, as they are handed out."""
    return np.empty_like(ensemble.P)


def series(angle):
    """Factors of Taylor series that give cosine and sine to ``2^-54`` up to `angle`: the first power left out is less.

    None beyond 2.9, where libm takes over.
    """
    for terms in (2, 4, 12):
        power = 2 * terms + 4
        if angle <= (2.0**-54 * factorial(power)) ** (1 / power):
            return tuple(
                (1 / ((2 * k + 1) * (2 * k + 2)), 1 / ((2 * k + 2) * (2 * k + 3))) for k in range(terms, 0, -1)
            )
    return None


@inlined
def versine_sinc(x, factors):
    """``1 - cos k`` and ``sin(k)/k`` as the entire functions of ``x = k^2`` that they are: no root, no cancellation."""
    if factors is None:
        k = np.sqrt(x)
        return 2.0 * np.sin(k / 2) ** 2, np.sin(k) / k if k > 0.0 else 1.0
    versine = sinc = 1.0
    for a, b in factors:
        versine, sinc = 1.0 - a * x * versine, 1.0 - b * x * sinc
    return 0.5 * x * versine, 1.0 - (1 / 6) * x * sinc


@inlined
def rotor(angle, factors):
    """``1 - exp(-i angle)``, what precession by `angle` takes from a coherence of 1."""
    versine, sinc = versine_sinc(angle * angle, factors)
    return complex(versine, angle * sinc)


@inlined
def turned(p, rotor):
    """The coherence `p` after precession, ``p - rotor p``."""
    x, y = p.real, p.imag
    return complex(x - rotor.real * x + rotor.imag * y, y - rotor.real * y - rotor.imag * x)


@inlined
def amplitudes(phi, D, factors):
    """What the closed form of `oile.pair.encounter` is made of, for interaction phase `phi` and vacuum detuning `D`."""
    versine, sinc = versine_sinc(phi * phi, factors)
    cos, sin = 1.0 - versine, phi * sinc
    versine_k, sinc_k = versine_sinc(phi * phi + D * D, factors)
    c, e, b = 1.0 - versine_k, D * sinc_k, phi * sinc_k
    dc, db = versine - versine_k, phi * (sinc_k - sinc)  # c - cos, b - sin: nothing if D = 0, not even rounding
    loss, turn = -dc * cos - db * sin, dc * sin - db * cos  # 1 - (c cos + b sin), c sin - b cos
    return loss, turn, e * sin, e * cos, b * sin, b * cos, b * b, b * c, b * e


@inlined
def swap_amplitudes(sin2, sin_cos):
    """`amplitudes` without detuning: an encounter that takes no time, a partial swap."""
    return 0.0, 0.0, 0.0, 0.0, sin2, sin_cos, sin2, sin_cos, 0.0


@inlined
def encounter(p, P3, q, Q3, amplitudes):
    """What the encounter of a pair changes, Eqs. (2)-(4), seen from the frame that precesses at its mean frequency.

    The map is that of `oile.pair.encounter`, ``p' = (c - ie)(cos + i Q3 sin) p + b (sin - i P3 cos) q`` and so on,
    written in what the two differ by: rounding is then a random walk, not the same part in 10^16 lost or won in every
    step, and equal particles stay as they are. Returns the changes of `p`, `q` and P3; Q3 changes by the opposite.
    """
    loss, turn, e_sin, e_cos, b_sin, b_cos, bb, bc, be = amplitudes
    u, u3 = q - p, Q3 - P3
    dp = complex(b_sin, -b_cos * P3) * u + complex(e_sin * Q3 - loss, b_cos * u3 + turn * Q3 - e_cos) * p
    dq = complex(-b_sin, b_cos * Q3) * u + complex(-e_sin * P3 - loss, turn * P3 - b_cos * u3 + e_cos) * q
    d3 = bb * u3 - bc * (p.conjugate() * u).imag - be * (p.conjugate() * q).real
    return dp, dq, d3


@inlined
def coupling(A, a, B, b):
    """``g = 1 - v_a.v_b``, Eq. (12), for a row of `A` and one of `B`."""
    return 1.0 - (A[a, V1] * B[b, V1] + A[a, V2] * B[b, V2] + A[a, V3] * B[b, V3])


@inlined
def swap(rows, a, b):
    """Two particles change places: all loads first, so that they can be wide."""
    a0, a1, a2, a3 = rows[a, 0], rows[a, 1], rows[a, 2], rows[a, 3]
    a4, a5, a6, a7 = rows[a, 4], rows[a, 5], rows[a, 6], rows[a, 7]
    b0, b1, b2, b3 = rows[b, 0], rows[b, 1], rows[b, 2], rows[b, 3]
    b4, b5, b6, b7 = rows[b, 4], rows[b, 5], rows[b, 6], rows[b, 7]
    rows[a, 0], rows[a, 1], rows[a, 2], rows[a, 3] = b0, b1, b2, b3
    rows[a, 4], rows[a, 5], rows[a, 6], rows[a, 7] = b4, b5, b6, b7
    rows[b, 0], rows[b, 1], rows[b, 2], rows[b, 3] = a0, a1, a2, a3
    rows[b, 4], rows[b, 5], rows[b, 6], rows[b, 7] = a4, a5, a6, a7


@compiled
def steps(rows, todo, top, gamma, dt, chance, words, at, factors, strength):
    """Steps of duration `dt`: all particles in random, mutually exclusive pairs, Eqs. (9), (10).

    Rows from `top` on have had their turn in the current step. The last free one meets any other with the same
    probability, and so on: a uniform perfect matching. A block of n pairs has its first partners in the n highest
    free rows; the second ones are swapped into the n rows below. A pair interacts with probability ``chance / 2^64``,
    or in any case if `chance` is 0. `strength`, if there is one, multiplies the phase of each pair of each step, the
    last row belonging to the last step to do. Returns the steps left `todo`, `top`, and the place in `words`.
    """
    N = len(rows)
    partner = np.empty(BLOCK, np.uint32)
    x = np.zeros((9, BLOCK))
    x1, x2, x3, y1, y2, y3, phi, alpha, beta = x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8]
    while todo > 0:
        if top % 2:  # an odd one is left out: precession only
            a, after = below(N, words, at)
            if after < 0:
                break
            at, top = after, N - 1
            swap(rows, a, top)
            p = turned(complex(rows[top, P1], rows[top, P2]), rotor(rows[top, OMEGA] * dt, factors))
            rows[top, P1], rows[top, P2] = p.real, p.imag

        n = min(BLOCK, top // 2)
        after = draw(partner, n, top - 1, 2, BLOCK, words, at)
        met = np.uint64(ALL)
        if chance and after >= 0:
            met, after = coins(chance, words, after)
        if after < 0:
            break
        at = after
        for k in range(n):  # of the free rows, the first ones still without a partner come after the others
            b, second = partner[k], top - n - 1 - k
            swap(rows, b + k if b > second else b, second)

        A, B = rows[top - n : top], rows[top - 2 * n : top - n]
        for k in range(n):
            x1[k], x2[k], x3[k] = A[k, P1], A[k, P2], A[k, P3]
            y1[k], y2[k], y3[k] = B[k, P1], B[k, P2], B[k, P3]
            phi[k] = gamma * coupling(A, k, B, k)
            alpha[k], beta[k] = A[k, OMEGA] * dt, B[k, OMEGA] * dt
        if strength is not None:
            scale = strength[len(strength) - todo, N // 2 - top // 2 :]
            for k in range(n):
                phi[k] *= scale[k]
        if chance:
            for k in range(BLOCK):
                phi[k] = phi[k] if met >> np.uint64(k) & np.uint64(1) else 0.0

        for k in range((n + LANES - 1) // LANES * LANES):
            p, q = complex(x1[k], x2[k]), complex(y1[k], y2[k])
            amp = amplitudes(phi[k], (alpha[k] - beta[k]) / 2, factors)
            dp, dq, d3 = encounter(p, x3[k], q, y3[k], amp)
            r = rotor((alpha[k] + beta[k]) / 2, factors)
            p, q = turned(p + dp, r), turned(q + dq, r)
            x3[k], y3[k] = x3[k] + d3, y3[k] - d3
            x1[k], x2[k], y1[k], y2[k] = p.real, p.imag, q.real, q.imag

        for k in range(n):
            A[k, P1], A[k, P2], A[k, P3] = x1[k], x2[k], x3[k]
            B[k, P1], B[k, P2], B[k, P3] = y1[k], y2[k], y3[k]
        top -= 2 * n
        if top == 0:
            todo, top = todo - 1, N
    return todo, top, at


@compiled
def events(rows, origin, stride, until, gamma, times, used, words, at, factors, wide, strength):
    """Instantaneous encounters at the `times` up to `until`; any two particles are as likely to meet.

    Rows are in frames that have precessed with their particles since `origin`, which follows the clock in strides of
    `stride`. `factors` are for encounters, `wide` for frames; `strength`, if there is one, multiplies the phase of each
    encounter. Returns `origin`, the places in `times` and `words`, and
    whether `until` was reached.
    """
    N = len(rows)
    pair = np.empty(2 * BLOCK, np.uint32)
    x = np.zeros((6, BLOCK))
    phi, chi, sin2, sin_cos, r1, r2 = x[0], x[1], x[2], x[3], x[4], x[5]
    while used < len(times):
        due = times[used : used + BLOCK]
        n, end = len(due), min(until, origin + stride)
        while n > 0 and due[n - 1] > end:
            n -= 1
        if n == 0:
            if end == until:
                return origin, used, at, True
            in_frame(rows, stride, wide, rows)
            origin += stride
            continue
        after = draw(pair, 2 * n, N, 1, 2, words, at)
        if after < 0:
            break
        at = after

        for k in range(n):
            a, b = pair[2 * k], pair[2 * k + 1]
            pair[2 * k + 1] = b = b + (b >= a)  # any but a
            chi[k] = (rows[b, OMEGA] - rows[a, OMEGA]) * (due[k] - origin)
        for k in range(n):  # by itself: the loop before is short, so that many rows are on their way at once
            a, b = pair[2 * k], pair[2 * k + 1]
            phi[k] = gamma * coupling(rows, a, rows, b)
        if strength is not None:
            for k in range(n):
                phi[k] *= strength[used + k]
        used += n
        for k in range((n + LANES - 1) // LANES * LANES):
            amp, r = amplitudes(phi[k], 0.0, factors), rotor(chi[k], wide)
            sin2[k], sin_cos[k] = amp[4], amp[5]
            r1[k], r2[k] = r.real, r.imag

        for k in range(n):  # one after the other: the same particle may come again
            a, b = pair[2 * k], pair[2 * k + 1]
            p, q, r = complex(rows[a, P1], rows[a, P2]), complex(rows[b, P1], rows[b, P2]), complex(r1[k], r2[k])
            amp = swap_amplitudes(sin2[k], sin_cos[k])
            dp, _, d3 = encounter(p, rows[a, P3], turned(q, r), rows[b, P3], amp)  # in the frame of a
            p, q = p + dp, q - turned(dp, r.conjugate())
            rows[a, P1], rows[a, P2], rows[a, P3] = p.real, p.imag, rows[a, P3] + d3
            rows[b, P1], rows[b, P2], rows[b, P3] = q.real, q.imag, rows[b, P3] - d3
    return origin, used, at, False


@compiled
def in_frame(rows, t, factors, P):
    """Bloch vectors after precession for a time `t` into the first columns of `P`."""
    for a in range(len(rows)):
        p = turned(complex(rows[a, P1], rows[a, P2]), rotor(rows[a, OMEGA] * t, factors))
        P[a, P1], P[a, P2], P[a, P3] = p.real, p.imag, rows[a, P3]


@compiled
def in_order(rows, P):
    """Bloch vectors of shuffled rows into `P`, every particle in its own place."""
    for row in rows:
        P[np.int64(row[WHOSE])] = row[:3]
