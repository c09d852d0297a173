from functools import partial

import numpy as np
import pytest

from oile import Ensemble, encounter, ensemble_rhs, isotropic_velocities, medium_rhs, solve, uncorrelated_rhs
from tests.states import random_vectors

N = 6


@pytest.fixture
def gas():
    rng = np.random.default_rng(1)
    return Ensemble(random_vectors(N, rng), rng.normal(0, 0.5, N), random_vectors(N, rng))


def direct_sum(P, omega, velocity, gamma, p):
    """Eq. (14) as it is printed for p = 1, with its averages as double sums."""
    g = 1 - velocity @ velocity.T
    others = (1 - np.eye(len(P))) / (len(P) - 1)
    G = (others * g) @ P
    B = np.array([0, 0, 1])
    return (
        np.cross(-omega[:, None] * B + G, P)
        - gamma * ((others * g**2).sum(axis=1, keepdims=True) * P - (others * g**2) @ P)
        - p * gamma / 2 * (np.cross(G, np.cross(G, P)) + np.cross((others * g) @ np.cross(G, P), P))
    )


def perfect_matchings(particles):
    if not particles:
        yield []
    else:
        first, *rest = particles
        for partner in rest:
            for pairs in perfect_matchings([x for x in rest if x != partner]):
                yield [(first, partner), *pairs]


def averaged_step(gas, gamma, p):
    """One step of the gas, averaged exactly over all perfect matchings and who of them meet."""
    after = []
    for pairs in perfect_matchings(list(range(N))):
        P = gas.P.copy()
        for a, b in pairs:
            g = 1 - gas.velocity[a] @ gas.velocity[b]
            met, unmet = (
                encounter(gas.P[a], gas.P[b], phase, g=g, omega=(gas.omega[a], gas.omega[b]), dt=p * gamma)
                for phase in (gamma, 0.0)
            )
            P[[a, b]] = p * np.array(met) + (1 - p) * np.array(unmet)
        after.append(P)
    assert len(after) == 15
    return np.mean(after, axis=0)


