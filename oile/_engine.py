"""The compiled half of `oile.simulation`: encounters in blocks, drawn, gathered, evolved, put back.

A particle is a row of eight doubles, one cache line: ``P1 P2 P3 omega v1 v2 v3`` and a note. Steps shuffle the rows
themselves, so that a pair costs one access at random; the note says whose row it is. In the Poisson limit rows stay
where they are, and the note is the time up to which the particle's vacuum rotation is done. The loops over a block
that do the arithmetic run along contiguous columns, so that the compiler makes vectors of them.

Randomness comes in as an array of 32-bit `words` and a place `at` in it. A loop that runs out of them returns; called
again with more it goes on as if nothing had happened, so what a seed means does not depend on how many come at once.
"""

from math import factorial, inf

import numpy as np

from oile._compiled import compiled, inlined

BLOCK = 64  # encounters at a time; the pairing depends on it, so it is not a thing to tune
LANES = 8  # columns are worked on in whole vectors, idle lanes included
WORD = 2**32
P1, P2, P3, OMEGA, V1, V2, V3, NOTE = range(8)


def series(angle):
    """Taylor series that give cosine and sine to ``2^-54`` up to `angle` and a little beyond; (factors, how far).

    The first power left out bounds the error. Beyond 2.9 the factors are None, and libm takes over.
    """
    for terms in (2, 4, 12):
        power = 2 * terms + 4
        reach = (2.0**-54 * factorial(power)) ** (1 / power)
        if angle <= reach:
            n = range(terms, 0, -1)
            return tuple((1 / ((2 * n + 1) * (2 * n + 2)), 1 / ((2 * n + 2) * (2 * n + 3))) for n in n), reach
    return None, inf


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
    """``1 - exp(-i angle)``: precession takes a coherence `p` to ``p - rotor p``."""
    versine, sinc = versine_sinc(angle * angle, factors)
    return complex(versine, angle * sinc)


@inlined
def amplitudes(phi, D, factors):
    """What the closed form of `oile.encounter` is made of, for interaction phase `phi` and vacuum detuning `D`."""
    versine, sinc = versine_sinc(phi * phi, factors)
    cos, sin = 1.0 - versine, phi * sinc
    versine_k, sinc = versine_sinc(phi * phi + D * D, factors)
    c, e, b = 1.0 - versine_k, D * sinc, phi * sinc
    w = versine_k + versine * c  # 1 - c cos
    return w, c * sin, e * sin, e * cos, b * sin, b * cos, b * b, b * c, b * e


@inlined
def encounter(p, P3, q, Q3, amplitudes):
    """The encounter of one pair, Eqs. (2)-(4), seen from the frame that precesses at its mean frequency.

    The map is that of `oile.encounter`, ``p' = (c - ie)(cos + i Q3 sin) p + b (sin - i P3 cos) q`` and so on, written
    as a small change: rounding is then a random walk, not the same part in 10^16 lost or won in every step.
    """
    w, c_sin, e_sin, e_cos, b_sin, b_cos, bb, bc, be = amplitudes
    dp = complex(e_sin * Q3 - w, c_sin * Q3 - e_cos) * p + complex(b_sin, -b_cos * P3) * q
    dq = complex(-e_sin * P3 - w, c_sin * P3 + e_cos) * q + complex(b_sin, -b_cos * Q3) * p
    overlap = p.conjugate() * q
    d = bb * (Q3 - P3) - bc * overlap.imag - be * overlap.real  # population handed over
    return p + dp, P3 + d, q + dq, Q3 - d


@inlined
def coupling(rows, a, b):
    """``g = 1 - v_a.v_b``, Eq. (12)."""
    return 1.0 - (rows[a, V1] * rows[b, V1] + rows[a, V2] * rows[b, V2] + rows[a, V3] * rows[b, V3])


