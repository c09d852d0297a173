"""The numbers to hold another code to: `make numbers` writes them to reference/numbers, in an hour on two cores.

    python tools/reference.py              all of them
    python tools/reference.py steps rates  those tables

A table begins with lines of comment: what it is, units, how it was made. Averages go on where they were interrupted.
"""

import csv
import shutil
import sys
from functools import partial
from pathlib import Path

import numpy as np
from scipy.linalg import expm

import oile
from oile import bipolar, even_velocities, flavors, isotropic_velocities, simulate_many
from oile.modes import modes

HERE = Path(__file__).resolve().parent.parent / "reference" / "numbers"
TIMES = (1, 2, 5, 10, 20, 50, 100)
SEED = 240205022
RUNS = {  # gas: gamma, times, realizations with p = 1 and with p = 0
    "random": [
        (1e-1, TIMES, (10_000, 10_000)),
        (1e-2, TIMES, (10_000, 10_000)),
        (1e-3, TIMES, (10_000, 3_000)),
    ],
    "flavors": [(1e-1, TIMES[:6], (10_000, 10_000))],
    "even": [(1e-1, TIMES, (2_000, 2_000)), (1e-2, TIMES, (2_000, 1_600)), (1e-3, TIMES, (200, 100))],
}
ANGLES = dict(theta12=0.59, theta13=0.15, theta23=0.76, delta=3.7)
LEVELS = np.array([0.0, 0.01, 0.3])


def random(rng):
    """The paper's gas; velocities drawn anew for each realization."""
    return bipolar(rng)


def even(rng):
    """Ten times as many, directions spread evenly."""
    return bipolar(n_e=600, n_x=400, velocity=even_velocities(1000))


def three(rng):
    """Three flavors: 40 neutrinos and 20 antineutrinos of electron flavor, 20 and 20 of muon flavor."""
    U = flavors.pmns(**ANGLES)
    kinds = np.repeat([0, 0, 1, 1], [40, 20, 20, 20])
    rho = flavors.mixture(np.eye(3)[kinds], U)
    anti = np.repeat([False, True, False, True], [40, 20, 20, 20])
    return flavors.Ensemble(rho, LEVELS, isotropic_velocities(100, rng), anti)


GASES = {"random": random, "even": even, "flavors": three}


def bloch(n_e, P):
    """Of the first group: its mean vector, that one's length, the mean length."""
    first = P[:n_e]
    mean = first.mean(axis=0)
    return np.array([*mean, np.linalg.norm(mean), np.linalg.norm(first, axis=1).mean()])


def content(rho):
    """Mean share of electron flavor in neutrinos and in antineutrinos, mean purity, mean first population."""
    anti = np.repeat([False, True, False, True], [40, 20, 20, 20])
    share = flavors.content(rho, flavors.pmns(**ANGLES))[:, 0]
    purity = np.einsum("aij,aji->a", rho, rho).real
    return np.array([share[~anti].mean(), share[anti].mean(), purity.mean(), rho[:, 0, 0].real.mean()])


QUANTITIES = {
    "random": (partial(bloch, 60), ("P1", "P2", "P3", "length_of_mean", "mean_length")),
    "even": (partial(bloch, 600), ("P1", "P2", "P3", "length_of_mean", "mean_length")),
    "flavors": (content, ("electron", "antielectron", "purity", "first_population")),
}


def sample(gas, gamma, t, p, realizations, seed, checkpoint=None):
    """What is averaged, shape (realizations, T, quantities)."""
    rng = np.random.default_rng(seed)
    run = partial(simulate_many, GASES[gas], gamma, t, rng=rng, realizations=realizations, p=p)
    return run(record=QUANTITIES[gas][0], checkpoint=checkpoint, checkpoint_key=gas)


def averages(gas):
    """Means and standard errors over the realizations; clockwork (p = 1) and Poisson (p = 0)."""
    yield ("gamma", "p", "t", "quantity", "mean", "standard_error", "realizations")
    for gamma, t, realizations in RUNS[gas]:
        for p, count in zip((1, 0), realizations):
            folder = HERE / ".unfinished" / f"{gas}-{gamma}-{p}"
            values = sample(gas, gamma, t, p, count, [SEED, p, round(1 / gamma)], folder)
            mean, error = values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(count)
            for k, time in enumerate(t):
                for q, name in enumerate(QUANTITIES[gas][1]):
                    yield (gamma, p, time, name, f"{mean[k, q]:.9f}", f"{error[k, q]:.2g}", count)
            shutil.rmtree(folder, ignore_errors=True)


