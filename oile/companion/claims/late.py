"""Claims of Sec. III about long times, Eqs. (16)-(19)."""

import numpy as np
from scipy.linalg import null_space

from oile import ensemble_rhs, isotropic_velocities, medium_rhs, solve, uncorrelated_rhs
from oile.companion.claims.ledger import QUALIFIED, REPRODUCED, Measured, claim, pm
from oile.companion.claims.pair import ROUNDING, mixed_states
from oile.companion.claims.runs import (
    LATE,
    OMEGA,
    VISIBLE,
    E,
    early,
    first_time,
    generator,
    late,
    length,
    residual,
    slow_mode,
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
    error = ratios.std(ddof=1) / np.sqrt(draws)
    poisson, goe = 2 * np.log(2) - 1, 4 - 2 * np.sqrt(3)
    return Measured(
        f"N = {N}, all pairs at once: mean ratio of neighboring level spacings {ratios.mean():.2f} ± {error:.2f} "
        f"(standard error, {draws} draws of velocities); random matrices have 0.53, integrable systems {poisson:.2f}",
        holds=bool(ratios.mean() - 4 * error > poisson and abs(ratios.mean() - goe) < abs(ratios.mean() - poisson)),
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
    gap, ratio, excess = {}, {}, {}
    for gamma in (0.01, 0.001):
        gases, _, P = late(gamma)
        for s in (1, 2):
            g = [(1 - gas.velocity @ gas.velocity.T) ** s for gas in gases]
            for when in (500, 1000):
                found = np.array([uncorrelated_gap(p[when], x) for p, x in zip(P, g)])
                dealt = [[uncorrelated_gap(rng.permutation(p[when]), x) for _ in range(40)] for p, x in zip(P, g)]
                key = gamma, s, when
                gap[key], ratio[key] = found, found / np.mean(dealt, axis=1)
                excess[key] = (ratio[key].mean() - 1) / (ratio[key].std(ddof=1) / np.sqrt(LATE))  # standard errors
    small = max(gap[0.01, s, 500].max() for s in (1, 2))
    return Measured(
        f"at μt = 500 the two sides of (16) differ by {pm(gap[0.001, 1, 500])} (s = 1) and {pm(gap[0.001, 2, 500])} "
        f"(s = 2) for γ = 10⁻³, by up to {small:.3f} for 10⁻²; averaged over the runs this is nowhere "
        "more than the same states give when they are dealt out to the velocities at random",
        holds=bool(np.abs(list(excess.values())).max() < 3),
        but="(16) holds better than chance, so states and velocities do become correlated, in the sense that evens out "
        f"the fields: for γ = 10⁻³ the difference is {pm(ratio[0.001, 1, 500])} (s = 1) and {pm(ratio[0.001, 2, 500])} "
        f"(s = 2) times that of states dealt out at random at μt = 500, {pm(ratio[0.001, 1, 1000])} and "
        f"{pm(ratio[0.001, 2, 1000])} times at 1000",
        weaker=bool(max(excess.values()) < 3),
        values={"gap": gap, "ratio": ratio, "excess": excess},
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
    error = means.std(ddof=1) / np.sqrt(draws)
    return Measured(
        f"N = {N}, averaged over the other particles: {pm(single)} for one particle, {pm(means, 3)} for the mean over "
        f"all (standard deviation over {draws} draws)",
        holds=bool(abs(means.mean() - 4 / 3) < 4 * error),
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
        f"without vacuum terms the two differ by a third of the relaxation term alone, for {len(P)} random states, to "
        "rounding",
        holds=bool(gap < ROUNDING),
        values={"gap": gap},
    )


@claim(
    "Sec. III",
    "Eq. (17), started at μt = 500, is “in reasonable agreement with the simulations”",
    QUALIFIED,
    "05_longtimes",
)
def eq17_agrees(end=1500):
    """The whole gas from mu t = 500: magnitudes, and the phase of the precession."""
    size, slip, turns = {}, {}, {}
    t = np.arange(500.0, end + 1)
    for gamma in (0.01, 0.001):
        size[gamma], slip[gamma], turns[gamma] = np.empty((3, LATE))
        for r, P in enumerate(late(gamma)[2][:, 500 : end + 1]):
            Q = solve(
                lambda X, gamma=gamma: uncorrelated_rhs(X, OMEGA, gamma),
                P[0],
                t,
                rtol=1e-6,
                atol=1e-8,
            )
            p, q = P.mean(axis=1), Q.mean(axis=1)
            size[gamma][r] = max(
                np.abs(length(p) - length(q)).max(),
                np.abs(length(P).mean(axis=1) - length(Q).mean(axis=1)).max(),
            )
            phases = [np.unwrap(np.arctan2(x[:, 1], x[:, 0])) for x in (p, q)]
            slip[gamma][r] = abs(phases[0][-1] - phases[1][-1])
            turns[gamma][r] = abs(phases[0][-1] - phases[0][0]) / (2 * np.pi)
    return Measured(
        f"|⟨P⟩| and ⟨|P|⟩ keep within {pm(size[0.01])} for γ = 10⁻² and {pm(size[0.001])} for 10⁻³ up to μt = {end}",
        holds=bool(max(s.mean() for s in size.values()) < VISIBLE and max(s.mean() for s in slip.values()) < 0.3),
        but=f"the phase of the precession slips: {pm(slip[0.01])} rad for γ = 10⁻² and {pm(slip[0.001], 1)} rad "
        f"for 10⁻³ in {turns[0.001].mean():.0f} turns",
        weaker=bool(max(s.mean() for s in size.values()) < VISIBLE),
        values={"size": size, "slip": slip, "turns": turns},
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
        f"⟨|P|⟩ has fallen to one half at γμt = {pm(half[0.1])}, {pm(half[0.01])}, {pm(half[0.001])} for γ = 0.1, "
        "10⁻², 10⁻³",
        holds=all(bool(((h > 1 / 3) & (h < 3)).all()) for h in half.values()),
        values=half,
    )


@claim(
    "Sec. III",
    "the fixed point P_a → (0, 0, ⟨P₃⟩) for γμt ≫ 1, Eq. (19)",
    REPRODUCED,
    "05_longtimes",
)
def fixed_point():
    """Distance from it at the end of the runs, and the stability of Eq. (17) there."""
    left = {g: residual(late(g)[2][:, 2000]) for g in (0.1, 0.01, 0.001)}
    rates = [slow_mode(g)[0] / g for g in left]
    return Measured(
        f"root-mean-square distance at μt = 2000: below 10⁻⁴ for γ = 0.1 (γμt = 200), {pm(left[0.01])} for 10⁻² "
        f"(γμt = 20), {pm(left[0.001])} for 10⁻³ (γμt = 2); every mode of (17) about it decays, the slowest at "
        f"{min(rates):.3f} to {max(rates):.3f} γμ",
        holds=bool(left[0.1].max() < 1e-4 and (left[0.01] < left[0.001]).all() and min(rates) > 0),
        values={"left": left, "rates": rates},
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
        "d⟨P₃⟩/dt vanishes to rounding in both equations at random states, and in the simulation ⟨P₃⟩ moves by less "
        "than 10⁻¹² in two million steps",
        holds=bool(np.abs(sums).max() < 1e-15 and drift < 1e-12),
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

        def rhs(X, gas=gas):
            return ensemble_rhs(X, gas.omega, gas.velocity, 0.0)

        mean_field = solve(rhs, gas.P, t, rtol=1e-6, atol=1e-8)
        on = (t >= 30) & (t <= 100)
        ahead = solve(rhs, P[r, on][0], t[on], rtol=1e-6, atol=1e-8)  # no decoherence from mu t = 30 on
        grown.append(length((ahead - mean_field[on])[:, E].mean(axis=1)).max())
        gap = length(P[r, :, E].mean(axis=1) - mean_field[:, E].mean(axis=1))
        for part in (0.03, 0.1):
            off.setdefault(part, []).append(gap[t <= part / 0.001].max())
    kept = {g: length(late(g)[2][:, round(1 / g)]).mean(axis=1) for g in (0.1, 0.01, 0.001)}
    return Measured(
        f"γ = 10⁻³, largest distance of the first group’s ⟨P⟩ from the mean field: {pm(off[0.03])} up to γμt = 0.03, "
        f"{pm(off[0.1])} up to 0.1",
        holds=bool(np.max(off[0.1]) < 0.1 and min(k.min() for k in kept.values()) > 0.9),
        but=f"it holds for t ≪ (γμ)⁻¹: at γμt = 1 ⟨|P|⟩ is {pm(kept[0.1])}, {pm(kept[0.01])}, {pm(kept[0.001])} for "
        "γ = 0.1, 10⁻², 10⁻³, where the mean field keeps it at 1. Directions part earlier, since in the "
        "fall and after it differences grow by themselves: the mean field alone takes those of γμt = 0.03 to "
        f"{pm(grown)} before 0.1",
        weaker=bool(np.max(off[0.03]) < 0.1 and np.mean(grown) > 2 * np.mean(off[0.03])),
        values={
            "off": {k: np.array(v) for k, v in off.items()},
            "grown": np.array(grown),
            "kept": kept,
        },
    )
