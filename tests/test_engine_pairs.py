"""The compiled loops: the uniform matching, the arithmetic of a step, and the words they are fed with."""

import numpy as np
import pytest
from scipy.stats import chi2, chisquare

from oile import Ensemble, encounter, encounter_exact
from oile._engine import pairs as engine
from oile._engine import random
from oile.simulation import _widest
from tests.states import random_vectors

ALWAYS = random.chance(1.0)  # no coins are thrown


def words(n, seed=1):
    return np.random.default_rng(seed).integers(2**32, size=n, dtype=np.uint32)


def random_gas(N, seed):
    rng = np.random.default_rng(seed)
    return Ensemble(random_vectors(N, rng), rng.standard_normal(N), random_vectors(N, rng))


def bloch_vectors(rows):
    P = np.empty((len(rows), 3))
    engine.in_order(rows, P)
    return P


def pairs_just_met(rows):
    """Who met whom in the step just done, read off the order in which it left the rows."""
    label, top, pairs = rows[:, engine.WHOSE].astype(int), len(rows) // 2 * 2, []
    while top:
        n = min(engine.BLOCK, top // 2)
        pairs += [(label[top - 1 - k], label[top - 1 - n - k]) for k in range(n)]
        top -= 2 * n
    return np.sort(pairs, axis=1)


def matchings(N, steps, seed):
    """The pairs of many consecutive steps, shape (steps, N // 2, 2)."""
    rows, feed, at, met = np.zeros((N, 8)), words(N * steps, seed), 0, []
    rows[:, engine.WHOSE] = np.arange(N)
    factors = engine.series(0.0)
    for _ in range(steps):
        todo, top, at = engine.steps(rows, 1, N, 0.0, 0.0, ALWAYS, feed, at, factors, None)
        assert (todo, top) == (0, N)
        met.append(pairs_just_met(rows))
    return np.array(met)


def test_everybody_meets_somebody_else_once_in_a_step():
    for N in (2, 3, 100, 127, 128, 129, 130, 257, 1000):
        for pairs in matchings(N, 3, seed=N):
            assert len(np.unique(pairs)) == N // 2 * 2


@pytest.mark.compiled
@pytest.mark.parametrize("N", [6, 5])  # 15 matchings each; of five, one is left out
def test_all_matchings_are_equally_likely_whatever_the_one_before(N):
    met = matchings(N, 45_000, seed=N)
    partner = np.tile(np.arange(N), (len(met), 1))
    np.put_along_axis(partner, met[..., 0], met[..., 1], axis=1)
    np.put_along_axis(partner, met[..., 1], met[..., 0], axis=1)
    distinct, which = np.unique(partner, axis=0, return_inverse=True)
    which = which.ravel()  # NumPy 2.0 keeps the axis
    assert len(distinct) == 15
    assert chisquare(np.bincount(which)).pvalue > 1e-3
    for lag in (1, 2):
        following = which[:-lag] * 15 + which[lag:]
        assert chisquare(np.bincount(following, minlength=225)).pvalue > 1e-3


@pytest.mark.compiled
@pytest.mark.parametrize(("N", "steps"), [(100, 20_000), (300, 6_000)])  # one block of pairs; three
def test_all_pairs_are_equally_likely(N, steps):
    count = np.zeros((N, N))
    a, b = matchings(N, steps, seed=2).reshape(-1, 2).T
    np.add.at(count, (a, b), 1)
    expected = steps / (N - 1)
    statistic = np.sum((count[np.triu_indices(N, 1)] - expected) ** 2) / expected
    # Row sums are fixed: the deviations live in one irreducible representation, of dimension N(N - 3)/2.
    p_value = chi2.sf(statistic * (N - 3) / (N - 2), N * (N - 3) / 2)
    assert 1e-3 < p_value < 1 - 1e-3


@pytest.mark.parametrize("angle", [0.0, 1e-3, 0.034, 0.035, 0.23, 0.24, 1.0, 2.9])
def test_series_are_good_to_rounding_as_far_as_they_are_used(angle):
    factors = engine.series(angle)
    for k in np.linspace(0, angle, 50):
        versine, sinc = engine.versine_sinc(k * k, factors)
        assert abs(versine - 2 * np.sin(k / 2) ** 2) <= 2.0**-51  # one unit in the last place of a number up to 2
        assert abs(sinc - np.sinc(k / np.pi)) <= 2.0**-52


def test_large_angles_go_to_the_library_functions():
    assert engine.series(3.0) is None
    versine, sinc = engine.versine_sinc(25.0, None)
    assert np.allclose([versine, sinc], [1 - np.cos(5), np.sin(5) / 5], rtol=0, atol=1e-15)
    assert engine.versine_sinc(0.0, None) == (0.0, 1.0)


@pytest.mark.parametrize("gamma", [1e-3, 0.1, 1.0, 4.0])  # few terms, more, most, and libm
@pytest.mark.parametrize("N", [2, 5])
def test_a_step_is_the_exact_encounter_of_each_pair(N, gamma):
    gas = random_gas(N, seed=N)
    rows, before = engine.rows(gas), gas.P
    factors = engine.series(gamma * max(_widest(gas), np.abs(gas.omega).max()))
    feed, at = words(50), 0
    for _ in range(4):
        _, _, at = engine.steps(rows, 1, N, gamma, gamma, ALWAYS, feed, at, factors, None)
        after, pairs = bloch_vectors(rows), pairs_just_met(rows)
        for a, b in pairs:
            g, omega = 1 - gas.velocity[a] @ gas.velocity[b], (gas.omega[a], gas.omega[b])
            expected = encounter_exact(before[a], before[b], gamma, g=g, omega=omega)
            assert np.allclose(after[[a, b]], expected, rtol=0, atol=1e-13)
        for c in set(range(N)) - set(pairs.flat):  # alone: an encounter of phase 0
            expected, _ = encounter_exact(before[c], before[c], 0.0, omega=(gas.omega[c],) * 2, dt=gamma)
            assert np.allclose(after[c], expected, rtol=0, atol=1e-13)
        before = after


@pytest.mark.parametrize("p", [1.0, 0.3])
def test_blocks_of_pairs_are_the_closed_form_met_or_not(p):
    N, gamma = 1201, 0.3
    gas = random_gas(N, seed=4)
    rows = engine.rows(gas)
    factors = engine.series(gamma * max(_widest(gas), np.abs(gas.omega).max()))
    engine.steps(rows, 1, N, gamma, p * gamma, random.chance(p), words(2000), 0, factors, None)
    after, (a, b) = bloch_vectors(rows), pairs_just_met(rows).T
    omega, g = (gas.omega[a], gas.omega[b]), 1 - np.sum(gas.velocity[a] * gas.velocity[b], axis=1)
    met, unmet = (
        np.abs(encounter(gas.P[a], gas.P[b], phase, g=g, omega=omega, dt=p * gamma) - after[[a, b]]).max(axis=(0, 2))
        for phase in (gamma, 0.0)
    )
    assert np.minimum(met, unmet).max() < 1e-14
    for outcome, expected in (
        (met < unmet, p),
        ((met < unmet)[1:] == (met < unmet)[:-1], p**2 + (1 - p) ** 2),  # each by itself
    ):
        assert abs(outcome.mean() - expected) <= 4 * np.sqrt(expected * (1 - expected) / len(a))


@pytest.mark.parametrize(("N", "p"), [(7, 1.0), (300, 1 / 3)])
def test_words_may_come_in_any_portions(N, p):
    gas, feed = random_gas(N, seed=5), words(20 * N)
    factors = engine.series(3e-2)
    whole, parts = engine.rows(gas), engine.rows(gas)
    engine.steps(whole, 9, N, 1e-2, 1e-2, random.chance(p), feed, 0, factors, None)
    todo, top, start, portion = 9, N, 0, 2 * engine.BLOCK
    while todo:
        todo, top, at = engine.steps(
            parts, todo, top, 1e-2, 1e-2, random.chance(p), feed[start : start + portion], 0, factors, None
        )
        start += at
    assert np.array_equal(whole, parts)


def test_a_word_that_was_rejected_is_not_used_again():
    rows, feed = np.zeros((5, 8)), words(20)
    feed[0] = 0  # no word can be smaller
    todo, _, at = engine.steps(rows, 1, 5, 0.0, 0.0, ALWAYS, feed, 0, engine.series(0.0), None)
    assert (todo, at) == (0, 4)  # who is left out, at the second attempt, and two partners


def test_events_are_instantaneous_encounters_with_precession_in_between():
    gas, gamma, T = random_gas(5, seed=6), 0.5, 20.0
    rows, P, last = engine.rows(gas), gas.P.copy(), np.zeros(5)
    times, feed, at = np.cumsum(np.random.default_rng(1).exponential(gamma / 2, size=500)), words(1000), 0
    times[7:] += 3.3  # long enough for frames to be moved twice meanwhile
    feed[10] = 0  # rejected
    factors = engine.series(gamma * _widest(gas))
    origin, used, _, done = engine.events(rows, 0.0, 1.5, T, gamma, times, 0, feed, at, factors, None, None)
    assert done
    assert times[used - 1] <= T < times[used]
    assert T - 1.5 <= origin <= T

    def precess(c, t):
        P[c] = encounter(P[c], P[c], 0.0, omega=(gas.omega[c],) * 2, dt=t - last[c])[0]
        last[c] = t

    for time in times[:used]:
        a, at = random.below(5, feed, at)
        b, at = random.below(4, feed, at)
        b += b >= a
        precess(a, time)
        precess(b, time)
        P[a], P[b] = encounter_exact(P[a], P[b], gamma, g=1 - gas.velocity[a] @ gas.velocity[b], dt=0.0)
    for c in range(5):
        precess(c, T)
    result = np.empty((5, 3))
    engine.in_frame(rows, T - origin, None, result)
    assert np.allclose(result, P, rtol=0, atol=1e-13)


def test_loops_compile_where_nothing_can_be_cached(monkeypatch):
    from numba.core.caching import CacheImpl

    from oile._engine.compiled import compiled

    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    assert compiled(lambda x: x + 1)(1) == 2
