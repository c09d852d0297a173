import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

import oile
from oile import flavors
from oile._engine import random
from tests.states import numbers, random_vectors

PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


def density_matrices(n, d, rng):
    """n random mixed states of d flavors (Hilbert-Schmidt measure)."""
    X = rng.standard_normal((n, d, d)) + 1j * rng.standard_normal((n, d, d))
    rho = X @ X.conj().swapaxes(-1, -2)
    return rho / np.trace(rho, axis1=-2, axis2=-1)[:, None, None]


def traced(U, rho, eta):
    """U (rho x eta) U+ traced over either side."""
    d = len(rho)
    R = (U @ np.kron(rho, eta) @ U.conj().T).reshape(d, d, d, d)
    return np.einsum("ijkj->ik", R), np.einsum("ijil->jl", R)


def swap(d):
    return np.eye(d * d).reshape(d, d, d, d).swapaxes(0, 1).reshape(d * d, d * d)


@pytest.mark.parametrize("d", [2, 3, 4])
def test_the_closed_form_is_the_quantum_mechanics_of_a_pair(d):
    rng = np.random.default_rng(d)
    n = 100
    rho, eta = density_matrices(n, d, rng), density_matrices(n, d, rng)
    E_a, E_b = rng.normal(0, 3, (2, n, d))
    gamma, dt = rng.uniform(0, 10, n), rng.uniform(0, 5, n)
    gamma[:3], dt[2:5] = 0, 0  # no interaction, no time, neither
    after = flavors.encounter(rho, eta, gamma, levels=(E_a, E_b), dt=dt)
    for x in range(n):
        vacuum = np.kron(np.diag(E_a[x]), np.eye(d)) + np.kron(np.eye(d), np.diag(E_b[x]))
        exact = traced(expm(-1j * (vacuum * dt[x] + gamma[x] * swap(d))), rho[x], eta[x])
        assert np.allclose((after[0][x], after[1][x]), exact, rtol=0, atol=1e-13)


def test_three_flavors_with_qutip():
    from qutip import Qobj, qeye, tensor

    rng = np.random.default_rng(3)
    (rho,), (eta,) = density_matrices(1, 3, rng), density_matrices(1, 3, rng)
    E = rng.normal(size=(2, 3))
    dims = [[3, 3], [3, 3]]
    H = tensor(Qobj(np.diag(E[0])), qeye(3)) + tensor(qeye(3), Qobj(np.diag(E[1]))) + 0.7 * Qobj(swap(3), dims=dims)
    U = (-1j * H).expm()
    pair = U * tensor(Qobj(rho), Qobj(eta)) * U.dag()
    after = flavors.encounter(rho, eta, 0.7, levels=E, dt=1.0)
    assert np.allclose(after[0], pair.ptrace(0).full(), rtol=0, atol=1e-13)
    assert np.allclose(after[1], pair.ptrace(1).full(), rtol=0, atol=1e-13)


def test_two_flavors_are_the_bloch_vectors_of_the_paper():
    rng = np.random.default_rng(4)
    P, Q = random_vectors(50, rng), random_vectors(50, rng)
    omega = rng.normal(size=(2, 50))
    gamma, g, dt = rng.uniform(0, 3, (3, 50))
    rho, eta = ((np.eye(2) + np.einsum("nj,jkl->nkl", S, PAULI)) / 2 for S in (P, Q))
    levels = tuple(np.stack([-w / 2, w / 2], axis=-1) for w in omega)
    after = flavors.encounter(rho, eta, gamma, g=g, levels=levels, dt=dt)
    bloch = [np.einsum("nij,kji->nk", r, PAULI).real for r in after]
    assert np.allclose(bloch, oile.encounter(P, Q, gamma, g=g, omega=omega, dt=dt), rtol=0, atol=1e-14)


@given(st.integers(2, 5), numbers(0, 20), st.integers(0, 10**6))
def test_without_vacuum_an_encounter_is_a_partial_swap(d, phi, seed):
    rho, eta = density_matrices(2, d, np.random.default_rng(seed))
    c, s = np.cos(phi), np.sin(phi)
    after, other = flavors.encounter(rho, eta, phi)
    assert np.allclose(after, c**2 * rho + s**2 * eta - 1j * s * c * (eta @ rho - rho @ eta), rtol=0, atol=1e-14)
    assert np.allclose(after + other, rho + eta, rtol=0, atol=1e-14)


