import numpy as np
import pytest

from oile import Ensemble, bipolar, isotropic_velocities


def test_bipolar_is_the_papers_initial_condition():
    gas = bipolar(np.random.default_rng(1))
    assert gas.N == 100
    assert np.allclose(gas.P[:60], [np.sin(2e-3), 0, np.cos(2e-3)])
    assert np.array_equal(gas.P[60:], -gas.P[:40])
    assert gas.omega.tolist() == [0.1] * 60 + [0.2] * 40
    assert np.allclose(np.linalg.norm(gas.velocity, axis=1), 1)


def test_isotropic_velocities_have_the_moments_of_the_sphere():
    v = isotropic_velocities(100_000, np.random.default_rng(1))
    standard_error = 1 / np.sqrt(len(v))
    assert np.allclose(np.linalg.norm(v, axis=1), 1)
    assert np.abs(v.mean(axis=0)).max() < 4 * standard_error
    assert np.abs(v.T @ v / len(v) - np.eye(3) / 3).max() < 4 * standard_error


def test_an_ensemble_is_frozen_and_owns_its_arrays():
    P = np.zeros((3, 3))
    gas = Ensemble(P, 0.5, [0, 0, 1])
    P[:] = 1
    assert not gas.P.any()
    assert gas.omega.tolist() == [0.5] * 3
    assert gas.velocity.shape == (3, 3)
    with pytest.raises(ValueError, match="read-only"):
        gas.P[0] = 1
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
        (TypeError, lambda: bipolar(None)),
        (ValueError, lambda: bipolar(np.random.default_rng(1), n_e=1, n_x=0)),
        (ValueError, lambda: bipolar(np.random.default_rng(1), n_e=-1)),
        (ValueError, lambda: bipolar(np.random.default_rng(1), theta=np.nan)),
    ],
)
def test_bad_draws_are_refused(error, call):
    with pytest.raises(error):
        call()
