import numpy as np
import pytest
from hypothesis import given, settings

from oile import encounter, encounter_exact
from tests.states import bloch_vectors, numbers, random_vectors

PHASE = numbers(0, 20)
FREQUENCY = numbers(-5, 5)


def test_the_closed_form_is_the_quantum_mechanics_of_a_pair():
    rng = np.random.default_rng(1)
    n = 500
    P, Q = random_vectors(n, rng), random_vectors(n, rng)
    pair = dict(g=rng.uniform(0, 2, n), omega=tuple(rng.normal(0, 3, (2, n))), dt=rng.uniform(0, 5, n))
    gamma = rng.uniform(0, 10, n)
    gamma[:3], pair["dt"][2:5] = 0, 0  # no interaction, no time, neither
    for closed, exact in zip(encounter(P, Q, gamma, **pair), encounter_exact(P, Q, gamma, **pair), strict=True):
        assert np.allclose(closed, exact, rtol=0, atol=1e-13)


def test_without_dt_the_vacuum_acts_for_the_time_gamma():
    P, Q = random_vectors(2, np.random.default_rng(2))
    for model in (encounter, encounter_exact):
        assert np.array_equal(model(P, Q, 0.3, omega=(1, 2)), model(P, Q, 0.3, omega=(1, 2), dt=0.3))


@given(bloch_vectors(), bloch_vectors(), PHASE)
def test_without_vacuum_an_encounter_is_a_partial_swap(P, Q, phi):
    c, s = np.cos(phi), np.sin(phi)
    after, other = encounter(P, Q, phi)
    assert np.allclose(after, c**2 * P + s**2 * Q + s * c * np.cross(Q, P), rtol=0, atol=1e-14)
    assert np.allclose(after + other, P + Q, rtol=0, atol=1e-14)


@given(bloch_vectors(), FREQUENCY, numbers(0, 5))
def test_alone_a_bloch_vector_precesses_about_minus_B(P, omega, dt):
    after, _ = encounter(P, [0, 0, 0.5], 0.0, omega=(omega, 1.0), dt=dt)
    angle = -omega * dt
    turned = [P[0] * np.cos(angle) - P[1] * np.sin(angle), P[0] * np.sin(angle) + P[1] * np.cos(angle), P[2]]
    assert np.allclose(after, turned, rtol=0, atol=1e-13)


@given(bloch_vectors(), bloch_vectors(), PHASE, FREQUENCY, FREQUENCY, numbers(0, 5))
def test_an_encounter_conserves_P3_to_rounding_and_keeps_states_states(P, Q, gamma, wa, wb, dt):
    P_, Q_ = encounter(P, Q, gamma, omega=(wa, wb), dt=dt)
    assert abs(P_[2] + Q_[2] - P[2] - Q[2]) <= 4e-16
    assert max(np.linalg.norm(P_), np.linalg.norm(Q_)) <= 1 + 1e-14


@given(bloch_vectors(), bloch_vectors(), PHASE)
def test_an_encounter_never_drives_a_pair_apart(P, Q, gamma):
    P_, Q_ = encounter(P, Q, gamma)
    assert np.linalg.norm(P_ - Q_) <= np.linalg.norm(P - Q) + 1e-14
    assert P_ @ P_ + Q_ @ Q_ <= P @ P + Q @ Q + 1e-14


@given(bloch_vectors(), bloch_vectors(), PHASE, FREQUENCY, FREQUENCY)
def test_the_two_neutrinos_may_change_names(P, Q, gamma, wa, wb):
    there = encounter(P, Q, gamma, omega=(wa, wb))
    back = encounter(Q, P, gamma, omega=(wb, wa))
    assert np.allclose(there, back[::-1], rtol=0, atol=1e-14)


@settings(max_examples=20)
@given(bloch_vectors(), bloch_vectors(), PHASE, numbers(0, 2), FREQUENCY, FREQUENCY)
def test_only_the_phase_gamma_g_counts(P, Q, gamma, g, wa, wb):
    pair = dict(omega=(wa, wb), dt=1.0)
    assert np.allclose(encounter(P, Q, gamma, g=g, **pair), encounter(P, Q, gamma * g, **pair), rtol=0, atol=1e-13)


def test_leading_axes_broadcast():
    rng = np.random.default_rng(3)
    P, Q = random_vectors(4, rng), random_vectors(5, rng)[:, None]
    after, other = encounter(P, Q, 0.1, g=np.ones((2, 1, 1)))
    assert after.shape == other.shape == (2, 5, 4, 3)
    one, _ = encounter_exact(P[3], Q[2, 0], 0.1)
    assert np.allclose(after[1, 2, 3], one, rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("error", "name", "change"),
    [
        (ValueError, "P", dict(P=[0, 0, 1.01])),
        (ValueError, "Q", dict(Q=[0, 0])),
        (ValueError, "P", dict(P=[0, 0, np.nan])),
        (TypeError, "Q", dict(Q=[0, 0, 1j])),
        (TypeError, "P", dict(P="up")),
        (ValueError, "gamma", dict(gamma=-0.1)),
        (ValueError, "gamma", dict(gamma=np.inf)),
        (ValueError, "g", dict(g=np.nan)),
        (ValueError, "omega", dict(omega=(1, 2, 3))),
        (ValueError, "omega", dict(omega=(1, np.nan))),
        (ValueError, "dt", dict(dt=-1)),
        (ValueError, "shape", dict(gamma=[0.1, 0.2], g=[1.0, 1.0, 1.0])),
        (ValueError, r"\(2,\) of P, \(3,\) of Q", dict(P=np.zeros((2, 3)), Q=np.zeros((3, 3)))),
        (ValueError, r"\(2,\) of omega\[1\]", dict(P=np.zeros((4, 3)), omega=(0.1, [0.1, 0.2]))),
    ],
)
@pytest.mark.parametrize("model", [encounter, encounter_exact])
def test_bad_input_is_refused_by_name(model, error, name, change):
    arguments = dict(P=[0, 0, 1], Q=[1, 0, 0], gamma=0.1) | change
    with pytest.raises(error, match=name):
        model(arguments.pop("P"), arguments.pop("Q"), arguments.pop("gamma"), **arguments)