@pytest.mark.parametrize("p", [1.0, 0.3, 0.0])
def test_moments_of_the_velocities_are_the_double_sum(p):
    rng = np.random.default_rng(2)
    P, omega, velocity = random_vectors(40, rng), rng.normal(size=40), random_vectors(40, rng)
    expected = direct_sum(P, omega, velocity, 0.3, p)
    assert np.allclose(ensemble_rhs(P, omega, velocity, 0.3, p), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("p", [1.0, 0.4])
def test_eq_14_is_the_average_over_pairings_to_second_order(gas, p):
    """One step differs by O(gamma^3): eight times less for half the step."""
    error = []
    for gamma in (0.02, 0.01):
        rhs = partial(ensemble_rhs, omega=gas.omega, velocity=gas.velocity, gamma=gamma, p=p)
        master = solve(rhs, gas.P, [0, p * gamma])[-1]
        error.append(np.abs(averaged_step(gas, gamma, p) - master).max())
    assert 7.5 < error[0] / error[1] < 8.5


def test_eqs_14_and_17_conserve_the_mean_P3(gas):
    for gamma in (0.0, 0.4):
        assert abs(ensemble_rhs(gas.P, gas.omega, gas.velocity, gamma)[:, 2].sum()) < 1e-15
        assert abs(uncorrelated_rhs(gas.P, gas.omega, gamma)[:, 2].sum()) < 1e-15


def test_the_mean_field_keeps_every_length(gas):
    dP = ensemble_rhs(gas.P, gas.omega, gas.velocity, 0.0)
    assert np.allclose(np.sum(dP * gas.P, axis=1), 0, atol=1e-15)


@pytest.mark.parametrize("p", [1.0, 0.0])
def test_eq_14_becomes_eq_17_when_velocities_and_states_are_independent(p):
    """With each state spread over many velocities, up to the sampling error of g and g^2, of order N^-1/2."""
    rng = np.random.default_rng(3)
    n = 200_000
    group = rng.integers(0, 2, n)
    P, omega = random_vectors(2, rng)[group], np.array([0.1, 0.2])[group]
    exact = ensemble_rhs(P, omega, isotropic_velocities(n, rng), 0.3, p)
    reduced = uncorrelated_rhs(P, omega, 0.3, p)
    for s in (0, 1):
        spread = exact[group == s] - reduced[group == s]
        assert np.abs(spread).max() < 10 / np.sqrt(n)


def test_several_gases_at_once_are_each_by_itself():
    several = random_vectors(30, np.random.default_rng(5)).reshape(2, 3, 5, 3)
    omega = np.linspace(0.1, 0.5, 5)
    together = uncorrelated_rhs(several, omega, 0.3, 0.4)
    for k in np.ndindex(2, 3):
        assert np.allclose(together[k], uncorrelated_rhs(several[k], omega, 0.3, 0.4), rtol=0, atol=1e-15)


def test_chance_takes_a_share_of_the_second_order_term_from_eq_17(gas):
    mean = gas.P.mean(axis=0)
    second = -0.3 / 2 * np.cross(mean, np.cross(mean, gas.P))
    never, sometimes = (uncorrelated_rhs(gas.P, gas.omega, 0.3, p) for p in (0.0, 0.4))
    assert np.allclose(sometimes - never, 0.4 * second, rtol=0, atol=1e-15)


def test_two_particles_at_right_angles_relax_to_each_other_as_in_eq_8():
    """One is the other's medium; Q moves too, so only the first instant compares, without the nested term."""
    P, Q = random_vectors(2, np.random.default_rng(4))
    gas_ = ensemble_rhs([P, Q], [0, 0], np.zeros((2, 3)), 0.2)[0]
    nested = -0.1 * np.cross(np.cross(P, Q), P)
    assert np.allclose(gas_, medium_rhs(P, Q, 0.2) + nested, rtol=0, atol=1e-15)


@pytest.mark.parametrize("p", [1.0, 0.25])
def test_eq_8_splits_into_parallel_and_perpendicular_parts(p):
    P, Q = random_vectors(2, np.random.default_rng(5))
    gamma = 0.2
    n = Q / np.linalg.norm(Q)
    parallel = (P @ n) * n
    across = P - parallel
    eq_8b = np.cross(Q, P) - gamma * (parallel + (1 - p * Q @ Q / 2) * across) + gamma * Q
    assert np.allclose(medium_rhs(P, Q, gamma, p), eq_8b, rtol=0, atol=1e-15)


def test_solve_matches_the_closed_solution_of_eq_8():
    Q, gamma, t = 0.8, 0.1, np.linspace(0, 30, 20_000)  # some of them just before a step's end
    P = solve(lambda P: medium_rhs(P, [0, 0, Q], gamma), [0.6, 0, 0.2], t)
    across = 0.6 * np.exp((1j * Q - gamma * (1 - Q**2 / 2)) * t)
    closed = np.stack([across.real, across.imag, Q + (0.2 - Q) * np.exp(-gamma * t)], axis=-1)
    assert np.allclose(P, closed, rtol=0, atol=1e-8)


def test_solve_starts_at_the_first_time_and_takes_repeated_ones():
    t = [500, 501, 501, 502]
    P = solve(lambda P: medium_rhs(P, [1, 0, 0], 0.1), [0, 0, 1], t)
    assert np.array_equal(P[0], [0, 0, 1])
    assert np.array_equal(P[1], P[2])
    assert np.array_equal(solve(lambda P: -P, [0, 0, 1], [3.0]), [[0, 0, 1]])


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("P", lambda: medium_rhs([0, 0, 2], [0, 0, 1], 0.1)),
        ("Q", lambda: medium_rhs([0, 0, 1], [0, 0, 1.1], 0.1)),
        ("gamma", lambda: medium_rhs([0, 0, 1], [0, 0, 1], -1)),
        ("p must", lambda: medium_rhs([0, 0, 1], [0, 0, 1], 0.1, 1.1)),
        ("p must", lambda: ensemble_rhs(np.zeros((2, 3)), [1, 1], np.zeros((2, 3)), 0.1, -0.1)),
        ("p must", lambda: uncorrelated_rhs(np.zeros((2, 3)), [1, 1], 0.1, 2)),
        ("P must hold", lambda: ensemble_rhs([[0, 0, 1]], [1], [[0, 0, 0]], 0.1)),
        ("omega", lambda: ensemble_rhs(np.zeros((2, 3)), [1], np.zeros((2, 3)), 0.1)),
        ("velocity", lambda: ensemble_rhs(np.zeros((2, 3)), [1, 1], np.ones((2, 3)), 0.1)),
        ("gamma", lambda: ensemble_rhs(np.zeros((2, 3)), [1, 1], np.zeros((2, 3)), np.nan)),
        ("P must", lambda: uncorrelated_rhs(np.full((2, 3), np.nan), [1, 1], 0.1)),
        ("P must", lambda: uncorrelated_rhs([0, 0, 1], [1], 0.1)),
        ("omega", lambda: uncorrelated_rhs(np.zeros((2, 3)), [1, 1, 1], 0.1)),
        ("t must not decrease", lambda: solve(lambda P: -P, [0, 0, 1], [0, 2, 1])),
        ("t must be >= 0", lambda: solve(lambda P: -P, [0, 0, 1], [-1, 0])),
        ("P0", lambda: solve(lambda P: -P, [0, 0, 1.5], [0, 1])),
        ("rhs", lambda: solve(lambda P: P[:2], [0, 0, 1], [0, 1])),
    ],
)
def test_bad_input_is_refused_by_name(name, call):
    with pytest.raises(ValueError, match=name):
        call()