@given(st.integers(2, 4), numbers(0, 20), numbers(0, 5), st.integers(0, 10**6))
def test_an_encounter_conserves_each_population_and_keeps_states_states(d, gamma, dt, seed):
    rng = np.random.default_rng(seed)
    rho, eta = density_matrices(2, d, rng)
    after = flavors.encounter(rho, eta, gamma, levels=rng.normal(0, 3, (2, d)), dt=dt)
    assert abs((sum(after) - rho - eta).diagonal()).max() <= 1e-15
    assert abs(np.trace(after, axis1=-2, axis2=-1) - 1).max() <= 1e-15
    assert np.array_equal(after[0], after[0].conj().T)
    assert np.linalg.eigvalsh(after).min() >= -1e-14


@pytest.mark.parametrize("d", [2, 3, 4])
def test_antineutrinos_annihilate_and_are_made_while_vacuum_acts(d):
    rng = np.random.default_rng(d)
    n = 60
    rho, rhobar = density_matrices(n, d, rng), density_matrices(n, d, rng)
    levels = rng.normal(0, 3, (2, n, d))
    gamma, g, dt = rng.uniform(0, 5, n), rng.uniform(0, 2, n), rng.uniform(0, 3, n)
    gamma[:3], dt[2:5] = 0, 0
    after, afterbar = flavors.encounter_antineutrino(rho, rhobar, gamma, g=g, levels=levels, dt=dt)
    pairs = np.outer(np.eye(d), np.eye(d))  # sum over |i ibar><j jbar|
    for x in range(n):
        vacuum = np.kron(np.diag(levels[0, x]), np.eye(d)) + np.kron(np.eye(d), np.diag(levels[1, x]))
        U = expm(-1j * (vacuum * dt[x] - gamma[x] * g[x] * pairs))
        exact, exactbar = traced(U, rho[x], rhobar[x].T)
        assert np.allclose(after[x], exact, rtol=0, atol=1e-13)
        assert np.allclose(afterbar[x], exactbar.T, rtol=0, atol=1e-13)


@pytest.mark.parametrize("d", [2, 3])
def test_a_neutrino_and_an_antineutrino_with_qutip(d):
    from qutip import Qobj, ket2dm, qeye, tensor

    rng = np.random.default_rng(d)
    (rho,), (rhobar,) = density_matrices(1, d, rng), density_matrices(1, d, rng)
    E = rng.normal(size=(2, d))
    pairs = sum(tensor(Qobj(np.eye(d)[i]), Qobj(np.eye(d)[i])) for i in range(d))
    H = tensor(Qobj(np.diag(E[0])), qeye(d)) + tensor(qeye(d), Qobj(np.diag(E[1]))) - 0.7 * ket2dm(pairs)
    U = (-1j * H).expm()
    pair = U * tensor(Qobj(rho), Qobj(rhobar.T)) * U.dag()
    after = flavors.encounter_antineutrino(rho, rhobar, 0.7, levels=tuple(E), dt=1.0)
    assert np.allclose(after[0], pair.ptrace(0).full(), rtol=0, atol=1e-13)
    assert np.allclose(after[1].T, pair.ptrace(1).full(), rtol=0, atol=1e-13)


def test_for_two_flavors_an_antineutrino_is_a_flipped_neutrino_and_for_three_it_is_not():
    rng = np.random.default_rng(6)
    rho, rhobar = density_matrices(20, 2, rng), density_matrices(20, 2, rng)
    phi = rng.uniform(0, 3, 20)
    flipped = np.eye(2) - rhobar
    assert np.allclose(
        flavors.encounter_antineutrino(rho, rhobar, phi)[0], flavors.encounter(rho, flipped, phi)[0], rtol=0, atol=1e-14
    )
    e = np.diag([1.0, 0, 0])
    assert flavors.encounter_antineutrino(e, e, 0.5)[0][1, 1].real > 0.1  # yet e meets only e
    assert np.array_equal(flavors.encounter(e, e, 0.5)[0], e)


def test_a_gas_of_two_particles_is_that_of_the_paper():
    gas = oile.Ensemble([[0.3, 0.1, 0.8], [0, -0.6, -0.2]], [0.1, 0.25], [[0, 0, 1], [0.6, 0, 0.5]])
    t = np.linspace(0, 50, 11)
    rho = (np.eye(2) + np.einsum("nj,jkl->nkl", gas.P, PAULI)) / 2
    levels = gas.omega[:, None] * np.array([-0.5, 0.5])
    same = flavors.Ensemble(rho, levels, gas.velocity)
    times, history = oile.simulate(same, 0.1, t, rng=np.random.default_rng(1))
    expected = oile.simulate(gas, 0.1, t, rng=np.random.default_rng(2))  # there is but one pairing
    assert np.allclose(times, expected.t, rtol=0, atol=1e-12)
    assert np.allclose(np.einsum("tnij,kji->tnk", history, PAULI).real, expected.P, rtol=0, atol=1e-12)


