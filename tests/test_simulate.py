"""Model 2 as readers call it: what is conserved, what changes nothing, the limits, and what is refused."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from oile import (
    Ensemble,
    bipolar,
    encounter,
    ensemble_rhs,
    isotropic_velocities,
    simulate,
    simulation,
    solve,
    trajectory,
)
from oile._engine import random as _random
from tests.states import random_vectors

pytestmark = pytest.mark.compiled
PS = [1.0, 0.4, 0.0]
PHASES = [0.2, 0.8, 2.0]
GIVEN = [  # by the seeds of the test that asks for it: if it changes, all figures do
    [0.1709082968, 0.4827363425, 0.7899625841, -0.3096836429, -0.1339255805],
    [0.0419531077, 0.9794961469, 0.7337591842, -0.7770176477, 0.0218072089],
    [0.8878110017, 0.6458094168, 0.4868996515, -0.6950064488, -0.3255156211],
    [-0.1981589145, 0.0866678033, 0.9105263714, -0.2532780445, 0.4542407843],
]


def rng(seed=1):
    return np.random.default_rng(seed)


def random_gas(N, seed=1, omega=1.0):
    return Ensemble(
        random_vectors(N, rng(seed)), omega * rng(seed).standard_normal(N), random_vectors(N, rng(seed + 1))
    )


def lengths_and_population(P):
    length = np.linalg.norm(P, axis=1)
    return length.min(), length.max(), P[:, 2].mean()


@pytest.mark.parametrize("p", PS)
def test_a_hundred_million_encounters_conserve_population_and_keep_lengths_below_one(p):
    shortest, longest, population = simulate(
        bipolar(rng()), 1e-3, np.linspace(0, 2000, 201), rng=rng(), p=p, record=lengths_and_population
    ).P.T
    assert np.ptp(population) <= 1e-12
    assert longest.max() <= 1 + 1e-12
    assert shortest[-1] < 0.5


@pytest.mark.parametrize("gamma", [1e-2, 1.0])
@pytest.mark.parametrize("p", PS)
def test_aligned_pure_states_stay_pure_for_a_hundred_million_encounters(p, gamma):
    gas = Ensemble(np.tile([0.6, 0.0, 0.8], (100, 1)), omega=0.1, velocity=isotropic_velocities(100, rng()))
    shortest, longest, _ = simulate(
        gas, gamma, np.linspace(0, 2e6 * gamma, 101), rng=rng(), p=p, record=lengths_and_population
    ).P.T
    assert np.abs([shortest - 1, longest - 1]).max() <= 1e-12


@pytest.mark.parametrize("p", PS)
def test_without_vacuum_terms_the_whole_vector_is_conserved(p):
    P = simulate(random_gas(51, omega=0.0), 0.3, [0, 300], rng=rng(), p=p).P
    assert np.allclose(P[0].mean(axis=0), P[1].mean(axis=0), rtol=0, atol=1e-13)
    assert np.abs(P[1] - P[1].mean(axis=0)).max() < 1e-6  # and everybody has become like everybody else


@pytest.mark.parametrize("p", PS)
@pytest.mark.parametrize("N", [2, 9, 200])
def test_a_common_frequency_only_turns_the_frame(N, p):
    gas, common, t = random_gas(N), 0.7, [0, 1, 4]
    still = simulate(gas, 0.1, t, rng=rng(), p=p)
    turning = simulate(Ensemble(gas.P, gas.omega + common, gas.velocity), 0.1, t, rng=rng(), p=p)
    coherence = (still.P[..., 0] + 1j * still.P[..., 1]) * np.exp(-1j * common * still.t)[:, None]
    expected = np.stack([coherence.real, coherence.imag, still.P[..., 2]], axis=-1)
    assert np.allclose(turning.P, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("p", PS)
def test_only_angles_between_velocities_count(p):
    gas = random_gas(40)
    turn, _ = np.linalg.qr(rng().standard_normal((3, 3)))
    P = simulate(gas, 0.1, [3], rng=rng(), p=p).P
    turned = simulate(Ensemble(gas.P, gas.omega, gas.velocity @ turn), 0.1, [3], rng=rng(), p=p).P
    assert np.allclose(P, turned, rtol=0, atol=1e-12)


@pytest.mark.parametrize("p", PS)
@pytest.mark.parametrize("N", [3, 100, 301])
def test_a_realization_depends_neither_on_the_recorded_times_nor_on_how_words_are_fetched(N, p, monkeypatch):
    gas = random_gas(N)
    reference = simulate(gas, 0.05, [20], rng=rng(), p=p).P[-1]
    often = simulate(gas, 0.05, np.linspace(0, 20, 333), rng=rng(), p=p)
    monkeypatch.setattr(_random, "CHUNK", 192)
    in_small_portions = simulate(gas, 0.05, [20], rng=rng(), p=p).P[-1]
    assert np.array_equal(reference, often.P[-1])
    if p:
        assert np.array_equal(reference, in_small_portions)
    else:  # times of encounters are sums, rounded in another order
        assert np.allclose(reference, in_small_portions, rtol=0, atol=1e-12)
    assert not np.array_equal(reference, simulate(gas, 0.05, [20], rng=rng(2), p=p).P[-1])


def test_a_realization_follows_from_the_state_of_the_generator_and_moves_it_on():
    source, gas = rng(), random_gas(10)
    state = source.bit_generator.state
    first, second = (simulate(gas, 0.1, [5], rng=source).P for _ in range(2))
    source.bit_generator.state = state
    assert not np.array_equal(first, simulate(gas, 0.1, [50], rng=source).P)
    assert np.array_equal(second, simulate(gas, 0.1, [5], rng=source).P)  # however long the first one was


def test_times_are_those_of_the_nearest_steps():
    gas = random_gas(4)
    assert np.allclose(simulate(gas, 0.1, [0, 0.04, 0.26, 1.0], rng=rng()).t, [0, 0, 0.3, 1.0])
    assert np.allclose(simulate(gas, 0.1, [0, 0.04, 0.26, 1.0], rng=rng(), p=0.5).t, [0, 0.05, 0.25, 1.0])
    assert np.allclose(simulate(gas, 0.1, [0, 0.04, 0.26, 1.0], rng=rng(), p=0.0).t, [0, 0.04, 0.26, 1.0])


def test_steps_may_be_more_than_a_processor_counts_in_a_short_word(monkeypatch):
    monkeypatch.setattr(simulation, "_stepwise", lambda ensemble, gamma, n, *more: [ensemble.P] * len(n))
    assert np.allclose(simulate(random_gas(2), 1e-9, [1.0, 10.0], rng=rng()).t, [1.0, 10.0])


@pytest.mark.parametrize("p", PS)
def test_at_time_zero_every_particle_stands_in_its_place(p):
    gas = random_gas(300)
    assert np.array_equal(simulate(gas, 0.1, [0], rng=rng(), p=p).P[0], gas.P)


def test_particles_keep_their_places():
    P = simulate(Ensemble(random_vectors(301, rng()), 0.1, [0, 0, 1]), 0.3, [30], rng=rng()).P[
        0
    ]  # g = 0: no encounters
    start = random_vectors(301, rng())
    turned = encounter(start, start, 0.0, omega=(0.1, 0.1), dt=30.0)[0]
    assert np.allclose(P, turned, rtol=0, atol=1e-12)


@pytest.mark.parametrize("p", PS)
@pytest.mark.parametrize("sign", [1, -1])
def test_where_nobody_meets_each_precesses_however_fast_and_either_way(sign, p):
    start = random_vectors(21, rng())
    omega = sign * np.array([30.0, 3.0, *np.full(19, 0.1)])
    t, P = simulate(Ensemble(start, omega, [0, 0, 1]), 0.05, [1.0, 2.0], rng=rng(), p=p)  # g = 0
    expected = (start[:, 0] + 1j * start[:, 1]) * np.exp(-1j * omega * t[:, None])
    assert np.allclose(P[..., 0] + 1j * P[..., 1], expected, rtol=0, atol=1e-12)
    assert np.allclose(P[..., 2], start[:, 2], rtol=0, atol=1e-13)


@pytest.mark.parametrize("N", [3, 4])
def test_at_random_times_half_of_all_meet_per_gamma_and_of_an_odd_number_one_less(N):
    gamma, start = np.pi / 2, np.arange(N)[:, None] * [0, 0, 1 / N]  # states are exchanged whole, and seen to be
    t = np.arange(20_001) * gamma / 10
    P3 = simulate(Ensemble(start, 0.0, [0, 0, 0]), gamma, t, rng=rng(), p=0, record=lambda P: P[:, 2]).P
    some = (abs(np.diff(P3, axis=0)) > 1e-6).any(axis=1).mean()
    expected = 1 - np.exp(-(N // 2) / 10)
    assert abs(some - expected) < 4 * np.sqrt(expected / len(t)) + 0.5 * (N // 2 / 10) ** 2 / (N - 1)  # back and forth


def test_what_a_seed_gives_it_gives_for_ever():
    gas = bipolar(rng(1), n_e=3, n_x=2)
    more = [dict(p=1.0), dict(p=0.5), dict(p=0.0), dict(phases=PHASES)]
    seen = [simulate(gas, 0.3, [3], rng=rng(2), **options).P[0, :, 2] for options in more]
    assert np.allclose(seen, GIVEN, rtol=0, atol=1e-9), np.round(seen, 10).tolist()


@pytest.mark.parametrize("p", [0.25, 0.0])
def test_two_opposite_neutrinos_forget_at_the_rate_of_their_encounters(p):
    gamma, t, runs = 0.4, 2.0, 4000
    gas, source = Ensemble([[0, 0, 1], [0, 0, -1]], 0.0, [0, 0, 0]), rng()
    P3 = np.array([simulate(gas, gamma, [t], rng=source, p=p).P[0, 0, 2] for _ in range(runs)])
    encounters = np.log(P3) / np.log(np.cos(2 * gamma))
    assert np.allclose(encounters, np.round(encounters), rtol=0, atol=1e-9)
    if p:
        mean = (1 - p + p * np.cos(2 * gamma)) ** round(t / (p * gamma))  # a binomial number of encounters
    else:
        mean = np.exp(t / gamma * (np.cos(2 * gamma) - 1))  # a Poisson number
    assert abs(P3.mean() - mean) < 4 * P3.std() / np.sqrt(runs)


@pytest.mark.parametrize("p", PS)
def test_who_has_met_nobody_yet_is_as_many_as_the_rate_of_encounters_says(p):
    N, gamma = 400_000, np.pi / 2  # states are exchanged whole
    P = np.linspace(-1, 1, N)[:, None] * [0.0, 0.0, 1.0]
    t = gamma * np.array([1, 2, 3])
    t, untouched = simulate(
        Ensemble(P, 0.0, [0, 0, 0]), gamma, t, rng=rng(), p=p, record=lambda Q: np.mean(abs(Q - P)[:, 2] < 1e-9)
    )
    expected = (1 - p) ** np.round(t / (p * gamma)) if p else np.exp(-t / gamma)
    slack = 4 * np.sqrt(expected / N) + 20 / N  # some are given their own state back
    assert (abs(untouched - expected) < slack).all()
    if p < 1:  # a clock that is wrong by 2 % is seen
        assert slack[0] < abs(expected[0] ** 1.02 - expected[0]) / 1.2


def test_few_meetings_in_many_steps_are_poisson_encounters():
    gas, source, runs = random_gas(20, omega=0.3), rng(), 1500
    seldom, never_in_step = (
        np.array([simulate(gas, 0.5, [1.0], rng=source, p=p).P[0] for _ in range(runs)]) for p in (1 / 256, 0.0)
    )
    error = np.sqrt((seldom.var(axis=0) + never_in_step.var(axis=0)) / runs)
    distance = np.abs(seldom.mean(axis=0) - never_in_step.mean(axis=0))
    assert (distance < 4.5 * error + 1 / 256).all()  # the step itself: of order p


@pytest.mark.parametrize("p", PS)
def test_small_encounters_add_up_to_the_mean_field(p):
    gas, t = bipolar(rng(), theta=0.3), np.array([0.0, 3.0])
    expected = solve(lambda P: ensemble_rhs(P, gas.omega, gas.velocity, 0.0), gas.P, t)[-1]
    far, near = (np.abs(simulate(gas, gamma, t, rng=rng(), p=p).P[-1] - expected).max() for gamma in (1e-2, 1e-4))
    assert near < far / 3  # scatter falls as sqrt(gamma): by 10 here
    assert near < 10 * np.sqrt(1e-4 * 3)


def test_a_record_is_what_its_function_made_of_the_full_history():
    def kept(record):
        return simulate(random_gas(30), 0.1, np.linspace(0, 3, 7), rng=rng(), record=record).P

    P = kept(None)
    assert np.array_equal(kept(lambda P: P), P)
    assert np.array_equal(kept(lambda P: P[:9].mean(axis=0)), P[:, :9].mean(axis=1))
    assert np.array_equal(kept(lambda P: P[3, 1]), P[:, 3, 1])
    assert kept(lambda P: (P[:, 2] > 0).sum()).dtype.kind == "i"


def test_a_history_that_cannot_fit_is_refused_with_its_size_at_once(monkeypatch):
    monkeypatch.setattr(simulation, "_stepwise", None)  # nothing is computed
    with pytest.raises(MemoryError, match=r"takes 2\.24e\+03 GiB.*\(1000000, 100000, 3\).*record="):
        simulate(random_gas(100_000), 1e-3, np.linspace(0, 1, 1_000_000), rng=rng())


def test_a_large_history_is_announced(monkeypatch):
    monkeypatch.setattr(trajectory, "GIB", 1000)
    with pytest.warns(ResourceWarning, match="an array of shape"):
        simulate(random_gas(100), 0.1, [0, 1], rng=rng())


def run(script, **environment):
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ | environment
    ).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_million_particles_take_no_more_than_three_times_their_state():
    script = """
