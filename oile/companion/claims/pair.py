"""Claims of Sec. II: one encounter, the uniform medium and its master equation. All exact, without statistics."""

import numpy as np
from scipy import constants
from scipy.linalg import expm

from oile import encounter, foreground, medium_rhs, solve
from oile.companion.claims.ledger import QUALIFIED, REPRODUCED, Measured, claim, order, power

SEED = 2024
ROUNDING = 1e-12  # identities hold to this, on numbers of order one
HALF_DECADE = 0.5  # what "~" allows either way, in the decimal logarithm
S = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])  # Pauli matrices
EXCHANGE = np.einsum("jab,jcd->acbd", S, S).reshape(4, 4)  # sigma_j x sigma_j
SWAP = np.eye(4)[[0, 2, 1, 3]]
ELECTRON, MEDIUM = (
    np.array([0.0, 0, 1]),
    np.array([1.0, 0, 0]),
)  # the paper's example, flavor basis


def mixed_states(n=200):
    """Bloch vectors of n random mixed states, uniform in the ball."""
    rng = np.random.default_rng(SEED)
    v = rng.standard_normal((n, 3))
    return v / np.linalg.norm(v, axis=1, keepdims=True) * rng.random((n, 1)) ** (1 / 3)


def density(P):
    """Eq. (5)."""
    return (np.eye(2) + np.tensordot(P, S, 1)) / 2


def vector(rho):
    """Bloch vector of an operator with or without trace."""
    return np.einsum("jab,ba->j", S, rho).real


def commutator(A, B):
    """[A, B]."""
    return A @ B - B @ A


def first(rho):
    """Trace over the background neutrino, Eq. (3)."""
    return rho.reshape(2, 2, 2, 2).trace(axis1=1, axis2=3)


def entropy(rho):
    """Von Neumann entropy [bit]."""
    p = np.linalg.eigvalsh(rho)
    p = p[p > 1e-15]
    return float(-np.sum(p * np.log2(p)))


def mutual_information(P, Q, phi):
    """Mutual information [bit] after an encounter of phase phi, and the length of P'."""
    U = expm(-0.5j * phi * EXCHANGE)
    rho = U @ np.kron(density(P), density(Q)) @ U.conj().T
    chi, eta = first(rho), first(SWAP @ rho @ SWAP)
    return entropy(chi) + entropy(eta) - entropy(rho), np.linalg.norm(vector(chi))


@claim(
    "Sec. II",
    "|P| measures the purity, and “how strongly it is correlated with the background”",
    QUALIFIED,
    "01_encounter",
    "tests/test_claims.py::test_a_whole_swap_with_a_mixed_background_leaves_no_correlation",
)
def purity():
    """A pure pair stays pure as a whole: then the mutual information is twice the entropy of one part."""
    P, Q = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in np.split(mixed_states(100), 2))
    phases = np.linspace(0.1, 3, len(P))
    pairs = [mutual_information(*x) for x in zip(P, Q, phases)]
    gap = max(abs(i - 2 * entropy(density([0, 0, length]))) for i, length in pairs)
    left, length = mutual_information(ELECTRON, 0.5 * MEDIUM, np.pi / 2)
    return Measured(
        f"for pure partners the mutual information equals twice the entropy that |P| stands for, in {len(P)} random "
        "encounters, to rounding",
        holds=gap < 1e-9 and left > 1e-9,
        but=f"a mixed background (|Q| = 0.5) met for a complete swap (phase π/2) leaves |P| = {length:.2f} and a "
        f"mutual information of {abs(left):.2f} bit: |P| counts correlations only while the background is pure",
        weaker=gap < 1e-9,
        values={"gap": gap, "left": left, "length": length},
    )


@claim(
    "Sec. II",
    "Eqs. (6a) and (6b) are the same, and that of Ref. [3] “up to a trace term”",
    REPRODUCED,
    "01_encounter",
)
def pair_hamiltonian():
    """Direct and exchange scattering add up to 1 + SWAP, in units of sqrt2 G_F/V."""
    matrix = np.array([[1, 0, 0, 0], [0, -1, 2, 0], [0, 2, -1, 0], [0, 0, 0, 1]])
    rest = np.eye(4) + SWAP - EXCHANGE / 2
    trace_term = rest[0, 0].real
    return Measured(
        f"the two forms agree in every element; direct plus exchange scattering, 1 + SWAP, exceeds σⱼ⊗σⱼ/2 by "
        f"{trace_term:.1f} times the identity",
        holds=np.abs(EXCHANGE - matrix).max() < ROUNDING and np.abs(rest - trace_term * np.eye(4)).max() < ROUNDING,
        values={"trace_term": trace_term},
    )


def coupling(dz):
    """mu = sqrt2 G_F/dz^3 [1/cm] for dz in cm."""
    hbar_c = constants.physical_constants["reduced Planck constant times c in MeV fm"][0] * 1e-16  # GeV cm
    G_F = constants.physical_constants["Fermi coupling constant"][0]  # GeV^-2
    return np.sqrt(2) * G_F * hbar_c**2 / dz**3