def steps(count=10):
    """Single steps of a gas of five, one idle: pairs given, each by the exponential of its 4 x 4 Hamiltonian."""
    yield ("step", "gamma", "a", "b", "idle", *(f"P{i}_{n}" for n in range(5) for i in (1, 2, 3)))
    rng = np.random.default_rng(SEED)
    P = rng.normal(size=(5, 3))
    P *= (rng.random((5, 1)) ** (1 / 3)) / np.linalg.norm(P, axis=1, keepdims=True)
    gas = five()
    yield (0, "", "", "", "", *map(repr, P.ravel().tolist()))
    for n in range(1, count + 1):
        gamma = (0.01, 0.3, 2.5)[n % 3]
        order = rng.permutation(5).tolist()
        P = P.copy()
        for a, b in (order[:2], order[2:4]):
            P[a], P[b] = pair(P[a], P[b], gas["omega"][[a, b]], 1 - gas["velocity"][a] @ gas["velocity"][b], gamma)
        angle = gas["omega"][order[4]] * gamma
        c, s = np.cos(angle), np.sin(angle)
        P[order[4]] = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) @ P[order[4]]
        yield (n, gamma, f"{order[0]}-{order[1]}", f"{order[2]}-{order[3]}", order[4], *map(repr, P.ravel().tolist()))


def five():
    """Frequencies and velocities of the gas of five; velocities are corners of an octahedron and one at rest."""
    velocity = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, 0, -1], [0, 0, 0]], float)
    return {"omega": np.array([0.1, 0.2, -0.3, 0.0, 1.5]), "velocity": velocity}


SIGMA = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


def pair(P, Q, omega, g, gamma):
    """Bloch vectors of two neutrinos after the time gamma, from the density matrix of both."""
    one = np.eye(2)
    rho = np.kron((one + np.einsum("i,ijk", P, SIGMA)) / 2, (one + np.einsum("i,ijk", Q, SIGMA)) / 2)
    H = g / 2 * sum(np.kron(s, s) for s in SIGMA)
    H = H - omega[0] / 2 * np.kron(SIGMA[2], one) - omega[1] / 2 * np.kron(one, SIGMA[2])
    U = expm(-1j * gamma * H)
    rho = U @ rho @ U.conj().T
    after = [
        [np.trace(rho @ np.kron(s, one)).real for s in SIGMA],
        [np.trace(rho @ np.kron(one, s)).real for s in SIGMA],
    ]
    return np.array(after)


STATES = {
    "60 + 40, g = 1": bipolar(theta=0.0, velocity=[0, 0, 0]),
    "60 + 40, even directions": bipolar(theta=0.0, velocity=even_velocities(100)),
    "60 + 40, g = 1, frequencies exchanged": bipolar(theta=0.0, omega_e=0.2, omega_x=0.1, velocity=[0, 0, 0]),
}


def rates():
    """The mode that grows fastest, or decays most slowly, about flavor states without mixing."""
    yield ("gas", "gamma", "p", "real", "imaginary")
    for name, gas in STATES.items():
        for gamma in (0.0, 1e-3, 1e-2, 1e-1):
            for p in (1, 0):
                rate = modes(gas, gamma, p=p)[0][0]
                yield (name, gamma, p, f"{rate.real:.9f}", f"{rate.imag:.9f}")


TABLES = {
    "random": (partial(averages, "random"), random.__doc__),
    "even": (partial(averages, "even"), even.__doc__),
    "flavors": (partial(averages, "flavors"), three.__doc__),
    "steps": (steps, steps.__doc__),
    "rates": (rates, rates.__doc__),
}


def write(name):
    """Make one table; the file is there when it is whole."""
    rows, what = TABLES[name]
    path = HERE / f"{name}.csv"
    unfinished = HERE / ".unfinished" / path.name
    unfinished.parent.mkdir(exist_ok=True)
    with open(unfinished, "w", newline="") as file:
        for line in (
            f"Once-in-a-lifetime encounters, numbers to hold another code to: {name}",
            what,
            "units: times in 1/mu, frequencies and rates in mu, phases in radians",
            f"made by: oile {oile.__version__}, tools/reference.py, seed {SEED}",
            "license: CC BY 4.0; please cite arXiv:2402.05022 and the companion",
        ):
            file.write(f"# {line}\n")
        csv.writer(file, lineterminator="\n").writerows(rows())
    unfinished.replace(path)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for name in sys.argv[1:] or TABLES:
        print(name, flush=True)
        write(name)
