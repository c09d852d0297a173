"""Sweeps: the same to the bit whoever computes them, and unharmed by errors, deaths, interrupts and kills."""

import functools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from oile import bipolar, flavors, simulate, simulate_many
from oile import sweep as module
from oile._checkpoint import Checkpoint

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # from 3.12 on, and threads about

GAS = bipolar(np.random.default_rng(1), n_e=6, n_x=4)
T = np.linspace(0, 2, 5)


def rng(seed=7):
    return np.random.default_rng(seed)


def sweep(realizations=6, **options):
    return simulate_many(GAS, 0.1, T, rng=rng(), realizations=realizations, **options)


@pytest.mark.parametrize("p", [1.0, 0.5, 0.0])
def test_all_that_simulate_is_told_comes_to_each_realization(p):
    told = dict(p=p, phases=[0.5, 1.5], mu=lambda t: 1 / (1 + t), record=lambda P: P[1])
    assert np.array_equal(sweep(2, **told)[1], simulate(GAS, 0.1, T, rng=rng().spawn(2)[1], **told).P)


def test_each_realization_is_simulate_with_a_child_of_the_generator():
    P = sweep()
    assert P.shape == (6, 5, 10, 3)
    for r, child in enumerate(rng().spawn(6)):
        assert np.array_equal(P[r], simulate(GAS, 0.1, T, rng=child).P)
    assert len(np.unique(P[:, -1, 0, 0])) == 6


def test_children_are_of_their_parents_kind():
    P = simulate_many(GAS, 0.1, T, rng=np.random.Generator(np.random.Philox(7)), realizations=2)
    for r, child in enumerate(np.random.Generator(np.random.Philox(7)).spawn(2)):
        assert np.array_equal(P[r], simulate(GAS, 0.1, T, rng=child).P)


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
        with pytest.raises(TypeError, match=r"pass client.get_executor\(\)"):
            sweep(executor=client)


def test_reduce_and_record_run_beside_the_data():
    everything = sweep()
    assert np.array_equal(sweep(reduce=lambda trajectory: trajectory.P[-1, 0]), everything[:, -1, 0])
    assert np.array_equal(sweep(record=lambda P: P[0]), everything[:, :, 0])
    assert np.array_equal(
        sweep(record=lambda P: P[0], reduce=lambda trajectory: trajectory.P[-1]), everything[:, -1, 0]
    )
    assert np.array_equal(sweep(reduce=lambda trajectory: trajectory.t), np.tile(T, (6, 1)))


def test_a_gas_may_be_drawn_anew_each_time():
    start = simulate_many(bipolar, 0.1, [0, 1], rng=rng(), realizations=3)
    child = rng().spawn(3)[2]
    assert np.array_equal(start[2], simulate(bipolar(child), 0.1, [0, 1], rng=child).P)


def test_progress_is_shown_on_demand(capfd, tmp_path):
    sweep(4, checkpoint=tmp_path)
    assert capfd.readouterr().err == ""
    sweep(4, progress=True)
    assert "4/4" in capfd.readouterr().err
    sweep(6, progress=True, checkpoint=tmp_path)  # with those that are there
    assert "6/6" in capfd.readouterr().err


def number(child):
    """Which realization a generator belongs to."""
    return child.bit_generator.seed_seq.spawn_key[-1]


def fail_at_3(child):
    if number(child) == 3:
        raise KeyError("no such gas")
    return GAS


def leave_at_3(child):
    if number(child) == 3:
        raise SystemExit(2)
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


def test_a_function_that_leaves_the_program_is_an_error_too():
    for executor in (None, AtOnce(8)):
        with pytest.raises(RuntimeError, match="realization 3 failed: SystemExit: 2"):
            simulate_many(leave_at_3, 0.1, T, rng=rng(), realizations=8, executor=executor)


@pytest.mark.parametrize("p", [1.0, 0.0])
def test_an_error_calls_off_what_is_under_way(p, monkeypatch):
    begun, finished, another = [], [], threading.Event()

    def fail_once_another_is_under_way(child):
        begun.append(number(child))
        if number(child) > 0:
            another.set()
            return GAS
        another.wait(60)
        raise KeyError

    monkeypatch.setattr(module, "processors", lambda: 2)
    with pytest.raises(RuntimeError, match="realization 0 failed"):
        simulate_many(
            fail_once_another_is_under_way, 0.1, [3e6], rng=rng(), realizations=3, p=p, reduce=finished.append
        )
    for thread in threading.enumerate():
        if thread.name.startswith("oile-"):
            thread.join(60)
    assert (sorted(begun), finished) == ([0, 1], [])  # a realization takes seconds


