r"""Small tilts: growth and decay rates of the linearized master equations, Eqs. (14) and (17).

About a state in which every particle has a definite mass, coherences grow or decay as :math:`e^{\lambda t}`: an
instability (bipolar, slow or fast) if :math:`\operatorname{Re}\lambda > 0`, the way to equilibrium otherwise;
:math:`-\operatorname{Im}\lambda` is the frequency of precession.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from oile import _checks
from oile._types import ComplexArray, RealArray, Reals
from oile.ensemble import Ensemble
from oile.flavors import Ensemble as Matrices

__all__ = ["modes", "slow_mode"]

TILT = 1e-9  # how large a coherence may be in a state that counts as diagonal
HOMOTOPY = 40  # steps from equal frequencies to those given
PIECES, NODES = 24, 40  # of a continuous spectrum, and in each of them


def modes(
    ensemble: Ensemble | Matrices,
    gamma: float,
    *,
    p: float = 1.0,
    phases: Reals | None = None,
    pair: tuple[int, int] = (0, 1),
) -> tuple[ComplexArray, ComplexArray]:
    r"""Growth and decay rates of small coherences, Eq. (14) linearized about a diagonal state of the gas.

    For Bloch vectors :math:`(0, 0, z_a)` and tilts :math:`s_a = P_{a1} + iP_{a2}`, with :math:`G_a = \langle g_{ab} z_b
    \rangle_b` and :math:`F_a = i(G_a s_a - z_a \langle g_{ab} s_b \rangle_b)`,

    .. math:: \dot s_a = -i\omega_a s_a + F_a
       - \gamma \langle s^2 \rangle \big( \langle g_{ab}^2 \rangle_b s_a - \langle g_{ab}^2 s_b \rangle_b \big)
       - \frac{i p \gamma}{2} \big( G_a F_a - z_a \langle g_{ab} F_b \rangle_b \big) .

    For more flavors the same holds of each coherence :math:`\rho_{ji}` by itself, antineutrinos included. In the mean
    field, and where nothing distinguishes the particles, the diagonal state stays as it is; otherwise it relaxes at
    rates of the order gamma, and the rates are those of the moment.

    Parameters
    ----------
    ensemble : Ensemble or flavors.Ensemble
        The gas, its state diagonal in the mass basis.
    gamma : float
        Phase of one encounter at right angles [rad], not negative; 0 is the mean field.
    p : float
        Probability that a drawn pair meets, in a step of duration ``p gamma``.
    phases : array_like, shape (n,), optional
        Relative phases of encounters, of mean 1, all equally likely.
    pair : (int, int)
        For density matrices: the two masses i < j whose coherence it is.

    Returns
    -------
    (rates, vectors) : tuple of ndarrays of complex, shapes (N,) and (N, N)
        Rates lambda [mu], the one of the greatest real part first, and in the columns the tilts of the particles,
        normalized. Takes a time of order N^3.

    Raises
    ------
    ValueError, TypeError
        For arguments of the wrong kind, a state that is not diagonal, a pair that is none.

    Examples
    --------
    The pendulum of the paper's gas starts to fall at the rate 0.19 mu, if all couplings are equal:

    >>> from oile import bipolar
    >>> gas = bipolar(theta=0.0, velocity=[0, 0, 0])
    >>> round(float(modes(gas, gamma=0.0)[0][0].real), 2)
    0.19
    """
    gamma, p = _checks.number("gamma", gamma, 0.0), _checks.probability("p", p)
    square = 1.0 if phases is None else float(np.mean(_checks.phases(phases) ** 2))
    if isinstance(ensemble, Ensemble):
        _pair(pair, 2)
        coherence, z, omega = abs(ensemble.P[:, :2]).max(), ensemble.P[:, 2], ensemble.omega
        sign = np.ones(ensemble.N)
        total, d = np.ones(ensemble.N), 2
    elif isinstance(ensemble, Matrices):
        i, j = _pair(pair, ensemble.d)
        n = np.einsum("aii->ai", ensemble.rho).real
        coherence = abs(ensemble.rho - n[:, :, None] * np.eye(ensemble.d)).max()
        sign = np.where(ensemble.antineutrino, -1.0, 1.0)
        z, omega = n[:, i] - n[:, j], sign * (ensemble.levels[:, j] - ensemble.levels[:, i])
        total, d = n[:, i] + n[:, j], ensemble.d
    else:
        raise TypeError(f"ensemble must be an Ensemble or a flavors.Ensemble, got {_checks.shown(ensemble)}")
    if coherence > TILT:
        raise ValueError(f"ensemble must be diagonal in the mass basis, got a coherence of {coherence:.3g}")

    N = ensemble.N
    g = 1 - ensemble.velocity @ ensemble.velocity.T
    np.fill_diagonal(g, 0.0)
    alike = sign[:, None] == sign
    mean, g2 = g / (N - 1), g**2 / (N - 1)
    G = mean @ (sign * z)
    F = 1j * (np.diag(G) - z[:, None] * mean * sign)
    relaxation = np.diag((g2 * alike).sum(axis=1)) - g2 * alike
    opposite = g2 * ~alike
    relaxation = relaxation + d / 2 * (np.diag(opposite @ total) + total[:, None] * opposite)
    nested = G[:, None] * F - z[:, None] * ((mean * sign) @ F)
    M = -1j * np.diag(omega) + F - gamma * square * relaxation - 0.5j * p * gamma * nested
    rates, vectors = np.linalg.eig(M)
    order = np.argsort(-rates.real, kind="stable")
    return rates[order], vectors[:, order]


def slow_mode(
    gamma: float,
    m: float,
    omega: Reals | Callable[[RealArray], Reals],
    weights: Reals | None = None,
    *,
    support: tuple[float, float] | None = None,
    p: float = 1.0,
    phases: Reals | None = None,
) -> complex:
    r"""The slow mode of Eq. (17) about the fixed point (19): the rate at which collective precession dies out.

    All Bloch vectors are near :math:`(0, 0, m)`. With
    :math:`k = i m - \gamma (\frac43 \langle s^2 \rangle - \frac p2 m^2)`
    a tilt :math:`e^{\lambda t}` of the whole gas is a root of the dispersion relation

    .. math:: \Big\langle \frac{\lambda + i\omega}{k - \lambda - i\omega} \Big\rangle_\omega = 0, \qquad
       \lambda \approx -i \langle\omega\rangle + \frac{\operatorname{Var}(\omega)}{k}
       \quad \text{for frequencies that differ by much less than } |k| .

    The root is followed from equal frequencies to those given. It is a mode as long as it decays more slowly than a
    single particle, :math:`\operatorname{Re}\lambda > \operatorname{Re} k`; a continuum of frequencies near
    :math:`\Omega + m` speeds its decay up, and can do away with it.

    Parameters
    ----------
    gamma : float
        Phase of one encounter at right angles [rad], not negative.
    m : float
        Third component of the Bloch vectors, from -1 to 1.
    omega : array_like, shape (n,), or callable
        Frequencies [mu]; or the density of a continuous spectrum as a function of an array of them, over `support`.
    weights : array_like, shape (n,), optional
        How many particles have each of the frequencies; equal numbers when left out.
    support : (float, float), optional
        For a density: the interval outside which it is 0.
    p, phases
        As for `modes`.

    Returns
    -------
    complex
        lambda [mu]: the mode decays at the rate ``-lambda.real`` and precesses at the frequency ``-lambda.imag``.

    Raises
    ------
    ValueError, TypeError
        For arguments of the wrong kind, or if there is no such mode.

    Examples
    --------
    The paper's gas at gamma = 1e-3 has 0.08 gamma mu:

    >>> rate = slow_mode(1e-3, 0.2, [0.1, 0.2], [60, 40])
    >>> round(-rate.real / 1e-3, 4), round(-rate.imag, 4)
    (0.0799, 0.1525)
    """
    gamma, m = _checks.number("gamma", gamma, 0.0), float(_checks.real("m", m, shape=()))
    if abs(m) > 1:
        raise ValueError(f"m must lie in [-1, 1], got {m}")
    square = 1.0 if phases is None else float(np.mean(_checks.phases(phases) ** 2))
    k = 1j * m - gamma * (4 / 3 * square - _checks.probability("p", p) * m**2 / 2)
    if k == 0:
        raise ValueError("gamma and m must not both be 0: nothing holds the gas together")
    average, middle = _spectrum(omega, weights, support)

    root = -1j * middle
    for step in range(1, HOMOTOPY + 1):
        spread, last = step / HOMOTOPY, root
        for _ in range(50):
            x = _shifted(root, middle, spread)
            value = average(lambda w, x=x: x(w) / (k - x(w)), root, k, spread)
            slope = average(lambda w, x=x: k / (k - x(w)) ** 2, root, k, spread)
            change = value / slope
            root = root - change
            if not np.isfinite(root) or root.real <= k.real:
                raise ValueError(
                    f"omega must let the gas precess together: there is no slow mode, a spread of {spread:.3g} of that "
                    f"given is too much for gamma = {gamma:.3g}, m = {m:.3g}"
                )
            if abs(change) <= 1e-13 * (abs(k) + abs(root)):
                break
        else:
            raise ValueError(f"omega must let the gas precess together: no root was found beyond {last:.6g}")
    return complex(root)


def _shifted(root, middle, spread):
    """``lambda + i omega`` with frequencies drawn together around their mean."""
    return lambda w: root + 1j * (middle + spread * (w - middle))


def _pair(pair, d):
    """Two masses i < j."""
    pair = _checks.integer("pair", pair, 0, shape=(2,))
    i, j = map(int, pair)
    if not i < j < d:
        raise ValueError(f"pair must be two masses i < j < {d}, got {(i, j)}")
    return i, j


def _spectrum(omega, weights, support):
    """The average over a spectrum, as a function, and the mean frequency."""
    if not callable(omega):
        if support is not None:
            raise TypeError(f"support must be left out where omega is a list, got {_checks.shown(support)}")
        omega = _checks.real("omega", omega, shape=(None,))
        if omega.size == 0:
            raise ValueError("omega must hold at least one frequency, got none")
        weights = np.ones_like(omega) if weights is None else _checks.at_least("weights", weights, 0.0)
        if weights.shape != omega.shape or not weights.sum() > 0:
            raise ValueError(f"weights must be one for each of the {omega.size} frequencies, and not all 0")
        weights = weights / weights.sum()
        return lambda f, *_: np.sum(weights * f(omega)), float(weights @ omega)

    if weights is not None:
        raise TypeError("weights must be left out where omega is a density")
    low, high = _checks.real("support", support, shape=(2,))
    if not low < high:
        raise ValueError(f"support must be an interval, got {(low, high)}")
    nodes, shares = np.polynomial.legendre.leggauss(NODES)

    def integral(f, *cuts):
        """Of f times the density, piece by piece between the cuts."""
        edges = np.unique(np.clip([*np.linspace(low, high, PIECES + 1), *cuts], low, high))
        half, centers = np.diff(edges)[:, None] / 2, (edges[1:] + edges[:-1])[:, None] / 2
        w = centers + half * nodes
        density = _checks.at_least("omega(w)", omega(w.copy()), 0.0)
        if density.shape not in ((), w.shape):
            raise ValueError(f"omega must return as many numbers as it takes, got shape {density.shape} for {w.shape}")
        return np.sum(half * shares * f(w) * density)

    norm = integral(np.ones_like)
    if not norm > 0:
        raise ValueError(f"omega must be a density, got one whose integral over the support is {norm}")
    middle = float(integral(lambda w: w) / norm)

    def average(f, root, k, spread):
        near = middle + ((k - root).imag - middle) / spread  # where the denominator is least
        width = abs((root - k).real) / spread
        return integral(f, *(near + c * width for c in (-1000, -100, -10, -1, 0, 1, 10, 100, 1000))) / norm

    return average, middle
