"""Claims about flavor synchronization, Eqs. (20)-(23), and of Sec. IV."""

import numpy as np

from oile import uncorrelated_rhs
from oile.companion.claims.ledger import claim
from oile.companion.claims.pair import mixed_states
from oile.companion.claims.rule import (
    ABOUT,
    CHANCE,
    EXACT,
    MUCH,
    QUALIFIED,
    REPRODUCED,
    SCALE,
    UNTESTABLE,
    Case,
    Measured,
    pm,
    span,
)
from oile.companion.claims.runs import OMEGA, E, first_time, generator, late, length, slow_mode


def window(gamma, start=1000, stop=2000):
    """J and M of Eq. (21), each (runs, times, 3), and the measured precession frequency, from `start` to `stop`."""
    P = late(gamma)[2][:, start : stop + 1]
    J, M = P.sum(axis=2), np.einsum("a,rtai->rti", OMEGA, P)
    phase = np.unwrap(np.arctan2(J[..., 1], J[..., 0]), axis=1)
    return J, M, -(phase[:, -1] - phase[:, 0]) / (stop - start)


@claim(
    "Sec. III",
    "⟨P⟩ precesses around B “for a sustained period of time when γ ≪ 1”",
    REPRODUCED,
    "05_longtimes",
)
def sustained():
    """Turns between mu t = 500 and 2000, and how much of the transverse <P> is left."""
    turns, left = {}, {}
    for gamma in (0.01, 0.001):
        J, _, frequency = window(gamma, 500)
        across = np.hypot(J[..., 0], J[..., 1])
        turns[gamma], left[gamma] = (
            frequency * 1500 / (2 * np.pi),
            across[:, -1] / across[:, 0],
        )
    return Measured(
        Case("γ = 10⁻³: turns between μt = 500 and 2000", turns[0.001], (1, None), MUCH),
        Case("the transverse part of ⟨P⟩ at the end, over that at the start", left[0.001], 1, SCALE),
        note=f"For γ = 10⁻² it makes {pm(turns[0.01])} turns, and {pm(left[0.01])} is left.",
        values={"turns": turns, "left": left},
    )


@claim(
    "Sec. III",
    "summing (17) over all particles gives J̇ = −B × M, Eq. (20)",
    REPRODUCED,
    "05_longtimes",
)
def sum_rule(gamma=0.3):
    """At random states and frequencies."""
    P, omega = mixed_states(), generator(6000).normal(size=200)
    gap = uncorrelated_rhs(P, omega, gamma).sum(axis=0) + np.cross([0, 0, 1], omega @ P)
    return Measured(
        Case(f"left less right side, {len(P)} random states and frequencies [μ]", np.abs(gap).max(), 0, EXACT),
        values={"gap": gap},
    )


@claim(
    "Sec. III",
    "each P_a precesses around ⟨P⟩ “on the short time scale μ⁻¹”, shorter than ω⁻¹",
    QUALIFIED,
    "05_longtimes",
)
def fast_precession():
    """The rate of that precession in Eq. (17) is mu |<P>|."""
    size = {g: length(window(g)[0]).mean(axis=1) / 100 for g in (0.01, 0.001)}
    P = mixed_states(100)
    mean = P.mean(axis=0)
    motion = uncorrelated_rhs(P, np.zeros(100), 0.0)
    rate = length(motion) / length(np.cross(mean, P))  # over mu |<P>|
    return Measured(
        Case("(17) without ω and γ: rate at which P_a turns about ⟨P⟩ [μ|⟨P⟩|]", rate.mean(), 1, EXACT),
        *(
            case
            for g, name in ((0.01, "10⁻²"), (0.001, "10⁻³"))
            for case in (
                Case(f"γ = {name}: μ|⟨P⟩|/ω for ω = 0.1 μ", size[g] / 0.1, (1, None), MUCH),
                Case(f"γ = {name}: the same for ω = 0.2 μ", size[g] / 0.2, (1, None), MUCH),
            )
        ),
        note=f"The rate is μ|⟨P⟩|: the short time is {pm(1 / size[0.01])} μ⁻¹ for γ = 10⁻² and {pm(1 / size[0.001])} "
        "μ⁻¹ for 10⁻³.",
        values=size,
    )


@claim(
    "Sec. III",
    "averaged over the fast motion, “one expects M to be parallel to J”",
    REPRODUCED,
    "05_longtimes",
)
def parallel():
    """Angle between the two, averaged in the frame that turns with J."""
    angles = {}
    for gamma in (0.01, 0.001):
        J, M, _ = window(gamma)
        turn = np.conj(J[..., 0] + 1j * J[..., 1])
        turn = turn / np.abs(turn)
        J, M = (
            np.stack(
                [((X[..., 0] + 1j * X[..., 1]) * turn).mean(1).real, X[..., 2].mean(1)],
                axis=-1,
            )
            for X in (J, M)
        )
        cosine = np.sum(J * M, axis=1) / (length(J) * length(M))
        angles[gamma] = np.degrees(np.arccos(cosine))
    return Measured(
        *(
            Case(
                f"γ = {name}: angle between the two, averaged over 1000 ≤ μt ≤ 2000 [rad]",
                np.radians(angles[g]),
                0,
                ABOUT,
            )
            for g, name in ((0.01, "10⁻²"), (0.001, "10⁻³"))
        ),
        values=angles,
    )


