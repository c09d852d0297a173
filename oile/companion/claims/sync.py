"""Claims about flavor synchronization, Eqs. (20)-(23), and of Sec. IV."""

from functools import cache

import numpy as np

from oile import integrate, uncorrelated_rhs
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


STEADY = 500  # the mean field is judged from here to its end: the fall and the swings are over [1/mu]


@cache
def mean_field():
    """Eq. (14) with gamma = 0 for the gases of `late`, where no quantum decoherence aligns anything.

    Times, <P> of the first group and J/N, M/N of Eq. (21), each (runs, times, 3).
    """
    t = np.arange(0, 1501.0)

    def kept(P):
        return np.stack([P[E].mean(axis=0), P.mean(axis=0), OMEGA @ P / len(P)])

    runs = [integrate(gas, 0.0, t, rtol=1e-6, record=kept).P for gas in late(0.001)[0]]
    return t, *np.moveaxis(runs, 2, 0)


def turning(t, J, M):
    """Of each run: frequency by a line through the phase, angle of the averages of M and J, (23), and (23) corrected.

    Averages in the frame that turns with J. The correction is that of the chapter on long times, for two frequencies.
    """
    across = J[..., 0] + 1j * J[..., 1]
    frequency = -np.polyfit(t, np.unwrap(np.angle(across), axis=1).T, 1)[0]
    turn = np.conj(across) / np.abs(across)
    J_bar, M_bar = (
        np.stack([mean.real, mean.imag, X[..., 2].mean(axis=1)], axis=-1)
        for X in (J, M)
        for mean in [((X[..., 0] + 1j * X[..., 1]) * turn).mean(axis=1)]
    )
    angle = np.arccos(np.sum(J_bar * M_bar, axis=1) / (length(J_bar) * length(M_bar)))
    eq_23 = (np.sum(J * M, axis=2) / np.sum(J * J, axis=2)).mean(axis=1)
    r = J_bar[:, 2] / np.sum(J * J, axis=2).mean(axis=1)
    b = 1 - r * (OMEGA[0] + OMEGA[-1])
    corrected = (np.sqrt(b**2 - 4 * r * (r * OMEGA[0] * OMEGA[-1] - eq_23)) - b) / (2 * r)
    return frequency, angle, eq_23, corrected


@cache
def steady():
    """`turning` of the mean field, from `STEADY` on."""
    t, _, J, M = mean_field()
    return turning(t[STEADY:], J[:, STEADY:], M[:, STEADY:])


def amplitude(X):
    """Size of the part across B."""
    return np.hypot(X[..., 0], X[..., 1])


@claim(
    "Sec. III",
    "kinematic decoherence does not “completely destroy collective oscillations at the mean-field level”",
    REPRODUCED,
    "05_longtimes",
)
def survives():
    """The mean field, gamma = 0: what kinematic decoherence takes, and what goes on turning."""
    __, first, J, _ = mean_field()
    frequency = steady()[0]
    size = amplitude(J)
    early, end = size[:, STEADY : STEADY + 500].mean(axis=1), size[:, -500:].mean(axis=1)
    swing = size[:, -500:].std(axis=1) / end
    lost = 1 - length(first[:, -500:]).mean(axis=1)
    return Measured(
        Case("γ = 0: lost of |⟨P⟩| of the first group, 1000 ≤ μt ≤ 1500", lost, (0, None), CHANCE),
        Case("γ = 0: the transverse part of ⟨P⟩ then, over that for 500 ≤ μt ≤ 1000", end / early, 1, ABOUT),
        Case("γ = 0: that part less the 0.1 of a hundred random directions", end - 0.1, (0, None), CHANCE),
        note=f"It makes {pm(frequency * 1000 / (2 * np.pi))} turns between μt = 500 and 1500. Its size is {pm(end)}, "
        f"and varies by {pm(100 * swing, 0)} %.",
        values={"lost": lost, "size": end, "swing": swing, "frequency": frequency},
    )


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
        Case("γ = 0: turns between μt = 500 and 1500", steady()[0] * 1000 / (2 * np.pi), (1, None), MUCH),
        Case("γ = 10⁻³: turns between μt = 500 and 2000", turns[0.001], (1, None), MUCH),
        Case("γ = 10⁻³: the transverse part of ⟨P⟩ at the end, over that at the start", left[0.001], 1, SCALE),
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
    QUALIFIED,
    "05_longtimes",
)
def parallel():
    """Angle between the two, averaged in the frame that turns with J: without and with decoherence."""
    t = np.arange(1000, 2001.0)
    angles = {0: steady()[1]} | {g: turning(t, *window(g)[:2])[1] for g in (0.01, 0.001)}
    return Measured(
        Case("γ = 0: angle between the two, averaged over 500 ≤ μt ≤ 1500 [rad]", angles[0], 0, ABOUT),
        Case("γ = 0: the same in the worst of the gases [rad]", angles[0].max(), 0, ABOUT),
        *(
            Case(f"γ = {name}: angle between the two, averaged over 1000 ≤ μt ≤ 2000 [rad]", angles[g], 0, ABOUT)
            for g, name in ((0.01, "10⁻²"), (0.001, "10⁻³"))
        ),
        note="The argument is one of the mean field. There it depends on the draw of the directions: "
        f"{span(np.degrees(angles[0]))} degrees (median, range). For γ > 0 decoherence has aligned the vectors.",
        values=angles,
    )


