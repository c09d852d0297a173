"""Claims of Sec. II: one encounter, the uniform medium and its master equation. All exact, without statistics."""

from itertools import product

import numpy as np
from scipy import constants
from scipy.linalg import expm

from oile import encounter, foreground, medium_rhs, solve
from oile.companion.claims.ledger import claim
from oile.companion.claims.rule import (
    CURVE,
    EXACT,
    POWER,
    QUALIFIED,
    REPRODUCED,
    SCALE,
    UNTESTABLE,
    Case,
    Measured,
    number,
    order,
)

SEED = 2024
S = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])  # Pauli matrices
EXCHANGE = np.einsum("jab,jcd->acbd", S, S).reshape(4, 4)  # sigma_j x sigma_j
SWAP = np.eye(4)[[0, 2, 1, 3]]
# the paper's example, flavor basis
ELECTRON, MEDIUM = np.array([0.0, 0, 1]), np.array([1.0, 0, 0])


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


def parallel(P, Q):
    """The part of P along Q."""
    return np.sum(P * Q, axis=-1, keepdims=True) / np.sum(Q * Q, axis=-1, keepdims=True) * Q


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
        Case("pure background: mutual information less twice the entropy that |P| stands for [bit]", gap, 0, EXACT),
        Case(
            "mixed background, |Q| = 0.5, after a whole swap: the same",
            left - 2 * entropy(density([0, 0, length])),
            0,
            EXACT,
        ),
        note=f"The whole swap leaves |P| = {number(length)} and no correlation at all: |P| counts correlations only "
        "while the background is pure.",
        values={"gap": gap, "left": left, "length": length},
    )


def fermions(n):
    """Annihilators of n modes, anticommuting (Jordan and Wigner)."""
    parity, lower = np.diag([1.0, -1.0]), np.array([[0.0, 1], [0, 0]])
    modes = []
    for k in range(n):
        a = np.eye(1)
        for j in range(n):
            a = np.kron(a, parity if j < k else lower if j == k else np.eye(2))
        modes.append(a)
    return modes


def forward_scattering(v, u):
    """Matrix of current times current between two momenta and two flavors, in sqrt2 G_F/V; direct and exchange."""
    spinor = [np.linalg.eigh(np.tensordot(n, S, 1))[1][:, 0] for n in (v, u)]  # left-handed
    currents = np.array([[[x.conj() @ s @ y for s in (np.eye(2), *-S)] for y in spinor] for x in spinor])
    modes = fermions(4)  # (p, e), (p, x), (q, e), (q, x)
    H, both = np.zeros((16, 16), complex), (0, 1)
    for k, i, m, n in product(both, repeat=4):
        if sorted((k, m)) == sorted((i, n)):  # the momenta after are the momenta before
            vertex = np.sum(currents[k, i] * [1, -1, -1, -1] * currents[m, n]) / 2
            for x, y in product(both, repeat=2):
                a, b, c, d = modes[2 * k + x], modes[2 * m + y], modes[2 * n + y], modes[2 * i + x]
                H += vertex * a.T @ b.T @ c @ d
    pairs = np.array([modes[x].T @ modes[2 + y].T @ np.eye(16)[0] for x, y in product(both, repeat=2)])
    return pairs @ H @ pairs.T


@claim(
    "Sec. II",
    "Eqs. (6a) and (6b) are the same, and that of Ref. [3] “up to a trace term”",
    REPRODUCED,
    "01_encounter",
)
def pair_hamiltonian():
    """From the contact interaction of left-handed fields, for random directions of flight."""
    rng = np.random.default_rng(SEED)
    matrix = np.array([[1, 0, 0, 0], [0, -1, 2, 0], [0, 2, -1, 0], [0, 0, 0, 1]])
    gap, traces = 0.0, []
    for v, u in rng.standard_normal((20, 2, 3)):
        v, u = v / np.linalg.norm(v), u / np.linalg.norm(u)
        rest = forward_scattering(v, u) / (1 - v @ u) - EXCHANGE / 2
        traces.append(rest.trace().real / 4)
        gap = max(gap, np.abs(rest - traces[-1] * np.eye(4)).max())
    return Measured(
        Case("(6a) less (6b), largest element [μ]", np.abs(EXCHANGE - matrix).max(), 0, EXACT),
        Case("scattering of left-handed fields, less (6a) and a multiple of 1, largest element [μ g]", gap, 0, EXACT),
        note="Derived with anticommuting operators and spinors for 20 pairs of directions. The trace term is "
        f"{number(np.mean(traces))} μ (1 − v·u).",
        values={"gap": gap, "trace_term": float(np.mean(traces))},
    )


def coupling(dz):
    """mu = sqrt2 G_F/dz^3 [1/cm] for dz in cm."""
    hbar_c = constants.physical_constants["reduced Planck constant times c in MeV fm"][0] * 1e-16  # GeV cm
    G_F = constants.physical_constants["Fermi coupling constant"][0]  # GeV^-2
    return np.sqrt(2) * G_F * hbar_c**2 / dz**3


@claim("Sec. II", "the size of a wave packet, “Δz ∼ 10⁻¹¹ cm”", UNTESTABLE, "01_encounter")
def packet_size():
    """An input, from Ref. [16]; what it means for the energy is the uncertainty relation."""
    hbar_c = constants.physical_constants["reduced Planck constant times c in MeV fm"][0] * 1e-13  # MeV cm
    spread = hbar_c / (2 * 1e-11)
    return Measured(
        note="The paper takes this number from Ref. [16]; the models take it as given. It means an energy that is "
        f"uncertain by at least {number(spread)} MeV. γ goes as Δz⁻².",
        values={"MeV": spread},
    )