@claim("Sec. II", "“μ⁻¹ ∼ 0.1 cm for Δz ∼ 10⁻¹¹ cm”", REPRODUCED, "01_encounter")
def mu_inverse():
    """With the volume dz^3 and the measured Fermi constant; "~" is taken as half a decade either way."""
    length = 1 / coupling(1e-11)
    return Measured(
        f"√2 G_F/Δz³ gives μ⁻¹ = {length:.2f} cm",
        holds=abs(np.log10(length / 0.1)) < HALF_DECADE,
        values={"cm": length},
    )


@claim("Sec. II", "γ = μΔz ∼ 10⁻¹⁰, Eq. (7)", REPRODUCED, "01_encounter")
def gamma_size():
    """The same estimate."""
    gamma = coupling(1e-11) * 1e-11
    return Measured(
        f"γ = {gamma * 1e11:.1f}·10⁻¹¹; it goes as Δz⁻², since the volume is Δz³",
        holds=abs(np.log10(gamma / 1e-10)) < HALF_DECADE,
        values={"gamma": gamma},
    )


@claim(
    "Sec. II",
    "one step changes the density operator in proportion to γ, Eq. (7)",
    QUALIFIED,
    "01_encounter",
)
def step_size():
    """Norm of the change of the pair's density operator from one encounter to the next."""
    gammas = np.logspace(-5, -2, 7)
    slopes = []
    for P, Q in (mixed_states()[:2], (ELECTRON, -ELECTRON)):
        after = [np.kron(density(encounter(P, Q, g)[0]), density(Q)) for g in gammas]
        slopes.append(
            order(
                gammas,
                [np.linalg.norm(rho - np.kron(density(P), density(Q))) for rho in after],
            )
        )
    return Measured(
        f"‖ρ̂ₙ₊₁ − ρ̂ₙ‖ goes as γ to the power {slopes[0]:.2f} for 10⁻⁵ ≤ γ ≤ 10⁻² and a random pair",
        holds=all(abs(slope - 1) < 0.01 for slope in slopes),
        but=f"the power is {slopes[1]:.2f} if the two flavor states are opposite, and the gas of Sec. III starts "
        "with equal and opposite states only",
        weaker=abs(slopes[0] - 1) < 0.01 and abs(slopes[1] - 2) < 0.01,
        values={"random": slopes[0], "opposite": slopes[1]},
    )


@claim(
    "Sec. II",
    "oscillation “with a period of 2π/μ”",
    REPRODUCED,
    "02_medium",
    "tests/test_medium.py::test_the_closed_form_is_a_chain_of_encounters",
)
def medium_period():
    """Angle about Q per unit time over ten turns of exact steps."""
    periods = {}
    for gamma in (0.1, 0.001):
        P = foreground(ELECTRON, MEDIUM, gamma, np.arange(round(20 * np.pi / gamma)))
        angle = np.unwrap(np.arctan2(-P[:, 1], P[:, 2]))
        periods[f"{gamma:g}"] = (len(angle) - 1) * gamma / (angle[-1] - angle[0]) * 2 * np.pi
    worst = max(abs(T / (2 * np.pi) - 1) for T in periods.values())
    return Measured(
        f"μT = {periods['0.1']:.4f} for γ = 0.1 and {periods['0.001']:.4f} for γ = 10⁻³: 2π to rounding, since in "
        "a pure medium the angle of a step is exactly γ",
        holds=worst < 1e-9,
        values=periods,
    )


@claim(
    "Sec. II",
    "the flavor “approaches that of the medium on a time scale ≳ (μγ)⁻¹”",
    REPRODUCED,
    "02_medium",
)
def medium_approach():
    """Decay per encounter of what is along and across Q, from exact steps."""
    times = {}
    for gamma in (0.1, 0.001):
        step = foreground(np.eye(3), MEDIUM, gamma, 1) - foreground(np.zeros(3), MEDIUM, gamma, 1)
        rates = -np.log(np.abs(np.linalg.eigvals(step))) / gamma  # an encounter lasts gamma
        times[f"{gamma:g}"] = np.sort(gamma / rates)
    low, high = times["0.001"][0], times["0.001"][-1]
    return Measured(
        f"for γ = 10⁻³ what is along Q decays in {low:.3f}/(γμ), what is across Q in {high:.3f}/(γμ); for γ = 0.1 in "
        f"{times['0.1'][0]:.3f} and {times['0.1'][-1]:.3f}",
        holds=all(0.99 < x < 10 for t in times.values() for x in t),
        values=times,
    )


