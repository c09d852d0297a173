r"""The master equations of the paper, Eqs. (8), (14) and (17), and one way to integrate them.

They know nothing of the encounters: each is an independent check of the models. ``mu = 1`` throughout, and
``gamma = 0`` gives the mean-field equations. With ``p < 1`` a pair that is drawn meets with that probability, as in
`oile.simulate`: the paper has ``p = 1``, and Poisson times ``p = 0``.
"""

import numpy as np

from oile import _checks

__all__ = ["ensemble_rhs", "medium_rhs", "solve", "uncorrelated_rhs"]

TRIAL = 0.1  # by how much an integrator's trial step may overshoot |P| = 1


def medium_rhs(P, Q, gamma, p=1.0):
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
    gamma, p = _checks.at_least("gamma", gamma, 0.0)[..., None], _checks.probability("p", p)
    precession = np.cross(Q, P)
    return precession - gamma * (P - Q) - p * gamma / 2 * np.cross(Q, precession)


def ensemble_rhs(P, omega, velocity, gamma, p=1.0):
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
    return (vacuum + coherent - gamma * relaxation - p * gamma / 2 * nested).T


def uncorrelated_rhs(P, omega, gamma, p=1.0):
    r"""Right-hand side of Eq. (17), the gas at long times, when Bloch vectors no longer know the velocities.

    .. math:: \dot{\mathbf P}_a = (-\omega_a \mathbf B + \langle\mathbf P\rangle) \times \mathbf P_a
       - \frac43 \gamma (\mathbf P_a - \langle\mathbf P\rangle)
       - p\, \frac{\gamma}{2} \langle\mathbf P\rangle \times (\langle\mathbf P\rangle \times \mathbf P_a)

    Parameters
    ----------
    P : array_like, shape (N, 3)
        Bloch vectors.
    omega : array_like, shape (N,)
        Vacuum frequencies [mu].
    gamma : float
        Phase of one encounter, not negative.
    p : float
        Probability that a drawn pair meets, in a step of duration ``p gamma``.

    Returns
    -------
    ndarray, shape (N, 3)
        dP/dt [mu]; the sum of its third components vanishes.

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
    P = _checks.vectors("P", P, shape=(None, 3), slack=TRIAL)
    omega = _checks.real("omega", omega, shape=(len(P),))[:, None]
    gamma, p = _checks.number("gamma", gamma, 0.0), _checks.probability("p", p)
    mean = P.mean(axis=0)  # <P>
    coherent = np.cross(mean, P)
    vacuum = omega * np.stack([P[:, 1], -P[:, 0], np.zeros(len(P))], axis=-1)
    return vacuum + coherent - 4 / 3 * gamma * (P - mean) - p * gamma / 2 * np.cross(mean, coherent)


def solve(rhs, P0, t, *, rtol=1e-9, atol=1e-11):
    r"""Integrate `dP/dt = rhs(P)` from ``P(t[0]) = P0``.

    SciPy's `solve_ivp` with the eighth-order Runge-Kutta pair DOP853: the equations are smooth and not stiff.

    Parameters
    ----------
    rhs : callable
        Takes Bloch vectors of the shape of `P0`, returns their derivative.
    P0 : array_like, shape (..., 3)
        Bloch vectors at time ``t[0]``.
    t : array_like, shape (T,)
        Times [1/mu], not decreasing; the first is the start.
    rtol, atol : float
        Relative and absolute tolerance on each component.

    Returns
    -------
    ndarray, shape (T, ..., 3)
        Bloch vectors at the times `t`.

    Raises
    ------
    ValueError, TypeError
        For bad times or initial vectors, or a `rhs` that returns another shape.
    RuntimeError
        If the integrator gives up.

    Examples
    --------
    The mean field makes the foreground neutrino precess about the medium with period 2 pi:

    >>> Q = [1, 0, 0]
    >>> P = solve(lambda P: medium_rhs(P, Q, gamma=0.0), [0, 0, 1], [0, np.pi / 2, 2 * np.pi])
    >>> (P.round(6) + 0.0).tolist()
    [[0.0, 0.0, 1.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    from scipy.integrate import solve_ivp  # here: it would double the time of `import oile`

    P0, t = _checks.vectors("P0", P0), _checks.times(t)
    if np.shape(rhs(P0)) != P0.shape:
        raise ValueError(f"rhs must return an array of P0's shape {P0.shape}, got {np.shape(rhs(P0))}")
    distinct, index = np.unique(t, return_inverse=True)
    if distinct.size == 1:
        return np.repeat(P0[None], t.size, axis=0)
    solution = solve_ivp(
        lambda _, y: rhs(y.reshape(P0.shape)).ravel(),
        (distinct[0], distinct[-1]),
        P0.ravel(),
        method="DOP853",
        t_eval=distinct,
        rtol=rtol,
        atol=atol,
    )
    if not solution.success:
        raise RuntimeError(f"solve_ivp stopped at t = {solution.t[-1]}: {solution.message}")
    return solution.y.T[index].reshape(t.size, *P0.shape)
