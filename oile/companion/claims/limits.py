"""What the paper says in passing: the limits of the model, chaos, matter, and how Eq. (17) follows from Eq. (14)."""

import numpy as np

from oile import (
    bipolar,
    ensemble_rhs,
    even_velocities,
    flavor_state,
    foreground,
    isotropic_velocities,
    simulate,
    solve,
    uncorrelated_rhs,
)
from oile.companion.claims.ledger import claim
from oile.companion.claims.pair import ELECTRON, EXCHANGE, MEDIUM, S, commutator, density, mixed_states, vector
from oile.companion.claims.rule import (
    ABOUT,
    CHANCE,
    CURVE,
    EXACT,
    MUCH,
    POWER,
    REPRODUCED,
    Case,
    Measured,
    number,
    order,
    pm,
)
from oile.companion.claims.runs import (
    EARLY,
    LATE,
    OMEGA,
    E,
    early,
    early_mean_field,
    first_time,
    generator,
    late,
    length,
    residual,
)


@claim("Sec. I", "“flavor equilibration (but not necessarily flavor equipartition)”", REPRODUCED, "06_discussion")
def equipartition():
    """What the two groups have become at gamma = 0.1: the same, and not half and half."""
    P = late(0.1)[2][:, 2000]
    groups = P[:, E].mean(axis=1), P[:, 60:].mean(axis=1)
    return Measured(
        Case("γ = 0.1, γμt = 200: distance between the two groups’ ⟨P⟩", length(groups[0] - groups[1]), 0, CURVE),
        Case(
            "⟨P₃⟩ of those that started as ν_x, which equipartition would bring to 0",
            groups[1][:, 2],
            (0, None),
            CHANCE,
        ),
        note="Every neutrino ends with the conserved ⟨P₃⟩: it is in the mass states as the gas is, 60 to 40 here. "
        "Equipartition is the special case ⟨P₃⟩ = 0.",
        values={"apart": length(groups[0] - groups[1]), "P3": groups[1][:, 2]},
    )


@claim(
    "Sec. III",
    "a small effective mixing angle θ “is used to mimic the effect of the matter background”",
    REPRODUCED,
    "06_discussion",
)
def matter(theta=0.15, effective=1e-3):
    """Two groups with unit couplings: a large angle in matter, flavor basis, against a small angle without it."""
    t = np.arange(0, 60.25, 0.25)
    omega = np.array([0.1] * 3 + [0.2] * 2)
    axis, sign = np.array([np.sin(2 * theta), 0, np.cos(2 * theta)]), np.array([1.0] * 3 + [-1.0] * 2)
    strength = 0.14 * np.tan(2 * theta) / (2 * effective)  # of the matter term, for the mean omega
    field = -omega[:, None] / axis[2] * axis + strength * np.array([0, 0, 1.0])
    dense = solve(lambda P: np.cross(field + P.mean(axis=0), P), sign[:, None] * ELECTRON, t, rtol=1e-9, atol=1e-11)
    start = [flavor_state("e", effective)] * 3 + [flavor_state("x", effective)] * 2
    plain = solve(lambda P: uncorrelated_rhs(P, omega, 0.0), start, t, rtol=1e-9, atol=1e-11)
    fall = [t[np.argmax(P[:, 0, 2] < 0.5)] for P in (dense, plain)]
    depth = [P[:, 0, 2].min() for P in (dense, plain)]
    return Measured(
        Case("when the pendulum falls through ⟨P₃⟩ = ½: in matter, over small angle", fall[0] / fall[1], 1, ABOUT),
        Case("how deep it swings: in matter, over small angle", depth[0] / depth[1], 1, ABOUT),
        note=f"Vacuum angle {theta:g}, a matter term of {number(strength)} μ, ω cos 2θ kept. The falls, at "
        f"{fall[0]:.0f} and {fall[1]:.0f}, differ a little: in matter the effective angle is proportional to ω, here "
        "it is one for all.",
        values={"fall": fall, "depth": depth},
    )