@inlined
def below(bound, words, at):
    """A whole number uniform in ``[0, bound)``, unbiased (Lemire 2019), and the next place in `words`, -1 if none."""
    while at < len(words):
        product = np.uint64(words[at]) * np.uint64(bound)
        low = product & np.uint64(WORD - 1)
        at += 1
        if low >= np.uint64(bound) or low >= np.uint64((WORD - bound) % bound):
            return np.int64(product >> np.uint64(32)), at
    return 0, -1


@inlined
def draw(out, n, bound, fall, period, words, at):
    """``out[k]`` uniform in ``[0, bound - fall (k % period))`` for k < n; the next place in `words`, -1 if none."""
    if at + n > len(words):
        return -1
    perhaps = False  # should a word be rejected? Once in 2^32 / (n bound) blocks it is worth a closer look
    for k in range(n):
        product = np.uint64(words[at + k]) * np.uint64(bound - fall * (k % period))
        perhaps |= (product & np.uint64(WORD - 1)) < np.uint64(bound)
        out[k] = np.int64(product >> np.uint64(32))
    if not perhaps:
        return at + n
    for k in range(n):
        out[k], at = below(bound - fall * (k % period), words, at)
        if at < 0:
            break
    return at


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
def steps(rows, todo, top, gamma, dt, chance, words, at, factors):
    """Steps of duration `dt`: all particles in random, mutually exclusive pairs, Eqs. (9), (10).

    Rows from `top` on have had their turn in the current step. The last free one meets any other with the same
    probability, and so on: a uniform perfect matching. A block of n pairs has its first partners in the n highest
    free rows; the second ones are swapped into the n rows below. A pair interacts with probability ``chance / 2^32``.
    Returns the steps left `todo`, `top`, and the place in `words`.
    """
    N = len(rows)
    partner = np.empty(BLOCK, np.int64)
    x = np.zeros((9, BLOCK))
    x1, x2, x3, y1, y2, y3, phi, alpha, beta = x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8]
    while todo > 0:
        if top % 2:  # an odd one is left out: precession only
            a, after = below(N, words, at)
            if after < 0:
                break
            at, top = after, N - 1
            swap(rows, a, top)
            p = complex(rows[top, P1], rows[top, P2])
            p -= rotor(rows[top, OMEGA] * dt, factors) * p
            rows[top, P1], rows[top, P2] = p.real, p.imag

        n = min(BLOCK, top // 2)
        first, second = top - 1, top - 1 - n
        after = draw(partner, n, top - 1, 2, BLOCK, words, at)
        if after < 0 or (chance < WORD and after + n > len(words)):
            break
        at = after
        for k in range(n):  # of the free rows, the first ones still without a partner come after the others
            b = partner[k]
            swap(rows, b + k if b > second - k else b, second - k)

        for k in range(n):
            a, b = first - k, second - k
            x1[k], x2[k], x3[k] = rows[a, P1], rows[a, P2], rows[a, P3]
            y1[k], y2[k], y3[k] = rows[b, P1], rows[b, P2], rows[b, P3]
            phi[k] = gamma * coupling(rows, a, b)
            alpha[k], beta[k] = rows[a, OMEGA] * dt, rows[b, OMEGA] * dt
        if chance < WORD:
            for k in range(n):
                if words[at + k] >= chance:
                    phi[k] = 0.0
            at += n

        for k in range((n + LANES - 1) // LANES * LANES):
            p, q = complex(x1[k], x2[k]), complex(y1[k], y2[k])
            amp = amplitudes(phi[k], (alpha[k] - beta[k]) / 2, factors)
            p, x3[k], q, y3[k] = encounter(p, x3[k], q, y3[k], amp)
            r = rotor((alpha[k] + beta[k]) / 2, factors)
            p, q = p - r * p, q - r * q
            x1[k], x2[k], y1[k], y2[k] = p.real, p.imag, q.real, q.imag

        for k in range(n):
            a, b = first - k, second - k
            rows[a, P1], rows[a, P2], rows[a, P3] = x1[k], x2[k], x3[k]
            rows[b, P1], rows[b, P2], rows[b, P3] = y1[k], y2[k], y3[k]
        top -= 2 * n
        if top == 0:
            todo, top = todo - 1, N
    return todo, top, at


@compiled
def events(rows, now, until, gamma, wait, gaps, used, words, at, factors, reach):
    """Encounters at the times of a Poisson process, `wait` apart on average, up to the time `until`.

    They take no time, and any two particles are as likely to meet. `gaps` are unit exponentials. Returns the time of
    the last encounter, the places in `gaps` and `words`, and whether `until` was reached.
    """
    N = len(rows)
    pair = np.empty(2 * BLOCK, np.int64)
    x = np.zeros((8, BLOCK))
    time, phi, alpha, beta, r1, r2, s1, s2 = x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
    while True:
        n, clock, done = 0, now, False
        while n < BLOCK and used + n < len(gaps):
            time[n] = clock + gaps[used + n] * wait
            if time[n] > until:
                done = True
                break
            clock, n = time[n], n + 1
        after = draw(pair, 2 * n, N, 1, 2, words, at)
        if n == 0 or after < 0:
            return now, used, at, done and n == 0
        now, used, at = clock, used + n, after

        far = False
        for k in range(n):
            a, b = pair[2 * k], pair[2 * k + 1]
            b += b >= a  # any but a
            pair[2 * k + 1] = b
            phi[k] = gamma * coupling(rows, a, b)
            alpha[k], rows[a, NOTE] = rows[a, OMEGA] * (time[k] - rows[a, NOTE]), time[k]
            beta[k], rows[b, NOTE] = rows[b, OMEGA] * (time[k] - rows[b, NOTE]), time[k]
            far |= max(abs(alpha[k]), abs(beta[k])) > reach

        for k in range((n + LANES - 1) // LANES * LANES):
            r, s = rotor(alpha[k], factors), rotor(beta[k], factors)
            r1[k], r2[k], s1[k], s2[k] = r.real, r.imag, s.real, s.imag
        if far:  # somebody has waited for long
            for k in range(n):
                if max(abs(alpha[k]), abs(beta[k])) > reach:
                    r, s = rotor(alpha[k], None), rotor(beta[k], None)
                    r1[k], r2[k], s1[k], s2[k] = r.real, r.imag, s.real, s.imag
        sin2, sin_cos = alpha, beta
        for k in range((n + LANES - 1) // LANES * LANES):
            sin2[k], sin_cos[k], _, _, _, _, _, _, _ = amplitudes(phi[k], 0.0, factors)

        for k in range(n):  # one after the other: the same particle may come again
            a, b = pair[2 * k], pair[2 * k + 1]
            p, q = complex(rows[a, P1], rows[a, P2]), complex(rows[b, P1], rows[b, P2])
            p, q = p - complex(r1[k], r2[k]) * p, q - complex(s1[k], s2[k]) * q
            amp = (sin2[k], sin_cos[k], 0.0, 0.0, sin2[k], sin_cos[k], sin2[k], sin_cos[k], 0.0)
            p, rows[a, P3], q, rows[b, P3] = encounter(p, rows[a, P3], q, rows[b, P3], amp)
            rows[a, P1], rows[a, P2], rows[b, P1], rows[b, P2] = p.real, p.imag, q.real, q.imag


@compiled
def in_order(rows, P):
    """Bloch vectors of shuffled rows into `P`, every particle in its own place."""
    for row in rows:
        P[np.int64(row[NOTE])] = row[:3]


@compiled
def awake(rows, t, P):
    """Bloch vectors at the time `t` into `P`; `rows` are left as they are."""
    for a in range(len(rows)):
        p = complex(rows[a, P1], rows[a, P2])
        p -= rotor(rows[a, OMEGA] * (t - rows[a, NOTE]), None) * p
        P[a, 0], P[a, 1], P[a, 2] = p.real, p.imag, rows[a, P3]