def loses_its_shape():
    calls = []
    return lambda P: -P if calls.append(P) or len(calls) < 5 else 0.0


def test_a_right_hand_side_may_work_in_place_and_hand_out_one_array():
    buffer, t = np.empty(3), np.linspace(0, 5, 50)

    def in_place(P):
        buffer[:] = np.cross([1.0, 0.0, 0.3], P)
        P *= 0.2
        buffer[:] -= P
        return buffer

    start = np.array([0.0, 0.0, 1.0])
    expected = solve(lambda P: np.cross([1.0, 0.0, 0.3], P) - 0.2 * P, start, t)
    assert np.array_equal(solve(in_place, start, t), expected)
    assert np.array_equal(start, [0, 0, 1])


def explode(P, value=np.nan):
    return np.where(P[2] < 0.5, value, [0.0, 0.0, -1.0])


@pytest.mark.parametrize(
    ("error", "message", "change"),
    [
        (TypeError, "rhs must be a function", dict(rhs=1.0)),
        (ValueError, "rtol must be > 0", dict(rtol=-1e-3)),
        (ValueError, "atol must be > 0", dict(atol=0)),
        (ValueError, "rtol must be < 1", dict(rtol=1)),
        (ValueError, r"rhs must return an array of P0's shape \(3,\), got \(\)", dict(rhs=loses_its_shape())),
        (TypeError, "rhs must return an array of real numbers", dict(rhs=lambda P: 1j * P)),
        (ValueError, "what rhs returns must have no masked", dict(rhs=lambda P: np.ma.array(P, mask=[1, 0, 0]))),
        (RuntimeError, r"rhs must stay finite, got nan at t = 0\.", dict(rhs=explode)),
        (RuntimeError, r"rhs must stay finite, got inf at t = 0\.", dict(rhs=lambda P: explode(P, np.inf))),
        (
            RuntimeError,
            r"more than max_steps = 50 steps",
            dict(rhs=lambda P: -100 * P, t=np.linspace(0, 50, 200), max_steps=50),
        ),
        (RuntimeError, r"more than max_steps = 50 steps", dict(rhs=lambda P: -1e9 * (P - [0, 0, 1]), max_steps=50)),
        (TypeError, "max_steps", dict(max_steps=1.5)),
        (
            RuntimeError,
            r"rhs cannot be integrated beyond t = 0\.00166667",
            dict(rhs=lambda P: 1e3 * P**2, P0=[0, 0, 0.6]),
        ),
    ],
)
def test_an_equation_that_cannot_be_solved_ends_with_a_word(error, message, change):
    with pytest.raises(error, match=message):
        solve(**dict(rhs=lambda P: -P, P0=[0, 0, 0.9], t=[0, 1]) | change)