class AtOnce(Executor):
    """Does what it is given, the first so many of them, when it is given it; of the others it only takes note."""

    def __init__(self, number):
        self.number, self.futures = number, []

    def submit(self, function, *arguments):
        self.futures.append(Future())
        if len(self.futures) <= self.number:
            self.futures[-1].set_result(function(*arguments))
        return self.futures[-1]


def test_after_an_error_of_an_executor_nobody_waits_for_the_others():
    executor = AtOnce(4)
    with pytest.raises(RuntimeError, match="realization 3 failed"):
        simulate_many(fail_at_3, 0.1, T, rng=rng(), realizations=8, executor=executor)
    assert [future.cancelled() for future in executor.futures] == [False] * 4 + [True] * 4


@pytest.mark.parametrize("last", [3, 40])  # by itself; in the midst of a batch
def test_what_was_done_beside_an_error_is_kept(tmp_path, monkeypatch, last):
    def gas(child):
        (tmp_path / str(number(child))).touch()
        return GAS if number(child) != last else 1 / 0

    monkeypatch.setattr(module, "BATCH", 1e6)
    good = dict(realizations=100, executor=AtOnce(1000), checkpoint=tmp_path / "sweep")
    with pytest.raises(RuntimeError, match=f"realization {last} failed"):
        simulate_many(gas, 0.1, T, rng=rng(), **good)
    begun = {path.name for path in tmp_path.iterdir()} - {"sweep", str(last)}
    assert {str(int(path.stem)) for path in (tmp_path / "sweep").glob("*.npy")} == begun


def test_after_an_error_nothing_more_is_begun(tmp_path):
    def fail(child):
        (tmp_path / str(number(child))).touch()
        time.sleep(0.01)
        raise KeyError

    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match=r"realization \d+ failed"):
        simulate_many(fail, 0.1, T, rng=rng(), realizations=500, executor=pool)
    assert 0 < len(list(tmp_path.iterdir())) < 500


def test_a_death_in_a_pool_of_ones_own_names_those_that_are_missing():
    with (
        ProcessPoolExecutor(2) as pool,
        pytest.raises(RuntimeError, match=r"died at work on realization 0 or 3\. .*__main__"),
    ):
        simulate_many(sleep_at_0_and_die_at_3, 0.1, T, rng=rng(), realizations=4, executor=pool)


def test_a_death_loses_nothing_that_others_have_done(tmp_path):
    class Dying(AtOnce):
        def submit(self, function, *arguments):
            if self.futures:
                return super().submit(function, *arguments)
            self.futures.append(Future())
            self.futures[0].set_exception(BrokenExecutor())
            return self.futures[0]

    with pytest.raises(RuntimeError, match=r"a process died at work on realization 0\. "):
        sweep(8, executor=Dying(8), checkpoint=tmp_path)
    assert [path.stem for path in sorted(tmp_path.glob("*.npy"))] == [f"{r:06d}" for r in range(1, 8)]


def test_results_of_different_shapes_are_an_error():
    some = sweep(2)[0, -1, 0, 0]
    with pytest.raises(ValueError, match="reduce must return one shape each time"):
        sweep(2, reduce=lambda trajectory: np.zeros(1 + (trajectory.P[-1, 0, 0] == some)))


@pytest.mark.parametrize("part", [..., (0, 2)])  # an array, a number
def test_a_sweep_goes_on_where_it_was_left(tmp_path, part):
    def count(trajectory):
        with (tmp_path / "calls").open("a") as file:
            file.write("x")
        return trajectory.P[-1][part]

    kept = dict(reduce=count, checkpoint=tmp_path / "sweep", checkpoint_key="last")
    first = sweep(4, **kept)
    (tmp_path / "sweep" / "000001.npy").unlink()
    (tmp_path / "sweep" / ".000002.npy.99").write_bytes(b"half a fi")  # what a kill may leave
    again = sweep(6, **kept)
    assert np.array_equal(first, again[:4])
    assert np.array_equal(again, sweep(6, reduce=lambda trajectory: trajectory.P[-1][part]))
    assert (tmp_path / "calls").read_text() == "x" * (4 + 3)


