import numpy as np
import pytest

from oile import Ensemble, bipolar, even_velocities, flavors, isospin, isotropic_velocities


def test_bipolar_is_the_papers_initial_condition():
    gas = bipolar(np.random.default_rng(1))
    assert gas.N == 100
    assert np.allclose(gas.P[:60], [np.sin(2e-3), 0, np.cos(2e-3)])
    assert np.array_equal(gas.P[60:], -gas.P[:40])
    assert gas.omega.tolist() == [0.1] * 60 + [0.2] * 40
    assert np.allclose(np.linalg.norm(gas.velocity, axis=1), 1)


def test_either_group_may_be_the_larger_one_or_empty():
    for n_e, n_x in ((1, 4), (3, 2), (0, 2), (2, 0)):
        gas = bipolar(n_e=n_e, n_x=n_x, theta=0.0, omega_e=1, omega_x=2, velocity=[0, 0, 0])
        assert gas.P[:, 2].tolist() == [1] * n_e + [-1] * n_x
        assert gas.omega.tolist() == [1] * n_e + [2] * n_x


def test_isotropic_velocities_have_the_moments_of_the_sphere():
    v = isotropic_velocities(100_000, np.random.default_rng(1))
    standard_error = 1 / np.sqrt(len(v))
    assert np.allclose(np.linalg.norm(v, axis=1), 1)
    assert np.abs(v.mean(axis=0)).max() < 4 * standard_error
    assert np.abs(v.T @ v / len(v) - np.eye(3) / 3).max() < 4 * standard_error


def moments(v):
    """How far the mean and the mean of ``v_i v_j`` are from those of the sphere."""
    return max(np.abs(v.mean(axis=0)).max(), np.abs(v.T @ v / len(v) - np.eye(3) / 3).max())


@pytest.mark.parametrize("N", [4, 6, 7, 8, 13, 40, 60, 100, 999, 100_000])
def test_even_velocities_are_unit_vectors_with_the_moments_of_the_sphere_to_rounding(N):
    v = even_velocities(N)
    assert v.shape == (N, 3)
    assert np.allclose(np.linalg.norm(v, axis=1), 1, rtol=0, atol=1e-14)
    assert moments(v) < 1e-14


@pytest.mark.parametrize("N", [2, 3, 5])
def test_where_no_even_velocities_have_both_moments_the_mean_vanishes(N):
    v = even_velocities(N)
    assert np.allclose(np.linalg.norm(v, axis=1), 1)
    assert np.abs(v.mean(axis=0)).max() < 1e-14


def test_even_velocities_give_every_particle_the_same_couplings_eq_18():
    v = even_velocities(100)
    g = 1 - v @ v.T  # 0 for a particle and itself
    assert np.allclose(g.sum(axis=1), 100, rtol=1e-13)
    assert np.allclose((g**2).sum(axis=1), 4 / 3 * 100, rtol=1e-13)


@pytest.mark.parametrize("N", [100, 1000])
def test_any_even_velocities_in_a_row_are_nearly_isotropic(N):
    v = even_velocities(N)
    for n in (N // 10, N // 4, N // 2, N * 6 // 10):
        assert max(moments(v[start : start + n]) for start in range(N - n + 1)) < 10 / n


def test_even_velocities_lie_farther_apart_than_random_ones():
    def closest(v):
        return np.arccos(np.clip((v @ v.T - 2 * np.eye(len(v))).max(), -1, 1))

    chance = [closest(isotropic_velocities(1000, np.random.default_rng(seed))) for seed in range(20)]
    assert closest(even_velocities(1000)) > 5 * max(chance)
    assert closest(even_velocities(1000)) > 1.5 / np.sqrt(1000)  # 3.8 at best


def test_bipolar_takes_velocities_and_leaves_the_generator_alone():
    rng, v = np.random.default_rng(1), even_velocities(100)
    gas = bipolar(rng, velocity=v)
    assert np.array_equal(gas.velocity, v)
    assert rng.random() == np.random.default_rng(1).random()
    drawn = bipolar(rng)
    assert np.array_equal(gas.P, drawn.P)
    assert np.array_equal(gas.omega, drawn.omega)
    assert not bipolar(velocity=[0, 0, 0]).velocity.any()


def test_an_ensemble_is_frozen_and_owns_its_arrays():
    P = np.zeros((3, 3))
    gas = Ensemble(P, 0.5, [0, 0, 1])
    P[:] = 1
    assert not gas.P.any()
    assert gas.omega.tolist() == [0.5] * 3
    assert gas.velocity.shape == (3, 3)
    matrices = flavors.Ensemble(np.tile(np.eye(2) / 2, (3, 1, 1)), [0, 1], [0, 0, 1], [True, False, False])
    for array in (*vars(gas).values(), *vars(matrices).values()):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]
    with pytest.raises(AttributeError):
        gas.P = P