import numpy as np, pathlib, oile
def memory(name):  # kB
    return int(pathlib.Path("/proc/self/status").read_text().split(name)[1].split()[0])
def run(N):
    rng = np.random.default_rng(1)
    gas = oile.Ensemble(oile.isotropic_velocities(N, rng), 0.1, oile.isotropic_velocities(N, rng))
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS:")
    oile.simulate(gas, 0.01, np.linspace(0, 0.05, 6), rng=rng, record=lambda P: P[: N // 2].mean(axis=0))
    return (memory("VmHWM:") - before) * 1024
run(1000)
print(run(1_000_000))
"""
    state = 1_000_000 * 7 * 8  # P, omega and velocity: the Ensemble itself
    assert state + int(run(script)) <= 3 * state


def test_an_interrupt_is_served_within_a_second():
    script = """
import numpy as np, oile
gas = oile.bipolar(np.random.default_rng(1))
oile.simulate(gas, 1e-3, [1], rng=np.random.default_rng(1))
print("ready", flush=True)
oile.simulate(gas, 1e-3, [1e9], rng=np.random.default_rng(1))
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.2)
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
            assert time.monotonic() - start < 5  # a second on an idle machine
        finally:
            process.kill()
    assert b"KeyboardInterrupt" in errors


def test_the_package_does_not_load_its_compiler():
    assert (
        run("import sys, oile; print(sorted({'numba', 'scipy', 'qutip', 'matplotlib', 'tqdm'} & set(sys.modules)))")
        == "[]\n"
    )


@pytest.mark.parametrize(
    ("error", "message", "change"),
    [
        (TypeError, "ensemble", dict(ensemble=[[0, 0, 1], [0, 0, -1]])),
        (ValueError, "gamma.*0", dict(gamma=0.0)),
        (ValueError, "gamma.*-1", dict(gamma=-1.0)),
        (ValueError, "gamma.*nan", dict(gamma=np.nan)),
        (ValueError, "gamma.*shape", dict(gamma=[0.1, 0.2])),
        (TypeError, "gamma", dict(gamma="small")),
        (ValueError, "t must.*-1", dict(t=[-1.0, 0.0])),
        (ValueError, "t must not decrease.*2.*1", dict(t=[0.0, 2.0, 1.0])),
        (ValueError, "t must be finite", dict(t=[0.0, np.inf])),
        (ValueError, "t must", dict(t=1.0)),
        (ValueError, "t must", dict(t=[])),
        (ValueError, "p must.*1.5", dict(p=1.5)),
        (ValueError, "p must.*-0.1", dict(p=-0.1)),
        (ValueError, "p must.*1e-20", dict(p=1e-20)),
        (TypeError, "rng", dict(rng=42)),
        (TypeError, "rng", dict(rng=None)),
        (TypeError, "record", dict(record="mean")),
    ],
)
def test_bad_input_is_refused_by_name_and_value(error, message, change):
    good = dict(ensemble=random_gas(4), gamma=0.1, t=[0.0, 1.0], rng=rng())
    with pytest.raises(error, match=message):
        simulate(**good | change)


@pytest.mark.parametrize("p", [0, 1])
@pytest.mark.parametrize(
    "change",
    [dict(gamma=1e200), dict(ensemble=random_gas(4, omega=1e200)), dict(mu=lambda t: np.where(t > 0, 1e13, 1))],
)
def test_angles_of_which_rounding_leaves_nothing_are_refused(p, change):
    good = dict(ensemble=random_gas(4), gamma=0.1, t=[0.0, 10.0], rng=rng())
    with pytest.raises(ValueError, match=r"gamma, mu and the frequencies must .* less than 2\*\*40 rad"):
        simulate(**good | dict(p=p) | change)


@pytest.mark.parametrize("p", [1.0, 0.5, 0.0])
def test_phases_that_are_all_one_change_nothing_and_others_leave_the_pairs_as_they_are(p):
    gas, t = random_gas(31), [0, 1, 9]
    plain = simulate(gas, 0.1, t, rng=rng(), p=p).P
    assert np.array_equal(simulate(gas, 0.1, t, rng=rng(), p=p, phases=[1.0, 1.0]).P, plain)
    nearly = simulate(gas, 0.1, t, rng=rng(), p=p, phases=[1 - 1e-10, 1 + 1e-10]).P
    assert not np.array_equal(nearly, plain)
    assert np.allclose(nearly, plain, rtol=0, atol=1e-7)
    assert np.array_equal(
        simulate(gas, 0.1, t, rng=rng(), p=p, phases=PHASES).P,
        simulate(gas, 0.1, [0, 0.2, 0.4, 1, 5, 9], rng=rng(), p=p, phases=PHASES).P[[0, 3, 5]],
    )


def test_each_encounter_draws_a_phase_of_its_own_all_equally_likely():
    pair = Ensemble([[0, 0, 1], [0, 0, -1]], 0.0, [0, 0, 0])
    seen = np.array(
        [simulate(pair, 0.3, [0.3], rng=np.random.default_rng(seed), phases=PHASES).P[0, 0, 2] for seed in range(600)]
    )
    outcomes = np.array([encounter([0, 0, 1], [0, 0, -1], 0.3 * s)[0][2] for s in PHASES])
    which = np.argmin(abs(seen[:, None] - outcomes), axis=1)
    assert np.allclose(seen, outcomes[which], rtol=0, atol=1e-14)
    assert abs(np.bincount(which) - 200).max() < 4 * np.sqrt(600 * 2 / 9)
    N = 400  # within one step too
    gas = Ensemble(np.tile([[0, 0, 1.0], [0, 0, -1.0]], (N // 2, 1)), 0.0, [0, 0, 0])
    moved = simulate(gas, 0.3, [0.3], rng=rng(), phases=PHASES).P[0, :, 2].round(12)
    assert len(set(np.abs(moved))) == 1 + len(PHASES)  # equals keep their state


@pytest.mark.parametrize("phases", [None, [1 - 1e-12, 1 + 1e-12]])
def test_the_coupling_may_grow_as_much_as_it_likes(phases):
    pair, gamma, steps = Ensemble([[0, 0, 1], [0, 0, -1]], 0.0, [0, 0, 0]), 0.1, 12
    P = simulate(pair, gamma, [steps * gamma], rng=rng(), phases=phases, mu=lambda t: 1 + 60 * t).P[0]
    left = np.cos(2 * gamma * (1 + 60 * gamma * (np.arange(steps) + 0.5))).prod()
    assert np.allclose(P[:, 2], [left, -left], rtol=1e-9, atol=0)


@pytest.mark.parametrize("p", [1.0, 0.0])
def test_an_encounter_may_be_much_stronger_than_the_others(p):
    gas, gamma = Ensemble([[0, 0, 1], [0, 0, -1]], 0.0, [0, 0, 0]), 0.02
    P3 = simulate(gas, gamma, np.arange(500) * gamma, rng=rng(), p=p, phases=[0.0] * 99 + [100.0]).P[:, 0, 2]
    outcomes = np.cos(2 * gamma * 100) ** np.arange(20)  # so many of the strong ones
    assert abs(P3[:, None] - outcomes).min(axis=1).max() < 1e-13
    assert abs(P3[-1]) < 0.9


@pytest.mark.parametrize("p", [0.25, 0.0])
def test_encounters_of_unequal_strength_make_two_opposite_neutrinos_forget_at_their_mean_rate(p):
    gamma, t, runs = 0.4, 2.0, 4000
    gas, source = Ensemble([[0, 0, 1], [0, 0, -1]], 0.0, [0, 0, 0]), rng()
    P3 = np.array([simulate(gas, gamma, [t], rng=source, p=p, phases=PHASES).P[0, 0, 2] for _ in range(runs)])
    cos = np.cos(2 * gamma * np.array(PHASES)).mean()  # what an encounter leaves of P3
    mean = (1 - p + p * cos) ** round(t / (p * gamma)) if p else np.exp(t / gamma * (cos - 1))
    assert abs(P3.mean() - mean) < 4 * P3.std() / np.sqrt(runs)
    equal = (
        (1 - p + p * np.cos(2 * gamma)) ** round(t / (p * gamma)) if p else np.exp(t / gamma * (np.cos(2 * gamma) - 1))
    )
    assert abs(equal - mean) > 20 * P3.std() / np.sqrt(runs)


@pytest.mark.parametrize("p", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("N", [30, 31])
def test_strengths_do_not_depend_on_how_many_are_worked_out_at_once(N, p, monkeypatch):
    def run():
        return simulate(random_gas(N), 0.01, [0, 1, 9], rng=rng(), p=p, phases=PHASES, mu=lambda t: 1 + t).P

    whole = run()
    monkeypatch.setattr(simulation, "PORTION", 40)
    assert np.array_equal(run(), whole)
    monkeypatch.setattr(_random, "CHUNK", 64)
    assert np.allclose(run(), whole, rtol=0, atol=1e-12)  # with fewer words at a time the clock's sums round otherwise


@pytest.mark.parametrize("p", PS)
def test_the_coupling_is_asked_for_no_later_than_the_last_time(p):
    asked = []
    simulate(random_gas(5), 0.1, [0, 1.234], rng=rng(), p=p, mu=lambda t: asked.append(t.max()) or 1 - t / 1.3)
    assert max(asked) <= 1.234


@pytest.mark.parametrize("p", [1.0, 0.5])
def test_in_every_step_a_pair_has_one_of_the_phases_times_the_coupling_at_that_time(p):
    gamma, steps = 0.3, 300
    gas, t = Ensemble([[0, 0, 1], [0, 0, -1]], 0.0, [0, 0, 0.5]), np.arange(steps + 1) * p * gamma
    P3 = simulate(gas, gamma, t, rng=rng(), p=p, phases=PHASES, mu=lambda t: np.exp(-t / 20)).P[:, 0, 2]
    f, g = np.exp(-(t[:-1] + t[1:]) / 40), 0.75
    factors = np.cos(2 * gamma * g * f[:, None] * np.array([*PHASES, 0.0]))
    away = abs(P3[1:, None] - P3[:-1, None] * factors)
    assert away.min(axis=1).max() < 1e-14
    met = np.bincount(away[abs(P3[:-1]) > 1e-3].argmin(axis=1), minlength=4)
    expected = met.sum() * np.array([p / 3, p / 3, p / 3, 1 - p])
    assert (abs(met - expected) <= 4 * np.sqrt(expected)).all()


def test_at_random_times_the_coupling_is_that_of_the_time_itself():
    gamma, t = 0.02, np.linspace(0, 1, 20_001)  # some fifty encounters, never two in an interval
    gas = Ensemble([[0, 0, 1], [0, 0, -1]], 0.0, [0, 0, 0])

    def turns(**more):
        P3 = simulate(gas, gamma, t, rng=rng(), p=0, **more).P[:, 0, 2]
        return np.arccos(np.minimum(P3[1:] / P3[:-1], 1))  # an encounter leaves cos(2 phi) of it

    plain, falling = turns(), turns(mu=lambda t: 1 - t / 2)
    at = plain > 1e-6
    assert 20 < at.sum() < 80
    assert np.allclose(plain[at], 2 * gamma, rtol=1e-9)
    assert np.array_equal(falling > 1e-6, at)
    assert np.allclose(falling[at], 2 * gamma * (1 - (t[1:] + t[:-1])[at] / 4), rtol=5e-5)


@pytest.mark.parametrize("N", [2, 3])
def test_a_coupling_that_falls_is_taken_at_the_middle_of_each_step(N):
    gas, gamma = random_gas(N), 0.2
    falling = np.exp(-0.3 * (np.arange(20) + 0.5) * gamma)
    seen = simulate(gas, gamma, np.arange(21) * gamma, rng=rng(), mu=lambda t: np.exp(-0.3 * t)).P
    g = 1 - gas.velocity @ gas.velocity.T
    for before, after, f in zip(seen, seen[1:], falling):
        fits = 0
        for a in range(N):
            for b in range(a):
                met = encounter(
                    before[a], before[b], gamma * f, g=g[a, b], omega=(gas.omega[a], gas.omega[b]), dt=gamma
                )
                fits += np.allclose((after[a], after[b]), met, rtol=0, atol=1e-13)
        assert fits == 1


@pytest.mark.parametrize(("p", "slack"), [(1.0, 1e-3), (0.5, 0.03), (0.0, 0.03)])
def test_for_small_phases_a_falling_coupling_is_that_of_the_mean_field(p, slack):
    gas, gamma = random_gas(2), 1e-4
    g = 1 - gas.velocity[0] @ gas.velocity[1]

    def mean_field(t, y):
        P = y.reshape(2, 3)
        vacuum = gas.omega[:, None] * np.stack([P[:, 1], -P[:, 0], 0 * P[:, 0]], axis=1)
        return (vacuum + g / (1 + t) * np.cross(P[::-1], P)).ravel()

    exact = solve_ivp(mean_field, (0, 5), gas.P.ravel(), rtol=1e-10, atol=1e-12).y[:, -1].reshape(2, 3)
    seen = simulate(gas, gamma, [5], rng=rng(), p=p, mu=lambda t: 1 / (1 + t)).P[0]
    assert np.allclose(seen, exact, rtol=0, atol=slack)  # order gamma; at random times the noise, order sqrt(gamma)
    constant = simulate(gas, gamma, [5], rng=rng(), p=p).P[0]
    assert not np.allclose(constant, exact, rtol=0, atol=0.1)


@pytest.mark.parametrize(
    ("error", "message", "change"),
    [
        (TypeError, "phases", dict(phases="two")),
        (ValueError, "phases must be >= 0", dict(phases=[-1, 3])),
        (ValueError, "phases must have the mean 1, got 1.5", dict(phases=[1, 2])),
        (ValueError, "phases must be a non-empty", dict(phases=[])),
        (ValueError, "phases must be a non-empty", dict(phases=1.0)),
        (TypeError, "mu must be callable", dict(mu=1.0)),
        (ValueError, r"mu\(0\) = 2", dict(mu=lambda t: 2 + t)),
        (ValueError, r"mu\(t\) must be >= 0", dict(mu=lambda t: 1 - t)),
        (ValueError, r"mu\(t\) must be finite", dict(mu=lambda t: 1 / (1 - (t > 1)))),
        (TypeError, r"mu\(t\)", dict(mu=lambda t: ["high"])),
        (ValueError, "mu must return as many numbers", dict(mu=lambda t: np.ones(3))),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_bad_phases_and_couplings_are_refused_by_name(error, message, change):
    with pytest.raises(error, match=message):
        simulate(bipolar(rng()), 0.1, [0, 5], rng=rng(), **change)
