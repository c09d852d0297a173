import numpy as np
import pytest
from scipy.stats import norm

from oile import Ensemble, bipolar, flavors, integrate, isotropic_velocities, modes, solve, uncorrelated_rhs
from oile.modes import slow_mode

SMALL, SHORT = 1e-6, 1e-3


def diagonal_gas(N, rng):
    z, omega = np.where(np.arange(N) < N // 2, 0.9, -0.7), np.where(np.arange(N) < N // 2, 0.1, 0.2)
    return Ensemble(z[:, None] * [0, 0, 1], omega, 0.8 * isotropic_velocities(N, rng))


@pytest.mark.parametrize(("gamma", "more"), [(0.0, {}), (0.05, {}), (0.05, dict(p=0.3, phases=[0.5, 1.5]))])
def test_a_small_tilt_grows_as_its_mode_says(gamma, more):
    gas = diagonal_gas(9, np.random.default_rng(1))
    rates, vectors = modes.modes(gas, gamma, **more)
    assert np.all(np.diff(rates.real) <= 0)
    for rate, vector in zip(rates, vectors.T):
        tilt = SMALL * vector
        P = gas.P.copy()
        P[:, 0], P[:, 1] = tilt.real, tilt.imag
        after = integrate(Ensemble(P, gas.omega, gas.velocity), gamma, [0, SHORT], rtol=1e-13, **more).P[-1]
        seen = (after[:, 0] + 1j * after[:, 1]) / SMALL
        assert np.allclose(seen, vector * np.exp(rate * SHORT), rtol=0, atol=10 * gamma * SHORT**2 + 1e-11)


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_each_coherence_of_three_flavors_has_its_modes(pair):
    rng, N, (i, j) = np.random.default_rng(2), 8, pair
    rho = np.einsum("ai,ij->aij", rng.dirichlet(np.ones(3), N), np.eye(3)).astype(complex)
    v = 0.8 * isotropic_velocities(N, rng)
    gas = flavors.Ensemble(rho, rng.normal(0, 0.3, (N, 3)), v, np.arange(N) % 2 == 1)
    more = dict(p=0.6, phases=[0.5, 1.5])
    rates, vectors = modes.modes(gas, 0.1, pair=pair, **more)
    for rate, vector in zip(rates, vectors.T):
        start = rho.copy()
        start[:, j, i] = SMALL * vector
        start[:, i, j] = start[:, j, i].conj()
        tilted = flavors.Ensemble(start, gas.levels, gas.velocity, gas.antineutrino)
        after = integrate(tilted, 0.1, [0, SHORT], rtol=1e-13, **more).rho[-1, :, j, i] / SMALL
        assert np.allclose(after, vector * np.exp(rate * SHORT), rtol=0, atol=1e-6 * SHORT + SHORT**2)


def test_two_flavors_have_one_set_of_modes_however_they_are_written():
    gas = diagonal_gas(10, np.random.default_rng(3))
    rho = np.array([np.diag([(1 + z) / 2, (1 - z) / 2]) for z in gas.P[:, 2]])
    levels = gas.omega[:, None] * np.array([-0.5, 0.5])
    anti = np.arange(10) % 3 == 0
    flipped = np.where(anti, -1.0, 1.0)
    bloch = Ensemble(flipped[:, None] * gas.P, flipped * gas.omega, gas.velocity)
    for gamma in (0.0, 0.1):
        one = modes.modes(bloch, gamma)[0]
        two = modes.modes(flavors.Ensemble(rho, levels, gas.velocity, anti), gamma)[0]
        apart = abs(one[:, None] - two)
        assert max(apart.min(axis=0).max(), apart.min(axis=1).max()) < 1e-12


def test_the_pendulum_falls_at_the_rate_of_two_groups():
    # two groups with equal couplings: lambda^2 - ... in closed form, for N to infinity; others only change it as 1/N
    z, omega, share = np.array([1.0, -1.0]), np.array([0.1, 0.2]), np.array([0.6, 0.4])
    G = share @ z
    M = np.diag(-1j * omega + 1j * G) - 1j * z[:, None] * share
    expected = np.linalg.eigvals(M).real.max()
    assert round(expected, 6) == 0.193649
    for N in (100, 1000):
        gas = bipolar(theta=0.0, n_e=N * 6 // 10, n_x=N * 4 // 10, velocity=[0, 0, 0])
        assert abs(modes.modes(gas, 0.0)[0][0].real - expected) < 0.1 / N


def dense(gamma, m, omega, weights, p=1.0, square=1.0):
    """The slow mode as an eigenvalue of Eq. (17), linearized with one row a frequency."""
    weights = np.asarray(weights) / np.sum(weights)
    k = 1j * m - gamma * (4 / 3 * square - p * m**2 / 2)
    rates = np.linalg.eigvals(np.diag(k - 1j * np.asarray(omega)) - k * weights[None, :])
    return rates[np.argmax(rates.real)]


def test_the_slow_mode_is_the_slowest_eigenvalue():
    rate = slow_mode(1e-3, 0.2, [0.1, 0.2], [60, 40])
    assert abs(-rate.real / 1e-3 - 0.079907) < 1e-6
    rng = np.random.default_rng(4)
    for gamma, m, p, phases in ((1e-3, 0.2, 1.0, None), (0.1, -0.3, 0.4, [0.5, 1.5]), (0.03, 0.0, 0.0, None)):
        omega, weights = 0.02 * rng.standard_normal(300) * (1 if m else 0.05), rng.random(300)
        expected = dense(gamma, m, omega, weights, p, 1.25 if phases else 1.0)
        assert abs(slow_mode(gamma, m, omega, weights, p=p, phases=phases) - expected) < 1e-12


def test_of_weights_only_the_ratios_count():
    rates = [slow_mode(1e-3, 0.2, [0.1, 0.2], np.array([60, 40]) * scale) for scale in (1.0, 1e-2, 1e-4)]
    assert np.allclose(rates, rates[0], rtol=1e-12, atol=0)


def test_the_slow_mode_is_how_eq_17_comes_to_rest():
    omega = np.repeat([0.1, 0.2], [60, 40])
    tilt = 1e-6 * (1 + 0j) * np.ones(100)
    P = np.stack([tilt.real, tilt.imag, np.full(100, 0.2)], axis=1)
    t = np.array([0, 400.0, 500.0])  # the other modes are gone by then
    mean = solve(lambda P: uncorrelated_rhs(P, omega, 0.03), P, t, atol=1e-18, rtol=1e-10).mean(axis=1)
    s = mean[:, 0] + 1j * mean[:, 1]
    rate = slow_mode(0.03, 0.2, omega)
    assert abs(s[2] / s[1] - np.exp(100 * rate)) < 1e-6


def test_a_continuous_spectrum_is_the_limit_of_many_frequencies_and_its_tail_takes_the_mode_away():
    spectrum, support = norm(0.14, 0.049), (-0.2, 0.5)
    many = np.linspace(*support, 200_001)
    for gamma in (1e-2, 1e-3):
        rate = slow_mode(gamma, 0.2, spectrum.pdf, support=support)
        assert abs(rate - slow_mode(gamma, 0.2, many, spectrum.pdf(many))) < 1e-8
        wide = slow_mode(gamma, 0.2, lambda w: 1e6 * spectrum.pdf(w), support=(-3, 3))  # where it is 0 does not count,
        assert abs(rate - wide) < 1e-10  # nor does a factor
    assert -rate.real / 1e-3 > 0.15  # twice the formula that knows the variance alone
    with pytest.raises(ValueError, match="omega must let the gas precess together"):
        slow_mode(1e-5, 0.2, spectrum.pdf, support=support)


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (TypeError, "ensemble must be", lambda: modes.modes([1], 0.1)),
        (ValueError, "ensemble must be diagonal.*0.002", lambda: modes.modes(bipolar(np.random.default_rng(1)), 0.1)),
        (ValueError, "gamma", lambda: modes.modes(diagonal_gas(4, np.random.default_rng(1)), -1)),
        (ValueError, "pair", lambda: modes.modes(three(), 0.1, pair=(1, 1))),
        (ValueError, "pair", lambda: modes.modes(three(), 0.1, pair=(0, 3))),
        (TypeError, "pair", lambda: modes.modes(three(), 0.1, pair=1)),
        (ValueError, "m must lie", lambda: slow_mode(0.1, 2, [1])),
        (ValueError, "gamma and m", lambda: slow_mode(0.0, 0.0, [1])),
        (ValueError, "weights", lambda: slow_mode(0.1, 0.2, [1, 2], [1])),
        (TypeError, "weights", lambda: slow_mode(0.1, 0.2, np.ones_like, [1], support=(0, 1))),
        (ValueError, "support", lambda: slow_mode(0.1, 0.2, np.ones_like, support=(1, 0))),
        (TypeError, "support", lambda: slow_mode(0.1, 0.2, np.ones_like)),
        (ValueError, "omega must be a density", lambda: slow_mode(0.1, 0.2, np.zeros_like, support=(0, 1))),
        (TypeError, "omega", lambda: slow_mode(0.1, 0.2, "flat")),
        (TypeError, "support must be left out", lambda: slow_mode(0.1, 0.2, [1, 2], support=(0, 1))),
        (ValueError, "omega must return", lambda: slow_mode(0.1, 0.2, lambda w: np.ones(40), support=(0, 1))),
        (ValueError, "pair", lambda: modes.modes(diagonal_gas(4, np.random.default_rng(1)), 0.1, pair=(0, 2))),
    ],
)
def test_bad_input_is_refused_by_name(error, message, call):
    with pytest.raises(error, match=message):
        call()


def three():
    return flavors.Ensemble(np.tile(np.eye(3) / 3, (2, 1, 1)), [0, 1, 2], [0, 0, 0])
