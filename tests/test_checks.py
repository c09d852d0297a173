from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from oile import Ensemble, bipolar, isotropic_velocities, medium_rhs, simulate, simulate_many


@pytest.fixture
def gas():
    return bipolar(np.random.default_rng(1), 2, 2)


@pytest.mark.parametrize("gamma", ["0.1", None, True, 0.1j, [[0.1], [0.1, 0.2]]])
def test_what_is_no_real_number_is_a_type_error(gas, gamma):
    with pytest.raises(TypeError, match="gamma must be a"):
        simulate(gas, gamma, [0, 1], rng=np.random.default_rng(1))


def test_a_message_shows_short_values_and_describes_long_arrays(gas):
    with pytest.raises(TypeError, match=r"got an array of shape \(100, 3\) and type complex128"):
        medium_rhs(np.zeros((100, 3), complex), [0, 0, 1], 0.1)
    with pytest.raises(TypeError, match=r"got \[\[0, 0, 1\]\]"):
        simulate([[0, 0, 1]], 0.1, [0, 1], rng=np.random.default_rng(1))


def test_a_message_gives_shapes_and_integers_as_python_writes_them():
    with pytest.raises(ValueError, match=r"omega must have shape \(2,\) to fit P"):
        Ensemble(np.zeros((2, 3)), [1, 2, 3], [0, 0, 0])
    with pytest.raises(ValueError, match=r"P must have shape \(any, 3\), got \(3,\)"):
        Ensemble(np.zeros(3), 1, [0, 0, 0])
    with pytest.raises(ValueError, match=r"got 0$"):
        isotropic_velocities(0, np.random.default_rng(1))


def test_more_steps_than_can_be_counted_are_refused_at_once(gas):
    for p in (0.0, 0.5, 1.0):
        with pytest.raises(ValueError, match="gamma must be large enough"):
            simulate(gas, 1e-300, [0, 1], rng=np.random.default_rng(1), p=p)


@pytest.mark.parametrize("kept", [None, "up", {"P": 1}])
def test_a_reduction_to_something_else_than_numbers_is_refused(gas, kept):
    with ThreadPoolExecutor(1) as executor, pytest.raises(RuntimeError, match=r"realization 0 .* reduce must return"):
        simulate_many(
            gas,
            0.1,
            [1],
            rng=np.random.default_rng(1),
            realizations=1,
            reduce=lambda trajectory: kept,
            executor=executor,
        )
