r"""Model 1: a foreground neutrino crosses a uniform medium (Sec. II, Fig. 1)."""

from __future__ import annotations

import numpy as np

from oile import _checks
from oile._types import Integers, RealArray, Reals

__all__ = ["foreground"]


def foreground(P0: Reals, Q: Reals, gamma: Reals, n: Integers) -> RealArray:
    r"""The foreground neutrino after `n` encounters with fresh background neutrinos: exact, for any `n` at once.

    With :math:`c, s = \cos\gamma, \sin\gamma` one encounter is the affine map
    :math:`\mathbf P' = c^2 \mathbf P + s^2 \mathbf Q + s c\, \mathbf Q \times \mathbf P`, so that along and across
    :math:`\mathbf Q` (right-handed about it)

    .. math:: P_\parallel(n) - |\mathbf Q| = c^{2n} \big( P_\parallel(0) - |\mathbf Q| \big), \qquad
       P_\perp(n) = (c^2 + i |\mathbf Q| s c)^n\, P_\perp(0) .

    Parameters
    ----------
    P0 : array_like, shape (..., 3)
        Bloch vector of the foreground neutrino at the start.
    Q : array_like, shape (..., 3)
        Bloch vector of each background neutrino before it is met.
    gamma : array_like, shape (...)
        Phase of one encounter, ``mu dz`` [rad]; the encounters end at times ``n gamma`` [1/mu].
    n : int or array_like of ints, shape (...)
        Number of encounters.

    Returns
    -------
    ndarray, shape (..., 3)
        Bloch vector after `n` encounters; the leading axes of all arguments broadcast.

    Raises
    ------
    ValueError, TypeError
        For vectors longer than 1, negative `gamma` or `n`, an `n` that is no integer, shapes that do not broadcast.

    Examples
    --------
    After many encounters the neutrino has taken the state of the medium:

    >>> P = foreground([0, 0, 1], [0.8, 0, 0], gamma=0.1, n=[0, 5000])
    >>> (P.round(12) + 0.0).tolist()
    [[0.0, 0.0, 1.0], [0.8, 0.0, 0.0]]
    """
    P0, Q = _checks.vectors("P0", P0), _checks.vectors("Q", Q)
    gamma, n = _checks.at_least("gamma", gamma, 0.0), _checks.integer("n", n, 0)
    _checks.together(P0=P0.shape[:-1], Q=Q.shape[:-1], gamma=gamma.shape, n=n.shape)

    length = np.linalg.norm(Q, axis=-1)
    axis = np.where(length[..., None] > 0, Q, [0.0, 0.0, 1.0])  # an unpolarized medium has no preferred axis
    axis = axis / np.linalg.norm(axis, axis=-1, keepdims=True)
    parallel = np.sum(P0 * axis, axis=-1)
    across = P0 - parallel[..., None] * axis

    c, s = np.cos(gamma), np.sin(gamma)
    parallel_n = length + c ** (2 * n) * (parallel - length)
    turn = (c * (c + 1j * length * s)) ** n  # shrinks and rotates what is across Q
    return parallel_n[..., None] * axis + turn.real[..., None] * across + turn.imag[..., None] * np.cross(axis, across)
