"""Random numbers for `oile._engine.pairs`, many at a time: words, whole numbers, coins and waiting times.

Randomness comes as an array of 32-bit `words` and a place `at` in it. A function that finds too few of them returns the
place -1; called again with more it draws the same, so what a seed means does not depend on how many come at once.
"""

import numpy as np

from oile._engine.compiled import compiled, inlined

CHUNK = 2**13  # 64-bit words at a time: a tenth of a millisecond of encounters or two
LANES = 64  # generators side by side, and coins thrown at once
ROWS = 8  # sums side by side
WORD = 2**32
ALL = 2**64 - 1  # bits


@compiled
def fill(out, lanes):
    """64-bit words by as many generators SFC64 (C. Doty-Humphrey) as there are columns in `lanes`, in turn."""
    a, b, c, count = lanes[0], lanes[1], lanes[2], lanes[3]
    for start in range(0, len(out), LANES):
        part = out[start : start + LANES]
        for j in range(LANES):
            word = a[j] + b[j] + count[j]
            count[j] += np.uint64(1)
            a[j] = b[j] ^ (b[j] >> np.uint64(11))
            b[j] = c[j] + (c[j] << np.uint64(3))
            c[j] = (c[j] << np.uint64(24) | c[j] >> np.uint64(40)) + word
            part[j] = word


@compiled
def uniform(out, words):
    """Numbers above 0 and up to 1, all of which have a logarithm, of 64-bit words."""
    for k in range(len(words)):
        out[k] = (np.int64(words[k] >> np.uint64(11)) + 0.5) * 2.0**-53


@compiled
def accumulate(x, start, factor):
    """``start + factor`` times the sum of `x` up to each place, in place.

    Rows follow each other, but are summed up side by side: an addition need not wait for the one before.
    """
    total = np.zeros(ROWS)
    for k in range(x.shape[1]):
        for row in range(ROWS):
            total[row] += x[row, k]
            x[row, k] = total[row]
    before = 0.0
    for row in range(ROWS):
        line = x[row]
        for k in range(len(line)):
            line[k] = start + factor * (before + line[k])
        before += total[row]


class Source:
    """A stream of its own, seeded by the generator `rng`: many times faster than a call of it for each number."""

    def __init__(self, rng):
        self.lanes = np.ones((4, LANES), np.uint64)
        self.lanes[:3] = rng.integers(2**64, size=(3, LANES), dtype=np.uint64)
        fill(np.empty(12 * LANES, np.uint64), self.lanes)  # NumPy too lets twelve go by

    def _next(self):
        out = np.empty(CHUNK, np.uint64)
        fill(out, self.lanes)
        return out

    def words(self, left):
        """32-bit words: those `left`, then new ones."""
        new = self._next().view(np.uint32)
        return np.concatenate([left, new]) if len(left) else new

    def times(self, start, wait):
        """Times of a Poisson process from `start` on, `wait` apart on average."""
        out = np.empty((ROWS, CHUNK // ROWS))
        uniform(out.ravel(), self._next())
        np.log(out, out=out)
        accumulate(out, start, -wait)
        return out.ravel()


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
    perhaps, these = False, words[at : at + n]
    for k in range(n):  # should one be rejected? Once in 2^32 / (n bound) blocks it is worth a closer look
        product = np.uint64(these[k]) * np.uint64(bound - fall * (k % period))
        perhaps |= (product & np.uint64(WORD - 1)) < np.uint64(bound)
        out[k] = np.int64(product >> np.uint64(32))
    if not perhaps:
        return at + n
    for k in range(n):
        out[k], at = below(bound - fall * (k % period), words, at)
        if at < 0:
            break
    return at


def chance(p):
    """What `coins` fall by, the probability `p` in units of 2^-64; 0 stands for 1, when none are thrown."""
    return np.uint64(p * 2**64 if p < 1.0 else 0)


@inlined
def coins(chance, words, at):
    """64 bits, each of them set with probability ``chance / 2^64``, and the next place in `words`, -1 if none.

    64 uniform numbers are compared with `chance`, a binary digit of each at a time, until no comparison is open: after
    some eight digits.
    """
    heads, undecided = np.uint64(0), np.uint64(ALL)
    while undecided != 0 and chance != 0:
        if at + 2 > len(words):
            return heads, -1
        digits = np.uint64(words[at]) << np.uint64(32) | np.uint64(words[at + 1])
        at += 2
        if chance >> np.uint64(63):
            heads |= undecided & ~digits
            undecided &= digits
        else:
            undecided &= ~digits
        chance <<= np.uint64(1)
    return heads, at
