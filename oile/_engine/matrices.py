"""The gas of density matrices of any number d of flavors.

`oile._engine.particle` says how a particle is kept; `oile._engine.exchange` does the encounters, and for three flavors
`oile._engine.triples`. The functions have the names and arguments of those in `oile._engine.pairs`, and draw the same
pairs.
"""

import numpy as np

from oile._engine import triples
from oile._engine.compiled import compiled, inlined
from oile._engine.exchange import alike, opposite
from oile._engine.pairs import BLOCK, LANES, series
from oile._engine.particle import coupling, flavors_of, hand_out, pack, packed, precess, swap, unpack
from oile._engine.random import ALL, below, coins, draw
from oile._engine.triples import WIDE

__all__ = ["events", "fastest", "in_frame", "in_order", "many", "packed", "rows", "series", "states", "steps"]


def rows(ensemble):
    """The gas as it is held here."""
    return packed(ensemble.rho, ensemble.levels, ensemble.velocity, ensemble.antineutrino)


def fastest(ensemble):
    """The greatest frequency of precession."""
    return np.ptp(ensemble.levels, axis=1).max()


def states(ensemble):
    """An array for the states of the gas, as they are handed out."""
    return np.empty_like(ensemble.rho)


def room_for(rows):
    """Room for `meet`, and by what is None in it also the way that is compiled: columns, small matrices, levels."""
    d = flavors_of(rows.shape[1])
    if d == 3:
        return np.zeros(triples.COLUMNS * WIDE), None, None
    return None, np.zeros((6, d, d), complex), np.zeros((3, d))


@inlined
def meet(rows, first, second, phi, n, dt, factors, columns, matrices, levels):
    """Encounters of the rows `first` with the rows `second`, of which none may come twice, with the phases `phi`.

    In a mixed pair the neutrino comes first afterwards. Two antineutrinos have all phases reversed.
    """
    d = flavors_of(rows.shape[1])
    sign = d * d + d + 3
    mixed = 0
    for k in range(n):
        if rows[first[k], sign] < rows[second[k], sign]:
            first[k], second[k] = second[k], first[k]
        mixed += rows[first[k], sign] != rows[second[k], sign]
    if matrices is not None:
        one_by_one(rows, first, second, phi, n, dt, factors, matrices, levels)
    if columns is not None:
        if mixed < n:
            together(rows, first, second, phi, n, dt, factors, columns, 0)
        if mixed > 0:
            together(rows, first, second, phi, n, dt, factors, columns, 1)


@compiled
def one_by_one(rows, first, second, phi, n, dt, factors, matrices, levels):
    """The encounters of any number of flavors."""
    d = levels.shape[1]
    sign = d * d + d + 3
    x, y, u, v, W, T = matrices[0], matrices[1], matrices[2], matrices[3], matrices[4], matrices[5]
    a, b, e = levels[0], levels[1], levels[2]
    for k in range(n):
        r, s = first[k], second[k]
        mixed = rows[r, sign] != rows[s, sign]
        turn = 1.0 if mixed else rows[r, sign]
        unpack(rows, r, x, a, turn)
        unpack(rows, s, y, b, turn)
        if mixed:
            opposite(x, y, a, b, phi[k], dt, factors, e, W, T, u, v)
        else:
            alike(x, y, a, b, turn * phi[k], dt, factors, W, T, u, v)
        pack(rows, r, x)
        pack(rows, s, y)


@compiled
def together(rows, first, second, phi, n, dt, factors, w, kind):
    """Those of the encounters of three flavors that are of one kind: 0 for two alike, 1 for mixed pairs."""
    place = np.empty(WIDE, np.int64)
    m = 0
    for k in range(n):
        if (rows[first[k], 15] != rows[second[k], 15]) == (kind == 1):
            place[m] = k
            m += 1
    for k in range(m):
        r, s = first[place[k]], second[place[k]]
        turn = 1.0 if kind == 1 else rows[r, 15]
        for c in range(9):
            w[c * WIDE + k], w[(12 + c) * WIDE + k] = rows[r, c], rows[s, c]
        for c in range(9, 12):
            w[c * WIDE + k], w[(12 + c) * WIDE + k] = turn * rows[r, c], turn * rows[s, c]
        w[24 * WIDE + k] = turn * phi[place[k]]
    lanes = (m + LANES - 1) // LANES * LANES
    if kind == 0:
        triples.alike(w, lanes, dt, factors)
    else:
        triples.opposite(w, lanes, dt, factors)
    for k in range(m):
        r, s = first[place[k]], second[place[k]]
        for c in range(9):
            rows[r, c], rows[s, c] = w[c * WIDE + k], w[(12 + c) * WIDE + k]


def steps(rows, *arguments):
    """As `oile._engine.pairs.steps`."""
    return _steps(rows, *room_for(rows), *arguments)


@compiled
def _steps(rows, columns, matrices, levels, todo, top, gamma, dt, chance, words, at, factors, strength):
    N, d = len(rows), flavors_of(rows.shape[1])
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
        meet(rows, first, second, phi, n, dt, factors, columns, matrices, levels)
        top -= 2 * n
        if top == 0:
            todo, top = todo - 1, N
    return todo, top, at


def events(rows, *arguments):
    """As `oile._engine.pairs.events`; each row knows up to when it has been followed, so `origin` stays where it is."""
    return _events(rows, *room_for(rows), *arguments)


@compiled
def _events(
    rows, columns, matrices, levels, origin, stride, until, gamma, times, used, words, at, factors, wide, strength
):
    N, d = len(rows), flavors_of(rows.shape[1])
    clock = d * d + d + 4
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
        for k in range(n):
            pair[2 * k + 1] += pair[2 * k + 1] >= pair[2 * k]  # any but the first
        while start < n:
            m = 0
            while start + m < n:  # encounters up to the first with somebody who has one already
                k = start + m
                a, b = np.int64(pair[2 * k]), np.int64(pair[2 * k + 1])
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
            meet(rows, first, second, phi, m, 0.0, factors, columns, matrices, levels)
            start += m
        for k in range(2 * n):
            busy[pair[k]] = -1
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
        hand_out(rows, r, rho[r])


@compiled
def in_order(rows, rho):
    """Density matrices of shuffled rows into `rho`, every particle in its own place."""
    d = rho.shape[1]
    for r in range(len(rows)):
        hand_out(rows, r, rho[np.int64(rows[r, d * d + d + 5])])


def many(rows, gamma_g, dt):
    """Encounters of rows 0 and 1, 2 and 3, ...: pair k with the phase ``gamma_g[k]``, lasting ``dt[k]``. In place."""
    _many(rows, *room_for(rows), gamma_g, dt)


@compiled
def _many(rows, columns, matrices, levels, gamma_g, dt):
    first, second = np.zeros(1, np.int64), np.zeros(1, np.int64)
    for k in range(len(gamma_g)):
        first[0], second[0] = 2 * k, 2 * k + 1
        meet(rows, first, second, gamma_g[k : k + 1], 1, dt[k], None, columns, matrices, levels)