@claim(
    "Sec. III", "the mean-field approximation “is equivalent to setting γ = 0 in Eq. (14)”", REPRODUCED, "06_discussion"
)
def mean_field_eq14(N=8):
    """The one-body Hamiltonian from the partial trace of V over each partner, as in Eq. (1), against Eq. (14)."""
    P, v, omega = mixed_states(N), isotropic_velocities(N, generator(7000)), generator(7001).normal(size=N)
    rhs = np.empty((N, 3))
    for a in range(N):
        H = -omega[a] / 2 * S[2]
        for b in set(range(N)) - {a}:
            V = (1 - v[a] @ v[b]) / 2 * EXCHANGE @ np.kron(np.eye(2), density(P[b]))
            H = H + V.reshape(2, 2, 2, 2).trace(axis1=1, axis2=3) / (N - 1)
        rhs[a] = vector(-1j * commutator(H, density(P[a])))
    gap = np.abs(rhs - ensemble_rhs(P, omega, v, 0.0)).max()
    return Measured(
        Case(f"−i[H, ϱ] less (14) at γ = 0, {N} particles in random states, largest component [μ]", gap, 0, EXACT),
        note="H is traced over the partners; there is no gradient, since the gas is uniform.",
        values={"gap": gap},
    )


def mean_field_rhs(P, omega, velocity):
    """Eq. (14) with gamma = 0, of one gas or of several, (..., N, 3), at the speed of light or at rest."""
    field = (P.sum(axis=-2, keepdims=True) - velocity @ (velocity.swapaxes(-1, -2) @ P)) / (P.shape[-2] - 1)
    field[..., 2] -= omega
    return np.cross(field, P)


@claim(
    "Sec. III",
    "“Because the … Hamiltonian is non-integrable”, the Bloch vectors are “somewhat randomized”",
    REPRODUCED,
    "06_discussion",
)
def chaos(gases=EARLY):
    """How a difference of 1e-6 grows in the mean field from mu t = 300 to 800, and with equal couplings."""
    P = early_mean_field()[:gases, 200]  # mu t = 100
    P = P / np.maximum(1, length(P))[..., None] * (1 - 1e-12)
    change = np.cross([generator(7100 + r).standard_normal(P[r].shape) for r in range(len(P))], P)
    near = P + 1e-6 * change / np.linalg.norm(change, axis=(1, 2), keepdims=True)
    near *= (length(P) / length(near))[..., None]
    velocity = np.array([gas.velocity for gas in early(0.001)[0][:gases]])
    grown = {}
    for name, v in (("gas", velocity), ("equal", np.zeros_like(velocity))):  # all in one: both take the same steps
        both = solve(lambda X, v=v: mean_field_rhs(X, OMEGA, v), [P, near], [0, 200, 700], rtol=1e-6, atol=1e-10)
        far = np.linalg.norm(both[:, 1] - both[:, 0], axis=(2, 3))
        grown[name] = np.log(far[2] / far[1])
    rate = grown["gas"].mean() / 500
    return Measured(
        Case(
            "mean field: logarithm of the growth from μt = 300 to 800, less that with equal couplings",
            grown["gas"] - grown["equal"],
            (0, None),
            CHANCE,
        ),
        note=f"It is {pm(grown['gas'])} against {pm(grown['equal'])}; growth in proportion to time gives "
        f"{number(np.log(3.5))}. The chaos is slow: an e-fold takes {1 / rate:.0f}/μ.",
        values={**grown, "rate": rate},
    )


