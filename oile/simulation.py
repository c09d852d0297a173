r"""Model 2 at work: one realization of a gas whose particles pair up at random (Sec. III)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from oile import _checks, flavors
from oile._types import AnyArray, Complexes, RealArray, Reals
from oile.ensemble import Ensemble
from oile.trajectory import Collected, Trajectory, room

__all__ = ["simulate"]

PORTION = 2**14  # phases of encounters at a time, where they differ
LARGEST = 2.0**40  # rad, of which four digits of the sine are left


def simulate(
    ensemble: Ensemble | flavors.Ensemble,
    gamma: float,
    t: Reals,
    *,
    rng: np.random.Generator,
    p: float = 1.0,
    phases: Reals | None = None,
    mu: Callable[[RealArray], Reals] | None = None,
    record: Callable[[AnyArray], Complexes] | None = None,
) -> Trajectory:
    r"""Model 2: in every step all particles meet in random, mutually exclusive pairs, and forget.

    .. math:: \hat H_n = -\sum_a \frac{\omega_a}{2} \hat\beta_a + \sum_{a<b} \Theta_{ab}(n)\, \hat V_{ab}
       \qquad \text{Eq. (10)}

    A step lasts :math:`\Delta z = \gamma`. Each pair of it evolves exactly, vacuum terms in the exponent
    (`oile.encounter`); the matching is uniform among all perfect matchings. An odd number of particles leaves one out
    of each step, at random, to precess alone.

    With ``p < 1`` a step lasts :math:`p\gamma` and a pair drawn in it meets with probability `p`, still with phase
    :math:`\gamma g`: the same mean coupling, at random times. With ``p = 0``, the limit, any two particles meet at the
    times of a Poisson process, ``N // 2`` encounters per :math:`\gamma` on average, each of them instantaneous.

    With `phases` encounters differ in strength, as they do in nature: each has the phase :math:`\gamma s g` with a
    relative phase :math:`s` of its own. With `mu` the coupling changes in time, as it does for neutrinos that stream
    out of a star: the phase is :math:`\gamma f(t) g`, at the middle of the step, or at the time of the event.
    Durations stay as they are in both cases.

    Parameters
    ----------
    ensemble : Ensemble or flavors.Ensemble
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
    phases : array_like, shape (n,), optional
        Relative phases, not negative and with the mean 1, all of them equally likely, drawn anew for each encounter.
        They come from a stream of their own: who meets whom stays the same.
    mu : callable, optional
        The coupling relative to its value at time 0: takes an array of times [1/mu], none later than the last of `t`,
        returns an array of numbers, not negative; ``mu(0) = 1``.
    record : callable, optional
        What to keep of the gas: called at each time with the Bloch vectors, shape (N, 3), or the density matrices,
        shape (N, d, d), in an array that is used again; returns an array or a number, of one shape each time. All of
        them are kept when it is left out.

    Returns
    -------
    Trajectory
        Of the T times and the Bloch vectors (`P`) or density matrices (`rho`), or what `record` returned, stacked. The
        sum of the third components is conserved to rounding, and that of each population, antineutrinos taken off.

    Raises
    ------
    ValueError, TypeError
        For arguments of the wrong kind, ``gamma <= 0``, times that are negative or decrease, p outside [0, 1], phases
        that are negative or have another mean, a coupling that is negative or does not begin with 1, angles in one
        encounter of 2^40 and more, of which rounding leaves nothing.
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
    kind = kind_of(ensemble)
    gamma, times, p, relative, coupling = checked(gamma, t, p, phases, mu, record)
    rng = _checks.generator(rng)
    states = getattr(ensemble, kind)
    kept = Collected("record", len(times))
    if record is None:
        kept.array = room((len(times), *states.shape), states.dtype)

    strength = _Strength(None if relative is None or (relative == 1.0).all() else relative, coupling)
    if p == 0.0:
        times, run = times.copy(), _poisson(ensemble, gamma, times, rng, strength)
    else:
        n = np.rint(times / (p * gamma)).astype(np.int64)
        times, run = np.multiply(n, p * gamma, dtype=float), _stepwise(ensemble, gamma, n, rng, p, strength)
    for k, states in enumerate(run):
        kept[k] = states if record is None else record(states)
    return Trajectory(times, kept.array, kind)


def checked(
    gamma: object, t: object, p: object, phases: object, mu: object, record: object
) -> tuple[float, RealArray, float, RealArray | None, Callable[[RealArray], RealArray] | None]:
    """The arguments of a run as they are used, but for the gas, the generator and the recorder."""
    if record is not None and not callable(record):
        raise TypeError(f"record must be callable, got {_checks.shown(record)}")
    dz, times, chance = (
        _checks.number("gamma", gamma, 0.0, strictly=True),
        _checks.times(t),
        _checks.probability("p", p),
    )
    relative = None if phases is None else _checks.phases(phases)
    coupling = None if mu is None else _checks.coupling(mu)
    if 0.0 < chance < 2.0**-64:
        raise ValueError(f"p must be 0 or at least 2**-64, got {chance}")
    if times[-1] > 2**53 * (chance or 1.0) * dz:
        raise ValueError(f"gamma must be large enough for t to be a number of steps, got {dz} for t = {times[-1]}")
    return dz, times, chance, relative, coupling


