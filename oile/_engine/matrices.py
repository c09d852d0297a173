"""The gas of density matrices of any number d of flavors.

`oile._engine.particle` says how a particle is kept, `oile._engine.exchange` does the encounters. The functions have the
names and arguments of those in `oile._engine.pairs`, and draw the same pairs.
"""

import numpy as np

from oile._engine.compiled import compiled, inlined
from oile._engine.exchange import alike, opposite
from oile._engine.pairs import BLOCK, series
from oile._engine.particle import coupling, flavors_of, hand_out, pack, packed, precess, swap, unpack
from oile._engine.random import ALL, below, coins, draw

__all__ = ["events", "fastest", "in_frame", "in_order", "many", "packed", "rows", "series", "states", "steps"]

WIDE = 64  # pairs side by side


def rows(ensemble):
    """The gas as it is held here."""
    return packed(ensemble.rho, ensemble.levels, ensemble.velocity, ensemble.antineutrino)


def fastest(ensemble):
    """The greatest frequency of precession."""
    return np.ptp(ensemble.levels, axis=1).max()


def states(ensemble):
    """An array for the states of the gas, as they are handed out."""
    return np.empty_like(ensemble.rho)


@compiled
def meet(rows, first, second, phi, n, dt, factors, x, y, u, v, amp, work):
    """Encounters of the rows `first` with the rows `second`, of which none may come twice, with the phases `phi`."""
    d = flavors_of(rows.shape[1])
    sign = d * d + d + 3
    place = np.empty(WIDE, np.int64)
    a, b, angle = work[4], work[5], work[6, 0]
    for kind in range(2):  # of one kind; of two kinds
        start = 0
        while start < n:
            m = 0
            while start < n and m < WIDE:
                if (rows[first[start], sign] != rows[second[start], sign]) == (kind == 1):
                    place[m] = start
                    m += 1
                start += 1
            for k in range(m):
                r, s = first[place[k]], second[place[k]]
                if kind == 0:
                    unpack(rows, r, x, a, rows[r, sign], k, d)
                    unpack(rows, s, y, b, rows[r, sign], k, d)
                    angle[k] = rows[r, sign] * phi[place[k]]
                else:
                    if rows[r, sign] < 0:
                        r, s = s, r
                    unpack(rows, r, x, a, 1.0, k, d)
                    unpack(rows, s, y, b, 1.0, k, d)
                    angle[k] = phi[place[k]]
            if m and kind == 0:
                alike(x, y, a, b, angle, dt, m, d, factors, u, v, amp)
            elif m:
                opposite(x, y, a, b, angle, dt, m, d, factors, u, v, amp, work)
            for k in range(m):
                r, s = first[place[k]], second[place[k]]
                if kind == 1 and rows[r, sign] < 0:
                    r, s = s, r
                pack(rows, r, x, k, d)
                pack(rows, s, y, k, d)


@inlined
def workspace(d):
    """Room for `meet`."""
    shape = (2, d, d, WIDE)
    x, y, u, v = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape)
    return x, y, u, v, np.zeros((3, d, d, WIDE)), np.zeros((7, d, WIDE))


@compiled
def steps(rows, todo, top, gamma, dt, chance, words, at, factors, strength):
    """As `oile._engine.pairs.steps`."""
    N, d = len(rows), flavors_of(rows.shape[1])
    x, y, u, v, amp, work = workspace(d)
    partner, phi = np.empty(BLOCK, np.uint32), np.empty(BLOCK)
    first, second = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    while todo > 0:
        if top % 2:  # an odd one is left out: precession only
            a, after = below(N, words, at)
            if after < 0:
                break
            at, top = after, N - 1
            swap(rows, a, top)
            precess(rows, top, dt, factors, d)
        n = min(BLOCK, top // 2)
        after = draw(partner, n, top - 1, 2, BLOCK, words, at)
        met = np.uint64(ALL)
        if chance and after >= 0:
            met, after = coins(chance, words, after)
        if after < 0:
            break
        at = after
        for k in range(n):
            b, free = partner[k], top - n - 1 - k
            swap(rows, b + k if b > free else b, free)
        for k in range(n):
            first[k], second[k] = top - n + k, top - 2 * n + k
            phi[k] = gamma * coupling(rows, first[k], second[k], d)
            if strength is not None:
                phi[k] *= strength[len(strength) - todo, N // 2 - top // 2 + k]
            if not met >> np.uint64(k) & np.uint64(1):
                phi[k] = 0.0
        meet(rows, first, second, phi, n, dt, factors, x, y, u, v, amp, work)
        top -= 2 * n
        if top == 0:
            todo, top = todo - 1, N
    return todo, top, at


@compiled
def events(rows, origin, stride, until, gamma, times, used, words, at, factors, wide, strength):
    """As `oile._engine.pairs.events`; each row knows up to when it has been followed, so `origin` stays where it is."""
    N, d = len(rows), flavors_of(rows.shape[1])
    clock = d * d + d + 4
    x, y, u, v, amp, work = workspace(d)
    pair, phi = np.empty(2 * BLOCK, np.uint32), np.empty(BLOCK)
    first, second = np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int64)
    busy = np.full(N, -1)
    while used < len(times):
        due = times[used : used + BLOCK]
        n = len(due)
        while n > 0 and due[n - 1] > until:
            n -= 1
        if n == 0:
            return origin, used, at, True
        after = draw(pair, 2 * n, N, 1, 2, words, at)
        if after < 0:
            break
        at, start = after, 0
        busy[:] = -1
        while start < n:
            m = 0
            while start + m < n:  # encounters up to the first with somebody who has one already
                k = start + m
                a, b = np.int64(pair[2 * k]), np.int64(pair[2 * k + 1])
                b += b >= a
                if busy[a] >= start or busy[b] >= start:
                    break
                busy[a] = busy[b] = k
                first[m], second[m] = a, b
                for r in (a, b):
                    precess(rows, r, due[k] - rows[r, clock], None, d)
                    rows[r, clock] = due[k]
                phi[m] = gamma * coupling(rows, a, b, d)
                if strength is not None:
                    phi[m] *= strength[used + k]
                m += 1
            meet(rows, first, second, phi, m, 0.0, factors, x, y, u, v, amp, work)
            start += m
        used += n
    return origin, used, at, False


@compiled
def in_frame(rows, t, factors, rho):
    """Density matrices at the time `t` into `rho`."""
    d = rho.shape[1]
    clock = d * d + d + 4
    for r in range(len(rows)):
        precess(rows, r, t - rows[r, clock], None, d)
        rows[r, clock] = t
        hand_out(rows, r, rho[r], d)


@compiled
def in_order(rows, rho):
    """Density matrices of shuffled rows into `rho`, every particle in its own place."""
    d = rho.shape[1]
    for r in range(len(rows)):
        hand_out(rows, r, rho[np.int64(rows[r, d * d + d + 5])], d)


@compiled
def many(rows, gamma_g, dt):
    """Encounters of rows 0 and 1, 2 and 3, ...: pair k with the phase ``gamma_g[k]``, lasting ``dt[k]``. In place."""
    d = flavors_of(rows.shape[1])
    x, y, u, v, amp, work = workspace(d)
    first, second = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for k in range(len(gamma_g)):
        first[0], second[0] = 2 * k, 2 * k + 1
        meet(rows, first, second, gamma_g[k : k + 1], 1, dt[k], None, x, y, u, v, amp, work)
