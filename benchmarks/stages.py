"""Where the time goes: the stages of an encounter by themselves, and what the machine could do at best."""

from time import process_time

import numpy as np

from oile import bipolar
from oile._engine import pairs as engine
from oile._engine import random
from oile._engine.compiled import compiled
from oile._engine.pairs import BLOCK, amplitudes, encounter, rotor, swap, turned
from oile._engine.random import CHUNK, draw

MIB = 2**20


def best(function, repeat=100):
    """Shortest of several times, in seconds."""
    times = []
    for _ in range(repeat):
        start = process_time()
        function()
        times.append(process_time() - start)
    return min(times)


@compiled
def draws(words, N):
    """Partners only."""
    partner, total = np.empty(BLOCK, np.int64), 0
    for at in range(0, len(words) - BLOCK, BLOCK):
        draw(partner, BLOCK, N - 1, 2, BLOCK, words, at)
        total += partner[0]
    return total


@compiled
def swaps(rows, partner):
    """Rows change places, as in a step: one at random, one after the other."""
    for k in range(len(partner)):
        swap(rows, partner[k], k % len(rows))


@compiled
def arithmetic(x, blocks, factors):
    """The closed form along the columns of a block."""
    x1, x2, x3, y1, y2, y3, phi, alpha, beta = x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8]
    for _ in range(blocks):
        for k in range(BLOCK):
            p, q = complex(x1[k], x2[k]), complex(y1[k], y2[k])
            amp = amplitudes(phi[k], (alpha[k] - beta[k]) / 2, factors)
            dp, dq, d3 = encounter(p, x3[k], q, y3[k], amp)
            r = rotor((alpha[k] + beta[k]) / 2, factors)
            p, q = turned(p + dp, r), turned(q + dq, r)
            x3[k], y3[k] = x3[k] + d3, y3[k] - d3
            x1[k], x2[k], y1[k], y2[k] = p.real, p.imag, q.real, q.imag


@compiled
def multiply_add(x, rounds):
    """Four chains of sixteen multiply-adds for each of 64 numbers: nothing but arithmetic, all of it independent."""
    for _ in range(rounds):
        for k in range(BLOCK):
            a, b = x[0, k], x[1, k]
            p, q, r, s = a, b, a + b, a - b
            for _ in range(16):
                p, q, r, s = p * a + b, q * a + b, r * a + b, s * a + b
            x[2, k], x[3, k], x[4, k], x[5, k] = p, q, r, s


def stages(N, gamma=1e-3):
    """Nanoseconds per encounter of each stage, one after the other, for a gas of N particles."""
    rng = np.random.default_rng(1)
    gas = bipolar(rng, n_e=N * 6 // 10, n_x=N - N * 6 // 10)
    rows, source, blocks, none = engine.rows(gas), random.Source(rng), 2000, np.empty(0, np.uint32)
    words = np.concatenate([source.words(none) for _ in range(blocks * BLOCK // (2 * CHUNK) + 1)])
    partner = rng.integers(N, size=max(2 * N, blocks * BLOCK))  # all rows: more than the caches hold, if they are many
    factors = engine.series(2.1 * gamma)
    x = 0.3 * rng.random((9, BLOCK))
    x[6:] *= gamma
    for function, arguments in ((draws, (words, N)), (swaps, (rows, partner)), (arithmetic, (x, 1, factors))):
        function(*arguments)  # compiled now
    return {
        "random words": best(lambda: source.words(none)) / (2 * CHUNK) * 1e9,
        "partners": best(lambda: draws(words, N)) / len(words) * 1e9,
        "rows changing places": best(lambda: swaps(rows, partner), 20) / len(partner) * 1e9,
        "arithmetic": best(lambda: arithmetic(x, blocks, factors)) / (blocks * BLOCK) * 1e9,
    }


def poisson_times():
    """Nanoseconds for the time of an encounter in the Poisson limit: its waiting time, and the sum."""
    source = random.Source(np.random.default_rng(1))
    source.times(0.0, 1.0)  # compiled now
    return best(lambda: source.times(0.0, 1.0)) / CHUNK * 1e9


def limits():
    """What one core does at best: multiply-adds [1e9 operations/s] and copying between large arrays [GB/s]."""
    x, rounds = np.random.default_rng(1).random((6, BLOCK)), 2000
    multiply_add(x, 1)
    source = np.ones(256 * MIB // 8)
    target = source.copy()
    return {
        "arithmetic": rounds * BLOCK * 4 * 16 * 2 / best(lambda: multiply_add(x, rounds)) / 1e9,
        "copy": 2 * source.nbytes / best(lambda: np.copyto(target, source), 8) / 1e9,
    }
