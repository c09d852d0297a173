from functools import partial

import numpy as np
import pytest
from hypothesis import given

from oile import encounter, foreground, medium_rhs, solve
from tests.states import bloch_vectors, numbers, random_vectors


@given(bloch_vectors(), bloch_vectors(), numbers(0, 4))
def test_the_closed_form_is_a_chain_of_encounters(P, Q, gamma):
    chain = [P]
    for _ in range(30):
        chain.append(encounter(chain[-1], Q, gamma)[0])
    assert np.allclose(foreground(P, Q, gamma, np.arange(31)), chain, rtol=0, atol=1e-13)


@pytest.mark.parametrize("Q", [[0, 0, 0], [0, 0, 1], [0.3, -0.2, 0.1]])
def test_a_complete_swap_and_no_encounter_are_exact(Q):
    P = [0.1, 0.5, -0.4]
    assert np.allclose(foreground(P, Q, np.pi / 2, 3), Q, rtol=0, atol=1e-15)
    assert np.allclose(foreground(P, Q, 0.7, 0), P, rtol=0, atol=1e-15)


@pytest.mark.parametrize(("length", "order"), [(0.0, 3), (0.3, 2), (0.8, 2), (1.0, 3)])
def test_eq_8_errs_at_order_gamma_squared_and_at_the_next_for_a_pure_or_unpolarized_medium(length, order):
    """The precession is faster than Eq. (8) says by |Q| (1 - |Q|^2) gamma^2 / 3, and this vanishes at both ends."""
    P, Q, t = np.array([0, 0, 1.0]), length * np.array([0.6, 0, 0.8]), 10
    error = []
    for gamma in (0.02, 0.01):
        n = np.arange(0, round(t / gamma) + 1)
        master = solve(partial(medium_rhs, Q=Q, gamma=gamma), P, n * gamma, rtol=1e-11, atol=1e-13)
        error.append(np.abs(foreground(P, Q, gamma, n) - master).max())
    assert abs(np.log2(error[0] / error[1]) - order) < 0.2
    assert error[1] < t * length * (1 - length**2) / 3 * 0.01**2 + t * 0.01**3


def test_leading_axes_broadcast():
    P, Q = random_vectors(2, np.random.default_rng(1))
    many = foreground(P, Q, [[0.1], [0.2]], [0, 1, 5])
    assert many.shape == (2, 3, 3)
    assert np.allclose(many[1, 2], foreground(P, Q, 0.2, 5), rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("error", "name", "arguments"),
    [
        (ValueError, "P0", ([0, 0, 2], [0, 0, 1], 0.1, 1)),
        (ValueError, "Q", ([0, 0, 1], [0, 0, np.nan], 0.1, 1)),
        (ValueError, "gamma", ([0, 0, 1], [0, 0, 1], -0.1, 1)),
        (ValueError, "n must", ([0, 0, 1], [0, 0, 1], 0.1, -1)),
        (TypeError, "n must", ([0, 0, 1], [0, 0, 1], 0.1, 1.5)),
        (ValueError, "shape", ([0, 0, 1], [0, 0, 1], [0.1, 0.2], [1, 2, 3])),
    ],
)
def test_bad_input_is_refused_by_name(error, name, arguments):
    with pytest.raises(error, match=name):
        foreground(*arguments)
