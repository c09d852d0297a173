import os
import pickle

import numpy as np
import pint
import pytest

from oile import Trajectory, bipolar, flavors, integrate, simulate


def run(**more):
    rng = np.random.default_rng(1)
    return simulate(bipolar(rng, n_e=3, n_x=2), 0.1, [0, 1, 2.5], rng=rng, **more)


def run_of_matrices():
    U = flavors.pmns(theta12=0.59, theta13=0.15, theta23=0.76, delta=1.0)
    gas = flavors.Ensemble(flavors.mixture(np.eye(3), U), [0, 0.1, 1], [0, 0, 0])
    return simulate(gas, 0.1, [0, 1], rng=np.random.default_rng(1))


def test_a_trajectory_unpacks_and_says_briefly_what_it_is():
    t, P = trajectory = run()
    assert t is trajectory.t
    assert P is trajectory.P
    assert repr(trajectory) == "Trajectory(T = 3 times from 0 to 2.5 [1/mu], P of shape (5, 3))"
    with pytest.raises(AttributeError, match="holds P, not rho"):
        _ = trajectory.rho
    with pytest.raises(ValueError, match="kind"):
        Trajectory(t, P, "Q")


@pytest.mark.parametrize("make", [run, run_of_matrices, lambda: run(record=lambda P: P.mean())])
def test_a_trajectory_can_be_saved_and_handed_on(tmp_path, make):
    before = make()
    before.save(tmp_path / "run.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]
    for after in (Trajectory.load(tmp_path / "run.npz"), pickle.loads(pickle.dumps(before))):
        assert after.kind == before.kind
        assert np.array_equal(after.t, before.t)
        assert np.array_equal(after.values, before.values)


@pytest.mark.parametrize("p", [1.0, 0.5, 0.0, None])
def test_times_are_the_trajectorys_own(p):
    t, gas = np.array([0.0, 0.5]), bipolar(np.random.default_rng(1))
    kept = integrate(gas, 0.1, t) if p is None else simulate(gas, 0.1, t, rng=np.random.default_rng(1), p=p)
    t[:] = 7
    assert kept.t.tolist() == [0.0, 0.5]


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    run().save(path)
    good = path.read_bytes()

    def fill_up(file, **arrays):
        file.write(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez", fill_up)
    with pytest.raises(OSError, match="no space"):
        run().save(path)
    assert path.read_bytes() == good
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


def test_of_two_processes_that_save_at_once_each_writes_a_file_of_its_own(tmp_path, monkeypatch):
    path, real, late, early = tmp_path / "run.npz", np.savez, run(), run(record=lambda P: P.mean())

    def slowly(file, **arrays):
        file.write(b"half")
        with monkeypatch.context() as other:
            other.setattr(np, "savez", real)
            other.setattr(os, "getpid", lambda: 1)
            early.save(path)
        assert np.array_equal(Trajectory.load(path).P, early.P)
        file.seek(0)
        real(file, **arrays)

    monkeypatch.setattr(np, "savez", slowly)
    late.save(path)
    assert np.array_equal(Trajectory.load(path).P, late.P)


def test_a_file_that_holds_something_else_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", x=1)
    with pytest.raises(ValueError, match=r"path must be a trajectory's file.*other.npz.*'t'"):
        Trajectory.load(tmp_path / "other.npz")
    run().save(tmp_path / "half.npz")
    (tmp_path / "half.npz").write_bytes((tmp_path / "half.npz").read_bytes()[:300])
    np.save(tmp_path / "array.npy", np.zeros(3))
    for name in ("half.npz", "array.npy"):
        with pytest.raises(ValueError, match=rf"path must be a trajectory's file.*{name}.*damaged or another"):
            Trajectory.load(tmp_path / name)


def test_a_labeled_array_has_named_axes_and_units():
    pytest.importorskip("xarray")
    trajectory = run()
    array = trajectory.to_xarray()
    assert array.dims == ("time", "particle", "component")
    assert array["time"].attrs["units"] == "1/mu"
    assert np.array_equal(array.sel(component=3), trajectory.P[..., 2])
    assert run(record=lambda P: P.mean(axis=0)).to_xarray().dims == ("time", "axis_1")
    assert run(record=lambda P: P[:, :2]).to_xarray().dims == ("time", "axis_1", "axis_2")
    matrices = run_of_matrices()
    array = matrices.to_xarray()
    assert np.array_equal(array.sel(row=0, column=2, particle=1), matrices.rho[:, 1, 0, 2])
    assert Trajectory([0, 1], np.zeros((2, 5, 2, 3)), "rho").to_xarray().dims == ("time", "axis_1", "axis_2", "axis_3")


@pytest.mark.parametrize("values", [[1, 0.5, 0.5, 0.25], [0.5, 1, 1j, 2], [True, 2, 0.5, 1]])
def test_values_of_different_types_become_the_one_type_that_all_fit(values):
    gas = bipolar(np.random.default_rng(1))
    for order in (values, values[::-1]):
        left = iter(order)
        kept = simulate(gas, 0.1, range(4), rng=np.random.default_rng(1), record=lambda P, left=left: next(left)).P
        assert np.array_equal(kept, np.array(order))


@pytest.mark.parametrize("value", ["up", None, {"a": 1}, [1, [2, 3]], object()])
def test_a_record_that_is_no_number_is_refused_by_name(value):
    with pytest.raises(TypeError, match="record must return an array or a number"):
        run(record=lambda P: value)


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ("masked", lambda P: np.ma.masked_less(P, 0.5)),
        ("without a unit", lambda P: pint.Quantity(P, "km")),
    ],
)
def test_a_record_loses_neither_its_mask_nor_its_unit_in_silence(word, change):
    with pytest.raises(ValueError, match=f"what record returns must .*{word}"):
        run(record=change)


def test_a_record_has_one_shape():
    shapes = [np.zeros(3), np.zeros(3), 0.0]
    with pytest.raises(ValueError, match=r"record must return one shape each time, got \(\) for number 2, \(3,\)"):
        run(record=lambda P: shapes.pop(0))