@pytest.mark.parametrize("key", [None, "a word for functions, not for data"])
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("gamma", dict(gamma=np.nextafter(0.1, 1))),
        ("t", dict(t=[0, 1])),
        ("p", dict(p=0.5)),
        ("rng", dict(rng=rng(8))),
        ("ensemble", dict(ensemble=bipolar)),
        ("ensemble", dict(ensemble=bipolar(np.random.default_rng(2), n_e=6, n_x=4))),
        ("reduce", dict(reduce=lambda trajectory: trajectory.t)),
        ("record", dict(record=lambda P: P[0])),
        ("phases", dict(phases=[0.5, 1.5])),
        ("mu", dict(mu=lambda t: 1 + 0 * t)),
    ],
)
def test_a_checkpoint_of_another_sweep_is_refused(tmp_path, name, change, key):
    good = dict(ensemble=GAS, gamma=0.1, t=T, rng=rng(), realizations=2, checkpoint=tmp_path, checkpoint_key=key)
    simulate_many(**good)
    with pytest.raises(ValueError, match=f"checkpoint must be a new folder.* another {name}$"):
        simulate_many(**good | dict(rng=rng()) | change)


def test_the_second_sweep_of_a_generator_is_another_one(tmp_path):
    source = rng()
    good = dict(ensemble=GAS, gamma=0.1, t=T, rng=source, realizations=2)
    first = simulate_many(**good, checkpoint=tmp_path / "first")
    with pytest.raises(ValueError, match=r"another rng$"):
        simulate_many(**good, checkpoint=tmp_path / "first")
    assert not np.array_equal(simulate_many(**good), first)


def closure(k):
    return lambda trajectory: trajectory.P[-1, k]


def with_default(k):
    def pick(trajectory, k=k):
        return trajectory.P[-1, k]

    return pick


def pick(trajectory, k):
    return trajectory.P[-1, k]


class Pick:
    def __init__(self, k):
        self.k = k

    def __call__(self, trajectory):
        return trajectory.P[-1, self.k]

    def method(self, trajectory):
        return trajectory.P[-1, self.k]


PLACE = {"k": 0}


def pick_global(trajectory):
    return trajectory.P[-1, PLACE["k"]]


def through_another(trajectory):
    return pick_global(trajectory)


def global_at(function):
    def make(k):
        PLACE["k"] = k
        return function

    return make


@pytest.mark.parametrize(
    "make",
    [
        closure,
        with_default,
        lambda k: functools.partial(pick, k=k),
        Pick,
        lambda k: Pick(k).method,
        lambda k: closure([np.arange(3), {"k": k}][1]["k"]),
        global_at(pick_global),
        global_at(through_another),
    ],
)
def test_a_function_is_another_one_if_anything_that_it_captures_or_looks_up_is(tmp_path, make):
    good = dict(ensemble=GAS, gamma=0.1, t=T, realizations=2, checkpoint=tmp_path)
    first = simulate_many(**good, rng=rng(), reduce=make(1))
    assert np.array_equal(simulate_many(**good, rng=rng(), reduce=make(1)), first)
    with pytest.raises(ValueError, match=r"another reduce$"):
        simulate_many(**good, rng=rng(), reduce=make(2))


def test_a_gas_drawn_by_a_closure_is_another_one_if_the_closure_is(tmp_path):
    def drawn(theta):
        return lambda rng: bipolar(rng, n_e=3, n_x=3, theta=theta)

    good = dict(gamma=0.1, t=T, realizations=2, checkpoint=tmp_path)
    simulate_many(drawn(0.1), rng=rng(), **good)
    with pytest.raises(ValueError, match=r"another ensemble$"):
        simulate_many(drawn(0.2), rng=rng(), **good)


def test_what_cannot_be_told_for_certain_needs_a_word_of_the_caller(tmp_path):
    lock = threading.Lock()

    def guarded(trajectory):
        with lock:
            return trajectory.P[-1, 0]

    with pytest.raises(TypeError, match=r"reduce must be something.*_thread.lock.*checkpoint_key="):
        sweep(2, reduce=guarded, checkpoint=tmp_path)
    first = sweep(2, reduce=guarded, checkpoint=tmp_path, checkpoint_key="first particle")
    assert np.array_equal(sweep(2, reduce=guarded, checkpoint=tmp_path, checkpoint_key="first particle"), first)
    with pytest.raises(ValueError, match=r"another reduce$"):
        sweep(2, reduce=guarded, checkpoint=tmp_path, checkpoint_key="second particle")


@pytest.mark.parametrize("what", ["version", "engine"])
def test_results_of_another_version_are_not_mixed_in(tmp_path, what):
    sweep(2, checkpoint=tmp_path)
    note = tmp_path / "sweep.json"
    text = json.loads(note.read_text())
    for other in (text | {what: "yesterday's"}, {name: text[name] for name in text if name != what}):
        note.write_text(json.dumps(other))
        with pytest.raises(ValueError, match=f"another {what}$"):
            sweep(2, checkpoint=tmp_path)


