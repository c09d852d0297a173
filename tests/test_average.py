import numpy as np
import pytest

from oile import Ensemble, average, bipolar, ensemble_rhs, flavors, integrate, isotropic_velocities, simulate, solve
from tests.states import random_vectors
from tests.test_flavors import PAULI, density_matrices, two_flavor_gases

T = np.linspace(0, 20, 5)


def rng(seed=1):
    return np.random.default_rng(seed)


def gas(N=30, seed=1):
    v = 0.8 * isotropic_velocities(N, rng(seed))  # coupled to itself a little, which must not count
    return Ensemble(random_vectors(N, rng(seed)), rng(seed).normal(0, 0.2, N), v)


@pytest.mark.compiled
@pytest.mark.parametrize("more", [{}, dict(p=0.4), dict(phases=[0.5, 1.5]), dict(p=0.0, phases=[0.2, 0.8, 2.0])])
@pytest.mark.parametrize("gamma", [0.0, 0.05])
def test_it_is_the_master_equation_of_the_paper(gamma, more):
    start = gas(700)  # more than one block
    exact = solve(lambda P: ensemble_rhs(P, start.omega, start.velocity, gamma, **more), start.P, T[:3])
    assert np.allclose(integrate(start, gamma, T[:3], rtol=1e-9, **more).P, exact, rtol=0, atol=1e-7)


@pytest.mark.parametrize("gamma", [0.0, 0.3])
@pytest.mark.parametrize("N", [2, 513])  # one block, and a second one with a single particle in it
def test_no_particle_of_any_block_is_left_out(N, gamma):
    start = gas(N)
    exact = solve(lambda P: ensemble_rhs(P, start.omega, start.velocity, gamma), start.P, [0, 0.1])
    assert np.allclose(integrate(start, gamma, [0, 0.1]).P, exact, rtol=0, atol=1e-9)


@pytest.mark.compiled
@pytest.mark.parametrize("more", [{}, dict(p=0.3, phases=[0.5, 1.5], mu=lambda t: 1 / (1 + t / 10))])
@pytest.mark.parametrize("mixed", [False, True])
def test_two_flavors_are_one_gas_however_they_are_written(mixed, more):
    N = 600
    bloch, matrices, sign = two_flavor_gases(N, np.arange(N) % 3 == 1 if mixed else np.zeros(N, bool))
    P = integrate(bloch, 0.05, T, rtol=1e-11, **more).P
    rho = integrate(matrices, 0.05, T, rtol=1e-11, **more).rho
    assert np.allclose(np.einsum("tnij,kji->tnk", rho, PAULI).real, sign[:, None] * P, rtol=0, atol=1e-9)


def three_flavor_gas(N, seed=2):
    r = rng(seed)
    v = 0.8 * isotropic_velocities(N, r)
    return flavors.Ensemble(density_matrices(N, 3, r), r.normal(0, 1, (N, 3)), v, np.arange(N) % 2 == 1)


def met(gas, a, b, gamma):
    """Both particles after an encounter; antineutrinos meet antineutrinos as their conjugates, transposed."""
    g = 1 - gas.velocity[a] @ gas.velocity[b]
    if gas.antineutrino[a] and not gas.antineutrino[b]:
        return met(gas, b, a, gamma)[::-1]
    levels = gas.levels[a], gas.levels[b]
    if gas.antineutrino[a] == gas.antineutrino[b]:
        turn = (lambda rho: rho.T) if gas.antineutrino[a] else (lambda rho: rho)
        return [turn(x) for x in flavors.encounter(turn(gas.rho[a]), turn(gas.rho[b]), gamma, g=g, levels=levels)]
    return flavors.encounter_antineutrino(gas.rho[a], gas.rho[b], gamma, g=g, levels=levels)


def test_one_step_is_the_average_over_the_pairings_to_third_order():
    start, errors = three_flavor_gas(4), []
    for gamma in (0.04, 0.02, 0.01):
        mean = np.zeros_like(start.rho)
        for pairs in (((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))):
            for a, b in pairs:
                after = met(start, a, b, gamma)
                mean[a] += after[0] / 3
                mean[b] += after[1] / 3
        errors.append(abs(integrate(start, gamma, [0, gamma], rtol=1e-12).rho[-1] - mean).max())
    assert 7 < errors[0] / errors[1] < 9
    assert 7 < errors[1] / errors[2] < 9