@claim(
    "Sec. II",
    "Eq. (8) agrees with the steps “for γ ≪ 1 and μt ≤ 30”",
    REPRODUCED,
    "02_medium",
    "tests/test_medium.py::test_eq_8_errs_at_order_gamma_squared_and_at_the_next_for_a_pure_or_unpolarized_medium",
)
def eq8_agrees():
    """Largest distance of the Bloch vectors; agreement means of second order in gamma."""
    distance = {}
    for gamma in (1.0, 0.1, 0.001):
        n = np.arange(0, round(30 / gamma) + 1, max(1, round(0.01 / gamma)))  # a point every 0.01/mu
        master = solve(
            lambda P, gamma=gamma: medium_rhs(P, MEDIUM, gamma),
            ELECTRON,
            n * gamma,
            rtol=1e-12,
            atol=1e-14,
        )
        distance[f"{gamma:g}"] = np.linalg.norm(foreground(ELECTRON, MEDIUM, gamma, n) - master, axis=1).max()
    return Measured(
        f"largest distance {power(distance['0.1'])} for γ = 0.1 and {power(distance['0.001'])} for γ = 10⁻³; "
        f"γ = 1 is off by up to {distance['1']:.2f}",
        holds=distance["0.1"] < 0.1**2 and distance["0.001"] < 0.001**2,
        values=distance,
    )


@claim(
    "Sec. II",
    "the first term of (8b) is the mean field’s, with μ = √2 G_F n",
    REPRODUCED,
    "03_master",
)
def first_term():
    """Tracing the commutator with V over the background, against the first term of Eq. (8b); n = 1/V."""
    P, Q = np.split(mixed_states(), 2)
    gap = 0.0
    for p, q in zip(P, Q):
        rho = np.kron(density(p), density(q))
        traced = vector(first(-1j * commutator(EXCHANGE / 2, rho)))
        gap = max(
            gap,
            np.abs(traced - medium_rhs(p, q, 0.0)).max(),
            np.abs(traced - np.cross(q, p)).max(),
        )
    return Measured(
        f"−i tr[V, χ⊗η] is Q × P for {len(P)} random mixed pairs, to rounding; one neutrino to each volume 𝒱 makes "
        "√2 G_F/𝒱 the same number as √2 G_F n",
        holds=gap < ROUNDING,
        values={"gap": gap},
    )


def parallel(P, Q):
    """The part of P along Q."""
    return np.sum(P * Q, axis=-1, keepdims=True) / np.sum(Q * Q, axis=-1, keepdims=True) * Q


@claim("Sec. II", "the second term of (8b) is decoherence", REPRODUCED, "03_master")
def second_term():
    """It shortens P whatever P and Q are."""
    P, Q = np.split(mixed_states(2000), 2)
    along = parallel(P, Q)
    shrink = np.sum(
        P * (along + (1 - np.sum(Q * Q, axis=1, keepdims=True) / 2) * (P - along)),
        axis=1,
    )
    rate = shrink / np.sum(P * P, axis=1)
    return Measured(
        f"it shortens |P| at a rate between {rate.min():.2f} and {rate.max():.2f} γμ in {len(P)} random states",
        holds=rate.min() > 0.5 - ROUNDING,
        values={"rate": rate},
    )


@claim(
    "Sec. II",
    "the third term “has the opposite effect and increases the coherence”",
    QUALIFIED,
    "03_master",
)
def third_term():
    """Its share of d|P|^2/dt is 2 gamma P.Q."""
    P, Q = np.split(mixed_states(2000), 2)
    grows = np.mean(np.sum(P * Q, axis=1) > 0)
    along = foreground(ELECTRON, MEDIUM, 0.1, np.arange(1, 1000)) @ MEDIUM
    return Measured(
        "it adds 2γμ P·Q to d|P|²/dt: in the paper’s example, where P·Q > 0 after the first encounter, |P| gains",
        holds=grows == 1,
        but=f"|P| gains only while P·Q > 0, which is so in {grows:.0%} of {len(P)} random states; a neutrino opposite "
        "to the medium is first shortened by this term too",
        weaker=bool((along > 0).all() and 0 < grows < 1),
        values={"grows": grows},
    )


@claim(
    "Sec. II",
    "the net effect: the medium’s flavor “on the timescale (γμ)⁻¹”",
    QUALIFIED,
    "03_master",
    "tests/test_master.py::test_solve_matches_the_closed_solution_of_eq_8",
)
def net_effect():
    """Eigenvalues of Eq. (8), which is linear in P."""
    times = {}
    for length in (1.0, 0.5):
        Q = length * MEDIUM
        matrix = medium_rhs(np.eye(3), Q, 0.01) - medium_rhs(np.zeros(3), Q, 0.01)
        times[f"{length:g}"] = np.sort(-0.01 / np.linalg.eigvals(matrix).real)
    along, across = times["1"][0], times["1"][-1]
    return Measured(
        f"along Q the time is {along:.2f}/(γμ)",
        holds=abs(across - 1) < 0.01,
        but=f"across Q it is {across:.2f}/(γμ) in a pure medium and {times['0.5'][-1]:.2f}/(γμ) for |Q| = 0.5: "
        "1/(1 − |Q|²/2) in general",
        weaker=abs(along - 1) < ROUNDING and abs(across - 2) < ROUNDING,
        values=times,
    )