def test_each_number_has_a_file_of_its_own(tmp_path):
    folder = Checkpoint(tmp_path, None)
    numbers = [k * 10**digits for digits in range(9) for k in (1, 9)]
    for number in numbers:
        folder[number] = number
    assert [folder.get(number) for number in numbers] == numbers
    assert folder.get(2) is None


def test_of_two_sweeps_that_begin_in_one_folder_one_is_refused(tmp_path):
    barrier, refused, kept = threading.Barrier(2), [], []

    def begin(gamma, folder):
        barrier.wait()
        try:
            simulate_many(GAS, gamma, T, rng=rng(), realizations=3, checkpoint=folder)
            kept.append((gamma, folder))
        except ValueError as error:
            refused.append(str(error))

    for attempt in range(10):
        folder = tmp_path / str(attempt)
        pair = [threading.Thread(target=begin, args=(gamma, folder)) for gamma in (0.1, 0.2)]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()
    assert len(kept) == len(refused) == 10
    assert all(message.endswith("another gamma") for message in refused)
    for gamma, folder in kept:
        again = simulate_many(GAS, gamma, T, rng=rng(), realizations=3, checkpoint=folder)
        assert np.array_equal(again, simulate_many(GAS, gamma, T, rng=rng(), realizations=3))


def test_sweeps_that_are_the_same_share_a_folder(tmp_path):
    barrier, results = threading.Barrier(2), []

    def begin(folder):
        barrier.wait()
        results.append(sweep(3, checkpoint=folder))

    for attempt in range(5):
        pair = [threading.Thread(target=begin, args=(tmp_path / str(attempt),)) for _ in range(2)]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()
    assert len(results) == 10
    assert all(np.array_equal(result, sweep(3)) for result in results)


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"half a file", None])
def test_a_damaged_file_is_named_set_aside_and_computed_anew(tmp_path, damage):
    first = sweep(3, checkpoint=tmp_path)
    file = tmp_path / "000001.npy"
    file.write_bytes(file.read_bytes()[:-8] if damage is None else damage)
    with pytest.warns(UserWarning, match=r"000001.npy was damaged"):
        again = sweep(3, checkpoint=tmp_path)
    assert np.array_equal(again, first)
    assert (tmp_path / "000001.damaged").exists()
    for note in (b"{", b"3", b""):
        (tmp_path / "sweep.json").write_bytes(note)
        with pytest.raises(ValueError, match=r"checkpoint is damaged.*sweep.json"):
            sweep(3, checkpoint=tmp_path)


def test_results_without_a_word_on_what_they_are_of_are_refused(tmp_path):
    sweep(2, checkpoint=tmp_path)
    (tmp_path / "sweep.json").unlink()
    with pytest.raises(ValueError, match=r"checkpoint is damaged.*sweep.json.*new folder"):
        sweep(2, p=0.5, checkpoint=tmp_path)


def of_another_seed(folder, file):
    simulate_many(GAS, 0.1, T, rng=rng(99), realizations=2, checkpoint=folder / "other")
    file.write_bytes((folder / "other" / file.name).read_bytes())


def of_another_number(folder, file):
    file.write_bytes((folder / "000000.npy").read_bytes())


def flipped(folder, file):
    data = bytearray(file.read_bytes())
    data[-60] ^= 1
    file.write_bytes(data)


def without_seal(folder, file):
    np.save(file, np.load(file))


@pytest.mark.parametrize("change", [of_another_seed, of_another_number, flipped, without_seal])
def test_a_file_that_is_not_what_this_sweep_wrote_is_computed_anew(tmp_path, change):
    first = sweep(2, checkpoint=tmp_path)
    change(tmp_path, tmp_path / "000001.npy")
    with pytest.warns(UserWarning, match=r"000001.npy was damaged .*another sweep's"):
        assert np.array_equal(sweep(2, checkpoint=tmp_path), first)


def test_a_folder_may_move(tmp_path):
    first = sweep(2, checkpoint=tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert np.array_equal(sweep(3, checkpoint=tmp_path / "link")[:2], first)


def test_a_checkpoint_is_a_folder(tmp_path):
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ValueError, match="checkpoint must be a folder"):
            sweep(2, checkpoint=folder)
    for folder in (3, ""):
        with pytest.raises(TypeError, match="checkpoint must be the path"):
            sweep(2, checkpoint=folder)
    with pytest.raises(TypeError, match="checkpoint_key"):
        sweep(2, checkpoint=tmp_path / "new", checkpoint_key=3)


