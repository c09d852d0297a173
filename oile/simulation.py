r"""Model 2 at work: one realization of a gas whose particles pair up at random (Sec. III)."""

import os
import warnings
from dataclasses import dataclass, fields

import numpy as np

from oile import _checks
from oile.ensemble import Ensemble

__all__ = ["Trajectory", "simulate"]

GIB = 2**30


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A realization of the gas at the recorded times.

    Parameters
    ----------
    t : ndarray, shape (T,)
        Times [1/mu]: the steps nearest to those asked for.
    P : ndarray, shape (T, N, 3)
        Bloch vectors; particle `a` keeps its place `a`. Or, of shape (T, ...), what was recorded of them.
    """

    t: np.ndarray
    P: np.ndarray

    def __iter__(self):
        """Unpacks: ``t, P = simulate(...)``."""
        return (getattr(self, field.name) for field in fields(self))


def simulate(ensemble, gamma, t, *, rng, p=1.0, record=None):
    r"""Model 2: in every step all particles meet in random, mutually exclusive pairs, and forget.

    .. math:: \hat H_n = -\sum_a \frac{\omega_a}{2} \hat\beta_a + \sum_{a<b} \Theta_{ab}(n)\, \hat V_{ab}
       \qquad \text{Eq. (10)}

    A step lasts :math:`\Delta z = \gamma`. Each pair of it evolves exactly, vacuum terms in the exponent
    (`oile.encounter`); the matching is uniform among all perfect matchings. An odd number of particles leaves one out
    of each step, at random, to precess alone.

    With ``p < 1`` a step lasts :math:`p\gamma` and a pair drawn in it meets with probability `p`, still with phase
    :math:`\gamma g`: the same mean coupling, at random times. With ``p = 0``, the limit, any two particles meet at the
    times of a Poisson process, ``N // 2`` encounters per :math:`\gamma` on average, each of them instantaneous.

    Parameters
    ----------
    ensemble : Ensemble
        The gas at time 0.
    gamma : float
        Phase of one encounter at right angles, ``mu dz`` [rad], greater than 0.
    t : array_like, shape (T,)
        Times at which to record the gas [1/mu], from 0 on, in order; each is taken at the nearest step.
    rng : numpy.random.Generator
        Source of randomness: seeds a stream of the realization's own, so that the result follows from the state of
        `rng`, and neither the recorded times nor anything else changes the encounters.
    p : float
        Probability that a drawn pair meets, resolved to 2^-64.
    record : callable, optional
        What to keep of the gas: called at each time with the Bloch vectors, shape (N, 3), in an array that is used
        again; returns an array or a number. All of them are kept when it is left out.

    Returns
    -------
    Trajectory
        Of the T times and the Bloch vectors, or what `record` returned, stacked. The sum of their third components
        is conserved to rounding.

    Raises
    ------
    ValueError, TypeError
        For arguments of the wrong kind, ``gamma <= 0``, times that are negative or decrease, p outside [0, 1].
    MemoryError
        If the record would not fit into the machine, before anything is computed.

    Warns
    -----
    ResourceWarning
        If it takes more than 1 GiB.

    Examples
    --------
    >>> from oile import bipolar
    >>> rng = np.random.default_rng(1)
    >>> gas = bipolar(rng)
    >>> t, P = simulate(gas, 1e-2, [0, 10, 20], rng=rng)
    >>> P.shape, bool(np.ptp(P[:, :, 2].mean(axis=1)) < 1e-14)
    ((3, 100, 3), True)

    Only the mean of the first sixty is kept:

    >>> t, mean = simulate(gas, 1e-2, [0, 10, 20], rng=rng, record=lambda P: P[:60].mean(axis=0))
    >>> mean.shape
    (3, 3)
    """
    if not isinstance(ensemble, Ensemble):
        raise TypeError(f"ensemble must be an Ensemble, got {_checks.shown(ensemble)}")
    if record is not None and not callable(record):
        raise TypeError(f"record must be callable, got {record!r}")
    gamma = _checks.number("gamma", gamma, 0.0, strictly=True)
    t, p, rng = _checks.times(t), _checks.probability("p", p), _checks.generator(rng)
    if 0.0 < p < 2.0**-64:
        raise ValueError(f"p must be 0 or at least 2**-64, got {p}")
    if t[-1] / ((p or 1.0) * gamma) > 2**53:
        raise ValueError(f"gamma must be large enough for t to be a number of steps, got {gamma} for t = {t[-1]}")
    kept = room((len(t), ensemble.N, 3)) if record is None else None

    if p == 0.0:
        t, states = t.copy(), _poisson(ensemble, gamma, t, rng)
    else:
        n = np.rint(t / (p * gamma)).astype(np.int64)
        t, states = n * (p * gamma), _stepwise(ensemble, gamma, n, rng, p)
    for k, P in enumerate(states):
        value = P if record is None else np.asarray(record(P))
        if kept is None:
            kept = room((len(t), *value.shape), value.dtype)
        kept[k] = value
    return Trajectory(t, kept)


def room(shape, dtype=float):
    """An empty array, refused if it cannot fit, with a word of warning if it is large."""
    size = np.prod(shape, dtype=float) * np.dtype(dtype).itemsize
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else np.inf
    advice = f"the record takes {size / GIB:.3g} GiB, an array of shape {shape}: record=... keeps less"
    if size > memory:
        raise MemoryError(f"{advice}; there are {memory / GIB:.3g} GiB in all")
    if size > GIB:
        warnings.warn(advice, ResourceWarning, stacklevel=3)
    return np.empty(shape, dtype)


def _stepwise(ensemble, gamma, n, rng, p):
    """Bloch vectors after each of the numbers of steps `n`."""
    from oile._engine import pairs, random  # here: they load Numba

    dt, chance, rows = p * gamma, random.chance(p), _rows(ensemble)
    phi, omega = gamma * _widest(ensemble), np.abs(ensemble.omega).max() * dt
    factors = pairs.series(np.hypot(phi, omega))
    source, words, at = random.Source(rng), np.empty(0, np.uint32), 0
    top, P = ensemble.N, np.empty((ensemble.N, 3))
    for todo in np.diff(n, prepend=0):
        while True:  # returns to Python now and then, where signals are served
            todo, top, at = pairs.steps(rows, todo, top, gamma, dt, chance, words, at, factors)
            if todo == 0:
                break
            words, at = source.words(words[at:]), 0
        pairs.in_order(rows, P)
        yield P


def _poisson(ensemble, gamma, t, rng):
    """Bloch vectors at the times `t`, encounters being instantaneous events."""
    from oile._engine import pairs, random

    rows, fastest = _rows(ensemble), np.abs(ensemble.omega).max()
    stride = max(gamma, min(16 * gamma, 1 / fastest if fastest else np.inf))  # seldom, but by small angles
    factors = pairs.series(gamma * _widest(ensemble))
    wide = pairs.series(2 * fastest * stride)
    source, words, at = random.Source(rng), np.empty(0, np.uint32), 0
    clock, times, used = random.Source(rng), np.zeros(1), 1
    origin, wait, P = 0.0, gamma / (ensemble.N // 2), np.empty((ensemble.N, 3))
    for until in t:
        while True:
            origin, used, at, done = pairs.events(
                rows, origin, stride, until, gamma, times, used, words, at, factors, wide
            )
            if done:
                break
            if used == len(times):
                times, used = clock.times(times[-1], wait), 0
            else:
                words, at = source.words(words[at:]), 0
        pairs.in_frame(rows, until - origin, wide, P)
        yield P


def _rows(ensemble):
    """The gas as the engine holds it: eight doubles a particle, aligned to cache lines."""
    memory = np.empty(8 * ensemble.N + 7)
    start = -memory.ctypes.data // 8 % 8
    rows = memory[start : start + 8 * ensemble.N].reshape(ensemble.N, 8)
    rows[:, :3], rows[:, 3], rows[:, 4:7], rows[:, 7] = (
        ensemble.P,
        ensemble.omega,
        ensemble.velocity,
        np.arange(ensemble.N),
    )
    return rows


def _widest(ensemble):
    """An upper bound of ``g = 1 - v_a.v_b``."""
    return 1.0 + np.einsum("ai,ai->a", ensemble.velocity, ensemble.velocity).max()
