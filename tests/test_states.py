import numpy as np
import pytest
from hypothesis import given
from qutip import basis

from oile import bloch, density, flavor_state
from tests.states import bloch_vectors


@given(bloch_vectors())
def test_density_and_bloch_are_inverse(P):
    assert np.allclose(bloch(density(P)), P, rtol=0, atol=1e-15)


@given(bloch_vectors())
def test_a_density_operator_is_a_state(P):
    rho = density(P)
    assert rho.isherm
    assert abs(rho.tr() - 1) < 1e-14
    assert rho.eigenenergies().min() > -1e-14
    assert abs(rho.purity() - (1 + P @ P) / 2) < 1e-14


def test_the_first_basis_state_points_along_the_vacuum_field():
    assert np.array_equal(bloch(basis(2, 0).proj()), [0, 0, 1])


def test_a_pure_state_of_single_precision_has_no_vector_longer_than_1():
    raw, given = [], []
    for x, y, z in np.random.default_rng(1).standard_normal((50, 3)):
        r = np.sqrt(x * x + y * y + z * z)
        rho = (np.array([[r + z, x - 1j * y], [x + 1j * y, r - z]]) / (2 * r)).astype(np.complex64)
        exact = rho.astype(complex)
        raw.append(np.linalg.norm([2 * exact[1, 0].real, 2 * exact[1, 0].imag, (exact[0, 0] - exact[1, 1]).real]))
        given.append(np.linalg.norm(bloch(rho)))
    assert max(raw) > 1 + 1e-8
    assert max(given) <= 1 + 1e-15


def test_bloch_takes_a_plain_matrix():
    assert np.allclose(bloch([[0.5, -0.5j], [0.5j, 0.5]]), [0, 1, 0])


@given(bloch_vectors())
def test_flavor_states_are_opposite_unit_vectors_tilted_by_twice_the_angle(P):
    theta = P[0]
    e, x = flavor_state("e", theta), flavor_state("x", theta)
    assert np.array_equal(e, -x)
    assert np.isclose(np.arctan2(e[0], e[2]), 2 * theta)


@pytest.mark.parametrize("P", [[0, 0, 1.1], [0, 0], [0, 0, np.nan], [[0, 0, 1]]])
def test_density_refuses_what_is_no_bloch_vector(P):
    with pytest.raises(ValueError, match="P must"):
        density(P)


@pytest.mark.parametrize("rho", [np.eye(3) / 3, np.eye(2), [[0.5, 1], [0, 0.5]]])
def test_bloch_refuses_what_is_no_density_operator(rho):
    with pytest.raises(ValueError, match="rho must"):
        bloch(rho)


def test_flavor_state_refuses_a_third_flavor():
    with pytest.raises(ValueError, match="'tau'"):
        flavor_state("tau")
    with pytest.raises(ValueError, match="theta"):
        flavor_state("e", np.inf)
