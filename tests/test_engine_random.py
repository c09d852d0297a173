"""Random numbers of the engine: the generator, whole numbers, coins, times of a Poisson process."""

import numpy as np
import pytest
from scipy.stats import binom, chisquare, kstest

from oile._engine import random


def words(n, seed=1):
    return np.random.default_rng(seed).integers(2**32, size=n, dtype=np.uint32)


def test_every_lane_is_the_sfc64_of_numpy():
    source = random.Source(np.random.default_rng(1))
    seeds = np.random.default_rng(1).integers(2**64, size=(3, random.LANES), dtype=np.uint64)
    drawn = np.concatenate([source.words([]) for _ in range(2)]).view(np.uint64).reshape(-1, random.LANES)
    for seed, lane in zip(seeds.T, drawn.T):
        peer = np.random.SFC64()
        peer.state = peer.state | {"state": {"state": np.append(seed, np.uint64(1))}}
        peer.random_raw(12)
        assert np.array_equal(peer.random_raw(len(lane)), lane)


def test_words_left_over_come_first():
    one, other = (random.Source(np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(one.words(words(5)), np.concatenate([words(5), other.words(words(0))]))


def test_times_are_a_poisson_process_from_one_portion_to_the_next():
    source, start, portions = random.Source(np.random.default_rng(1)), 7.0, []
    for _ in range(60):
        portions.append(source.times(start, 0.3))
        start = portions[-1][-1]
    waits = np.diff(np.concatenate(portions), prepend=7.0)
    assert waits.min() >= 0
    assert abs(waits.mean() / 0.3 - 1) < 4 / np.sqrt(len(waits))
    assert kstest(waits, "expon", args=(0, 0.3)).pvalue > 1e-3
    assert abs(np.corrcoef(waits[:-1], waits[1:])[0, 1]) < 4 / np.sqrt(len(waits))
    count = np.bincount((np.concatenate(portions) - 7.0).astype(int))[:-1]  # in each unit of time
    assert abs(count.var() / count.mean() - 1) < 4 * np.sqrt(2 / len(count))


def test_bounded_integers_reject_words_so_that_none_is_favored():
    bound = 3 * 2**30  # a word in four is to be rejected
    feed, at, drawn = words(200_000), 0, []
    while True:
        value, at = random.below(bound, feed, at)
        if at < 0:
            break
        drawn.append(value)
    kept = len(drawn) / len(feed)
    assert abs(kept - 3 / 4) < 4 * np.sqrt(3 / 16 / len(feed))
    assert chisquare(np.bincount(np.array(drawn) // 2**28, minlength=12)).pvalue > 1e-3
    assert chisquare(np.bincount(np.array(drawn) % 3)).pvalue > 1e-3  # without rejection: in 2 to 1 to 1


def test_a_block_of_draws_equals_draws_one_by_one():
    for bound, fall, period in ((3 * 2**30, 2, 64), (3 * 2**30, 1, 2), (129, 2, 64)):
        feed, out, at = words(200), np.empty(64, np.int64), 0
        after = random.draw(out, 64, bound, fall, period, feed, 0)
        for k in range(64):
            value, at = random.below(bound - fall * (k % period), feed, at)
            assert value == out[k]
        assert at == after


def test_a_block_looks_closer_at_any_word_that_may_have_to_be_rejected():
    bound, out = 2**31 + 1, np.empty(1, np.int64)  # nearly every second word is rejected
    for word in (2**30, 2**30 + 2**29, 2**31 - 2):
        feed = np.array([word, 2**31 - 1], np.uint32)
        assert random.draw(out, 1, bound, 0, 1, feed, 0) == 2
        assert (out[0], 2) == random.below(bound, feed, 0)


def test_the_last_word_is_used_and_none_beyond():
    out, feed = np.empty(8, np.int64), words(8)
    assert random.draw(out, 8, 100, 1, 8, feed, 0) == 8
    assert random.draw(out, 8, 100, 1, 8, feed[:7], 0) == -1
    assert random.draw(out, 8, 100, 1, 8, feed, 1) == -1
    assert random.coins(random.chance(0.5), feed, 6)[1] == 8
    assert random.coins(random.chance(0.5), feed, 7)[1] == -1


def test_a_block_whose_words_run_out_while_some_are_rejected_asks_for_more():
    out, bound = np.empty(2, np.int64), 2**31 + 1
    feed = np.array([2**30, 2**31 - 1, 2**30], np.uint32)  # the first and the last are rejected
    assert random.draw(out, 2, bound, 0, 1, feed, 0) == -1
    assert random.draw(out, 2, bound, 0, 1, np.append(feed, np.uint32(2**31 - 1)), 0) == 4


def test_uniform_numbers_have_a_logarithm():
    out = np.empty(2)
    random.uniform(out, np.array([0, 2**64 - 1], np.uint64))
    assert out.tolist() == [2.0**-54, 1.0]


@pytest.mark.parametrize("p", [0.5, 0.3, 1 / 64, 1 - 2.0**-53])
def test_coins_fall_as_often_as_they_should_each_by_itself(p):
    feed, at, heads = words(600_000), 0, []
    while True:
        mask, at = random.coins(random.chance(p), feed, at)
        if at < 0:
            break
        heads.append([int(mask) >> k & 1 for k in range(64)])
    heads = np.array(heads)
    error = np.sqrt(p * (1 - p) / heads.size)
    assert abs(heads.mean() - p) <= 4 * error
    if p <= 0.5:
        number = np.bincount(heads.sum(axis=1), minlength=65)
        expected = len(heads) * binom(64, p).pmf(np.arange(65))
        often = expected > 5
        both = [np.append(x[often], x[~often].sum()) for x in (number, expected)]
        assert chisquare(*both).pvalue > 1e-3
        each = heads.sum(axis=0)
        assert chisquare(each, np.full(64, each.mean())).pvalue > 1e-3


def test_coins_are_comparisons_of_binary_digits():
    p, feed = 0.3, words(200)
    mask, at = random.coins(random.chance(p), feed, 0)
    digits = [int(feed[k]) << 32 | int(feed[k + 1]) for k in range(0, at, 2)]
    for k in range(64):
        number = sum((digit >> k & 1) / 2 ** (place + 1) for place, digit in enumerate(digits))
        assert (number < p) == (int(mask) >> k & 1)
    assert at < 40  # far from 64 digits


def test_even_odds_take_one_digit():
    assert random.coins(np.uint64(2**63), words(10), 0)[1] == 2
    assert random.coins(np.uint64(2**63), words(1), 0)[1] == -1
