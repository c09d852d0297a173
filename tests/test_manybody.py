from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oile import Ensemble, bipolar, encounter_exact
from oile.manybody import bloch_vectors, entanglement_entropy, forgetting, pairings, product_state, remembering
from tests.states import numbers, random_vectors


def gas_of(N, seed, vacuum=True):
    """A gas of pure states in all directions, frequencies and velocities in all sizes."""
    rng = np.random.default_rng(seed)
    P = rng.standard_normal((N, 3))
    return Ensemble(
        P=P / np.linalg.norm(P, axis=1, keepdims=True),
        omega=rng.normal(0, 0.5, N) if vacuum else 0.0,
        velocity=random_vectors(N, rng),
    )


def total_spin(psi, N):
    """Expectation of (sum of sigma)^2, pair by pair, through the exchange of two particles."""
    tensor = psi.reshape((2,) * N)
    swaps = sum(np.vdot(tensor, np.swapaxes(tensor, a, b)).real for a, b in combinations(range(N), 2))
    return 3 * N + 2 * (2 * swaps - comb(N, 2))


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 5), numbers(0, 3), st.integers(0, 2**32 - 1))
def test_the_gates_are_the_exponential_of_the_papers_hamiltonian(N, gamma, seed):
    from scipy.linalg import expm

    gas = gas_of(N, seed)
    pairs = pairings(N, 3, np.random.default_rng(seed))
    sigma = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])

    def on(a, s):  # s acting on particle a, Eq. (11)
        return np.kron(np.kron(np.eye(2**a), s), np.eye(2 ** (N - 1 - a)))

    expected = product_state(gas.P)
    for step in pairs:
        H = sum(-gas.omega[a] / 2 * on(a, sigma[2]) for a in range(N))  # Eq. (10), Theta_ab from the step's pairs
        for a, b in step:
            H = H + (1 - gas.velocity[a] @ gas.velocity[b]) / 2 * sum(on(a, s) @ on(b, s) for s in sigma)
        expected = expm(-1j * gamma * H) @ expected
    overlap = np.vdot(expected, remembering(product_state(gas.P), gas, gamma, pairs))
    assert abs(abs(overlap) - 1) < 1e-12


def test_as_long_as_no_correlation_returns_forgetting_is_exact():
    """Eight particles, three steps: who meets in step k has met nobody in common, so the pair is uncorrelated."""
    gas = gas_of(8, 1)
    bits = [np.array([[i, i ^ (1 << k)] for i in range(8) if not i >> k & 1]) for k in range(3)]
    P, psi = gas.P, product_state(gas.P)
    for step in bits:
        P, psi = forgetting(P, gas, 0.7, [step]), remembering(psi, gas, 0.7, [step])
        assert np.allclose(P, bloch_vectors(psi), rtol=0, atol=1e-13)
    P, psi = forgetting(P, gas, 0.7, [bits[0]]), remembering(psi, gas, 0.7, [bits[0]])  # now they meet again
    assert np.abs(P - bloch_vectors(psi)).max() > 0.01


def test_the_second_meeting_is_where_memory_begins():
    gas = gas_of(2, 2)
    twice, once = np.array([[[0, 1]], [[0, 1]]]), np.array([[[0, 1]]])
    P = bloch_vectors(remembering(product_state(gas.P), gas, 0.4, twice))
    assert np.allclose(P, bloch_vectors(remembering(product_state(gas.P), gas, 0.8, once)), rtol=0, atol=1e-13)
    assert np.abs(P - forgetting(gas.P, gas, 0.4, twice)).max() > 0.01


def test_forgetting_is_the_exact_encounter_pair_by_pair():
    gas, gamma = gas_of(6, 3), 0.6
    pairs = pairings(6, 4, np.random.default_rng(3))
    P = gas.P.copy()
    for a, b in pairs.reshape(-1, 2):
        g = 1 - gas.velocity[a] @ gas.velocity[b]
        P[a], P[b] = encounter_exact(P[a], P[b], gamma, g=g, omega=(gas.omega[a], gas.omega[b]))
    assert np.allclose(forgetting(gas.P, gas, gamma, pairs), P, rtol=0, atol=1e-12)


