r"""The gas of Model 2: N particles, each standing for a group of neutrinos (Sec. III, Fig. 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from oile import _checks
from oile._types import Booleans, RealArray, Reals
from oile.states import flavor_state

__all__ = ["Ensemble", "bipolar", "even_velocities", "isospin", "isotropic_velocities"]

PLASTIC = 1.324717957244746  # x^3 = x + 1: what the golden ratio is to a line it is to a square


@dataclass(frozen=True, eq=False)
class Ensemble:
    r"""The particles of a gas at the start: states, vacuum frequencies, fixed velocities. Eq. (9).

    Parameters
    ----------
    P : array_like, shape (N, 3)
        Bloch vectors in the mass basis.
    omega : array_like, shape (N,) or ()
        Vacuum frequencies [mu]; one number stands for all.
    velocity : array_like, shape (N, 3) or (3,)
        Velocities [c], at most 1. Zero vectors make every coupling ``1 - v_a.v_b`` equal 1.

    Raises
    ------
    ValueError, TypeError
        For N < 2, vectors longer than 1, shapes that do not fit, values that are not finite and real.

    Examples
    --------
    >>> gas = Ensemble(P=[[0, 0, 1], [0, 0, -1]], omega=0.1, velocity=[[0, 0, 1], [0, 0, -1]])
    >>> gas.N, gas.omega
    (2, array([0.1, 0.1]))
    """

    P: RealArray
    omega: RealArray
    velocity: RealArray

    if TYPE_CHECKING:  # it takes more than it keeps

        def __init__(self, P: Reals, omega: Reals, velocity: Reals) -> None: ...

    def __post_init__(self) -> None:
        P = _checks.vectors("P", self.P, shape=(None, 3))
        if len(P) < 2:
            raise ValueError(f"P must hold at least 2 particles, got {len(P)}")
        omega = _checks.real("omega", self.omega)
        velocity = _checks.vectors("velocity", self.velocity)
        for name, array, shape in (("P", P, P.shape), ("omega", omega, P.shape[:1]), ("velocity", velocity, P.shape)):
            try:
                copy = np.broadcast_to(array, shape).copy()
            except ValueError:
                raise ValueError(f"{name} must have shape {shape} to fit P, got {array.shape}") from None
            copy.flags.writeable = False
            object.__setattr__(self, name, copy)

    @property
    def N(self) -> int:
        """Number of particles."""
        return len(self.P)


def isospin(P: Reals, omega: Reals, antineutrino: Booleans) -> tuple[RealArray, RealArray]:
    r"""Antineutrinos of two flavors as particles of an `Ensemble`: vector and frequency reversed.

    .. math:: \bar{\mathbf P} \to -\bar{\mathbf P}, \qquad \bar\omega \to -\bar\omega

    Exact for encounters, not for the mean field only; more than two flavors need `oile.flavors.Ensemble`. The map is
    its own inverse: it takes the vectors of the gas back to those of the antineutrinos.

    Parameters
    ----------
    P : array_like, shape (..., N, 3) or (3,)
        Bloch vectors, mass basis, each particle's own. An antineutrino's is that of its transposed density operator,
        so that electron antineutrinos have the vector of electron neutrinos.
    omega : array_like, shape (N,) or ()
        Vacuum frequencies :math:`\Delta m^2/2E` [mu], each particle's own.
    antineutrino : array_like of bool, shape (N,)
        Which particles are antineutrinos.

    Returns
    -------
    (P, omega) : tuple of two ndarrays, shapes (..., N, 3) and (N,)
        Both with the sign of antineutrinos changed.

    Raises
    ------
    ValueError, TypeError
        For vectors longer than 1, shapes that do not fit, flags that are not Booleans.

    Examples
    --------
    >>> isospin([0, 0, 1], 0.1, [False, True])[1]
    array([ 0.1, -0.1])
    """
    P, omega, flags = _checks.vectors("P", P), _checks.real("omega", omega), _checks.plain("antineutrino", antineutrino)
    if flags.dtype != bool:
        raise TypeError(f"antineutrino must hold Booleans, got {_checks.shown(antineutrino)}")
    sign = np.where(flags, -1.0, 1.0)
    if sign.ndim != 1 or (P.ndim > 1 and P.shape[-2] != len(sign)) or omega.shape not in ((), sign.shape):
        shapes = f"{P.shape}, {omega.shape} and {sign.shape}"
        raise ValueError(f"P, omega and antineutrino must be of as many particles, got shapes {shapes}")
    return sign[:, None] * P, sign * omega


def isotropic_velocities(N: int, rng: np.random.Generator) -> RealArray:
    r"""Unit vectors drawn uniformly from the sphere.

    Parameters
    ----------
    N : int
        How many.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (N, 3)
        Velocities [c].

    Raises
    ------
    ValueError, TypeError
        If `N` is not a positive integer or `rng` not a Generator.

    Examples
    --------
    The average of ``(1 - v_a.v_b)^2`` over the sphere is 4/3, Eq. (18):

    >>> v = isotropic_velocities(1000, np.random.default_rng(1))
    >>> g = 1 - v @ v.T
    >>> round(float((g**2).mean()), 2)
    1.33
    """
    N = int(_checks.integer("N", N, 1, shape=()))
    v = _checks.generator(rng).standard_normal((N, 3))
    return v / np.linalg.norm(v, axis=1, keepdims=True)


def even_velocities(N: int) -> RealArray:
    r"""Unit vectors spread evenly over the sphere: an isotropic gas without the chance of random directions.

    The first and second moments are those of the sphere, to rounding and for every N but those named below:

    .. math:: \langle v_i \rangle = 0, \qquad \langle v_i v_j \rangle = \delta_{ij}/3 .

    Every particle then has the same mean coupling and mean square coupling to the gas, ``sum_b g_ab = N`` and
    ``sum_b g_ab^2 = 4N/3``, Eq. (18). Any n of the vectors in a row are spread nearly evenly too: their moments are off
    by less than 10/n, where random directions are off by :math:`n^{-1/2}`. For groups that are isotropic each by itself
    put sets together, one of them reversed so that none comes twice, as in the example.

    The points of a two-dimensional Kronecker sequence (the one of the plastic number, any part of which is evenly
    spread) are put on the sphere, then shifted and stretched by Newton's method until the moments are exact.

    Parameters
    ----------
    N : int
        How many. For 2, 3 and 5 no unit vectors have both moments, and only the mean vanishes; one has a mean.

    Returns
    -------
    ndarray, shape (N, 3)
        Velocities [c].

    Raises
    ------
    ValueError, TypeError
        If `N` is not a positive integer.

    Examples
    --------
    >>> v = even_velocities(100)
    >>> bool(abs(v.mean(axis=0)).max() < 1e-14), bool(abs(v.T @ v / 100 - np.eye(3) / 3).max() < 1e-14)
    (True, True)

    The paper's gas, each of its two groups isotropic:

    >>> gas = bipolar(velocity=np.concatenate([even_velocities(60), -even_velocities(40)]))
    >>> bool(abs(gas.velocity[:60].mean(axis=0)).max() < 1e-14)
    True
    """
    N = int(_checks.integer("N", N, 1, shape=()))
    k = np.arange(N) + 0.5
    z, azimuth = 1 - 2 * (k / PLASTIC % 1), 2 * np.pi * (k / PLASTIC**2 % 1)
    v = np.stack([np.sqrt(1 - z * z) * np.cos(azimuth), np.sqrt(1 - z * z) * np.sin(azimuth), z], axis=1)
    for _ in range(100):
        mean = v.mean(axis=0)
        quadrupole = np.zeros((3, 3)) if N in (1, 2, 3, 5) else v.T @ v / N - np.eye(3) / 3
        if max(abs(mean).max(), abs(quadrupole).max()) < 1e-15:
            break
        v = v - 3 / 2 * mean - 5 / 2 * v @ quadrupole  # 3/2, 5/2: what normalization takes back, on average
        v /= np.linalg.norm(v, axis=1, keepdims=True)
    return v


def bipolar(
    rng: np.random.Generator | None = None,
    n_e: int = 60,
    n_x: int = 40,
    omega_e: float = 0.1,
    omega_x: float = 0.2,
    theta: float = 1e-3,
    velocity: Reals | None = None,
) -> Ensemble:
    r"""The paper's initial condition: a group in :math:`\nu_e`, then a group in :math:`\nu_x`, isotropic (Sec. III).

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the velocities; not needed if they are given.
    n_e, n_x : int
        Particles that start as :math:`\nu_e` (the first ones) and as :math:`\nu_x`.
    omega_e, omega_x : float
        Vacuum frequencies of the two groups [mu].
    theta : float
        Effective mixing angle [rad]; Bloch vectors tilt by ``2 theta``.
    velocity : array_like, shape (N, 3) or (3,), optional
        Velocities [c] in place of random ones, as those of `even_velocities`; `rng` is left as it is.

    Returns
    -------
    Ensemble
        With ``N = n_e + n_x``.

    Raises
    ------
    ValueError, TypeError
        For negative or non-integer group sizes, N < 2, values that are not finite and real.

    Examples
    --------
    >>> gas = bipolar(np.random.default_rng(1))
    >>> gas.N, round(float(gas.P[:, 2].mean()), 3)
    (100, 0.2)
    """
    n_e, n_x = (int(_checks.integer(name, n, 0, shape=())) for name, n in (("n_e", n_e), ("n_x", n_x)))
    omega_e, omega_x = (
        float(_checks.real(name, w, shape=())) for name, w in (("omega_e", omega_e), ("omega_x", omega_x))
    )
    group = np.repeat([0, 1], [n_e, n_x])
    if rng is not None:
        _checks.generator(rng)
    if velocity is None:
        velocity = isotropic_velocities(n_e + n_x, _checks.generator(rng))
    return Ensemble(
        P=np.array([flavor_state("e", theta), flavor_state("x", theta)])[group],
        omega=np.array([omega_e, omega_x])[group],
        velocity=velocity,
    )
