"""Sweeps: the same to the bit whoever computes them, and unharmed by errors, deaths, interrupts and kills."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from oile import bipolar, simulate, simulate_many

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # from 3.12 on, and threads about

GAS = bipolar(np.random.default_rng(1), n_e=6, n_x=4)
T = np.linspace(0, 2, 5)


def rng(seed=7):
    return np.random.default_rng(seed)


def sweep(realizations=6, **options):
    return simulate_many(GAS, 0.1, T, rng=rng(), realizations=realizations, **options)


def test_each_realization_is_simulate_with_a_child_of_the_generator():
    P = sweep()
    assert P.shape == (6, 5, 10, 3)
    for r, child in enumerate(rng().spawn(6)):
        assert np.array_equal(P[r], simulate(GAS, 0.1, T, rng=child).P)
    assert len(np.unique(P[:, -1, 0, 0])) == 6


def test_a_realization_depends_on_its_number_and_not_on_how_many_there_are():
    assert np.array_equal(sweep(6), sweep(9)[:6])


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_the_result_is_the_same_to_the_bit_for_any_number_of_workers(workers):
    with ProcessPoolExecutor(workers) as pool:
        assert np.array_equal(sweep(executor=pool, p=0.5), sweep(p=0.5))
        assert pool.submit(abs, -1).result() == 1  # it is left open
    with ThreadPoolExecutor(workers) as pool:
        assert np.array_equal(sweep(executor=pool, p=0.0), sweep(p=0.0))


def test_the_order_is_that_of_the_realizations_however_long_each_takes():
    def late_if_early(trajectory):
        time.sleep(0.3 * (trajectory.P[-1, 0, 0] == first))
        return trajectory.P[-1]

    expected = sweep(4)[:, -1]
    first = expected[0, 0, 0]
    assert np.array_equal(sweep(4, reduce=late_if_early), expected)


def test_dask_does_the_same():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert np.array_equal(sweep(executor=client.get_executor()), sweep())
        with pytest.raises(RuntimeError, match=r"realization [0-3] failed: ZeroDivisionError"):
            sweep(4, reduce=lambda trajectory: 1 / 0, executor=client.get_executor())


def test_reduce_and_record_run_beside_the_data():
    everything = sweep()
    assert np.array_equal(sweep(reduce=lambda trajectory: trajectory.P[-1, 0]), everything[:, -1, 0])
    assert np.array_equal(sweep(record=lambda P: P[0]), everything[:, :, 0])
    assert np.array_equal(
        sweep(record=lambda P: P[0], reduce=lambda trajectory: trajectory.P[-1]), everything[:, -1, 0]
    )
    assert set(sweep(reduce=lambda trajectory: os.getpid())).isdisjoint({os.getpid()})
    assert np.array_equal(sweep(reduce=lambda trajectory: trajectory.t), np.tile(T, (6, 1)))


def test_a_gas_may_be_drawn_anew_each_time():
    start = simulate_many(bipolar, 0.1, [0, 1], rng=rng(), realizations=3)
    child = rng().spawn(3)[2]
    assert np.array_equal(start[2], simulate(bipolar(child), 0.1, [0, 1], rng=child).P)


def test_progress_is_shown_on_demand(capfd):
    sweep(4)
    assert capfd.readouterr().err == ""
    sweep(4, progress=True)
    assert "4/4" in capfd.readouterr().err


def number(child):
    """Which realization a generator belongs to."""
    return child.bit_generator.seed_seq.spawn_key[-1]


def fail_at_3(child):
    if number(child) == 3:
        raise KeyError("no such gas")
    return GAS


def sleep_at_0_and_die_at_3(child):
    if number(child) == 0:
        time.sleep(10)
    if number(child) == 3:
        os._exit(1)
    return GAS


def test_an_error_names_its_realization():
    with pytest.raises(RuntimeError, match="realization 3 failed: KeyError: 'no such gas'") as caught:
        simulate_many(fail_at_3, 0.1, T, rng=rng(), realizations=8)
    assert isinstance(caught.value.__cause__, KeyError)


def test_after_an_error_nothing_more_is_begun(tmp_path):
    def fail(child):
        (tmp_path / str(number(child))).touch()
        time.sleep(0.01)
        raise KeyError

    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match=r"realization \d+ failed"):
        simulate_many(fail, 0.1, T, rng=rng(), realizations=500, executor=pool)
    assert 0 < len(list(tmp_path.iterdir())) < 500


def test_a_death_names_its_realization_and_no_other_that_was_under_way():
    with pytest.raises(RuntimeError, match=r"died at work on realization 3$"):
        simulate_many(sleep_at_0_and_die_at_3, 0.1, T, rng=rng(), realizations=8)


def test_a_death_in_a_pool_of_ones_own_names_those_that_are_missing():
    with ProcessPoolExecutor(2) as pool, pytest.raises(RuntimeError, match=r"died at work on realization 0 or .*3"):
        simulate_many(sleep_at_0_and_die_at_3, 0.1, T, rng=rng(), realizations=4, executor=pool)


def test_results_of_different_shapes_are_an_error():
    some = sweep(2)[0, -1, 0, 0]
    with pytest.raises(ValueError, match="gave shape"):
        sweep(2, reduce=lambda trajectory: np.zeros(1 + (trajectory.P[-1, 0, 0] == some)))


def test_a_sweep_goes_on_where_it_was_left(tmp_path):
    def count(trajectory):
        with (tmp_path / "calls").open("a") as file:
            file.write("x")
        return trajectory.P[-1]

    first = sweep(4, reduce=count, checkpoint=tmp_path / "sweep")
    (tmp_path / "sweep" / "000001.npy").unlink()
    (tmp_path / "sweep" / ".000002.npy.99").write_bytes(b"half a fi")  # what a kill may leave
    again = sweep(6, reduce=count, checkpoint=tmp_path / "sweep")
    assert np.array_equal(first, again[:4])
    assert np.array_equal(again, sweep(6)[:, -1])
    assert (tmp_path / "calls").read_text() == "x" * (4 + 3)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("gamma", dict(gamma=0.2)),
        ("t", dict(t=[0, 1])),
        ("p", dict(p=0.5)),
        ("rng", dict(rng=rng(8))),
        ("ensemble", dict(ensemble=bipolar)),
        ("reduce", dict(reduce=lambda trajectory: trajectory.t)),
        ("record", dict(record=lambda P: P[0])),
    ],
)
def test_a_checkpoint_of_another_sweep_is_refused(tmp_path, name, change):
    good = dict(ensemble=GAS, gamma=0.1, t=T, rng=rng(), realizations=2, checkpoint=tmp_path)
    simulate_many(**good)
    with pytest.raises(ValueError, match=f"another {name}$"):
        simulate_many(**good | dict(rng=rng()) | change)


SCRIPT = """
import sys, time, numpy as np, oile
def gas(child):
    if child.bit_generator.seed_seq.spawn_key == (int(sys.argv[2]),):
        time.sleep(60)
    return oile.bipolar(child)
