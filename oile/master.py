r"""The master equations of the paper, Eqs. (8), (14) and (17), and one way to integrate them.

They know nothing of the encounters: each is an independent check of the models. ``mu = 1`` throughout, and
``gamma = 0`` gives the mean-field equations. With ``p < 1`` a pair that is drawn meets with that probability, as in
`oile.simulate`: the paper has ``p = 1``, and Poisson times ``p = 0``. With `phases` encounters differ in strength: only
their mean square enters, and only where an encounter pulls two states together.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from oile import _checks
from oile._types import AnyArray, RealArray, Reals

__all__ = ["ensemble_rhs", "medium_rhs", "solve", "uncorrelated_rhs"]

TRIAL = 0.1  # by how much an integrator's trial step may overshoot |P| = 1


def medium_rhs(P: Reals, Q: Reals, gamma: Reals, p: float = 1.0, phases: Reals | None = None) -> RealArray:
    r"""Right-hand side of Eq. (8), a foreground neutrino in a uniform medium.

    .. math:: \dot{\mathbf P} = \mathbf Q \times \mathbf P - \gamma (\mathbf P - \mathbf Q)
       - p\, \frac{\gamma}{2}\, \mathbf Q \times (\mathbf Q \times \mathbf P)

    Parameters
    ----------
    P, Q : array_like, shape (..., 3)
        Bloch vectors of the foreground neutrino and of the medium.
    gamma : array_like, shape (...)
        Phase of one encounter, not negative.
    p : float
        Probability of an encounter in a step of duration ``p gamma``.
    phases : array_like, shape (n,), optional
        Relative phases of encounters, of mean 1, all equally likely; all of them are 1 when it is left out.

    Returns
    -------
    ndarray, shape (..., 3)
        dP/dt [mu].

    Raises
    ------
    ValueError, TypeError
        For shapes that do not fit, values that are not finite and real, ``|Q| > 1``, negative `gamma`, p outside
        [0, 1].

    Examples
    --------
    The medium's own state does not change:

    >>> medium_rhs([0, 0, 0.7], [0, 0, 0.7], gamma=0.1)
    array([0., 0., 0.])
    """
    P, Q = _checks.vectors("P", P, slack=TRIAL), _checks.vectors("Q", Q)
    gamma, p = _checks.at_least("gamma", gamma, 0.0), _checks.probability("p", p)
    _checks.together(P=P.shape[:-1], Q=Q.shape[:-1], gamma=gamma.shape)
    gamma = gamma[..., None]
    precession = np.cross(Q, P)
    return precession - gamma * _mean_square(phases) * (P - Q) - p * gamma / 2 * np.cross(Q, precession)


def ensemble_rhs(
    P: Reals, omega: Reals, velocity: Reals, gamma: float, p: float = 1.0, phases: Reals | None = None
) -> RealArray:
    r"""Right-hand side of Eq. (14), the gas of N particles, in O(N).

    .. math::
       \dot{\mathbf P}_a = {}& (-\omega_a \mathbf B + \mathbf G_a) \times \mathbf P_a
       - \gamma \left[ \langle g_{ab}^2 \rangle_b \mathbf P_a - \langle g_{ab}^2 \mathbf P_b \rangle_b \right] \\
       & - p\, \frac{\gamma}{2} \left[ \mathbf G_a \times (\mathbf G_a \times \mathbf P_a)
       + \langle g_{ab}\, \mathbf G_b \times \mathbf P_b \rangle_b \times \mathbf P_a \right]

    with :math:`g_{ab} = 1 - \vec v_a \cdot \vec v_b` and :math:`\mathbf G_a = \langle g_{ab} \mathbf P_b \rangle_b`;
    averages run over the other N - 1 particles, Eq. (15). The last term is the nested reading, the only one that
    conserves :math:`\langle P_3 \rangle`. Sums over the gas go through the moments of the velocities (4 for
    :math:`g`, 10 for :math:`g^2`), so that no N x N matrix is formed.

    Parameters
    ----------
    P : array_like, shape (N, 3)
        Bloch vectors.
    omega : array_like, shape (N,)
        Vacuum frequencies [mu].
    velocity : array_like, shape (N, 3)
        Velocities [c], at most 1; zero vectors make every coupling 1.
    gamma : float
        Phase of one encounter, not negative.
    p : float
        Probability that a drawn pair meets, in a step of duration ``p gamma``.
    phases : array_like, shape (n,), optional
        Relative phases of encounters, of mean 1, all equally likely; all of them are 1 when it is left out.

    Returns
    -------
    ndarray, shape (N, 3)
        dP/dt [mu]; the sum of its third components vanishes.

    Raises
    ------
    ValueError, TypeError
        For shapes that do not fit together, N < 2, values that are not finite and real, ``|v| > 1``, negative `gamma`,
        p outside [0, 1].

    Examples
    --------
    Two particles that meet head on and share one state only precess in vacuum:

    >>> ensemble_rhs([[1, 0, 0], [1, 0, 0]], [0.1, 0.1], [[0, 0, 1], [0, 0, -1]], gamma=0.2)
    array([[ 0. , -0.1,  0. ],
           [ 0. , -0.1,  0. ]])
    """
    P = _checks.vectors("P", P, shape=(None, 3), slack=TRIAL)
    N = len(P)
    if N < 2:
        raise ValueError(f"P must hold at least 2 particles, got {N}")
    omega = _checks.real("omega", omega, shape=(N,))
    velocity = _checks.vectors("velocity", velocity, shape=(N, 3))
    gamma, p = _checks.number("gamma", gamma, 0.0), _checks.probability("p", p)

    # g_ab = u_a . S u_b with u = (1, v) and S = diag(1, -1, -1, -1); g_ab^2 is the same form in the products u_i u_j.
    # Components first, so that every operation runs along the gas.
    P, u = np.ascontiguousarray(P.T), np.vstack([np.ones(N), velocity.T])  # (3, N), (4, N)
    sign = np.array([1.0, -1.0, -1.0, -1.0])
    i, j = np.triu_indices(4)
    features = {1: (u, sign), 2: (u[i] * u[j], sign[i] * sign[j] * np.where(i == j, 1.0, 2.0))}
    g_self = 1 - np.sum(u[1:] ** 2, axis=0)

    def mean(s, X):  # < g_ab^s X_b >_b over b != a, Eq. (15)
        w, weight = features[s]
        return ((X @ w.T * weight) @ w - g_self**s * X) / (N - 1)

    G = mean(1, P)
    coherent = np.cross(G, P, axis=0)  # G_a x P_a
    vacuum = omega * np.stack([P[1], -P[0], np.zeros(N)])  # -omega_a B x P_a
    relaxation = mean(2, np.ones((1, N))) * P - mean(2, P)
    nested = np.cross(G, coherent, axis=0) + np.cross(mean(1, coherent), P, axis=0)
    return (vacuum + coherent - gamma * _mean_square(phases) * relaxation - p * gamma / 2 * nested).T


def uncorrelated_rhs(P: Reals, omega: Reals, gamma: float, p: float = 1.0, phases: Reals | None = None) -> RealArray:
    r"""Right-hand side of Eq. (17), the gas at long times, when Bloch vectors no longer know the velocities.

    .. math:: \dot{\mathbf P}_a = (-\omega_a \mathbf B + \langle\mathbf P\rangle) \times \mathbf P_a
       - \frac43 \gamma (\mathbf P_a - \langle\mathbf P\rangle)
       - p\, \frac{\gamma}{2} \langle\mathbf P\rangle \times (\langle\mathbf P\rangle \times \mathbf P_a)

    Parameters
    ----------
    P : array_like, shape (..., N, 3)
        Bloch vectors, of one gas or of several at once.
    omega : array_like, shape (N,)
        Vacuum frequencies [mu].
    gamma : float
        Phase of one encounter, not negative.
    p : float
        Probability that a drawn pair meets, in a step of duration ``p gamma``.
    phases : array_like, shape (n,), optional
        Relative phases of encounters, of mean 1, all equally likely; all of them are 1 when it is left out.

    Returns
    -------
    ndarray, shape (..., N, 3)
        dP/dt [mu]; in each gas the sum of its third components vanishes.

    Raises
    ------
    ValueError, TypeError
        For shapes that do not fit together, values that are not finite and real, negative `gamma`, p outside [0, 1].

    Examples
    --------
    >>> uncorrelated_rhs([[0, 0, 1], [0, 0, -1]], omega=[0.1, 0.2], gamma=0.3)
    array([[ 0. ,  0. , -0.4],
           [ 0. ,  0. ,  0.4]])
    """
    P = _checks.vectors("P", P, slack=TRIAL)
    if P.ndim < 2:
        raise ValueError(f"P must have shape (..., N, 3), got {P.shape}")
    omega = _checks.real("omega", omega, shape=(P.shape[-2],))[:, None]
    gamma, p = _checks.number("gamma", gamma, 0.0), _checks.probability("p", p)
    mean = P.mean(axis=-2, keepdims=True)  # <P>
    coherent = np.cross(mean, P)
    vacuum = omega * np.stack([P[..., 1], -P[..., 0], np.zeros(P.shape[:-1])], axis=-1)
    relaxation = 4 / 3 * _mean_square(phases) * (P - mean)
    return vacuum + coherent - gamma * relaxation - p * gamma / 2 * np.cross(mean, coherent)


def _mean_square(phases):
    """``<s^2>`` of the relative phases of encounters."""
    return 1.0 if phases is None else float(np.mean(_checks.phases(phases) ** 2))


def solve(
    rhs: Callable[[RealArray], AnyArray],
    P0: Reals,
    t: Reals,
    *,
    rtol: float = 1e-9,
    atol: float = 1e-11,
    max_steps: int = 100_000,
) -> RealArray:
    r"""Integrate `dP/dt = rhs(P)` from ``P(t[0]) = P0``.

    SciPy's eighth-order Runge-Kutta pair `DOP853`: the equations are smooth and not stiff.

    Parameters
    ----------
    rhs : callable
        Takes Bloch vectors of the shape of `P0`, returns their derivative.
    P0 : array_like, shape (..., 3)
        Bloch vectors at time ``t[0]``.
    t : array_like, shape (T,)
        Times [1/mu], not decreasing; the first is the start.
    rtol, atol : float
        Relative and absolute tolerance on each component, between 0 and 1.
    max_steps : int
        Steps after which it gives up: an equation that needs more is stiff, or a mistake.

    Returns
    -------
    ndarray, shape (T, ..., 3)
        Bloch vectors at the times `t`.

    Raises
    ------
    ValueError, TypeError
        For bad times or initial vectors, a `rhs` that is no function or returns another shape, tolerances that are
        not between 0 and 1.
    RuntimeError
        If `rhs` returns what is not finite, or more than `max_steps` steps would be needed; says at which time.

    Examples
    --------
    The mean field makes the foreground neutrino precess about the medium with period 2 pi:

    >>> Q = [1, 0, 0]
    >>> P = solve(lambda P: medium_rhs(P, Q, gamma=0.0), [0, 0, 1], [0, np.pi / 2, 2 * np.pi])
    >>> (P.round(6) + 0.0).tolist()
    [[0.0, 0.0, 1.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    if not callable(rhs):
        raise TypeError(f"rhs must be a function of Bloch vectors, got {_checks.shown(rhs)}")
    P0, t = _checks.vectors("P0", P0), _checks.times(t)

    def derivative(_, y):
        given = _checks.plain("what rhs returns", rhs(y.reshape(P0.shape).copy()))  # it may work in place
        if given.dtype.kind not in "iuf":
            raise TypeError(f"rhs must return an array of real numbers, got {_checks.shown(given)}")
        if given.shape != P0.shape:
            raise ValueError(f"rhs must return an array of P0's shape {P0.shape}, got {given.shape}")
        return given.astype(float).ravel()  # a copy: it may hand out the same array again

    derivative(0.0, P0)
    run = states(derivative, P0.ravel(), t, rtol, atol, max_steps)
    return np.stack([y.reshape(P0.shape) for y in run])


def states(rhs, y, t, rtol, atol, max_steps, bar=None):
    """The solution of ``dy/dt = rhs(t, y)`` at the times `t`, one after the other; `bar` is told how far it is."""
    from scipy.integrate import DOP853  # here: it would double the time of `import oile`

    rtol, atol = _checks.tolerance("rtol", rtol), _checks.tolerance("atol", atol)
    max_steps = int(_checks.integer("max_steps", max_steps, 1, shape=()))

    def finite(now, y):
        dy = rhs(now, y)
        if not np.isfinite(dy).all():
            raise RuntimeError(f"rhs must stay finite, got {dy[~np.isfinite(dy)][0]} at t = {now:.6g}")
        return dy

    start, end = t[0], t[-1]
    solver = DOP853(finite, start, np.array(y, float), end, rtol=rtol, atol=atol) if end > start else None
    steps, between = 0, None
    for goal in t:
        while solver is not None and solver.t < goal:
            if steps == max_steps:
                raise RuntimeError(
                    f"rhs needs more than max_steps = {max_steps} steps: at t = {solver.t:.6g} they are "
                    f"{solver.step_size:.3g} long; it is stiff, or the tolerances are too small"
                )
            before, message = solver.t, solver.step()
            if solver.status == "failed":
                raise RuntimeError(f"rhs cannot be integrated beyond t = {solver.t:.6g}: {message}")
            steps, between = steps + 1, None
            if bar is not None:
                bar.update(solver.t - before)
        if solver is None or goal == start:
            yield np.array(y, float)
        elif goal == solver.t:
            yield solver.y.copy()
        else:
            between = between or solver.dense_output()
            yield between(goal)
