r"""The same encounters with nothing forgotten: the state vector of the whole gas, correlations kept.

The paper traces out a partner as soon as the encounter is over. Here the pairings of a run are drawn first, so
that two gases live through the same encounters: one forgets (`forgetting`), the other does not (`remembering`).
A state of N particles has ``2**N`` amplitudes; particle 0 comes first, as in QuTiP's `tensor`.
"""

from __future__ import annotations

import numpy as np

from oile import _checks
from oile._types import ComplexArray, Complexes, IntArray, Integers, RealArray, Reals
from oile.ensemble import Ensemble
from oile.pair import encounter

__all__ = ["bloch_vectors", "entanglement_entropy", "forgetting", "pairings", "product_state", "remembering"]

LARGEST = 24  # particles: 2^24 amplitudes are 256 MiB


def pairings(N: int, steps: int, rng: np.random.Generator) -> IntArray:
    r"""Who meets whom: in every step a perfect matching, uniform among all of them.

    Parameters
    ----------
    N : int
        Number of particles; if it is odd, one of them is left out of each step.
    steps : int
        Number of steps.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of int, shape (steps, N // 2, 2)
        The pairs that meet in each step.

    Raises
    ------
    ValueError, TypeError
        For N < 2, negative `steps`, numbers that are no integers, an `rng` that is not a Generator.

    Examples
    --------
    In every step, everybody meets somebody:

    >>> pairs = pairings(6, 2, np.random.default_rng(1))
    >>> np.sort(pairs.reshape(2, 6)).tolist()
    [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]]
    """
    N, steps = (int(_checks.integer(name, n, low, shape=())) for name, n, low in (("N", N, 2), ("steps", steps, 0)))
    order = _checks.generator(rng).permuted(np.tile(np.arange(N), (steps, 1)), axis=1)
    return order[:, : N - N % 2].reshape(steps, N // 2, 2)


def forgetting(P: Reals, ensemble: Ensemble, gamma: float, pairs: Integers) -> RealArray:
    r"""Bloch vectors after the given encounters, every partner traced out at once: the paper's Model 2.

    .. math:: \hat\rho_n = \bigotimes_{a=1}^N \hat\chi_n(a) \qquad \text{Eq. (9)}

    Parameters
    ----------
    P : array_like, shape (N, 3)
        Bloch vectors before the first encounter.
    ensemble : Ensemble
        Frequencies and velocities of the particles (its own `P` is not used).
    gamma : float
        Phase of one encounter, and its duration [1/mu].
    pairs : array_like of int, shape (steps, N // 2, 2)
        Who meets whom, from `pairings`.

    Returns
    -------
    ndarray, shape (N, 3)
        Bloch vectors after the last step. The sum of their third components is conserved; without vacuum
        terms, the sum of the vectors.

    Raises
    ------
    ValueError, TypeError
        For shapes that do not fit, vectors longer than 1, negative `gamma`, pairs that are not a matching.

    Examples
    --------
    Half a swap mixes opposite states completely. A second one finds nothing left to do:

    >>> from oile import Ensemble
    >>> gas = Ensemble(P=[[0, 0, 1], [0, 0, -1]], omega=0.0, velocity=[0, 0, 0])
    >>> bool(np.allclose(forgetting(gas.P, gas, np.pi / 4, [[[0, 1]], [[0, 1]]]), 0))
    True
    """
    gamma, pairs = _encounters(ensemble, gamma, pairs)
    P, v, omega = _checks.vectors("P", P, shape=(ensemble.N, 3)).copy(), ensemble.velocity, ensemble.omega
    for step in pairs:
        a, b = step.T
        g = 1 - np.sum(v[a] * v[b], axis=-1)
        P[a], P[b] = encounter(P[a], P[b], gamma, g=g, omega=(omega[a], omega[b]))
        if ensemble.N % 2:  # who is left out turns in vacuum: an encounter of phase 0
            c = np.setdiff1d(np.arange(ensemble.N), step)
            P[c], _ = encounter(P[c], P[c], 0.0, omega=(omega[c], omega[c]), dt=gamma)
    return P


def remembering(psi: Complexes, ensemble: Ensemble, gamma: float, pairs: Integers) -> ComplexArray:
    r"""The state vector after the given encounters: the same Hamiltonian, and no partial trace at all.

    .. math:: |\psi_n\rangle = e^{-i \hat H_n \Delta z}\, |\psi_{n-1}\rangle \qquad \text{Eqs. (2), (10)-(12)}

    Within a step all encounters commute, so it is a product of exact two-particle gates.

    Parameters
    ----------
    psi : array_like, shape (2**N,)
        Amplitudes before the first encounter, for instance from `product_state`.
    ensemble, gamma, pairs
        As for `forgetting`.

    Returns
    -------
    ndarray of complex, shape (2**N,)
        Amplitudes after the last step, up to a common phase. The norm is conserved, and the distribution of the
        total third component; without vacuum terms, that of the total flavor spin.

    Raises
    ------
    ValueError, TypeError
        As for `forgetting`; also if `psi` is not a unit vector of length ``2**N``.

    Examples
    --------
    The pair of `forgetting`: two half swaps are one whole swap, and the states have changed places.

    >>> from oile import Ensemble
    >>> gas = Ensemble(P=[[0, 0, 1], [0, 0, -1]], omega=0.0, velocity=[0, 0, 0])
    >>> psi = remembering(product_state(gas.P), gas, np.pi / 4, [[[0, 1]], [[0, 1]]])
    >>> (bloch_vectors(psi)[:, 2].round(12) + 0.0).tolist()
    [-1.0, 1.0]
    """
    from oile._engine.gates import run  # here: it loads Numba

    gamma, pairs = _encounters(ensemble, gamma, pairs)
    psi, N = _state(psi)
    if N != ensemble.N:
        raise ValueError(f"psi must have 2**{ensemble.N} amplitudes to fit the ensemble, got 2**{N}")
    psi = psi.copy()
    run(psi, ensemble.omega, ensemble.velocity, gamma, pairs)
    return psi


def product_state(P: Reals) -> ComplexArray:
    r"""The state vector of uncorrelated particles in pure states.

    Parameters
    ----------
    P : array_like, shape (N, 3)
        Bloch vectors of length 1; at most 24 of them.

    Returns
    -------
    ndarray of complex, shape (2**N,)
        Amplitudes; the index in binary is the list of spins, 0 for up and 1 for down, particle 0 first.

    Raises
    ------
    ValueError, TypeError
        For vectors that are not of length 1 to 1e-9, none of them, or more than 24.

    Examples
    --------
    >>> product_state([[0, 0, 1], [0, 0, -1]]).real.tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    P, given = _checks.vectors("P", P, shape=(None, 3)), _checks.rounding(P)
    if not 1 <= len(P) <= LARGEST:
        raise ValueError(f"P must hold 1 to {LARGEST} particles, got {len(P)}")
    length = np.linalg.norm(P, axis=-1)
    if (np.abs(length - 1) > given).any():
        raise ValueError(f"P must be pure states, of length 1, got a vector of length {length.min():.6g}")
    psi = np.ones(1, dtype=complex)
    for x, y, z in P:
        spin = np.array([1 + z, x + 1j * y] if z > 0 else [x - 1j * y, 1 - z])  # a column of 1 + P.sigma
        psi = np.kron(psi, spin / np.linalg.norm(spin))
    return psi


def bloch_vectors(psi: Complexes) -> RealArray:
    r"""The Bloch vector of every particle in a state of the whole gas.

    .. math:: P_j(a) = \langle\psi| \hat\sigma_j(a) |\psi\rangle

    Parameters
    ----------
    psi : array_like, shape (2**N,)
        Amplitudes.

    Returns
    -------
    ndarray, shape (N, 3)
        Bloch vectors; shorter than 1 as far as the particle is entangled with the others.

    Raises
    ------
    ValueError, TypeError
        If `psi` is not a unit vector of length ``2**N``.

    Examples
    --------
    Each half of a singlet is unpolarized:

    >>> bool(np.allclose(bloch_vectors(np.array([0, 1, -1, 0]) / np.sqrt(2)), 0))
    True
    """
    psi, N = _state(psi)
    P = np.empty((N, 3))
    for a in range(N):
        up, down = np.moveaxis(psi.reshape(2**a, 2, -1), 1, 0)
        coherence = 2 * np.sum(up.conj() * down)
        P[a] = coherence.real, coherence.imag, np.sum(np.abs(up) ** 2) - np.sum(np.abs(down) ** 2)
    return P


def entanglement_entropy(psi: Complexes, n: int) -> float:
    r"""Entanglement between the first `n` particles and the others.

    .. math:: S = -\sum_k \lambda_k \ln \lambda_k

    with the :math:`\lambda_k` the squared Schmidt coefficients of that cut.

    Parameters
    ----------
    psi : array_like, shape (2**N,)
        Amplitudes.
    n : int
        How many particles stand on one side of the cut, from 0 to N.

    Returns
    -------
    float
        Entropy [nat], from 0 to ``min(n, N - n) ln 2``.

    Raises
    ------
    ValueError, TypeError
        If `psi` is not a unit vector of length ``2**N``, or `n` no integer in that range.

    Examples
    --------
    A singlet holds one bit, ln 2:

    >>> round(float(entanglement_entropy(np.array([0, 1, -1, 0]) / np.sqrt(2), 1) / np.log(2)), 12)
    1.0
    """
    psi, N = _state(psi)
    n = int(_checks.integer("n", n, 0, shape=()))
    if n > N:
        raise ValueError(f"n must be at most {N}, the number of particles, got {n}")
    weight = np.linalg.svd(psi.reshape(2**n, -1), compute_uv=False) ** 2
    weight = weight[weight > 0]
    return max(0.0, float(-np.sum(weight * np.log(weight))))


def _encounters(ensemble: Ensemble, gamma: object, pairs: object) -> tuple[float, IntArray]:
    """The phase as a float and the pairs as an array, each step a matching of the ensemble's particles."""
    gamma = _checks.number("gamma", gamma, 0.0)
    if not isinstance(ensemble, Ensemble):
        raise TypeError(f"ensemble must be an Ensemble, got {_checks.shown(ensemble)}")
    N, pairs = ensemble.N, _checks.plain("pairs", pairs)
    if pairs.ndim != 3 or pairs.shape[1:] != (N // 2, 2):
        raise ValueError(f"pairs must have shape (steps, {N // 2}, 2), got {pairs.shape}")
    pairs = _checks.integer("pairs", pairs, 0)
    labels = np.sort(pairs.reshape(len(pairs), 2 * (N // 2)), axis=1)
    if (np.diff(labels, axis=1) == 0).any() or (labels >= N).any():
        raise ValueError(f"pairs must be a matching of the particles 0 to {N - 1} in every step")
    return gamma, np.ascontiguousarray(pairs)


def _state(psi: object) -> tuple[ComplexArray, int]:
    """A unit vector of 2**N amplitudes, and N."""
    slack, psi = _checks.rounding(psi), _checks.complex_("psi", psi)
    N = int(psi.size).bit_length() - 1
    if psi.ndim != 1 or psi.size != 2**N or N < 1:
        raise ValueError(f"psi must have shape (2**N,), got {psi.shape}")
    if not abs(np.linalg.norm(psi) - 1) < slack:
        raise ValueError(f"psi must have norm 1, got {np.linalg.norm(psi)}")
    return psi, N
