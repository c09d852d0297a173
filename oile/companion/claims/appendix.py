"""Claims of Appendix A: identities and orders in gamma, exact."""

import numpy as np

from oile import encounter, ensemble_rhs, medium_rhs, solve
from oile.companion.claims.ledger import claim
from oile.companion.claims.pair import (
    EXCHANGE,
    SEED,
    S,
    commutator,
    density,
    first,
    mixed_states,
    parallel,
    vector,
)
from oile.companion.claims.rule import EXACT, POWER, QUALIFIED, REPRODUCED, Case, Measured, order

GAMMAS = np.logspace(-3, -1.5, 7)  # for orders in gamma: above rounding, below saturation
LEVI_CIVITA = np.array([[[(i - j) * (j - k) * (k - i) / 2 for k in range(3)] for j in range(3)] for i in range(3)])


@claim("App. A", "the identities (A1) and (A2)", REPRODUCED, "01_encounter")
def identities():
    """All index values."""
    one = np.eye(2)
    gap = 0.0
    for i in range(3):
        for j in range(3):
            cross = np.einsum("k,kab->ab", LEVI_CIVITA[i, j], S)
            gap = max(gap, np.abs(S[i] @ S[j] - (i == j) * one - 1j * cross).max())
            right = 2j * (np.kron(one, cross) - np.kron(cross, one))
            gap = max(gap, np.abs(commutator(EXCHANGE, np.kron(S[i], S[j])) - right).max())
    return Measured(
        Case("left less right side, nine pairs of indices, largest element", gap, 0, EXACT),
        values={"gap": gap},
    )


def a3c(P, Q, gamma):
    """Eq. (A3c) for Bloch vectors."""
    return P + gamma * np.cross(Q, P) - gamma**2 * (P - Q)


@claim(
    "App. A",
    "to second order the step (A3a) is (A3b), which is (A3c)",
    REPRODUCED,
    "03_master",
)
def second_order():
    """The double commutator traced for mixed states; the exact step minus (A3c)."""
    P, Q = np.split(mixed_states(), 2)
    gap = 0.0
    for p, q in zip(P, Q):
        rho = np.kron(density(p), density(q))
        double = first(commutator(EXCHANGE / 2, commutator(EXCHANGE / 2, rho)))
        gap = max(gap, np.abs(double / 2 - (density(p) - density(q))).max())
    slope = order(GAMMAS, [np.abs(encounter(P, Q, g)[0] - a3c(P, Q, g)).max() for g in GAMMAS])
    return Measured(
        Case(f"½ tr[V, [V, χ⊗η]] less μ²(χ − η), {len(P)} random mixed pairs, largest element", gap, 0, EXACT),
        Case("power of γ at which the exact step leaves (A3c)", slope, 3, POWER),
        values={"gap": gap, "slope": slope},
    )


@claim(
    "App. A",
    "(A3c) “is consistent with the master equation” (A4) “up to 𝒪(Δz²)”",
    REPRODUCED,
    "03_master",
    "tests/test_medium.py::test_eq_8_errs_at_order_gamma_squared_and_at_the_next_for_a_pure_or_unpolarized_medium",
)
def a4_consistent():
    """One step of (A3c) against Eq. (8) integrated over that step."""
    P, Q = np.split(mixed_states(40), 2)
    error = [
        np.abs(a3c(P, Q, g) - solve(lambda X, g=g: medium_rhs(X, Q, g), P, [0, g], rtol=1e-12, atol=1e-14)[-1]).max()
        for g in GAMMAS
    ]
    slope = order(GAMMAS, error)
    return Measured(
        Case("power of γ at which a step of (A3c) and one of (A4) differ", slope, 3, POWER),
        values={"slope": slope},
    )


@claim(
    "App. A",
    "(A4) “gives Eq. (8)”, and (8a) is (8b)",
    REPRODUCED,
    "03_master",
    "tests/test_master.py::test_eq_8_splits_into_parallel_and_perpendicular_parts",
)
def a4_gives_8(gamma=0.3):
    """Commutators of matrices against vector products."""
    P, Q = np.split(mixed_states(), 2)
    gap = 0.0
    for p, q in zip(P, Q):
        chi, eta = density(p), density(q)
        turn = commutator(eta, chi)
        a4 = -1j * turn - gamma * (chi - eta) + gamma / 2 * commutator(eta, turn)
        gap = max(gap, np.abs(vector(a4) - medium_rhs(p, q, gamma)).max())
    along, Q2 = parallel(P, Q), np.sum(Q * Q, axis=1, keepdims=True)
    eq_8b = np.cross(Q, P) - gamma * (along + (1 - Q2 / 2) * (P - along)) + gamma * Q
    gap = max(gap, np.abs(eq_8b - medium_rhs(P, Q, gamma)).max())
    return Measured(
        Case(f"the three forms against each other, {len(P)} random mixed pairs, largest difference [μ]", gap, 0, EXACT),
        values={"gap": gap},
    )


def matchings(particles):
    """All perfect matchings of a list of particles."""
    if not particles:
        yield []
    for partner in particles[1:]:
        for pairs in matchings([x for x in particles[1:] if x != partner]):
            yield [(particles[0], partner), *pairs]


def averaged_step(P, omega, v, gamma):
    """One step of the gas, averaged exactly over all perfect matchings."""
    total = np.zeros_like(P)
    for count, pairs in enumerate(matchings(list(range(len(P)))), 1):  # noqa: B007
        a, b = np.array(pairs).T
        after = encounter(
            P[a],
            P[b],
            gamma,
            g=1 - np.sum(v[a] * v[b], axis=1),
            omega=(omega[a], omega[b]),
        )
        total[a], total[b] = total[a] + after[0], total[b] + after[1]
    return total / count


def partners_motion(P, v, gamma):
    """The nested term of Eq. (14): the mean field turns while its sources precess."""
    N = len(P)
    g = (1 - v @ v.T) * (1 - np.eye(N)) / (N - 1)
    return -gamma / 2 * np.cross(g @ np.cross(g @ P, P), P)


@claim(
    "App. A",
    "(14) follows “in a similar way by replacing” η with averages, with the geometry factors",
    QUALIFIED,
    "04_ensemble",
    "tests/test_master.py::test_eq_14_is_the_average_over_pairings_to_second_order",
)
def eq14_recipe(N=6):
    """One step averaged over all 15 matchings, against Eq. (14) with and without its nested term."""
    P, v = mixed_states(N), mixed_states(2 * N)[N:]
    omega = np.random.default_rng(SEED).normal(0, 0.5, N)
    errors = {"full": [], "replaced": []}
    for g in GAMMAS:
        exact = averaged_step(P, omega, v, g)
        for name, drop in (("full", 0), ("replaced", 1)):

            def rhs(X, g=g, drop=drop):
                return ensemble_rhs(X, omega, v, g) - drop * partners_motion(X, v, g)

            errors[name].append(np.abs(exact - solve(rhs, P, [0, g], rtol=1e-12, atol=1e-14)[-1]).max())
    full, replaced = (order(GAMMAS, error) for error in errors.values())
    return Measured(
        Case(f"power of γ at which a step, averaged over all pairings of {N} particles, leaves (14)", full, 3, POWER),
        Case("the same with averages in place of η alone, that is without the nested last term", replaced, 3, POWER),
        note="The partners’ own motion during the step belongs to the same order: it is the nested term.",
        values={"full": full, "replaced": replaced},
    )
