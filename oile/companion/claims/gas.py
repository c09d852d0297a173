"""Claims of the abstract and of Sec. III up to Eq. (15), the left column of Fig. 2."""

from functools import cache

import numpy as np

from oile import (
    Ensemble,
    bipolar,
    flavor_state,
    foreground,
    integrate,
    isotropic_velocities,
    simulate,
    solve,
    uncorrelated_rhs,
)
from oile.companion.claims.ledger import claim
from oile.companion.claims.pair import mixed_states
from oile.companion.claims.rule import (
    CHANCE,
    CURVE,
    EXACT,
    MUCH,
    POWER,
    QUALIFIED,
    REPRODUCED,
    ROUGH,
    SCALE,
    Case,
    Measured,
    number,
    order,
    pm,
    span,
)
from oile.companion.claims.runs import (
    E,
    early,
    early_mean_field,
    first_time,
    generator,
    late,
    length,
    residual,
    slow_mode,
    spread,
)

# The abstract


@claim(
    "Abstract",
    "the models “reduce to the mean-field approach in the limit γ → 0”",
    REPRODUCED,
    "04_ensemble",
)
def mean_field_limit(runs=256, start=50.0, t=5.0):
    """Distance from the mean field at a fixed time, against gamma: both models; in the gas drift and noise apart.

    The gas starts from the mean field's state at mu t = 50, where Bloch vectors point everywhere, and runs on `runs`
    times. The drift is the distance of the average from the mean field; the two halves of the runs have
    independent errors, so that their product has none. The noise is what single runs scatter about the average.
    """
    gammas = np.array([1e-2, 3e-3, 1e-3])
    n = np.rint(t / gammas).astype(int)
    # the mean field turns about Q
    one = length(foreground([0, 0, 1], [1, 0, 0], t / n, n) - [0, -np.sin(t), np.cos(t)])
    rng = generator(1000)
    gas = bipolar(rng)
    path = integrate(gas, 0.0, [start, start + t], rtol=1e-9).P
    gas, goal = Ensemble(path[0], gas.omega, gas.velocity), path[1]
    drift, noise = np.empty((2, len(gammas)))
    for i, g in enumerate(gammas):
        off = np.array([simulate(gas, g, np.array([t]), rng=rng).P[0] for _ in range(runs)]) - goal
        halves = off[: runs // 2].mean(axis=0), off[runs // 2 :].mean(axis=0)
        drift[i] = np.sqrt(np.mean(np.sum(halves[0] * halves[1], axis=-1)))
        noise[i] = np.sqrt(np.mean(off.var(axis=0, ddof=1).sum(axis=-1)))
    slopes = {"one": order(t / n, one), "drift": order(gammas, drift), "noise": order(gammas, noise)}
    return Measured(
        Case("foreground neutrino: power of γ in its distance from the mean field at μt = 5", slopes["one"], 1, POWER),
        Case("the gas: power of γ in the drift, the distance of the average run", slopes["drift"], 1, POWER),
        Case(
            "the gas: power of γ in the noise, a single run’s scatter, which must be positive",
            slopes["noise"],
            (0, None),
            POWER,
        ),
        note=f"For N = 100, and 5/μ after μt = 50 in the mean field: at γ = 10⁻³ the drift is {number(drift[-1])}, the "
        f"noise {number(noise[-1])} (root mean square over particles). The noise goes as √γ and is the larger part "
        "once γ is small.",
        values={**slopes, "drifts": drift, "noises": noise},
    )


@claim(
    "Abstract",
    "“flavor equilibration in time t ≫ (γμ)⁻¹”: P_a → (0, 0, ⟨P₃⟩), Eq. (19)",
    QUALIFIED,
    "05_longtimes",
)
def equilibration():
    """What is left of the distance to Eq. (19) at gamma mu t = 20, and how fast it goes."""
    left = {g: residual(late(g)[2][:, round(MUCH.beyond / g)]) for g in (0.1, 0.01)}
    end = {g: residual(late(g)[2][:, 2000]) for g in (0.1, 0.01, 0.001)}
    P = late(0.01)[2].mean(axis=2)
    across = np.hypot(P[:, :, 0], P[:, :, 1])
    rate = -np.log(across[:, 2000] / across[:, 1500]) / 500
    tilted = np.array([slow_mode(0.01, p)[0] for p in length(P[:, 1500:]).mean(axis=1)])
    rates = {g: slow_mode(g)[0] / g for g in (0.1, 0.01, 0.001)}
    return Measured(
        Case("γ = 0.1: distance from the fixed point at γμt = 10, root mean square", left[0.1], 0, CURVE),
        Case("γ = 10⁻²: the same", left[0.01], 0, CURVE),
        Case("slowest decay about the fixed point in (17), of the three γ [γμ]", min(rates.values()), (0, None), EXACT),
        note=f"The fixed point is right. But the last precession dies slowly: at {pm(rate / 0.01)} γμ for γ = 10⁻² "
        f"and 1500 ≤ μt ≤ 2000, where the slow mode of (17) has {pm(tilted / 0.01)}, and at {number(rates[0.01])} γμ "
        f"in the end. For this gas t must exceed {1 / rates[0.01]:.0f}/(γμ) by far. At μt = 2000 the distance is "
        f"{pm(end[0.01])} for γ = 10⁻² and {pm(end[0.001])} for 10⁻³.",
        values={
            "left_0.1": left[0.1],
            "left_0.01": left[0.01],
            "end": end,
            "rate": rate,
            "tilted": tilted,
            "final": rates[0.01] * 0.01,
        },
    )


# Sec. III, the left column of Fig. 2


@cache
def pendulum_of_two():
    """<P3> of the first group if all couplings are 1 and gamma = 0: the flavor pendulum. Times as in `early`."""
    P0 = [flavor_state("e", 1e-3)] * 3 + [flavor_state("x", 1e-3)] * 2
    omega = [0.1] * 3 + [0.2] * 2
    return solve(lambda P: uncorrelated_rhs(P, omega, 0.0), P0, np.arange(0, 120.5, 0.5))[:, 0, 2]


@claim(
    "Sec. III",
    "γ = 10⁻³ shows “a flavor-pendulum-like evolution for μt ≲ 30”",
    REPRODUCED,
    "04_ensemble",
)
def pendulum():
    """The first group against the pendulum of two vectors, and the bottom of the first swing."""
    _, t, P = early(0.001)
    mean = P[:, :, E, 2].mean(axis=2)
    distance = np.abs(mean - pendulum_of_two())
    off, parted = distance[:, t <= 30].max(axis=1), first_time(t, distance > CURVE.plus)
    window = t <= 50
    bottom, depth = (
        t[window][np.argmin(mean[:, window], axis=1)],
        mean[:, window].min(axis=1),
    )
    ideal, ideal_depth = (
        t[window][np.argmin(pendulum_of_two()[window])],
        pendulum_of_two()[window].min(),
    )
    lean = mean[:, t == 30][:, 0]
    return Measured(
        Case("first group: largest distance of ⟨P₃⟩ from the flavor pendulum up to μt = 30", off, 0, CURVE),
        Case("time from which it is farther than a curve’s tolerance [1/μ]", parted, 30, SCALE),
        note=f"By μt = 30 the pendulum has hardly left the top (⟨P₃⟩ = {pm(lean)}). The swing bottoms at "
        f"{pm(bottom, 1)}, the ideal pendulum’s time ({ideal:.1f}), but less deep: at {span(depth, 2)} (median, "
        f"range) instead of −{-ideal_depth:.2f}.",
        values={
            "off": off,
            "parted": parted,
            "bottom": bottom,
            "depth": depth,
            "ideal": ideal_depth,
            "lean": lean,
        },
    )


@claim(
    "Sec. III",
    "afterwards the P_a of “different velocities diverge from each other”",
    REPRODUCED,
    "04_ensemble",
)
def divergence():
    """Spread within the first group; the control gas has the same states and no velocities."""
    _, t, P = early(0.001)
    before, after = (spread(P[:, t == when][:, 0, E]) for when in (30, 100))
    rng = generator(2000)
    gas = bipolar(rng)
    still = Ensemble(gas.P, gas.omega, np.zeros(3))
    control = spread(simulate(still, 0.001, np.array([100.0]), rng=rng).P[:, E])[0]
    return Measured(
        Case("first group: spread at μt = 100 over that at μt = 30", after / before, (1, None), CHANCE),
        Case("spread at μt = 100 less that of a gas whose velocities are zero", after - control, (0, None), CHANCE),
        note=f"The spread is {pm(before)} at μt = 30 and {pm(after)} at 100.",
        values={"before": before, "after": after, "control": control},
    )


@claim(
    "Sec. III",
    "kinematic decoherence “is manifested as decreasing |⟨P⟩|”",
    REPRODUCED,
    "04_ensemble",
)
def kinematic():
    """At gamma = 1e-3: the part of the loss of |<P>| that single particles do not share."""
    _, t, P = early(0.001)
    at = P[:, t == 100][:, 0, E]
    mean, single = length(at.mean(axis=1)), length(at).mean(axis=1)
    return Measured(
        Case("first group at μt = 100: ⟨|P|⟩ − |⟨P⟩|", single - mean, (0, None), CHANCE),
        note=f"|⟨P⟩| = {pm(mean)} while ⟨|P|⟩ = {pm(single)}.",
        values={"mean": mean, "single": single},
    )


@claim(
    "Sec. III",
    "γ = 0.1: decoherence “shrinks |P_a| before the flavor pendulum falls”",
    REPRODUCED,
    "04_ensemble",
)
def overdamped():
    """When <|P|> of the first group has halved, and how far the group has tilted when the pendulum would be down."""
    _, t, P = early(0.1)
    half = first_time(t, length(P[:, :, E]).mean(axis=2) < 0.5)
    bottom = t[np.argmin(pendulum_of_two()[t <= 50])]
    down = P[:, t == bottom][:, 0, E].mean(axis=1)
    tilt = np.degrees(np.arctan2(np.hypot(down[:, 0], down[:, 1]), down[:, 2]))
    return Measured(
        Case(
            f"first group: ⟨|P|⟩ has halved at μt, before the pendulum is down at {bottom:.0f}",
            half,
            (None, bottom),
            CHANCE,
        ),
        Case("cosine of the tilt of ⟨P⟩ at that time", np.cos(np.radians(tilt)), 1, CURVE),
        values={"half": half, "tilt": tilt},
    )


@claim(
    "Sec. III",
    "“kinematic decoherence is bounded by quantum decoherence because” |⟨P⟩| ≤ ⟨|P|⟩, Eq. (13)",
    QUALIFIED,
    "04_ensemble",
)
def bound():
    """Lost by direction, <|P|> - |<P>|, against lost in length, 1 - <|P|>; first group at mu t = 100."""
    loss, excess, least = {}, [], {}
    for gamma in (0.1, 0.01, 0.001, 0.0):
        _, t, P = early(gamma) if gamma else (*early(0.001)[:2], early_mean_field())
        mean, single = length(P[:, :, E].mean(axis=2)), length(P[:, :, E]).mean(axis=2)
        excess.append((mean - single).max())
        loss[gamma] = [(single - mean)[:, t == 100][:, 0], (1 - single)[:, t == 100][:, 0]]
        least[gamma] = (mean / single).min(axis=1)
    names = ((0.1, "0.1"), (0.01, "10⁻²"), (0.001, "10⁻³"), (0.0, "0 (mean field)"))
    return Measured(
        Case("|⟨P⟩| − ⟨|P|⟩, largest of all runs and times", max(excess), (None, 0), EXACT),
        *(
            Case(
                f"γ = {name}: loss by direction less loss in length at μt = 100",
                loss[g][0] - loss[g][1],
                (None, 0),
                CHANCE,
            )
            for g, name in names
        ),
        note="(13) bounds the average vector, and is true of any vectors. It is no bound on the loss by direction: "
        f"for γ = 10⁻³ that is {pm(loss[0.001][0])}, while {pm(loss[0.001][1])} is lost in length.",
        values={
            "direction": {g: x[0] for g, x in loss.items()},
            "length": {g: x[1] for g, x in loss.items()},
            "least": least,
        },
    )


@claim("Sec. III", "γ = 10⁻² lies “between these two cases”", REPRODUCED, "04_ensemble")
def between():
    """<|P|> of the first group from mu t = 10 on, and the depth of its first swing."""
    t = early(0.1)[1]
    single = {g: length(early(g)[2][:, :, E]).mean(axis=2) for g in (0.1, 0.01, 0.001)}
    depth = {g: early(g)[2][:, t <= 60][:, :, E, 2].mean(axis=2).min(axis=1) for g in (0.01, 0.001)}
    at = {g: s[:, t == 50][:, 0] for g, s in single.items()}
    return Measured(
        Case("⟨|P|⟩ of the first group at μt = 50: γ = 10⁻² less γ = 0.1", at[0.01] - at[0.1], (0, None), CHANCE),
        Case("γ = 10⁻³ less γ = 10⁻²", at[0.001] - at[0.01], (0, None), CHANCE),
        Case("lowest ⟨P₃⟩ of the swing: γ = 10⁻² less γ = 10⁻³", depth[0.01] - depth[0.001], (0, None), CHANCE),
        note=f"⟨|P|⟩ is {pm(at[0.1])}, {pm(at[0.01])} and {pm(at[0.001])}. For γ = 0.1 there is no swing.",
        values={"single": at, "depth": depth},
    )


def left_of_eq14(gamma):
    """Solutions of Eq. (14) for the gases of `early`: P[run, time, particle]."""
    gases, t, _ = early(gamma)
    return np.array([integrate(gas, gamma, t, rtol=1e-6).P for gas in gases])


@claim(
    "Sec. III",
    "Eq. (14) agrees with the simulation “reasonably well considering the random nature”",
    REPRODUCED,
    "04_ensemble",
)
def eq14_agrees():
    """First group: distance of <P> (root mean square over time), and the offset of <|P|>, simulation minus Eq. (14)."""
    distance, offset = {}, {}
    for gamma in (0.1, 0.01, 0.001):
        _, t, P = early(gamma)
        Q = left_of_eq14(gamma)
        gap = length(P[:, :, E].mean(axis=2) - Q[:, :, E].mean(axis=2))
        distance[gamma] = np.sqrt(np.mean(gap**2, axis=1))
        offset[gamma] = (length(P[:, :, E]) - length(Q[:, :, E])).mean(axis=2)[:, t == 100][:, 0]
    return Measured(
        *(
            Case(
                f"γ = {name}: distance of the first group’s ⟨P⟩, root mean square over μt ≤ 120", distance[g], 0, ROUGH
            )
            for g, name in ((0.1, "0.1"), (0.01, "10⁻²"), (0.001, "10⁻³"))
        ),
        note=f"Not all of it is chance: ⟨|P|⟩ lies above (14), by {pm(offset[0.01])} for γ = 10⁻² and "
        f"{pm(offset[0.001])} for 10⁻³ at μt = 100. Eq. (14) averages the vectors over all pairings before it takes "
        "their length.",
        values={"distance": distance, "offset": offset},
    )


@claim(
    "Sec. III",
    "Eq. (15): the average over the others becomes that over all for N ≫ 1",
    REPRODUCED,
    "04_ensemble",
)
def large_n():
    """Relative difference of the two sums, s = 1 and 2."""
    sizes = np.array([10, 100, 1000])
    difference = []
    for N in sizes:
        rng = generator(N)
        v, P = isotropic_velocities(N, rng), mixed_states(N)
        worst = 0.0
        for s in (1, 2):
            g = (1 - v @ v.T) ** s
            others = (g - np.diag(np.diag(g))) @ P / (N - 1)
            worst = max(worst, np.abs(others - g @ P / N).max() / np.abs(others).max())
        difference.append(worst)
    slope = order(sizes, difference)
    return Measured(
        Case("power of N in the relative difference of the two sums", slope, -1, POWER),
        Case("N = 100: the difference times N", difference[1] * 100, 1, EXACT),
        note="At the speed of light a particle’s coupling to itself vanishes: the two forms differ by the factor 1 − "
        "1/N alone.",
        values={"difference": difference},
    )
