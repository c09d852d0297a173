import numpy as np
import pytest
from qutip import liouvillian, mesolve, operator_to_vector, vector_to_operator

from oile import bloch, density, foreground, hamiltonian, jump_operators, medium_rhs, solve
from tests.states import random_vectors

AXIS = np.array([0.48, 0.6, 0.64])


@pytest.mark.parametrize("length", [0.0, 0.3, 1.0])
def test_mesolve_agrees_with_eq_8(length):
    Q, P0, gamma, t = length * AXIS, [0.1, -0.5, 0.7], 0.1, np.linspace(0, 40, 81)
    options = dict(atol=1e-12, rtol=1e-10)
    states = mesolve(hamiltonian(Q), density(P0), t, jump_operators(Q, gamma), options=options).states
    master = solve(lambda P: medium_rhs(P, Q, gamma), P0, t)
    assert np.allclose([bloch(rho) for rho in states], master, rtol=0, atol=1e-7)


@pytest.mark.parametrize("length", [0.0, 0.3, 0.9999, 1.0])
def test_the_generator_is_that_of_eq_A4(length):
    """As superoperators, with the nested commutators of (A4) written out."""
    Q, gamma = length * AXIS, 0.1
    generator = liouvillian(hamiltonian(Q), jump_operators(Q, gamma))
    eta = density(Q)
    for P in random_vectors(10, np.random.default_rng(1)):
        chi = density(P)
        first = eta * chi - chi * eta
        second = eta * first - first * eta
        a4 = -1j * first - gamma * (chi - eta) + gamma / 2 * second
        image = vector_to_operator(generator * operator_to_vector(chi))
        assert np.allclose(image.full(), a4.full(), rtol=0, atol=1e-15)


def test_a_pure_medium_damps_the_amplitude():
    (jump,) = jump_operators(AXIS, 0.2)
    assert np.isclose((jump.dag() * jump).tr(), 0.2)
    assert np.allclose((jump * jump).full(), 0, atol=1e-15)


def test_exact_steps_follow_the_semigroup():
    """The order gamma^2 of the difference, at fixed time."""
    Q, P0, error = 0.3 * AXIS, [0, 0, 1], []
    for gamma in (0.02, 0.01):
        n = int(5 / gamma)
        options = dict(atol=1e-13, rtol=1e-11)
        rho = mesolve(hamiltonian(Q), density(P0), [0, n * gamma], jump_operators(Q, gamma), options=options)
        error.append(np.abs(bloch(rho.states[-1]) - foreground(P0, Q, gamma, n)).max())
    assert 3.8 < error[0] / error[1] < 4.2


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("Q", lambda: hamiltonian([0, 0, 2])),
        ("Q", lambda: jump_operators([0, 0, np.nan], 0.1)),
        ("gamma", lambda: jump_operators([0, 0, 1], -0.1)),
    ],
)
def test_bad_input_is_refused_by_name(name, call):
    with pytest.raises(ValueError, match=name):
        call()
