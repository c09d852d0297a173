r"""Bloch vectors: one neutrino's flavor state, Eq. (5).

Everything is in the mass basis, where the vacuum Hamiltonian points along `B = (0, 0, 1)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from oile import _checks
from oile._types import Complexes, RealArray, Reals

if TYPE_CHECKING:
    from qutip import Qobj

__all__ = ["bloch", "density", "flavor_state"]


def density(P: Reals) -> Qobj:
    r"""The one-body density operator of a Bloch vector.

    .. math:: \hat\chi = \tfrac12 (\hat{\mathbb I} + \mathbf P \cdot \hat{\boldsymbol\sigma})
       \qquad \text{Eq. (5)}

    Parameters
    ----------
    P : array_like, shape (3,)
        Bloch vector, dimensionless, of length at most 1.

    Returns
    -------
    qutip.Qobj
        A 2 x 2 density operator: unit trace, Hermitian, non-negative.

    Raises
    ------
    ValueError, TypeError
        If `P` is not one real, finite vector of length at most 1.

    Examples
    --------
    The purity of a state is ``(1 + |P|^2) / 2``:

    >>> round(float(density([0.6, 0, 0]).purity()), 12)
    0.68
    """
    Qobj = _checks.library("qutip", "exact").Qobj  # here, not above: QuTiP takes seconds to import

    P1, P2, P3 = _checks.vectors("P", P, shape=(3,))
    # as a matrix, since QuTiP's sums drop elements below 1e-14
    return Qobj(np.array([[1 + P3, P1 - 1j * P2], [P1 + 1j * P2, 1 - P3]]) / 2)


def bloch(rho: Qobj | Complexes) -> RealArray:
    r"""The Bloch vector of a one-body density operator, the inverse of `density`.

    .. math:: P_j = \operatorname{tr}(\hat\sigma_j \hat\chi) \qquad \text{from Eq. (5)}

    Parameters
    ----------
    rho : qutip.Qobj or array_like, shape (2, 2)
        A density operator.

    Returns
    -------
    ndarray, shape (3,)
        The Bloch vector, dimensionless.

    Raises
    ------
    ValueError, TypeError
        If `rho` is not 2 x 2, Hermitian, finite, of unit trace and without negative eigenvalues.

    Examples
    --------
    >>> bloch(density([0.0, 0.3, -0.4]))
    array([ 0. ,  0.3, -0.4])
    """
    matrix, slack = _checks.complex_("rho", rho), _checks.rounding(rho)
    if matrix.shape != (2, 2):
        raise ValueError(f"rho must be a 2 x 2 density operator, got shape {matrix.shape}")
    if not (np.allclose(matrix, matrix.conj().T, rtol=0, atol=slack) and abs(np.trace(matrix) - 1) < slack):
        raise ValueError(f"rho must be Hermitian and of unit trace, got {matrix.tolist()}")
    P = np.array([2 * matrix[1, 0].real, 2 * matrix[1, 0].imag, (matrix[0, 0] - matrix[1, 1]).real])
    length = np.linalg.norm(P)
    if length > 1 + 2 * slack:
        raise ValueError(f"rho must have no negative eigenvalue, got {(1 - length) / 2:.6g}")
    return P / max(1.0, length) if slack > _checks.ROUNDING else P


def flavor_state(flavor: Literal["e", "x"], theta: float = 0.0) -> RealArray:
    r"""The Bloch vector of a pure flavor state in the mass basis.

    .. math:: \nu_e \to (\sin 2\theta, 0, \cos 2\theta), \qquad \nu_x \to -(\sin 2\theta, 0, \cos 2\theta)

    Parameters
    ----------
    flavor : {"e", "x"}
        Electron flavor, or the other one.
    theta : float
        Mixing angle [rad]; the Bloch vector tilts by ``2 theta``.

    Returns
    -------
    ndarray, shape (3,)
        A unit vector.

    Raises
    ------
    ValueError, TypeError
        If `flavor` is another word or `theta` is not one finite number.

    Examples
    --------
    Maximal mixing puts flavor at a right angle to mass:

    >>> flavor_state("e", theta=np.pi / 4).round(12)
    array([1., 0., 0.])
    """
    if not (isinstance(flavor, str) and flavor in ("e", "x")):
        raise ValueError(f'flavor must be "e" or "x", got {flavor!r}')
    tilt = 2 * float(_checks.real("theta", theta, shape=()))
    electron = np.array([np.sin(tilt), 0.0, np.cos(tilt)])
    return electron if flavor == "e" else -electron