@claim(
    "Sec. III",
    "the synchronization frequency Ω ≈ J·M/|J|², Eq. (23)",
    QUALIFIED,
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
    true, _, plain, corrected = steady()
    ratio[0], better = plain / true, corrected / true
    return Measured(
        Case("γ = 0: (23) over the measured Ω, 500 ≤ μt ≤ 1500", ratio[0], 1, ABOUT),
        Case("γ = 0: the same in the worst of the gases", ratio[0][np.argmax(np.abs(ratio[0] - 1))], 1, ABOUT),
        *(
            Case(f"γ = {name}: (23) over the measured Ω, 1000 ≤ μt ≤ 2000", ratio[g], 1, ABOUT)
            for g, name in ((0.01, "10⁻²"), (0.001, "10⁻³"))
        ),
        note=f"In the mean field (23) is off by up to {100 * np.abs(ratio[0] - 1).max():.0f} %, and by up to "
        f"{100 * np.abs(better - 1).max():.0f} % with the correction of the chapter on long times. For γ > 0 (23) is "
        f"lower by {pm(low[0.01])} % for γ = 10⁻² and {pm(low[0.001])} % for 10⁻³: the group of higher ω leans farther "
        f"from B. Near the fixed point (23) tends to the mean ω, 0.14 μ, and the slow mode of (17) to "
        f"{slow_mode(0.01)[1]:.3f} μ.",
        values={"seen": seen, "ratio": ratio, "low": low, "lean": lean, "corrected": better},
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
    """Fall, parting and steady precession at gamma = 1e-3, by what they do; the end at gamma = 0.01."""
    _, t, P = late(0.001)
    fall = first_time(t, P[:, :, E, 2].mean(axis=2) < 0.5)
    first = length(P[:, :, E].mean(axis=2)) / length(P[:, :, E]).mean(axis=2)
    apart = first_time(t, first < 0.95)
    P3 = P[:, :, E, 2].mean(axis=2)  # the pendulum swings up and down, a precession does not
    swing = {k: P3[:, k : k + 100].std(axis=1) for k in (50, 500)}
    J = window(0.01, 500)[0]
    left = amplitude(J[:, -1]) / amplitude(J[:, 0])
    return Measured(
        Case(
            "γ = 10⁻³: from the fall through ⟨P₃⟩ = ½ to |⟨P⟩| < 0.95 ⟨|P|⟩ in the first group [1/μ]",
            apart - fall,
            (0, None),
            CHANCE,
        ),
        Case(
            "γ = 10⁻³: how much ⟨P₃⟩ of the first group varies within 500 ≤ μt < 600, over the same for 50 ≤ μt < 150",
            swing[500] / swing[50],
            (None, 1),
            CHANCE,
        ),
        Case(
            "γ = 10⁻³: turns of ⟨P⟩ between μt = 500 and 2000",
            window(0.001, 500)[2] * 1500 / (2 * np.pi),
            (1, None),
            MUCH,
        ),
        Case("γ = 10⁻²: share of the precession at μt = 500 that is left at 2000", left, (None, 1), CHANCE),
        note=f"Fall at μt = {pm(fall, 0)}, out of step at {span(apart)} (median, range). The third component then "
        "comes to rest, and the precession is left.",
        values={"fall": fall, "apart": apart, "swing": swing, "left": left},
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