def kind_of(ensemble):
    """Of what a gas is made, Bloch vectors or density matrices: the name of its states."""
    if isinstance(ensemble, Ensemble):
        return "P"
    if isinstance(ensemble, flavors.Ensemble):
        return "rho"
    raise TypeError(f"ensemble must be an Ensemble or a flavors.Ensemble, got {_checks.shown(ensemble)}")


class _Strength:
    """What multiplies the phases of encounters."""

    rng: Any = None

    def __init__(self, phases, mu):
        self.phases, self.mu = phases, mu

    def __bool__(self):
        return not (self.phases is None and self.mu is None)

    def seed(self, rng):
        """Draw from a stream of its own, after all else was seeded: what else is drawn stays the same."""
        if self.phases is not None:
            self.rng = np.random.default_rng(rng.integers(2**64, size=4, dtype=np.uint64))

    def at(self, t, *more):
        """Factors for encounters at the times `t`, with `more` axes for those at the same time, and a bound of them."""
        factor = (np.ones(len(t)) if self.mu is None else self.mu(t)).reshape(-1, *(1 for _ in more))
        if self.phases is None:
            return np.array(np.broadcast_to(factor, (len(t), *more))), factor.max()
        drawn = self.phases[self.rng.integers(len(self.phases), size=(len(t), *more))]
        return factor * drawn, factor.max() * self.phases.max()

    def series(self, engine, angle):
        """Series up to `angle`; of a coupling that changes, the same ones at all times, whichever are recorded."""
        return _series(engine, angle if self.mu is None else max(angle, 1.0))


def _engine(ensemble):
    """The module that holds and evolves this kind of gas. Loaded here: it needs Numba."""
    from oile._engine import matrices, pairs

    return pairs if isinstance(ensemble, Ensemble) else matrices


def _stepwise(ensemble, gamma, n, rng, p, strength):
    """The states after each of the numbers of steps `n`."""
    from oile._engine import random

    engine = _engine(ensemble)
    dt, chance, rows, out = p * gamma, random.chance(p), engine.rows(ensemble), engine.states(ensemble)
    phi, omega = gamma * _widest(ensemble), engine.fastest(ensemble) * dt
    source, words, at, top = random.Source(rng), np.empty(0, np.uint32), 0, ensemble.N
    strength.seed(rng)
    portion = max(1, PORTION // (ensemble.N // 2)) if strength else 2**62
    factor, factors = None, _series(engine, np.hypot(phi, omega))
    done = 0
    for goal in n:
        while True:
            todo = min(portion, goal - done)
            if strength and todo:
                middle = (np.arange(done, done + todo) + 0.5) * dt
                factor, highest = strength.at(middle, ensemble.N // 2)
                factors = strength.series(engine, np.hypot(phi * highest, omega))
            done += todo
            while True:  # returns to Python now and then, where signals are served
                todo, top, at = engine.steps(rows, todo, top, gamma, dt, chance, words, at, factors, factor)
                if todo == 0:
                    break
                _go_on()
                words, at = source.words(words[at:]), 0
            if done == goal:
                break
        engine.in_order(rows, out)
        yield out


def _poisson(ensemble, gamma, t, rng, strength):
    """The states at the times `t`, encounters being instantaneous events."""
    from oile._engine import random

    engine = _engine(ensemble)
    rows, fastest, out = engine.rows(ensemble), engine.fastest(ensemble), engine.states(ensemble)
    stride = max(gamma, min(16 * gamma, 1 / fastest if fastest else np.inf))  # seldom, but by small angles
    phi, wide = gamma * _widest(ensemble), _series(engine, 2 * fastest * stride)
    source, words, at = random.Source(rng), np.empty(0, np.uint32), 0
    clock, times, used = random.Source(rng), np.zeros(1), 1
    strength.seed(rng)
    factor, factors = (np.ones(1) if strength else None), _series(engine, phi)
    origin, wait = 0.0, gamma / (ensemble.N // 2)
    for until in t:
        while True:
            origin, used, at, done = engine.events(
                rows, origin, stride, until, gamma, times, used, words, at, factors, wide, factor
            )
            if done:
                break
            _go_on()
            if used == len(times):
                times, used = clock.times(times[-1], wait), 0
                if strength:
                    factor, highest = strength.at(np.minimum(times, t[-1]))  # nobody asks for more
                    factors = strength.series(engine, phi * highest)
            else:
                words, at = source.words(words[at:]), 0
        engine.in_frame(rows, until - origin, wide, out)
        yield out


def _series(engine, angle):
    """Series up to `angle`, unless it is so large that its sine is lost to rounding."""
    if not angle < LARGEST:
        raise ValueError(
            f"gamma, mu and the frequencies must turn a pair by less than 2**40 rad in an encounter, got {angle:.3g}"
        )
    return engine.series(angle)


def _widest(ensemble):
    """An upper bound of ``g = 1 - v_a.v_b``."""
    return 1.0 + np.einsum("ai,ai->a", ensemble.velocity, ensemble.velocity).max()


class Interrupted(Exception):  # noqa: N818  nothing is wrong
    """A realization was called off by the thread that waits for it."""


orders = threading.local()  # in a thread that works for others: `orders.stop`, an event


def _go_on():
    """Called every tenth of a millisecond or so: whether anybody still wants the result."""
    if (stop := getattr(orders, "stop", None)) is not None and stop.is_set():
        raise Interrupted