@claim("Sec. II", "“μ⁻¹ ∼ 0.1 cm for Δz ∼ 10⁻¹¹ cm”", REPRODUCED, "01_encounter")
def mu_inverse():
    """With the volume dz^3 and the measured Fermi constant."""
    length = 1 / coupling(1e-11)
    return Measured(Case("Δz³/(√2 G_F) [cm]", length, 0.1, SCALE), values={"cm": length})


@claim("Sec. II", "γ = μΔz ∼ 10⁻¹⁰, Eq. (7)", REPRODUCED, "01_encounter")
def gamma_size():
    """The same estimate."""
    gamma = coupling(1e-11) * 1e-11
    return Measured(Case("√2 G_F/Δz² for Δz = 10⁻¹¹ cm", gamma, 1e-10, SCALE), values={"gamma": gamma})


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
        before = np.kron(density(P), density(Q))
        after = [np.kron(density(encounter(P, Q, g)[0]), density(Q)) for g in gammas]
        slopes.append(order(gammas, [np.linalg.norm(rho - before) for rho in after]))
    return Measured(
        Case("a random pair: power of γ in ‖ρ̂ₙ₊₁ − ρ̂ₙ‖, for 10⁻⁵ ≤ γ ≤ 10⁻²", slopes[0], 1, POWER),
        Case("opposite flavor states: the same power", slopes[1], 1, POWER),
        note="The gas of Sec. III starts with equal and opposite states only.",
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
    return Measured(
        Case("γ = 0.1: period [1/μ]", periods["0.1"], 2 * np.pi, EXACT),
        Case("γ = 10⁻³: period [1/μ]", periods["0.001"], 2 * np.pi, EXACT),
        note="In a pure medium the angle of a step is exactly γ.",
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
    return Measured(
        *(
            Case(f"γ = {name}: decay time {way} Q [1/(γμ)]", times[key][i], 1, SCALE)
            for name, key in (("0.1", "0.1"), ("10⁻³", "0.001"))
            for way, i in (("along", 0), ("across", -1))
        ),
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
    """Largest distance of the Bloch vectors."""
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
        Case("γ = 0.1: largest distance", distance["0.1"], 0, CURVE),
        Case("γ = 10⁻³: largest distance", distance["0.001"], 0, CURVE),
        note=f"γ = 1, for which nothing is claimed, is off by up to {number(distance['1'])}.",
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
        gap = max(gap, np.abs(traced - medium_rhs(p, q, 0.0)).max(), np.abs(traced - np.cross(q, p)).max())
    return Measured(
        Case(f"−i tr[V, χ⊗η] less Q × P, {len(P)} random mixed pairs, largest component [μ]", gap, 0, EXACT),
        note="With one neutrino in each volume 𝒱, √2 G_F/𝒱 is √2 G_F n.",
        values={"gap": gap},
    )


@claim("Sec. II", "the second term of (8b) is decoherence", REPRODUCED, "03_master")
def second_term():
    """It shortens P whatever P and Q are."""
    P, Q = np.split(mixed_states(2000), 2)
    along = parallel(P, Q)
    shrink = np.sum(P * (along + (1 - np.sum(Q * Q, axis=1, keepdims=True) / 2) * (P - along)), axis=1)
    rate = shrink / np.sum(P * P, axis=1)
    return Measured(
        Case(f"rate at which it shortens |P|, least of {len(P)} random states [γμ]", rate.min(), (0, None), EXACT),
        note=f"The rates lie between {number(rate.min())} and {number(rate.max())} γμ.",
        values={"rate": rate},
    )


@claim(
    "Sec. II",
    "the third term “increases the coherence … when the neutrino medium has a net flavor polarization”",
    QUALIFIED,
    "03_master",
)
def third_term():
    """Its share of d|P|^2/dt is 2 gamma mu P.Q."""
    share = {}
    for name, P0 in (("right", ELECTRON), ("opposite", -MEDIUM)):
        path = foreground(P0, MEDIUM, 0.01, np.arange(0, 1001))
        share[name] = 2 * path @ MEDIUM
    end = foreground(ELECTRON, MEDIUM, 0.01, 10**6)
    return Measured(
        Case(
            "the paper’s example: its share of d|P|²/dt, mean over γμt ≤ 0.1 [γμ]",
            share["right"].mean(),
            (0, None),
            EXACT,
        ),
        Case("the length |P| in the end, which the second term alone would bring to 0", np.linalg.norm(end), 1, EXACT),
        Case(
            "a neutrino that starts opposite to the medium: the share, mean over γμt ≤ 0.1 [γμ]",
            share["opposite"].mean(),
            (0, None),
            EXACT,
        ),
        note="The share is 2 P·Q. It is positive once P has turned to the side of the medium; until then this term "
        "shortens P as well.",
        values={name: np.array(x) for name, x in share.items()},
    )


@claim(
    "Sec. II",
    "the net effect: the medium’s flavor “on the timescale (γμ)⁻¹”",
    REPRODUCED,
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
    return Measured(
        Case("decay time along Q [1/(γμ)]", times["1"][0], 1, SCALE),
        Case("across Q, pure medium [1/(γμ)]", times["1"][-1], 1, SCALE),
        Case("across Q, |Q| = 0.5 [1/(γμ)]", times["0.5"][-1], 1, SCALE),
        note="Along Q the time is exactly 1/(γμ), across Q it is 1/(1 − |Q|²/2) of that: at most twice.",
        values=times,
    )
