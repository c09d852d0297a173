"""Claims about flavor synchronization, Eqs. (20)-(23), and of Sec. IV."""

import numpy as np

from oile import uncorrelated_rhs
from oile.companion.claims.ledger import QUALIFIED, REPRODUCED, UNTESTABLE, Measured, claim, pm, span
from oile.companion.claims.pair import ROUNDING, mixed_states
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
        f"between μt = 500 and 2000 it makes {pm(turns[0.001])} turns for γ = 10⁻³, at the end of which the "
        f"transverse part is {pm(left[0.001])} of what it was; {pm(turns[0.01])} turns and {pm(left[0.01])} "
        "for 10⁻²",
        holds=bool((turns[0.001] > 10).all() and (left[0.001] > 0.5).all()),
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
        f"exact: for {len(P)} random states and frequencies the two sides agree to rounding, at any γ",
        holds=bool(np.abs(gap).max() < ROUNDING),
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
    return Measured(
        f"the rate is μ|⟨P⟩|, and 1000 ≤ μt ≤ 2000 has |⟨P⟩| = {pm(size[0.01])} for γ = 10⁻², {pm(size[0.001])} for "
        "10⁻³",
        holds=bool(min(s.min() for s in size.values()) > 0.9),
        but=f"the short time is {1 / size[0.001].mean():.1f}/μ for γ = 10⁻³, not 1/μ; against ω = 0.1μ and 0.2μ the "
        f"separation is by a factor {size[0.001].mean() / 0.2:.1f} to {size[0.001].mean() / 0.1:.1f}",
        weaker=bool(min(s.min() for s in size.values()) > 0.2),
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
        f"averaged over 1000 ≤ μt ≤ 2000 they enclose {pm(angles[0.001])} degrees for γ = 10⁻³ and {pm(angles[0.01])} "
        "for 10⁻²: nearly parallel, and the rest is why (23) is a little off",
        holds=bool(max(a.max() for a in angles.values()) < 5),
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
    return Measured(
        f"measured over 1000 ≤ μt ≤ 2000: Ω = {pm(seen[0.01], 4)} μ for γ = 10⁻², {pm(seen[0.001], 3)} μ for 10⁻³",
        holds=bool(max(np.abs(x.mean()) for x in low.values()) < 1),
        but=f"(23) is lower by {pm(low[0.01])} % for γ = 10⁻² and {pm(low[0.001])} % for 10⁻³. M is not quite parallel "
        f"to J: the group of higher ω leans farther from B ({lean[0.01][1]:.0f} against {lean[0.01][0]:.0f} degrees "
        f"for 10⁻², {lean[0.001][1]:.0f} against {lean[0.001][0]:.0f} for 10⁻³) and counts more in the transverse "
        "part, which turns. Near the fixed point (23) tends to the mean ω, 0.14 μ, and the slow mode of (17) to "
        f"{slow_mode(0.01)[1]:.3f} μ",
        weaker=bool(max(np.abs(x).max() for x in low.values()) < 10 and all(x > e for e, x in lean.values())),
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
        f"γ = 10⁻²: ⟨|P|⟩ − ⟨P₃⟩ decays at {pm(rate['early'])} γμ for μt ≤ 50 and at {pm(rate['late'])} γμ for "
        "500 ≤ μt ≤ 1000",
        holds=bool((rate["late"] < rate["early"] / 2).all()),
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
        f"γ = 10⁻³: the pendulum falls through ⟨P₃⟩ = ½ at μt = {pm(fall, 0)}, |⟨P⟩| drops 5 % below ⟨|P|⟩ in the "
        f"first group at {span(apart)} (median and range), the whole gas has |⟨P⟩| > 0.8 ⟨|P|⟩ for good from "
        f"{pm(together, 0)}; the precession is then still on. For γ = 10⁻² it has fallen to {pm(left)} "
        "between μt = 500 and 2000",
        holds=bool(
            (fall < apart).all() and (apart < together).all() and (together < 2000).all() and (left < 0.5).all()
        ),
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
        "velocities never change in these models: they cannot speak about momentum exchange",
        holds=None,
    )
