r"""Any number of flavors: density matrices in the mass basis, exact encounters, PMNS mixing, a gas.

The neutral current does not tell flavors apart, so two neutrinos that meet exchange whatever flavors they have: up
to a multiple of the identity the interaction of Eq. (6) is :math:`\hat V = g\, \mathrm{SWAP}` (mu = 1), for two
flavors as for any other number. For d = 2 everything here agrees with `oile.pair.encounter` and `oile.simulate`.

Matrices are the last two axes, ``rho[..., d, d]``, Hermitian, of trace one. Vacuum levels :math:`E_i = m_i^2/2E` [mu]
are arrays ``(..., d)``; only their differences count, and ``omega = E_2 - E_1`` for two flavors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from oile import _checks
from oile._types import BoolArray, Booleans, ComplexArray, Complexes, RealArray, Reals

__all__ = ["Ensemble", "content", "encounter", "encounter_antineutrino", "mixture", "pmns"]


def pmns(*, theta12: float, theta13: float, theta23: float, delta: float = 0.0) -> ComplexArray:
    r"""The leptonic mixing matrix, flavor by row, mass by column, in the usual parametrization.

    .. math:: U = R_{23}(\theta_{23})\, \Gamma\, R_{13}(\theta_{13})\, \Gamma^*\, R_{12}(\theta_{12}), \qquad
       \Gamma = \mathrm{diag}(1, 1, e^{i\delta}), \qquad |\nu_\alpha\rangle = \sum_i U^*_{\alpha i} |\nu_i\rangle

    Majorana phases are left out: they drop out of oscillations.

    Parameters
    ----------
    theta12, theta13, theta23, delta : float
        Mixing angles and Dirac phase [rad], by name: their order differs from book to book.

    Returns
    -------
    ndarray, shape (3, 3)
        A unitary matrix.

    Raises
    ------
    ValueError, TypeError
        If an angle is not one finite real number.

    Examples
    --------
    >>> U = pmns(theta12=0.59, theta13=0.15, theta23=0.76, delta=3.7)
    >>> bool(np.allclose(U @ U.conj().T, np.eye(3)))
    True
    """
    angles = dict(theta12=theta12, theta23=theta23, theta13=theta13, delta=delta)
    a12, a23, a13, delta = (float(_checks.real(name, angle, shape=())) for name, angle in angles.items())

    def rotation(i, j, angle):
        R = np.eye(3, dtype=complex)
        R[i, i] = R[j, j] = np.cos(angle)
        R[i, j], R[j, i] = np.sin(angle), -np.sin(angle)
        return R

    phase = np.diag(np.exp([0, 0, 1j * delta]))
    return rotation(1, 2, a23) @ phase @ rotation(0, 2, a13) @ phase.conj() @ rotation(0, 1, a12)


def mixture(weights: Reals, U: Complexes) -> ComplexArray:
    r"""The density matrix of a mixture of flavors, in the mass basis.

    .. math:: \rho_{ij} = \sum_\alpha w_\alpha\, U^*_{\alpha i} U_{\alpha j}

    Parameters
    ----------
    weights : array_like, shape (..., d)
        Probability of each flavor, summing to one; ``[1, 0, 0]`` is a pure electron neutrino.
    U : array_like, shape (d, d)
        Mixing matrix.

    Returns
    -------
    ndarray, shape (..., d, d)
        Density matrices.

    Raises
    ------
    ValueError, TypeError
        For negative weights, a sum other than one, a matrix that does not fit or is not unitary.

    Examples
    --------
    >>> mixture([1, 0], [[0, 1], [1, 0]]).real
    array([[0., 0.],
           [0., 1.]])
    """
    slack, weights = _checks.rounding(weights), _checks.at_least("weights", weights, 0.0)
    if weights.ndim == 0:
        raise ValueError(f"weights must be an array, one for each flavor, got {weights}")
    U = _unitary(U, weights.shape[-1:])
    if not np.allclose(weights.sum(axis=-1), 1.0, rtol=0, atol=slack):
        raise ValueError(f"weights must sum to 1, got {_checks.shown(weights.sum(axis=-1))}")
    return np.einsum("...a,ai,aj->...ij", weights, U.conj(), U)


def content(rho: Complexes, U: Complexes) -> RealArray:
    r"""The probability of each flavor, the inverse of `mixture`.

    .. math:: w_\alpha = \langle\nu_\alpha| \rho |\nu_\alpha\rangle
       = \sum_{ij} U_{\alpha i}\, \rho_{ij}\, U^*_{\alpha j}

    Parameters
    ----------
    rho : array_like, shape (..., d, d)
        Density matrices in the mass basis.
    U : array_like, shape (d, d)
        Mixing matrix.

    Returns
    -------
    ndarray, shape (..., d)
        Probabilities.

    Raises
    ------
    ValueError, TypeError
        If `rho` holds no density matrices or `U` does not fit or is not unitary.

    Examples
    --------
    >>> U = pmns(theta12=0.59, theta13=0.15, theta23=0.76)
    >>> content(mixture([0.6, 0.3, 0.1], U), U).round(12)
    array([0.6, 0.3, 0.1])
    """
    rho = _densities("rho", rho)
    U = _unitary(U, rho.shape[-1:])
    return np.einsum("ai,...ij,aj->...a", U, rho, U.conj()).real


@dataclass(frozen=True, eq=False)
class Ensemble:
    r"""The particles of a gas of d flavors at the start: states, vacuum levels, velocities, neutrinos or antineutrinos.

    The counterpart of `oile.Ensemble`; `oile.simulate`, `oile.simulate_many` and `oile.integrate` take either.

    Parameters
    ----------
    rho : array_like, shape (N, d, d)
        Density matrices in the mass basis. An antineutrino's is the transpose of its density operator (Sigl and Raffelt
        1993): mixed as ``mixture(weights, U)`` like a neutrino's.
    levels : array_like, shape (N, d) or (d,)
        Vacuum levels :math:`E_i = m_i^2/2E` [mu], for antineutrinos too: they turn the other way all the same.
    velocity : array_like, shape (N, 3) or (3,)
        Velocities [c], at most 1. Zero vectors make every coupling ``1 - v_a.v_b`` equal 1.
    antineutrino : array_like of bool, shape (N,) or ()
        Which particles are antineutrinos.

    Raises
    ------
    ValueError, TypeError
        For N < 2, matrices that are no density matrices, velocities longer than 1, shapes that do not fit, values that
        are not finite and real, flags that are not Booleans.

    Examples
    --------
    A neutrino and an antineutrino of electron flavor, head on:

    >>> U = pmns(theta12=0.59, theta13=0.15, theta23=0.76)
    >>> e = mixture([1, 0, 0], U)
    >>> gas = Ensemble([e, e], [0, 0.03, 1], [[0, 0, 1], [0, 0, -1]], antineutrino=[False, True])
    >>> gas.N, gas.d, gas.levels.shape
    (2, 3, (2, 3))
    """

    rho: ComplexArray
    levels: RealArray
    velocity: RealArray
    antineutrino: BoolArray = False  # type: ignore[assignment]

    if TYPE_CHECKING:  # it takes more than it keeps

        def __init__(self, rho: Complexes, levels: Reals, velocity: Reals, antineutrino: Booleans = False) -> None: ...

    def __post_init__(self) -> None:
        rho = _densities("rho", self.rho)
        if rho.ndim != 3 or len(rho) < 2:
            raise ValueError(f"rho must have shape (N, d, d) with N >= 2, got {rho.shape}")
        N, d = rho.shape[:2]
        levels = _checks.real("levels", self.levels)
        if levels.shape[-1:] != (d,):  # one number for all of them would be none at all
            raise ValueError(f"levels must have a last axis of length {d} to fit rho, got shape {levels.shape}")
        antineutrino = _checks.plain("antineutrino", self.antineutrino)
        if antineutrino.dtype != bool:
            raise TypeError(f"antineutrino must hold Booleans, got {_checks.shown(self.antineutrino)}")
        arrays = {
            "rho": (rho, rho.shape),
            "levels": (levels, (N, d)),
            "velocity": (_checks.vectors("velocity", self.velocity), (N, 3)),
            "antineutrino": (antineutrino, (N,)),
        }
        for name, (array, shape) in arrays.items():
            try:
                copy = np.broadcast_to(array, shape).copy()
            except ValueError:
                raise ValueError(f"{name} must have shape {shape} to fit rho, got {array.shape}") from None
            copy.flags.writeable = False
            object.__setattr__(self, name, copy)

    @property
    def N(self) -> int:
        """Number of particles."""
        return len(self.rho)

    @property
    def d(self) -> int:
        """Number of flavors."""
        return self.rho.shape[-1]


def encounter(
    rho: Complexes,
    eta: Complexes,
    gamma: Reals,
    *,
    g: Reals = 1.0,
    levels: tuple[Reals, Reals] | None = None,
    dt: Reals | None = None,
) -> tuple[ComplexArray, ComplexArray]:
    r"""Two neutrinos of d flavors after one encounter: exact, in closed form, broadcasting.

    Without vacuum terms it is the partial swap by the phase :math:`\phi = \gamma g`,

    .. math:: \rho' = \cos^2\!\phi\, \rho + \sin^2\!\phi\, \eta - i \sin\phi \cos\phi\, [\eta, \rho],
       \qquad \eta' = \rho + \eta - \rho' .

    With them each pair of states :math:`|ij\rangle, |ji\rangle` turns by :math:`k = \sqrt{\phi^2 + D^2}`,
    :math:`D = (E^a_i - E^a_j - E^b_i + E^b_j)\,dt/2`. The sum :math:`\rho_{ii} + \eta_{ii}` is conserved to rounding.

    Parameters
    ----------
    rho, eta : array_like, shape (..., d, d)
        Density matrices of the two neutrinos before the encounter.
    gamma : array_like, shape (...)
        Phase of an encounter at right angles [rad], not negative.
    g : array_like, shape (...)
        Geometry factor ``1 - v_a.v_b``, dimensionless.
    levels : tuple of two array_like, each of shape (..., d), optional
        Vacuum levels of the first and the second neutrino [mu]; none when left out.
    dt : array_like, shape (...), optional
        Time over which the vacuum terms act [1/mu]; `gamma` when left out.

    Returns
    -------
    (rho', eta') : tuple of two ndarrays, shape (..., d, d)
        Density matrices after the encounter, each traced over the other neutrino.

    Raises
    ------
    ValueError, TypeError
        If `rho` or `eta` hold no density matrices, for negative `gamma` or `dt`, shapes that do not fit.

    Examples
    --------
    A quarter turn swaps the two states completely:

    >>> rho, eta = np.diag([1, 0, 0]), np.diag([0, 0.5, 0.5])
    >>> encounter(rho, eta, np.pi / 2)[0].real.round(12).diagonal()
    array([0. , 0.5, 0.5])
    """
    return _encounter(rho, ("eta", eta), gamma, g, levels, dt, antineutrino=False)


def encounter_antineutrino(
    rho: Complexes,
    rhobar: Complexes,
    gamma: Reals,
    *,
    g: Reals = 1.0,
    levels: tuple[Reals, Reals] | None = None,
    dt: Reals | None = None,
) -> tuple[ComplexArray, ComplexArray]:
    r"""A neutrino and an antineutrino of d flavors after one encounter: exact, broadcasting.

    Crossing turns the exchange into :math:`\hat V = -g \sum_{ij} |i\bar i\rangle\langle j\bar j|`: a pair of one flavor
    becomes a pair of any flavor. With vacuum terms the pairs of one flavor evolve by the symmetric d x d matrix
    :math:`e^{-i(\epsilon - \phi J)}`, with :math:`\epsilon_i = (E_i + \bar E_i)\,dt` on its diagonal and J all ones;
    every other pair keeps to itself. Without them the sum's square is d times the sum, and
    with :math:`z = (e^{i d \phi} - 1)/d`

    .. math:: \rho' = \rho + z\, \bar\rho\rho + z^* \rho\bar\rho + |z|^2 \operatorname{tr}(\rho\bar\rho)\, \mathbb I,
       \qquad \bar\rho' = \bar\rho + \rho' - \rho .

    An antineutrino's matrix is the transpose of its density operator, so that both matrices transform alike (Sigl and
    Raffelt 1993); alone in vacuum its elements turn by :math:`e^{+i(\bar E_i - \bar E_j)t}`. For d = 2 this is an
    encounter with a neutrino of Bloch vector :math:`-\bar{\mathbf P}` and frequency :math:`-\bar\omega`; for d > 2 it
    is no encounter with any neutrino.

    Parameters
    ----------
    rho, rhobar : array_like, shape (..., d, d)
        Density matrices of the neutrino and of the antineutrino.
    gamma : array_like, shape (...)
        Phase of an encounter at right angles [rad], not negative.
    g : array_like, shape (...)
        Geometry factor ``1 - v_a.v_b``, dimensionless.
    levels : tuple of two array_like, each of shape (..., d), optional
        Vacuum levels of the neutrino and of the antineutrino [mu], :math:`m_i^2/2E` for both; none when left out.
    dt : array_like, shape (...), optional
        Time over which the vacuum terms act [1/mu]; `gamma` when left out.

    Returns
    -------
    (rho', rhobar') : tuple of two ndarrays, shape (..., d, d)
        Density matrices after the encounter, each traced over the other; the differences of their populations are
        conserved to rounding, and the difference of the matrices if there are no vacuum terms.

    Raises
    ------
    ValueError, TypeError
        If `rho` or `rhobar` hold no density matrices, for negative `gamma` or `dt`, shapes that do not fit.

    Examples
    --------
    Electron pairs turn into pairs of every flavor; at the phase pi/3 most of them have:

    >>> e = np.diag([1, 0, 0])
    >>> encounter_antineutrino(e, e, np.pi / 3)[0].real.diagonal().round(4)
    array([0.1111, 0.4444, 0.4444])
    """
    return _encounter(rho, ("rhobar", rhobar), gamma, g, levels, dt, antineutrino=True)


def _encounter(rho, partner, gamma, g, levels, dt, *, antineutrino):
    """Both encounters: arguments checked and broadcast, then the engine."""
    from oile._engine import matrices  # here: it loads Numba

    name, eta = partner
    rho, eta = _densities("rho", rho), _densities(name, eta)
    gamma, g = _checks.at_least("gamma", gamma, 0.0), _checks.real("g", g)
    dt = gamma if dt is None else _checks.at_least("dt", dt, 0.0)
    d = rho.shape[-1]
    E_a, E_b = (np.zeros(d), np.zeros(d)) if levels is None else _checks.pair("levels", levels)
    for what, array in ((name, eta), ("levels", E_a), ("levels", E_b)):
        if array.shape[-1:] != (d,):
            raise ValueError(f"{what} must have a last axis of length {d} to fit rho, got shape {array.shape}")
    shapes = {"rho": rho.shape[:-2], name: eta.shape[:-2], "gamma": gamma.shape, "g": g.shape, "dt": dt.shape}
    shape = _checks.together(**shapes, **{"levels[0]": E_a.shape[:-1], "levels[1]": E_b.shape[:-1]})
    pairs = np.empty((*shape, 2, d, d), complex)
    pairs[..., 0, :, :], pairs[..., 1, :, :] = rho, eta
    both = np.empty((*shape, 2, d))
    both[..., 0, :], both[..., 1, :] = E_a, E_b
    pairs = pairs.reshape(-1, d, d)
    rows = matrices.packed(pairs, both.reshape(-1, d), 0.0, np.arange(len(pairs)) % 2 * antineutrino)
    matrices.many(rows, *(np.broadcast_to(x, shape).flatten() for x in (gamma * g, dt)))
    matrices.in_order(rows, pairs)
    after = pairs.reshape(*shape, 2, d, d)
    return after[..., 0, :, :], after[..., 1, :, :]


def _densities(name: str, value: object) -> ComplexArray:
    """Hermitian, non-negative matrices (..., d, d) of trace one."""
    rho, slack = _checks.complex_(name, value), _checks.rounding(value)
    if rho.ndim < 2 or rho.shape[-1] != rho.shape[-2] or rho.shape[-1] < 2:
        raise ValueError(f"{name} must have shape (..., d, d) with d >= 2, got {rho.shape}")
    if abs(rho - rho.conj().swapaxes(-1, -2)).max(initial=0.0) > slack:
        raise ValueError(f"{name} must be Hermitian, got a matrix that differs from its adjoint")
    trace = np.trace(rho, axis1=-2, axis2=-1).real
    if abs(trace - 1).max(initial=0.0) > slack:
        raise ValueError(f"{name} must have trace 1, got {trace.flat[abs(trace - 1).argmax()]:.6g}")
    lowest = np.linalg.eigvalsh(rho).min(initial=0.0)
    if lowest < -slack:
        raise ValueError(f"{name} must have no negative eigenvalue, got {lowest:.6g}")
    if slack == _checks.ROUNDING:
        return rho
    return (rho + rho.conj().swapaxes(-1, -2)) / (2 * trace[..., None, None])


def _unitary(U: object, shape: tuple[int, ...]) -> ComplexArray:
    """A unitary matrix that fits `shape` = (d,)."""
    slack, U = _checks.rounding(U), _checks.complex_("U", U)
    if U.shape != shape * 2:
        raise ValueError(f"U must have shape {shape * 2}, got {U.shape}")
    if not np.allclose(U @ U.conj().T, np.eye(len(U)), rtol=0, atol=slack):
        raise ValueError("U must be unitary")
    return U
