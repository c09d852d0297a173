"""The gas of 100 particles as the ledger runs it: independent realizations, and what is read off them."""

from functools import cache

import numpy as np

from oile import bipolar, integrate, simulate

SEED = 2024
EARLY, LATE = 12, 8  # realizations of the left and of the right column of Fig. 2
E = slice(60)  # the particles that start as electron neutrinos
OMEGA = np.repeat([0.1, 0.2], [60, 40])


def generator(*key):
    """The ledger's source of randomness for one purpose; everything random here descends from `SEED`."""
    return np.random.default_rng([SEED, *key])


def length(P):
    """|P|."""
    return np.linalg.norm(P, axis=-1)


@cache
def realizations(gamma, late, seed):
    """Independent runs of the paper's gas, velocities and pairings drawn anew: gases, times, P[run, time, particle]."""
    t = np.arange(0, 2001.0) if late else np.arange(0, 120.5, 0.5)
    gases, runs = [], []
    for r in range(LATE if late else EARLY):
        rng = np.random.default_rng([seed, r])  # the same velocities for every gamma
        gases.append(bipolar(rng))
        runs.append(simulate(gases[-1], gamma, t, rng=rng).P)
    return gases, t, np.array(runs)


def early(gamma):
    """The left column of Fig. 2."""
    return realizations(gamma, False, SEED)


@cache
def mean_fields(seed):
    """Eq. (14) with gamma = 0 for the gases of the left column."""
    gases, t, _ = realizations(0.001, False, seed)
    return np.array([integrate(gas, 0.0, t, rtol=1e-6).P for gas in gases])


def early_mean_field():
    """The mean field of the gases in the left column: P[run, time, particle], times as in `early`."""
    return mean_fields(SEED)


def late(gamma):
    """The right column of Fig. 2."""
    return realizations(gamma, True, SEED)


def first_time(t, below):
    """For each run, the first time at which the condition (runs, times) is true; infinite if never."""
    return np.where(below.any(axis=1), t[np.argmax(below, axis=1)], np.inf)


def slow_mode(gamma, P3=0.2):
    """Decay rate and frequency of the slow mode of Eq. (17) about the fixed point (19), two groups of particles.

    Of a gas that is still tilted, |<P>| in place of P3 gives the rates, to leading order in the spread of omega.
    """
    weight, omega = np.array([0.6, 0.4]), np.array([0.1, 0.2])
    # k acts on the distance of a group from the average
    k = 1j * P3 - gamma * (4 / 3 - P3**2 / 2)
    modes = np.linalg.eigvals(np.diag(k - 1j * omega) - k * np.outer([1, 1], weight))
    slow = modes[np.argmax(modes.real)]
    return -slow.real, -slow.imag


def residual(P):
    """Root-mean-square distance of the particles from the fixed point (19)."""
    goal = P.mean(axis=-2, keepdims=True) * [0, 0, 1]
    return np.sqrt(np.mean(np.sum((P - goal) ** 2, axis=-1), axis=-1))


def spread(P):
    """Root-mean-square distance of the particles from their average."""
    return np.sqrt(np.mean(np.sum((P - P.mean(axis=-2, keepdims=True)) ** 2, axis=-1), axis=-1))