def two_flavor_gases(N, antineutrino):
    """The same gas twice: as Bloch vectors, antineutrinos by the isospin map, and as density matrices."""
    rng = np.random.default_rng(N)
    P, omega, v = random_vectors(N, rng), rng.normal(0, 0.3, N), oile.isotropic_velocities(N, rng)
    rho = (np.eye(2) + np.einsum("nj,jkl->nkl", P, PAULI)) / 2
    sign = np.where(antineutrino, -1.0, 1.0)
    bloch = oile.Ensemble(*oile.isospin(P, omega, np.asarray(antineutrino)), v)
    return bloch, flavors.Ensemble(rho, omega[:, None] * np.array([-0.5, 0.5]), v, antineutrino), sign


@pytest.mark.parametrize("p", [1.0, 0.4, 0.0])
@pytest.mark.parametrize("N", [6, 7])
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("more", [{}, dict(phases=[0.2, 0.8, 2.0], mu=lambda t: 1 / (1 + t))])
def test_two_flavors_are_the_bloch_vectors_of_the_same_gas_encounter_by_encounter(N, p, mixed, more):
    bloch, matrices, sign = two_flavor_gases(N, np.arange(N) % 3 == 1 if mixed else np.zeros(N, bool))
    t = [0, 0.3, 1, 20]
    P = oile.simulate(bloch, 0.3, t, rng=np.random.default_rng(5), p=p, **more).P
    rho = oile.simulate(matrices, 0.3, t, rng=np.random.default_rng(5), p=p, **more).rho
    assert np.allclose(np.einsum("tnij,kji->tnk", rho, PAULI).real, sign[:, None] * P, rtol=0, atol=1e-13)


@pytest.mark.parametrize("p", [1.0, 0.0])
@pytest.mark.parametrize("N", [4, 5])
def test_a_gas_of_three_flavors_and_antineutrinos_is_its_encounters_one_by_one(N, p):
    rng = np.random.default_rng(8)
    anti = np.arange(N) % 2 == 0
    gas = flavors.Ensemble(
        density_matrices(N, 3, rng), rng.normal(0, 0.3, (N, 3)), oile.isotropic_velocities(N, rng), anti
    )
    after = oile.simulate(gas, 0.4, [40.0], rng=np.random.default_rng(9), p=p).rho[0]
    # the two-flavor engine draws the same pairs: marked states tell which
    step = oile.simulate(gas, 0.4, [0.0], rng=np.random.default_rng(9), p=p).rho[0]
    assert np.allclose(step, gas.rho, rtol=0, atol=1e-15)
    L = np.where(anti, -1, 1) @ np.einsum("aii->ai", after).real
    assert np.allclose(L, np.where(anti, -1, 1) @ np.einsum("aii->ai", gas.rho).real, rtol=0, atol=1e-13)
    assert np.linalg.eigvalsh(after).min() > -1e-13
    if p == 1.0:
        first = oile.simulate(gas, 0.4, [0.4], rng=np.random.default_rng(9)).rho[0]
        g = 1 - gas.velocity @ gas.velocity.T
        lone = [a for a in range(N) if np.allclose(first[a], precessed(gas, a, 0.4), rtol=0, atol=1e-14)]
        assert len(lone) == N % 2  # the idle one precesses
        for a in set(range(N)) - set(lone):
            fits = [b for b in range(N) if b != a and np.allclose(first[a], met(gas, a, b, 0.4, g[a, b]), atol=1e-13)]
            assert len(fits) == 1


@pytest.mark.parametrize("p", [1.0, 0.0])
def test_where_nobody_meets_each_precesses_however_fast(p):
    rng, N = np.random.default_rng(4), 21
    levels = np.outer([30.0, *np.full(N - 1, 0.1)], [0.0, 0.5, -1.0])
    anti = np.arange(N) % 2 == 0
    gas = flavors.Ensemble(density_matrices(N, 3, rng), levels, [0, 0, 1], anti)  # g = 0
    t, rho = oile.simulate(gas, 0.05, [1.0], rng=rng, p=p)
    assert np.allclose(rho[0], [precessed(gas, a, t[0]) for a in range(N)], rtol=0, atol=1e-12)