def test_a_file_has_its_name_only_when_it_is_complete_and_on_the_disc(tmp_path, monkeypatch):
    seen, real = [], np.save

    def save(file, value, **options):
        seen.append(sorted(path.name for path in tmp_path.glob("0*.npy")))
        real(file, value, **options)

    synced = []
    monkeypatch.setattr(np, "save", save)
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_size))
    monkeypatch.setattr(module, "processors", lambda: 1)
    sweep(3, checkpoint=tmp_path)
    assert seen == [[], ["000000.npy"], ["000000.npy", "000001.npy"]]  # none of them while it was written
    assert len(synced) >= 8  # each file and its folder
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert all(synced.count(size) >= sizes.count(size) for size in sizes)  # and nothing of them was yet to come


def test_a_full_disc_loses_nothing_that_was_saved(tmp_path, monkeypatch):
    real, left = np.save, [2]

    def save(file, value, **options):
        left[0] -= 1
        if left[0] < 0:
            file.write(b"half")
            raise OSError(28, "No space left on device")
        real(file, value, **options)

    with monkeypatch.context() as full:
        full.setattr(np, "save", save)
        with pytest.raises(OSError, match=rf"checkpoint .*{tmp_path.name}.* cannot be written: .*No space left"):
            sweep(6, checkpoint=tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npy", ".npy"]
    assert np.array_equal(sweep(6, checkpoint=tmp_path), sweep(6))


def test_density_matrices_go_through_the_same_door(tmp_path):
    rho = np.array([np.diag([1, 0, 0]), np.diag([0, 1, 0]), np.eye(3) / 3])
    gas = flavors.Ensemble(rho, [0, 0.1, 1], [0, 0, 0], [False, True, False])
    everything = simulate_many(gas, 0.1, T, rng=rng(), realizations=3, checkpoint=tmp_path)
    assert everything.shape == (3, 5, 3, 3, 3)
    kept = simulate_many(gas, 0.1, T, rng=rng(), realizations=3, reduce=lambda run: run.rho[-1], phases=[0.5, 1.5])
    child = rng().spawn(3)[1]
    assert np.array_equal(kept[1], simulate(gas, 0.1, T, rng=child, phases=[0.5, 1.5]).rho[-1])


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


@pytest.mark.compiled
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
        _, errors = process.communicate(timeout=10)
    finally:
        process.kill()
    assert errors.count("Traceback") == 1
    assert errors.endswith("KeyboardInterrupt\n")
    assert not alive(process.pid)
    assert len(list((tmp_path / "sweep").glob("*.npy"))) < 40


def test_the_type_of_the_results_is_one_that_all_fit_whoever_is_first():
    def early_or_never(trajectory):
        x = trajectory.P[-1, 0, 2]
        return x if x > middle else 0

    values = sweep(8)[:, -1, 0, 2]
    middle = np.median(values)
    assert np.array_equal(sweep(8, reduce=early_or_never), np.where(values > middle, values, 0))


def test_small_tasks_go_in_batches_and_nothing_depends_on_it(monkeypatch):
    expected = sweep(300)[:, -1]
    sizes = []
    real = module._batch

    def counted(task, items):
        sizes.append(len(items))
        return real(task, items)

    monkeypatch.setattr(module, "_batch", counted)
    with ThreadPoolExecutor(2) as pool:
        assert np.array_equal(sweep(300, reduce=lambda trajectory: trajectory.P[-1], executor=pool), expected)
    assert sum(sizes) == 300
    assert max(sizes) > 10


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
        (ValueError, "^p must be 0 or at least", dict(p=1e-20)),
        (ValueError, "^gamma must be large enough", dict(t=[1e300])),
        (TypeError, "checkpoint_key must be a string", dict(checkpoint_key=3)),
        (TypeError, "record", dict(record=1)),
        (TypeError, "reduce", dict(reduce="mean")),
        (TypeError, "executor", dict(executor=4)),
    ],
)
def test_bad_input_is_refused_before_anything_is_started(error, message, change):
    good = dict(ensemble=GAS, gamma=0.1, t=T, rng=rng(), realizations=2)
    with pytest.raises(error, match=message):
        simulate_many(**good | change)


def test_gases_are_of_one_size():
    sizes = iter([2, 3, 2])
    with pytest.raises(ValueError, match="ensemble must return one shape each time"):
        simulate_many(lambda rng: bipolar(rng, 2, next(sizes)), 0.1, T, rng=rng(), realizations=3)


def test_a_result_that_cannot_fit_is_refused():
    with pytest.raises(MemoryError, match="GiB"):
        simulate_many(GAS, 0.1, np.linspace(0, 1, 10**6), rng=rng(), realizations=10**5)