@claim(
    "Sec. III",
    "the synchronization frequency Ω ≈ J·M/|J|², Eq. (23)",
    REPRODUCED,
    "05_longtimes",
)
def sync_frequency():
    """Against the measured phase of <P1> + i <P2>; and the angle to B at which each group goes round."""
    seen, ratio, lean = {}, {}, {}
    for gamma in (0.01, 0.001):
        J, M, seen[gamma] = window(gamma)
        ratio[gamma] = (np.sum(J * M, axis=2) / np.sum(J * J, axis=2)).mean(axis=1) / seen[gamma]
        groups = (late(gamma)[2][:, 1000:, group].mean(axis=2) for group in (E, slice(60, None)))
        lean[gamma] = [np.degrees(np.arctan2(np.hypot(P[..., 0], P[..., 1]), P[..., 2])).mean() for P in groups]
    low = {g: 100 * (1 - ratio[g]) for g in ratio}
    return Measured(
        *(
            Case(f"γ = {name}: (23) over the measured Ω, 1000 ≤ μt ≤ 2000", ratio[g], 1, ABOUT)
            for g, name in ((0.01, "10⁻²"), (0.001, "10⁻³"))
        ),
        note=f"(23) is lower by {pm(low[0.01])} % for γ = 10⁻² and {pm(low[0.001])} % for 10⁻³, since M is not quite "
        "parallel to J: the group of higher ω leans farther from B. Near the fixed point (23) tends to the mean ω, "
        f"0.14 μ, and the slow mode of (17) to {slow_mode(0.01)[1]:.3f} μ.",
        values={"seen": seen, "ratio": ratio, "low": low, "lean": lean},
    )


@claim(
    "Sec. III",
    "decoherence “slows down during the synchronization regime”",
    REPRODUCED,
    "05_longtimes",
)
def slowdown():
    """Rate at which <|P|> approaches its final value <P3>, gamma = 0.01, early and synchronized."""
    P = late(0.01)[2]
    excess = length(P).mean(axis=2) - P[..., 2].mean(axis=2)
    rate = {
        k: -np.log(excess[:, b] / excess[:, a]) / (b - a) / 0.01 for k, a, b in (("early", 0, 50), ("late", 500, 1000))
    }
    return Measured(
        Case(
            "γ = 10⁻²: rate at which ⟨|P|⟩ nears ⟨P₃⟩ at 500 ≤ μt ≤ 1000, over that at μt ≤ 50",
            rate["late"] / rate["early"],
            (None, 1),
            CHANCE,
        ),
        note=f"The rates are {pm(rate['late'])} γμ and {pm(rate['early'])} γμ.",
        values=rate,
    )


# Sec. IV


@claim(
    "Sec. IV",
    "pendulum, kinematic decoherence, synchronization, equilibration: in this order",
    REPRODUCED,
    "06_discussion",
)
def stages():
    """Times of the first three at gamma = 1e-3; the last one is followed at gamma = 0.01."""
    _, t, P = late(0.001)
    fall = first_time(t, P[:, :, E, 2].mean(axis=2) < 0.5)
    first = length(P[:, :, E].mean(axis=2)) / length(P[:, :, E]).mean(axis=2)
    apart = first_time(t, first < 0.95)
    whole = length(P.mean(axis=2)) / length(P).mean(axis=2)
    together = t[-1] - first_time(t, whole[:, ::-1] < 0.8)  # from then on for good
    J = window(0.01, 500)[0]
    left = np.hypot(J[:, -1, 0], J[:, -1, 1]) / np.hypot(J[:, 0, 0], J[:, 0, 1])
    return Measured(
        Case(
            "γ = 10⁻³: from the fall through ⟨P₃⟩ = ½ to |⟨P⟩| < 0.95 ⟨|P|⟩ in the first group [1/μ]",
            apart - fall,
            (0, None),
            CHANCE,
        ),
        Case(
            "γ = 10⁻³: from there to |⟨P⟩| > 0.8 ⟨|P|⟩ for good, whole gas [1/μ]", together - apart, (0, None), CHANCE
        ),
        Case("γ = 10⁻²: share of the precession at μt = 500 that is left at 2000", left, (None, 1), CHANCE),
        note=f"Fall at μt = {pm(fall, 0)}, out of step at {span(apart)} (median, range), together from "
        f"{pm(together, 0)}.",
        values={"fall": fall, "apart": apart, "together": together, "left": left},
    )


@claim(
    "Sec. IV",
    "real neutrinos “can have many different final momentum states”",
    UNTESTABLE,
    "06_discussion",
)
def momentum():
    """Velocities are fixed in both models: forward scattering is put in, not found."""
    return Measured(
        note="Velocities never change in these models: they cannot speak about momentum exchange.",
    )