result = oile.simulate_many(
    gas, 1e-3, [20], rng=np.random.default_rng(2), realizations=40, reduce=lambda run: run.P[-1], checkpoint=sys.argv[1]
)
np.save(sys.argv[1] + ".npy", result)
"""


def start(folder, until, sleeper=-1):
    """A sweep in a process of its own, some of its realizations done, and perhaps one that takes very long."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), str(sleeper)],
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    while len(list(folder.glob("*.npy"))) < until:
        assert process.poll() is None
        time.sleep(0.01)
    return process


def alive(group):
    """Whether any process of the group is left after a while."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_killed_sweep_leaves_nobody_behind_and_is_resumed_with_the_same_result(tmp_path):
    process = start(tmp_path / "killed", until=4)
    process.kill()
    process.communicate()
    assert not alive(process.pid)
    assert len(list((tmp_path / "killed").glob("*.npy"))) < 40
    for folder in ("killed", "whole"):
        subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path / folder), "-1"], check=True)
    assert (tmp_path / "killed.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("send", [os.kill, os.killpg])  # to the parent, as a notebook does; to all, as a terminal does
def test_an_interrupt_stops_everybody_at_once(tmp_path, send):
    process = start(tmp_path / "sweep", until=39, sleeper=39)  # one worker is busy, the others wait
    send(process.pid, signal.SIGINT)
    try:
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert errors.count("Traceback") == 1
    assert errors.endswith("KeyboardInterrupt\n")
    assert not alive(process.pid)
    assert len(list((tmp_path / "sweep").glob("*.npy"))) < 40


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_workers_leave_interrupts_to_their_parent():
    def interrupted(trajectory):
        os.kill(os.getpid(), signal.SIGINT)
        return trajectory.P[-1]

    assert np.array_equal(sweep(reduce=interrupted), sweep()[:, -1])


@pytest.mark.parametrize(
    ("error", "message", "change"),
    [
        (TypeError, "ensemble", dict(ensemble=[[0, 0, 1]])),
        (ValueError, "gamma.*-1", dict(gamma=-1)),
        (ValueError, "t must not decrease", dict(t=[1, 0])),
        (ValueError, "p must.*2", dict(p=2)),
        (ValueError, "realizations.*0", dict(realizations=0)),
        (TypeError, "realizations.*2.5", dict(realizations=2.5)),
        (TypeError, "rng", dict(rng=1)),
        (TypeError, "record", dict(record=1)),
        (TypeError, "reduce", dict(reduce="mean")),
        (TypeError, "executor", dict(executor=4)),
    ],
)
def test_bad_input_is_refused_before_anything_is_started(error, message, change):
    good = dict(ensemble=GAS, gamma=0.1, t=T, rng=rng(), realizations=2)
    with pytest.raises(error, match=message):
        simulate_many(**good | change)


def test_a_result_that_cannot_fit_is_refused():
    with pytest.raises(MemoryError, match="GiB"):
        simulate_many(GAS, 0.1, np.linspace(0, 1, 10**6), rng=rng(), realizations=10**5)
