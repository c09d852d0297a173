"""Claims of Sec. III about long times, Eqs. (16)-(19)."""

import numpy as np
from scipy.linalg import null_space

from oile import Ensemble, ensemble_rhs, integrate, isotropic_velocities, medium_rhs, solve, uncorrelated_rhs
from oile.companion.claims.ledger import claim
from oile.companion.claims.pair import mixed_states
from oile.companion.claims.rule import (
    ABOUT,
    CHANCE,
    CURVE,
    EXACT,
    QUALIFIED,
    REPRODUCED,
    ROUGH,
    SCALE,
    Case,
    Measured,
    pm,
)
from oile.companion.claims.runs import (
    OMEGA,
    E,
    early,
    early_mean_field,
    first_time,
    generator,
    late,
    length,
)


@claim(
    "Sec. III",
    "the neutrino-neutrino Hamiltonian “is non-integrable”",
    REPRODUCED,
    "05_longtimes",
)
def non_integrable(draws=12, N=11):
    """Mean ratio of neighboring level spacings of sum g_ab sigma.sigma, in the sector of total spin 1/2."""
    ratios = np.array([level_ratio(generator(r), N) for r in range(draws)])
    poisson, goe = 2 * np.log(2) - 1, 4 - 2 * np.sqrt(3)
    return Measured(
        Case(f"N = {N}, all pairs at once: mean ratio of neighboring level spacings", ratios, (poisson, None), CHANCE),
        Case("the same, against random matrices", ratios, goe, ABOUT),
        note=f"An integrable system has {poisson:.2f}, random matrices have {goe:.2f}. {draws} draws of velocities.",
        values={"ratio": ratios},
    )


