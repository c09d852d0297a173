r"""The average gas, Eq. (14), for Bloch vectors and for density matrices of neutrinos and antineutrinos."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from oile import _checks, flavors
from oile._types import AnyArray, Complexes, RealArray, Reals
from oile.ensemble import Ensemble
from oile.master import states
from oile.simulation import kind_of
from oile.trajectory import Collected, Trajectory, room

__all__ = ["integrate"]


def integrate(
    ensemble: Ensemble | flavors.Ensemble,
    gamma: float,
    t: Reals,
    *,
    p: float = 1.0,
    phases: Reals | None = None,
    mu: Callable[[RealArray], Reals] | None = None,
    rtol: float = 1e-7,
    record: Callable[[AnyArray], Complexes] | None = None,
    progress: bool = False,
    max_steps: int = 100_000,
) -> Trajectory:
    r"""The average gas: Eq. (14) from the gas at time 0, beside which `oile.simulate` is one realization.

    For Bloch vectors it is `oile.ensemble_rhs`. For density matrices, with the flavor charge :math:`\sigma_b = \rho_b`
    of a neutrino and :math:`-\bar\rho_b` of an antineutrino, :math:`G_a = \langle g_{ab} \sigma_b \rangle_b` and
    :math:`F_a = -i[G_a, \rho_a]`, the expansion of the exact encounters to second order gives

    .. math::
       \dot\rho_a = {}& \mp i[E_a, \rho_a] + F_a
       + \gamma \langle s^2 \rangle \left[ \langle g_{ab}^2 (\rho_b - \rho_a) \rangle_{b\,\mathrm{alike}}
       + \langle g_{ab}^2 ( \operatorname{tr}(\rho_a\rho_b)\,\mathbb I - \tfrac d2 \{\rho_a, \rho_b\} )
       \rangle_{b\,\mathrm{opposite}} \right] \\
       & + \frac{i p \gamma}{2} \left[ [G_a, F_a] + [\langle \pm g_{ab} F_b \rangle_b, \rho_a] \right]

    with the upper sign for neutrinos. A coupling that changes in time multiplies G and F, its square the relaxation and
    the last bracket. Costs O(N) per evaluation; no N x N matrix is formed.

    Parameters
    ----------
    ensemble : Ensemble or flavors.Ensemble
        The gas at time ``0``.
    gamma : float
        Phase of one encounter at right angles [rad], not negative; 0 is the mean field.
    t : array_like, shape (T,)
        Times at which to record the gas [1/mu], from 0 on, in order.
    p, phases, mu, record
        As for `oile.simulate`; of the `phases` only the mean square enters.
    rtol : float
        Relative tolerance of each step, between 0 and 1; the absolute one is a hundredth of it.
    progress : bool
        Whether to show a progress bar.
    max_steps : int
        Steps after which it gives up.

    Returns
    -------
    Trajectory
        Of the T times and the Bloch vectors (`P`) or density matrices (`rho`), or what `record` returned. The sum of
        the third components is conserved to rounding, and that of each population, antineutrinos taken off.

    Raises
    ------
    ValueError, TypeError
        For arguments of the wrong kind, as `oile.simulate`.
    RuntimeError
        If more than `max_steps` steps would be needed; says at which time.

    Examples
    --------
    In the mean field the paper's gas swings like a pendulum; its encounters at gamma = 0.1 equilibrate it first:

    >>> from oile import bipolar
    >>> gas = bipolar(np.random.default_rng(1))
    >>> swing, decay = (integrate(gas, gamma, [0, 40]).P[-1, :60, 2].mean() for gamma in (0, 0.1))
    >>> bool(swing < 0), round(float(decay), 1)
    (True, 0.2)
    """
    from tqdm import tqdm  # here: these take their time to load

    from oile._engine import averages

    kind = kind_of(ensemble)
    if record is not None and not callable(record):
        raise TypeError(f"record must be callable, got {_checks.shown(record)}")
    gamma, t, p = _checks.number("gamma", gamma, 0.0), _checks.times(t), _checks.probability("p", p)
    square = 1.0 if phases is None else float(np.mean(_checks.phases(phases) ** 2))
    mu = None if mu is None else _checks.coupling(mu)
    rtol, progress = _checks.tolerance("rtol", rtol), _checks.flag("progress", progress)
    values = getattr(ensemble, kind)
    kept = Collected("record", len(t))
    if record is None:
        kept.array = room((len(t), *values.shape), values.dtype)

    rhs, start, unpacked = (_bloch if kind == "P" else _matrices)(ensemble, averages)

    def derivative(now, y):
        f = 1.0 if mu is None else float(mu(np.array([now]))[0])
        return rhs(y, f, gamma * square * f**2, p * gamma / 2 * f**2)

    from_0 = t if t[0] == 0.0 else np.concatenate([[0.0], t])
    with tqdm(total=round(t[-1], 6), disable=not progress, unit="/mu") as bar:
        run = states(derivative, start, from_0, rtol, rtol / 100, max_steps, bar if progress else None)
        for k, y in enumerate(run, start=len(t) - len(from_0)):
            if k >= 0:
                kept[k] = unpacked(y) if record is None else record(unpacked(y))
    return Trajectory(t.copy(), kept.array, kind)


def _bloch(gas, averages):
    """Right-hand side, start, and the way back from the integrator's numbers, for Bloch vectors."""
    directions = averages.directions(gas.velocity)

    def rhs(y, *factors):
        out = np.empty_like(y)
        averages.bloch_rhs(y.reshape(3, -1), gas.omega, *directions, *factors, out.reshape(3, -1))
        return out

    return rhs, gas.P.T.ravel(), lambda y: np.ascontiguousarray(y.reshape(3, -1).T)


def _matrices(gas, averages):
    """The same for density matrices."""
    N, d = gas.levels.shape
    directions, kind = averages.directions(gas.velocity), np.where(gas.antineutrino, -1.0, 1.0)
    energy = np.ascontiguousarray((kind[:, None] * (gas.levels - gas.levels.mean(axis=1, keepdims=True))).T)
    G, F = np.empty((2, 2 * d * d, N))

    def rhs(y, *factors):
        out = np.zeros_like(y)
        averages.matrix_rhs(y.reshape(-1, N), energy, kind, *directions, *factors, G, F, out.reshape(-1, N))
        return out

    def unpacked(y):
        re, im = y.reshape(2, d, d, N)
        return np.ascontiguousarray(np.moveaxis(re + 1j * im, -1, 0))

    start = np.stack([gas.rho.real, gas.rho.imag]).transpose(0, 2, 3, 1)
    return rhs, start.ravel(), unpacked