@pytest.mark.parametrize(
    ("error", "name", "change"),
    [
        (ValueError, "P must hold", dict(P=[[0, 0, 1]], omega=[0.1], velocity=[[0, 0, 0]])),
        (ValueError, "P must have length", dict(P=[[0, 0, 2], [0, 0, 1]])),
        (ValueError, "P must have shape", dict(P=np.zeros((2, 4)))),
        (ValueError, "omega", dict(omega=[0.1, np.inf])),
        (ValueError, "omega", dict(omega=[0.1, 0.2, 0.3])),
        (ValueError, "velocity", dict(velocity=[[0, 0, 1.1], [0, 0, 1]])),
        (ValueError, "velocity", dict(velocity=np.zeros((3, 3)))),
        (TypeError, "omega", dict(omega="fast")),
    ],
)
def test_bad_input_is_refused_by_name(error, name, change):
    good = dict(P=[[0, 0, 1], [0, 0, -1]], omega=[0.1, 0.2], velocity=[[0, 0, 1], [0, 0, -1]])
    with pytest.raises(error, match=name):
        Ensemble(**good | change)


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (ValueError, lambda: isotropic_velocities(0, np.random.default_rng(1))),
        (TypeError, lambda: isotropic_velocities(2.5, np.random.default_rng(1))),
        (TypeError, lambda: isotropic_velocities(2, 42)),
        (ValueError, lambda: even_velocities(0)),
        (TypeError, lambda: even_velocities(2.5)),
        (TypeError, lambda: bipolar()),
        (TypeError, lambda: bipolar(None)),
        (TypeError, lambda: bipolar(42, velocity=[0, 0, 0])),
        (ValueError, lambda: bipolar(velocity=even_velocities(99))),
        (ValueError, lambda: bipolar(velocity=2 * even_velocities(100))),
        (ValueError, lambda: bipolar(np.random.default_rng(1), n_e=1, n_x=0)),
        (ValueError, lambda: bipolar(np.random.default_rng(1), n_e=-1)),
        (ValueError, lambda: bipolar(np.random.default_rng(1), theta=np.nan)),
    ],
)
def test_bad_draws_are_refused(error, call):
    with pytest.raises(error):
        call()


def test_the_isospin_map_turns_antineutrinos_round_and_back():
    P, omega = np.array([[0.1, 0.2, 0.3], [0, 0, 1.0], [0.3, 0, 0]]), np.array([0.1, 0.2, 0.3])
    bar = [True, False, False]
    turned, signed = isospin(P, omega, bar)
    assert np.array_equal(turned, [[-0.1, -0.2, -0.3], [0, 0, 1], [0.3, 0, 0]])
    assert np.array_equal(signed, [-0.1, 0.2, 0.3])
    history = np.stack([turned, turned])
    assert np.array_equal(isospin(history, 0.0, bar)[0], np.stack([P, P]))


@pytest.mark.parametrize(
    ("error", "name", "arguments"),
    [
        (TypeError, "antineutrino", ([0, 0, 1], 0.1, [0, 1])),
        (ValueError, "antineutrino", ([[0, 0, 1]] * 3, 0.1, [True, False])),
        (ValueError, "antineutrino", ([0, 0, 1], [0.1, 0.2, 0.3], [True, False])),
        (ValueError, "antineutrino", ([0, 0, 1], 0.1, True)),
        (ValueError, "P", ([0, 0, 2], 0.1, [True, False])),
        (TypeError, "omega", ([0, 0, 1], "fast", [True, False])),
    ],
)
def test_a_bad_isospin_map_is_refused_by_name(error, name, arguments):
    with pytest.raises(error, match=name):
        isospin(*arguments)