def level_ratio(rng, N):
    """Statistics of the spectrum of the full N-body Hamiltonian without vacuum terms, one spin sector."""
    v = isotropic_velocities(N, rng)
    states = np.array([s for s in range(2**N) if s.bit_count() == N // 2])
    lower = np.array([s for s in range(2**N) if s.bit_count() == N // 2 - 1])
    place, place_lower = np.full((2, 2**N), -1)
    place[states], place_lower[lower] = np.arange(len(states)), np.arange(len(lower))
    H, raising = (
        np.zeros((len(states), len(states))),
        np.zeros((len(lower), len(states))),
    )
    for a in range(N):
        on = states >> a & 1 == 1
        raising[place_lower[states[on] ^ 1 << a], np.flatnonzero(on)] = 1
        for b in range(a):
            swapped = np.where((states >> a ^ states >> b) & 1, states ^ (1 << a | 1 << b), states)
            H[place[swapped], np.arange(len(states))] += 1 - v[a] @ v[b]  # sigma.sigma = 2 SWAP - 1
    sector = null_space(raising)  # total spin equal to its third component
    gaps = np.diff(np.linalg.eigvalsh(sector.T @ H @ sector))
    return np.mean(np.minimum(gaps[1:], gaps[:-1]) / np.maximum(gaps[1:], gaps[:-1]))


def uncorrelated_gap(P, g):
    """Relative distance between the two sides of Eq. (16)."""
    left, right = g @ P, P.mean(axis=0) * g.sum(axis=1, keepdims=True)
    return np.sqrt(np.sum((left - right) ** 2) / np.sum(right**2))


@claim(
    "Sec. III",
    "after a long time the Bloch vectors are “not correlated with the neutrino velocities”, Eq. (16)",
    QUALIFIED,
    "05_longtimes",
)
def uncorrelated():
    """Eq. (16) at mu t = 500 and 1000, against the same states dealt out to the velocities at random."""
    rng = generator(3000)
    gap, ratio = {}, {}
    for gamma in (0.01, 0.001):
        gases, _, P = late(gamma)
        for s in (1, 2):
            g = [(1 - gas.velocity @ gas.velocity.T) ** s for gas in gases]
            for when in (500, 1000):
                found = np.array([uncorrelated_gap(p[when], x) for p, x in zip(P, g)])
                dealt = [[uncorrelated_gap(rng.permutation(p[when]), x) for _ in range(40)] for p, x in zip(P, g)]
                key = gamma, s, when
                gap[key], ratio[key] = found, found / np.mean(dealt, axis=1)
    names = {0.01: "γ = 10⁻²", 0.001: "γ = 10⁻³"}
    return Measured(
        *(
            Case(f"{names[g]}, s = {s}, μt = {when}: relative difference of the two sides", gap[g, s, when], 0, ABOUT)
            for g, s, when in gap
        ),
        note="Chance would do worse. Dealt out to the velocities at random, the same states differ more: for γ = "
        f"10⁻³ and μt = 1000 the difference is {pm(ratio[0.001, 1, 1000])} (s = 1) and {pm(ratio[0.001, 2, 1000])} "
        "(s = 2) of that. States and velocities do become correlated, in the sense that evens out the fields.",
        values={"gap": gap, "ratio": ratio},
    )


@claim(
    "Sec. III",
    "the average of (1 − v·v)² is ≈ 4/3, Eq. (18)",
    REPRODUCED,
    "05_longtimes",
)
def geometry(draws=200, N=100):
    """For one particle, and for all of them, over draws of velocities."""
    means, single = np.empty(draws), np.empty(draws)
    for r in range(draws):
        v = isotropic_velocities(N, generator(4000 + r))
        sums = np.sum((1 - v @ v.T) ** 2, axis=1) / (N - 1)
        means[r], single[r] = sums.mean(), sums[0]
    return Measured(
        Case(f"N = {N}: average over the other particles, for one particle", single, 4 / 3, ABOUT),
        Case("the mean of it over all particles", means, 4 / 3, CHANCE),
        note=f"± is the standard deviation over {draws} draws of the velocities.",
        values={"single": single, "means": means},
    )


@claim(
    "Sec. III",
    "(17) is (8a) with vacuum oscillations, Q → ⟨P⟩ and a factor 4/3",
    REPRODUCED,
    "05_longtimes",
    "tests/test_master.py::test_eq_14_becomes_eq_17_when_velocities_and_states_are_independent",
)
def like_eq8(gamma=0.3):
    """The two right-hand sides in the code, term by term."""
    P = mixed_states()
    mean = P.mean(axis=0)
    eq8, relax = medium_rhs(P, mean, gamma), -gamma * (P - mean)
    gap = np.abs(uncorrelated_rhs(P, np.zeros(len(P)), gamma) - eq8 - relax / 3).max()
    vacuum = uncorrelated_rhs(P, np.ones(len(P)), gamma) - uncorrelated_rhs(P, np.zeros(len(P)), gamma)
    gap = max(gap, np.abs(vacuum + np.cross([0, 0, 1], P)).max())
    return Measured(
        Case(
            f"(17) less (8a), the vacuum term and a third of the relaxation term, {len(P)} random states [μ]",
            gap,
            0,
            EXACT,
        ),
        values={"gap": gap},
    )


@claim(
    "Sec. III",
    "Eq. (17), started at μt = 500, is “in reasonable agreement with the simulations”",
    QUALIFIED,
    "05_longtimes",
)
def eq17_agrees(end=2000):
    """The whole gas from mu t = 500: magnitudes, and the phase of the precession."""
    size, apart, slip, turns = {}, {}, {}, {}
    t = np.arange(500.0, end + 1)
    for gamma in (0.01, 0.001):
        P = late(gamma)[2][:, 500 : end + 1]
        Q = solve(lambda X, gamma=gamma: uncorrelated_rhs(X, OMEGA, gamma), P[:, 0], t, rtol=1e-6, atol=1e-8)
        Q = Q.swapaxes(0, 1)
        p, q = P.mean(axis=2), Q.mean(axis=2)
        size[gamma] = np.maximum(
            np.abs(length(p) - length(q)).max(axis=1),
            np.abs(length(P).mean(axis=2) - length(Q).mean(axis=2)).max(axis=1),
        )
        apart[gamma] = length(p - q).max(axis=1)
        phases = [np.unwrap(np.arctan2(x[..., 1], x[..., 0]), axis=1) for x in (p, q)]
        slip[gamma] = np.abs(phases[0][:, -1] - phases[1][:, -1])
        turns[gamma] = np.abs(phases[0][:, -1] - phases[0][:, 0]) / (2 * np.pi)
    names = {0.01: "γ = 10⁻²", 0.001: "γ = 10⁻³"}
    return Measured(
        *(Case(f"{names[g]}: |⟨P⟩| and ⟨|P|⟩, largest difference up to μt = {end}", size[g], 0, ROUGH) for g in names),
        *(Case(f"{names[g]}: ⟨P⟩, largest distance", apart[g], 0, ROUGH) for g in names),
        note=f"The phase of the precession slips: by {pm(slip[0.01])} rad for γ = 10⁻², by {pm(slip[0.001], 1)} rad "
        f"in {turns[0.001].mean():.0f} turns for 10⁻³.",
        values={"size": size, "apart": apart, "slip": slip, "turns": turns},
    )


@claim(
    "Sec. III",
    "“significant quantum decoherence can occur at t ≳ (γμ)⁻¹”",
    REPRODUCED,
    "05_longtimes",
)
def decoherence_time():
    """When <|P|> of the whole gas has fallen to one half."""
    half = {}
    for gamma in (0.1, 0.01, 0.001):
        _, t, P = early(gamma) if gamma == 0.1 else late(gamma)
        half[gamma] = gamma * first_time(t, length(P).mean(axis=2) < 0.5)
    return Measured(
        *(
            Case(f"γ = {name}: ⟨|P|⟩ has fallen to one half at γμt", half[g], 1, SCALE)
            for g, name in ((0.1, "0.1"), (0.01, "10⁻²"), (0.001, "10⁻³"))
        ),
        values=half,
    )


@claim(
    "Sec. III",
    "⟨P₃⟩ is “a constant of motion of both Eqs. (14) and (17)”",
    REPRODUCED,
    "05_longtimes",
    "tests/test_master.py::test_eqs_14_and_17_conserve_the_mean_P3",
)
def p3_constant(gamma=0.3):
    """Both right-hand sides at random states, and the simulation over two million steps."""
    P, rng = mixed_states(), generator(5000)
    N = len(P)
    sums = [
        ensemble_rhs(P, rng.normal(size=N), isotropic_velocities(N, rng), gamma)[:, 2].mean(),
        uncorrelated_rhs(P, rng.normal(size=N), gamma)[:, 2].mean(),
    ]
    drift = max(np.ptp(late(g)[2][..., 2].mean(axis=2), axis=1).max() for g in (0.1, 0.01, 0.001))
    return Measured(
        Case("d⟨P₃⟩/dt in (14), random states [μ]", abs(sums[0]), 0, EXACT),
        Case("d⟨P₃⟩/dt in (17), random states [μ]", abs(sums[1]), 0, EXACT),
        Case("how far ⟨P₃⟩ moves in a simulation of two million steps", drift, 0, EXACT),
        values={"sums": sums, "drift": drift},
    )


@claim(
    "Sec. III",
    "“for t ≲ (γμ)⁻¹, the system is well described by the mean-field approximation”",
    QUALIFIED,
    "05_longtimes",
)
def mean_field_early():
    """First group at gamma = 1e-3 against Eq. (14) with gamma = 0; the mean field keeps every |P_a|."""
    gases, t, P = early(0.001)
    off, grown = {}, []
    for r, gas in enumerate(gases):
        mean_field = early_mean_field()[r]
        on = (t >= 30) & (t <= 100)
        from_30 = Ensemble(P[r, on][0], gas.omega, gas.velocity)
        ahead = integrate(from_30, 0.0, t[on] - 30, rtol=1e-6).P  # no decoherence from mu t = 30 on
        grown.append(length((ahead - mean_field[on])[:, E].mean(axis=1)).max())
        gap = length(P[r, :, E].mean(axis=1) - mean_field[:, E].mean(axis=1))
        for part in (0.03, 0.1):
            off.setdefault(part, []).append(gap[t <= part / 0.001].max())
    kept = {g: length(late(g)[2][:, round(1 / g)]).mean(axis=1) for g in (0.1, 0.01, 0.001)}
    names = ((0.1, "0.1"), (0.01, "10⁻²"), (0.001, "10⁻³"))
    return Measured(
        Case(
            "γ = 10⁻³: largest distance of the first group’s ⟨P⟩ from the mean field up to γμt = 0.03",
            off[0.03],
            0,
            CURVE,
        ),
        Case("the same up to γμt = 0.1", off[0.1], 0, CURVE),
        *(Case(f"γ = {name}: ⟨|P|⟩ at γμt = 1, which the mean field keeps", kept[g], 1, CURVE) for g, name in names),
        note="It holds for t ≪ (γμ)⁻¹. Directions part earlier than lengths, since differences grow by themselves in "
        f"the fall and after it: the mean field alone takes those of γμt = 0.03 to {pm(grown)} before 0.1.",
        values={
            "off": {k: np.array(v) for k, v in off.items()},
            "grown": np.array(grown),
            "kept": kept,
        },
    )
