r"""Eq. (A4) in Lindblad form: what `qutip.mesolve` takes.

The paper writes the master equation of the foreground neutrino with nested commutators,

.. math:: \frac{d\hat\chi}{dt} = -i[\hat\eta, \hat\chi] - \gamma(\hat\chi - \hat\eta)
   + \frac{\gamma}{2} [\hat\eta, [\hat\eta, \hat\chi]] \qquad \text{Eq. (A4)},

whose last term by itself would undo decoherence. Together the terms are a proper quantum dynamical semigroup
(Gorini, Kossakowski, Sudarshan and Lindblad) for every :math:`|\mathbf Q| \le 1`: jumps towards and away from the
medium's state, and dephasing about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from oile import _checks
from oile._types import Reals
from oile.states import density

if TYPE_CHECKING:
    from qutip import Qobj

__all__ = ["hamiltonian", "jump_operators"]


def hamiltonian(Q: Reals) -> Qobj:
    r"""The mean-field Hamiltonian :math:`\tfrac12 \mathbf Q \cdot \hat{\boldsymbol\sigma}` of Eq. (A4), in units of mu.

    Parameters
    ----------
    Q : array_like, shape (3,)
        Bloch vector of the medium.

    Returns
    -------
    qutip.Qobj
        A 2 x 2 Hermitian operator [mu]; it equals :math:`\hat\eta` up to a multiple of the identity.

    Raises
    ------
    ValueError, TypeError
        If `Q` is not one real, finite vector of length at most 1.

    Examples
    --------
    >>> hamiltonian([0, 0, 1]).diag()
    array([ 0.5, -0.5])
    """
    return density(_checks.vectors("Q", Q, shape=(3,))) - 0.5


def jump_operators(Q: Reals, gamma: float) -> list[Qobj]:
    r"""The jump operators of Eq. (A4), each with its rate's square root folded in.

    With :math:`\mathbf Q = |\mathbf Q|\,\mathbf n` and :math:`|\pm\rangle` the states along :math:`\pm\mathbf n`:

    .. math:: \sqrt{\gamma\tfrac{1 + |\mathbf Q|}{2}}\, |+\rangle\langle -|, \qquad
       \sqrt{\gamma\tfrac{1 - |\mathbf Q|}{2}}\, |-\rangle\langle +|, \qquad
       \sqrt{\gamma\tfrac{1 - |\mathbf Q|^2}{4}}\; \mathbf n \cdot \hat{\boldsymbol\sigma} .

    Parameters
    ----------
    Q : array_like, shape (3,)
        Bloch vector of the medium.
    gamma : float
        Phase of one encounter, not negative; the rates are in units of mu.

    Returns
    -------
    list of qutip.Qobj
        The operators of non-zero rate: three for a mixed medium, one (amplitude damping) for ``|Q| = 1``,
        none for ``gamma = 0``.

    Raises
    ------
    ValueError, TypeError
        If `Q` is not one real, finite vector of length at most 1, or `gamma` not one number >= 0.

    Examples
    --------
    >>> [len(jump_operators([0, 0, Q], gamma=0.1)) for Q in (0, 0.3, 1)]
    [3, 3, 1]
    """
    Q = _checks.vectors("Q", Q, shape=(3,))
    gamma = _checks.number("gamma", gamma, 0.0)
    length = float(np.linalg.norm(Q))
    n = Q / length if length > 0 else np.array([0.0, 0.0, 1.0])  # any axis will do for an unpolarized medium
    if np.isclose(length, 1.0, rtol=0, atol=1e-12):
        length = 1.0  # a pure medium, up to rounding
    plus, minus = (density(sign * n).eigenstates()[1][-1] for sign in (1, -1))
    rates_and_operators = [
        (gamma * (1 + length) / 2, plus * minus.dag()),
        (gamma * (1 - length) / 2, minus * plus.dag()),
        (gamma * (1 - length**2) / 4, plus * plus.dag() - minus * minus.dag()),
    ]
    return [np.sqrt(rate) * operator for rate, operator in rates_and_operators if rate > 0]