def test_who_is_left_out_turns_in_vacuum():
    gas = Ensemble(P=[[0, 0, 1], [0, 0, 1], [1, 0, 0]], omega=[0.1, 0.2, 0.3], velocity=[0, 0, 0])
    pairs = [[[1, 0]]]
    expected = [[0, 0, 1], [0, 0, 1], [np.cos(0.6), -np.sin(0.6), 0]]
    assert np.allclose(forgetting(gas.P, gas, 2.0, pairs), expected, rtol=0, atol=1e-15)
    assert np.allclose(bloch_vectors(remembering(product_state(gas.P), gas, 2.0, pairs)), expected, atol=1e-15)


@pytest.mark.parametrize("N", [7, 8])
def test_what_the_closed_gas_conserves(N):
    pairs = pairings(N, 300, np.random.default_rng(4))
    down = np.array([bin(i).count("1") for i in range(2**N)])
    for vacuum in (True, False):
        gas = gas_of(N, 4, vacuum)
        before = product_state(gas.P)
        after = remembering(before, gas, 0.9, pairs)
        assert abs(np.linalg.norm(after) - 1) < 1e-12
        for n in range(N + 1):  # the distribution of the total third component
            assert abs(np.sum(np.abs(after[down == n]) ** 2) - np.sum(np.abs(before[down == n]) ** 2)) < 1e-12
        if not vacuum:
            assert np.allclose(bloch_vectors(after).sum(axis=0), gas.P.sum(axis=0), rtol=0, atol=1e-11)
            assert abs(total_spin(after, N) - total_spin(before, N)) < 1e-10
            forgotten = forgetting(gas.P, gas, 0.9, pairs)
            assert np.allclose(forgotten.sum(axis=0), gas.P.sum(axis=0), rtol=0, atol=1e-11)


def test_pieces_of_a_run_are_the_run():
    gas = gas_of(6, 5)
    pairs = pairings(6, 9, np.random.default_rng(5))
    psi = product_state(gas.P)
    whole = remembering(psi, gas, 0.3, pairs)
    assert np.array_equal(remembering(remembering(psi, gas, 0.3, pairs[:4]), gas, 0.3, pairs[4:]), whole)
    assert np.array_equal(remembering(psi, gas, 0.3, pairs[:0]), psi)
    assert np.array_equal(psi, product_state(gas.P)), "the argument is left alone"


def test_every_matching_is_equally_likely():
    from scipy.stats import chisquare

    for N, matchings in ((4, 3), (5, 15), (6, 15)):
        pairs = np.sort(pairings(N, 15000, np.random.default_rng(6)), axis=2)
        pairs = np.array([sorted(map(tuple, step)) for step in pairs.tolist()]).reshape(15000, -1)
        _, count = np.unique(pairs, axis=0, return_counts=True)
        assert len(count) == matchings
        assert chisquare(count).pvalue > 1e-4


@given(st.integers(0, 2**32 - 1))
def test_product_states_and_bloch_vectors_are_inverse(seed):
    P = gas_of(5, seed).P
    assert np.allclose(bloch_vectors(product_state(P)), P, rtol=0, atol=1e-13)


def test_poles_are_product_states_too():
    P = np.array([[0, 0, 1.0], [0, 0, -1], [1, 0, 0], [0, -1, 0]])
    assert np.allclose(bloch_vectors(product_state(P)), P, rtol=0, atol=1e-15)