@pytest.mark.parametrize("anti", [True, False])
def test_one_row_of_levels_one_velocity_and_one_flag_stand_for_all(anti):
    rho = density_matrices(3, 3, np.random.default_rng(5))
    one = flavors.Ensemble(rho, [0, 0.5, 1], [0, 0, 1], anti)
    each = flavors.Ensemble(rho, [[0, 0.5, 1]] * 3, [[0, 0, 1]] * 3, [anti] * 3)
    assert all(np.array_equal(vars(one)[name], vars(each)[name]) for name in vars(each))


def precessed(gas, a, t):
    E = gas.levels[a] * (-1 if gas.antineutrino[a] else 1)
    return np.exp(-1j * (E[:, None] - E) * t) * gas.rho[a]


def met(gas, a, b, gamma, g):
    """Particle a after an encounter with b, by the exponential of the pair's Hamiltonian."""
    d = gas.d
    rho = [gas.rho[c].T if gas.antineutrino[c] else gas.rho[c] for c in (a, b)]
    vacuum = np.kron(np.diag(gas.levels[a]), np.eye(d)) + np.kron(np.eye(d), np.diag(gas.levels[b]))
    opposite = gas.antineutrino[a] != gas.antineutrino[b]
    V = -np.outer(np.eye(d), np.eye(d)) if opposite else swap(d)
    after = traced(expm(-1j * gamma * (vacuum + g * V)), *rho)[0]
    return after.T if gas.antineutrino[a] else after


@pytest.mark.compiled
@pytest.mark.parametrize("d", [3, 4])
@pytest.mark.parametrize("gamma", [1e-2, 0.4, 5.0])
def test_encounters_side_by_side_are_those_of_each_pair_alone(d, gamma):
    rng, N = np.random.default_rng(d), 151
    anti = rng.random(N) < 0.4
    gas = flavors.Ensemble(
        density_matrices(N, d, rng), rng.normal(0, 0.7, (N, d)), oile.isotropic_velocities(N, rng), anti
    )
    after = oile.simulate(gas, gamma, [gamma], rng=rng).rho[0]
    x, y = np.triu_indices(N, 1)
    g = 1 - np.einsum("ai,ai->a", gas.velocity[x], gas.velocity[y])
    both = np.empty((2, len(x), d, d), complex)
    for one, other in ((False, False), (True, True), (False, True), (True, False)):
        k = (anti[x] == one) & (anti[y] == other)
        first, second = (y, x) if one and not other else (x, y)
        encounter = flavors.encounter if one == other else flavors.encounter_antineutrino
        states, levels = (
            (gas.rho.conj(), gas.levels) if one and other else (gas.rho, gas.levels)
        )  # density operators of antineutrinos are the transposes, and exchange as neutrinos do
        met = encounter(
            states[first[k]], states[second[k]], gamma, g=g[k], levels=(levels[first[k]], levels[second[k]])
        )
        met = np.conj(met) if one and other else np.array(met)
        both[:, k] = met[::-1] if one and not other else met
    error = abs(both - np.stack([after[x], after[y]])).max(axis=(0, 2, 3))
    hit = error < 1e-13
    assert hit.sum() == N // 2
    assert len(set(x[hit]) | set(y[hit])) == N - 1
    (idle,) = set(range(N)) - set(x[hit]) - set(y[hit])
    assert np.allclose(after[idle], precessed(gas, idle, gamma), rtol=0, atol=1e-14)


@pytest.mark.parametrize("d", [3, 4])
@pytest.mark.parametrize("anti", [(False, False), (False, True), (True, False), (True, True)])
def test_at_random_times_two_particles_precess_between_encounters_that_take_no_time(d, anti):
    rng = np.random.default_rng(d)
    rho, v = density_matrices(2, d, rng), oile.isotropic_velocities(2, rng)
    levels = rng.normal(0, 1, (2, d))
    gas = flavors.Ensemble(rho, levels, v, anti)
    stream, same = np.random.default_rng(3), np.random.default_rng(3)
    seen = oile.simulate(gas, 0.3, [0.0, 4.0], rng=stream, p=0.0).rho[1]
    random.Source(same)  # for the pairs
    events = random.Source(same).times(0.0, 0.3)
    now, g = 0.0, 1 - v[0] @ v[1]
    for t in [*events[events <= 4.0], 4.0]:
        rho = np.array([precessed(flavors.Ensemble(rho, levels, v, anti), a, t - now) for a in (0, 1)])
        now, still = t, flavors.Ensemble(rho, np.zeros((2, d)), v, anti)
        if t < 4.0:
            rho = np.array([met(still, 0, 1, 0.3, g), met(still, 1, 0, 0.3, g)])
            rho /= np.trace(rho, axis1=1, axis2=2)[:, None, None]  # or expm's rounding doubles with each event
    assert (events <= 4.0).sum() > 5
    assert np.allclose(seen, rho, rtol=0, atol=1e-13)