@pytest.mark.compiled
def test_neutrinos_minus_antineutrinos_are_conserved_in_each_state():
    start = three_flavor_gas(50)
    rho = integrate(start, 0.05, T).rho
    L = np.einsum("a,taii->ti", np.where(start.antineutrino, -1, 1), rho).real
    assert np.allclose(L, L[0], rtol=0, atol=1e-11)
    n = np.einsum("taii->ti", rho).real
    assert abs(n - n[0]).max() > 0.1  # while pairs change their flavor
    assert np.allclose(np.einsum("taii->ta", rho), 1, rtol=0, atol=1e-12)
    assert np.allclose(rho, rho.conj().swapaxes(-1, -2), rtol=0, atol=1e-13)


@pytest.mark.compiled
@pytest.mark.parametrize("p", [1.0, 0.0])
def test_the_average_of_many_realizations_with_phases_comes_to_it(p):
    # equal couplings and many particles: the gap to the average is of order 1/N
    N, phases, gamma = 400, [0.0, 0.5, 2.5], 0.1
    start = bipolar(n_e=N // 2, n_x=N // 2, theta=0.4, velocity=[0, 0, 0])
    mean = np.mean([simulate(start, gamma, [4], rng=r, p=p, phases=phases).P[0] for r in rng().spawn(40)], axis=0)
    groups = mean.reshape(2, N // 2, 3).mean(axis=1)
    expected = integrate(start, gamma, [4], p=p, phases=phases).P[0][[0, -1]]
    without = integrate(start, gamma, [4], p=p).P[0][[0, -1]]
    assert abs(groups - expected).max() < 0.015
    assert abs(without - expected).max() > 0.1


@pytest.mark.compiled
def test_a_falling_coupling_is_followed():
    start = gas(2)
    t = np.linspace(0, 5, 6)
    seen = integrate(start, 1e-4, t, mu=lambda t: np.exp(-t / 3)).P
    exact = simulate(start, 1e-4, t, rng=rng(), mu=lambda t: np.exp(-t / 3)).P  # there is but one pairing
    assert np.allclose(seen, exact, rtol=0, atol=1e-6)  # to second order in gamma


def test_the_coupling_is_asked_for_no_later_than_the_last_time():
    asked = []
    integrate(gas(), 0.05, [0, 1, 2.5], mu=lambda t: asked.append(t.max()) or 1 - t / 2.5)
    assert max(asked) <= 2.5


def test_times_records_and_progress(capfd):
    start = gas()
    everything = integrate(start, 0.05, [0, 1, 1, 3])
    assert np.array_equal(everything.P[1], everything.P[2])
    assert np.array_equal(everything.P[0], start.P)
    later = integrate(start, 0.05, [1, 3], record=lambda P: P.mean(axis=0))
    assert np.allclose(later.P, everything.P[[1, 3]].mean(axis=1), rtol=0, atol=1e-6)
    assert capfd.readouterr().err == ""
    integrate(start, 0.05, [3], progress=True)
    assert "3.0/3.0" in capfd.readouterr().err.replace("3.00", "3.0")


def test_an_integration_that_does_not_end_says_so():
    with pytest.raises(RuntimeError, match="max_steps = 3 steps: at t ="):
        integrate(gas(), 0.05, [1000], max_steps=3)


@pytest.mark.parametrize(
    ("error", "message", "change"),
    [
        (TypeError, "ensemble must be", dict(ensemble=bipolar)),
        (ValueError, "gamma", dict(gamma=-0.1)),
        (ValueError, "t must not decrease", dict(t=[1, 0])),
        (ValueError, "p must lie", dict(p=2)),
        (ValueError, "phases must have the mean 1", dict(phases=[2.0])),
        (ValueError, "mu must be relative", dict(mu=lambda t: 2 + t)),
        (TypeError, "record", dict(record=1)),
        (ValueError, "rtol", dict(rtol=0)),
        (ValueError, "max_steps", dict(max_steps=0)),
    ],
)
def test_bad_input_is_refused_by_name(error, message, change):
    with pytest.raises(error, match=message):
        average.integrate(**dict(ensemble=gas(), gamma=0.1, t=[0, 1]) | change)