def test_the_order_of_the_particles_is_qutips():
    from qutip import basis, entropy_vn, ket2dm, tensor

    gas = gas_of(4, 7)
    psi = product_state(gas.P)
    spins = [product_state(p[None]) for p in gas.P]
    kets = tensor([s[0] * basis(2, 0) + s[1] * basis(2, 1) for s in spins])
    assert np.allclose(kets.full()[:, 0], psi, rtol=0, atol=1e-14)

    psi = remembering(psi, gas, 0.5, pairings(4, 5, np.random.default_rng(7)))
    ket = sum((psi[i] * tensor([basis(2, int(b)) for b in f"{i:04b}"]) for i in range(1, 16)), psi[0] * kets * 0)
    ket = ket + psi[0] * tensor([basis(2, 0)] * 4)
    for n in (1, 2, 3):
        assert abs(entropy_vn(ket2dm(ket).ptrace(range(n))) - entanglement_entropy(psi, n)) < 1e-10


def test_entanglement_is_the_same_from_both_sides_and_bounded():
    gas = gas_of(7, 8)
    psi = remembering(product_state(gas.P), gas, 1.0, pairings(7, 50, np.random.default_rng(8)))
    mirrored = psi.reshape((2,) * 7).transpose().ravel()
    for n in range(8):
        S = entanglement_entropy(psi, n)
        assert abs(S - entanglement_entropy(mirrored, 7 - n)) < 1e-10
        assert 0 <= S <= min(n, 7 - n) * np.log(2) + 1e-12
    assert entanglement_entropy(product_state(gas.P), 3) < 1e-12


@pytest.mark.parametrize(
    ("error", "name", "call"),
    [
        (ValueError, "N", lambda gas, psi, rng: pairings(1, 3, rng)),
        (TypeError, "steps", lambda gas, psi, rng: pairings(4, 3.0, rng)),
        (TypeError, "rng", lambda gas, psi, rng: pairings(4, 3, 2024)),
        (
            ValueError,
            "psi must have 2..4",
            lambda gas, psi, rng: remembering([1, 0], gas, 0.1, [[[0, 1], [2, 3]]]),
        ),
        (ValueError, "P", lambda gas, psi, rng: product_state([[0, 0, 0.5]])),
        (ValueError, "P", lambda gas, psi, rng: product_state([[0, 0, 1]] * 25)),
        (ValueError, "P", lambda gas, psi, rng: forgetting(gas.P[:3], gas, 0.1, [[[0, 1], [2, 3]]])),
        (ValueError, "gamma", lambda gas, psi, rng: forgetting(gas.P, gas, -0.1, [[[0, 1], [2, 3]]])),
        (ValueError, "pairs", lambda gas, psi, rng: forgetting(gas.P, gas, 0.1, [[[0, 1], [1, 3]]])),
        (ValueError, "pairs", lambda gas, psi, rng: remembering(psi, gas, 0.1, [[[0, 1], [2, 4]]])),
        (ValueError, "pairs", lambda gas, psi, rng: remembering(psi, gas, 0.1, [[0, 1], [2, 3]])),
        (TypeError, "pairs", lambda gas, psi, rng: remembering(psi, gas, 0.1, [[[0.0, 1.0], [2.0, 3.0]]])),
        (ValueError, "psi", lambda gas, psi, rng: remembering(psi[:8], gas, 0.1, [[[0, 1], [2, 3]]])),
        (ValueError, "psi", lambda gas, psi, rng: bloch_vectors(psi[:6])),
        (ValueError, "psi", lambda gas, psi, rng: bloch_vectors(2 * psi)),
        (ValueError, "psi", lambda gas, psi, rng: bloch_vectors(np.nan * psi)),
        (ValueError, "n", lambda gas, psi, rng: entanglement_entropy(psi, 5)),
    ],
)
def test_bad_input_is_refused_by_name(error, name, call):
    gas = bipolar(np.random.default_rng(9), n_e=2, n_x=2)
    with pytest.raises(error, match=name):
        call(gas, product_state(gas.P), np.random.default_rng(9))