@settings(max_examples=20)
@given(st.sampled_from([4, 5]), st.integers(0, 10**6))
def test_the_gas_conserves_its_populations_and_embeds_fewer_flavors(N, seed):
    rng = np.random.default_rng(seed)
    rho = density_matrices(N, 2, rng)
    levels = rng.normal(size=(N, 2))
    v = oile.isotropic_velocities(N, rng)
    wide = np.zeros((N, 3, 3), complex)
    wide[:, :2, :2] = rho
    third = np.column_stack([levels, rng.normal(size=N)])
    t = [0, 1, 7]
    _, two = oile.simulate(flavors.Ensemble(rho, levels, v), 0.1, t, rng=np.random.default_rng(seed))
    _, three = oile.simulate(flavors.Ensemble(wide, third, v), 0.1, t, rng=np.random.default_rng(seed))
    assert np.allclose(three[..., :2, :2], two, rtol=0, atol=1e-13)
    assert not three[..., 2, :].any()
    populations = two.mean(axis=1).diagonal(axis1=-2, axis2=-1)
    assert np.allclose(populations, populations[0], rtol=0, atol=1e-14)


@pytest.mark.compiled
def test_every_pair_is_drawn_equally_often():
    # with phi = pi/2 a step permutes the particles: who holds the marked state tells who was its partner
    N, draws = 5, 3000
    counts = np.zeros(N)
    rng = np.random.default_rng(7)
    rho = np.tile(np.diag([1.0, 0]), (N, 1, 1))
    rho[0] = np.diag([0, 1.0])
    for _ in range(draws):
        _, after = oile.simulate(flavors.Ensemble(rho, [0, 0], [0, 0, 0]), np.pi / 2, [np.pi / 2], rng=rng)
        counts += after[0, :, 1, 1].real
    expected = draws / N  # one of the five is left out, each as often
    assert abs(counts - expected).max() < 4 * np.sqrt(expected)


def test_pmns_has_the_textbook_first_row_and_jarlskog_invariant():
    a12, a23, a13, delta = 0.59, 0.76, 0.15, 1.1
    U = flavors.pmns(theta12=a12, theta13=a13, theta23=a23, delta=delta)
    c13 = np.cos(a13)
    assert np.allclose(U[0], [np.cos(a12) * c13, np.sin(a12) * c13, np.sin(a13) * np.exp(-1j * delta)])
    J = (U[0, 0] * U[1, 1] * U[0, 1].conj() * U[1, 0].conj()).imag
    assert np.isclose(J, np.sin(2 * a12) * np.sin(2 * a23) * np.sin(2 * a13) * c13 * np.sin(delta) / 8)


def test_without_a_phase_the_mixing_matrix_is_real():
    angles = dict(theta12=0.59, theta13=0.15, theta23=0.76)
    assert not flavors.pmns(**angles).imag.any()
    assert np.array_equal(flavors.pmns(**angles), flavors.pmns(**angles, delta=0.0))


def test_flavor_states_take_the_conjugate_of_the_mixing_matrix():
    U = flavors.pmns(theta12=0.59, theta13=0.15, theta23=0.76, delta=1.1)
    psi = U[1].conj()  # |nu_mu> = sum U*_mu,i |nu_i>
    assert np.allclose(flavors.mixture([0, 1, 0], U), np.outer(psi, psi.conj()))


def test_leading_axes_broadcast():
    rng = np.random.default_rng(1)
    rho, eta = density_matrices(8, 3, rng).reshape(4, 2, 3, 3), density_matrices(2, 3, rng)
    levels, gamma = (np.array([0, 0.1, 1]), np.arange(12.0).reshape(4, 1, 3) / 12), [[0.1], [0.2], [0.3], [0.4]]
    after, other = flavors.encounter(rho, eta, gamma, levels=levels)
    assert after.shape == other.shape == (4, 2, 3, 3)
    for i, j in np.ndindex(4, 2):
        one = flavors.encounter(rho[i, j], eta[j], gamma[i][0], levels=(levels[0], levels[1][i, 0]))
        assert np.allclose([after[i, j], other[i, j]], one, rtol=0, atol=1e-14)