@claim("Sec. III", "with the ansatz (16), Eq. (14) becomes Eq. (17)", REPRODUCED, "06_discussion")
def eq17_follows():
    """Even directions, each with the same two states, against N; and what random directions do to the coherent term."""
    sizes, gap = np.array([24, 96, 384]), []
    for n in sizes:
        v, P = np.repeat(even_velocities(n), 2, axis=0), np.tile(mixed_states(2), (n, 1))
        omega = np.tile([0.1, 0.2], n)
        gap.append(np.abs(ensemble_rhs(P, omega, v, 0.3) - uncorrelated_rhs(P, omega, 0.3)).max())
    factor = {N: np.empty(200) for N in (100, 400, 1600)}
    for N, draws in factor.items():
        for r in range(len(draws)):
            v = isotropic_velocities(N, generator(7200 + r, N))
            draws[r] = np.sqrt(np.mean((v @ v.sum(axis=0) - 1) ** 2)) / (N - 1)
    return Measured(
        Case(
            "even directions, states independent of them: power of N in (14) less (17)",
            order(2 * sizes, gap),
            -1,
            POWER,
        ),
        Case(
            "100 random directions: factor ⟨g⟩_b of the coherent term less 1, root mean square", factor[100], 0, ABOUT
        ),
        Case("power of N in that", order(list(factor), [np.sqrt(np.mean(x**2)) for x in factor.values()]), -0.5, POWER),
        note="(17) silently takes ⟨g⟩_b = 1 for every particle. For random directions it scatters by √(1/3N), in the "
        f"coherent term, which adds up: with |⟨P⟩| = 0.3 the {number(np.sqrt(np.mean(factor[100] ** 2)))} of this "
        f"gas is a radian after {1 / (0.3 * np.sqrt(np.mean(factor[100] ** 2))):.0f}/μ.",
        values={"gap": np.array(gap), "factor": {N: x for N, x in factor.items()}},
    )


@claim(
    "Sec. IV",
    "“the interaction times are probabilistic in nature. Nevertheless, our models shed light …”",
    REPRODUCED,
    "06_discussion",
)
def clockwork(runs=LATE):
    """The gas with pairs met at Poisson times, against the clockwork of the paper."""
    t, half, fall = np.arange(0, 120.5, 0.5), {}, {}
    for gamma in (0.1, 0.01):
        times = np.empty((2, 2, runs))
        for i, p in enumerate((1.0, 0.0)):
            for r in range(runs):
                rng = generator(7300 + r)
                P = simulate(bipolar(rng), gamma, t, rng=rng, p=p).P[None]
                times[i, 0, r] = first_time(t, length(P).mean(axis=2) < 0.5)[0]
                times[i, 1, r] = first_time(t, P[:, :, E, 2].mean(axis=2) < 0.5)[0]
        half[gamma], fall[gamma] = times[1] / times[0]
    return Measured(
        Case("γ = 0.1: time at which ⟨|P|⟩ is ½, Poisson times over clockwork", half[0.1], 1, ABOUT),
        Case("γ = 10⁻²: the same", half[0.01], 1, ABOUT),
        Case("γ = 10⁻²: time at which the first group’s ⟨P₃⟩ is ½, Poisson times over clockwork", fall[0.01], 1, ABOUT),
        note="A limitation that the paper names. It changes one term of the master equation.",
        values={"half": half, "fall": fall},
    )


@claim(
    "Sec. IV",
    "coherent oscillations and decoherence are “different limits of the same quantum model”",
    REPRODUCED,
    "06_discussion",
)
def two_limits():
    """Each model at its smallest gamma and early, and at long times."""
    n = round(2 * np.pi / 0.001)
    turn = length(foreground(ELECTRON, MEDIUM, 0.001, n) - ELECTRON)
    settled = length(foreground(ELECTRON, MEDIUM, 0.1, round(MUCH.beyond / 0.1**2)) - MEDIUM)
    _, t, P = early(0.001)
    kept = length(P[:, t == 30][:, 0]).mean(axis=1)
    return Measured(
        Case("a neutrino in a medium, γ = 10⁻³: distance from its start after a turn", turn, 0, CURVE),
        Case("γ = 0.1, γμt = 10: distance from the medium’s state", settled, 0, CURVE),
        Case("the gas, γ = 10⁻³, μt = 30: ⟨|P|⟩", kept, 1, CURVE),
        Case("γ = 0.1, γμt = 200: distance from equilibrium", residual(late(0.1)[2][:, 2000]), 0, CURVE),
        values={"turn": turn, "settled": settled, "kept": kept},
    )