GOOD = dict(rho=np.eye(3) / 3, eta=np.diag([1, 0, 0]), gamma=0.1)


@pytest.mark.parametrize(
    ("error", "name", "change"),
    [
        (ValueError, "rho must have shape", dict(rho=[1, 0, 0])),
        (ValueError, "rho must have shape", dict(rho=np.eye(3, 2) / 2)),
        (ValueError, "rho must have shape", dict(rho=np.eye(2, 3) / 2)),
        (ValueError, "rho must have shape", dict(rho=[[1]], eta=[[1]])),
        (ValueError, "rho must have trace", dict(rho=np.eye(3))),
        (ValueError, "rho must be Hermitian", dict(rho=np.eye(3) / 3 + np.eye(3, k=1))),
        (ValueError, "rho must have no negative", dict(rho=np.diag([1.5, -0.5, 0]))),
        (ValueError, "eta must be finite", dict(eta=np.full((3, 3), np.nan))),
        (TypeError, "eta", dict(eta="electron")),
        (ValueError, "eta must have a last axis", dict(eta=np.eye(2) / 2)),
        (ValueError, "gamma", dict(gamma=-1)),
        (ValueError, "g must be finite", dict(g=np.inf)),
        (ValueError, "levels", dict(levels=(np.zeros(2), np.zeros(2)))),
        (ValueError, r"\(2,\) of levels\[0\]", dict(levels=(np.zeros((2, 3)), np.zeros(3)), gamma=np.ones(4))),
        (ValueError, r"\(2,\) of levels\[1\]", dict(levels=(np.zeros(3), np.zeros((2, 3))), gamma=np.ones(4))),
        (ValueError, r"\(2,\) of rho, \(4,\) of eta", dict(rho=[np.eye(3) / 3] * 2, eta=[np.eye(3) / 3] * 4)),
        (TypeError, "levels", dict(levels=0.3)),
        (TypeError, "levels", dict(levels=("low", "high"))),
        (TypeError, "rho", dict(rho=[["a"]])),
        (ValueError, "dt", dict(dt=-1)),
    ],
)
def test_bad_encounters_are_refused_by_name(error, name, change):
    with pytest.raises(error, match=name):
        flavors.encounter(**GOOD | change)


@pytest.mark.parametrize(
    ("error", "name", "call"),
    [
        (ValueError, "weights must sum", lambda: flavors.mixture([1, 1, 0], np.eye(3))),
        (ValueError, "weights", lambda: flavors.mixture([2, -1, 0], np.eye(3))),
        (ValueError, "U must have shape", lambda: flavors.mixture([1, 0, 0], np.eye(2))),
        (ValueError, "U must be unitary", lambda: flavors.content(np.eye(3) / 3, np.ones((3, 3)))),
        (TypeError, "theta12", lambda: flavors.pmns(theta12="large", theta13=0, theta23=0)),
        (ValueError, "rhobar", lambda: flavors.encounter_antineutrino(np.eye(3) / 3, np.eye(2) / 2, 0.1)),
        (ValueError, "N >= 2", lambda: gas(rho=[np.eye(3) / 3])),
        (ValueError, "levels", lambda: gas(levels=np.zeros((2, 2)))),
        (ValueError, "gamma", lambda: gas(gamma=0)),
        (ValueError, "velocity", lambda: gas(velocity=[2, 0, 0])),
        (ValueError, "velocity", lambda: gas(velocity=np.zeros((3, 3)))),
        (TypeError, "rng", lambda: gas(rng=1)),
        (TypeError, "antineutrino", lambda: gas(antineutrino=[0, 1])),
        (ValueError, "antineutrino", lambda: gas(antineutrino=[True, False, True])),
        (ValueError, "gamma must be large enough", lambda: gas(gamma=1e-18)),
        (ValueError, "t must not decrease", lambda: gas(t=[1, 0])),
    ],
)
def test_the_rest_refuses_bad_input_too(error, name, call):
    with pytest.raises(error, match=name):
        call()


def gas(**change):
    good = dict(rho=np.array([np.eye(3) / 3] * 2), levels=np.zeros((2, 3)), velocity=np.zeros(3)) | change
    data = {name: good.pop(name) for name in ("rho", "levels", "velocity", "antineutrino") if name in good}
    return oile.simulate(
        flavors.Ensemble(**data), **{"rng": np.random.default_rng(1), "gamma": 0.1, "t": [0, 1]} | good
    )
