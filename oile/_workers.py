"""Who does the work of a sweep, and what becomes of them: the private half of `oile.sweep`."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed

import cloudpickle
import numpy as np

from oile._engine import pairs  # noqa: F401  here, before processes part: Numba is loaded once
from oile.ensemble import Ensemble
from oile.simulation import simulate


def realize(task, r, rng):
    """One realization, wherever it is computed."""
    task = cloudpickle.loads(task)
    ensemble, reduce = task.pop("ensemble"), task.pop("reduce")
    gas = ensemble if isinstance(ensemble, Ensemble) else ensemble(rng)
    trajectory = simulate(gas, rng=rng, **task)
    value = np.asarray(trajectory.P if reduce is None else reduce(trajectory))
    if value.dtype.kind not in "biufc":
        raise TypeError(f"reduce must return an array or a number, got {type(value[()]).__name__}")
    return value


def outcomes(executor, task, todo):
    """Number and result of each realization, as they come; those still waiting are called off if one fails."""
    task, futures = cloudpickle.dumps(task), {}
    try:
        for r, rng in todo.items():
            futures[executor.submit(realize, task, r, rng)] = r
        for future in as_completed(set(futures)):
            try:
                value = future.result()
            except BrokenExecutor:
                raise
            except Exception as error:
                raise RuntimeError(f"realization {futures[future]} failed: {type(error).__name__}: {error}") from error
            yield futures.pop(future), value
    except BrokenExecutor as error:
        r = executor.fallen() if isinstance(executor, Pool) else sorted(futures.values())
        raise RuntimeError(f"a process died at work on realization {' or '.join(map(str, r))}") from error
    finally:
        for future in futures:
            future.cancel()


class Pool(ProcessPoolExecutor):
    """A process for each core. Knows who is at work on what, and takes everybody along when it is left by an error."""

    def __init__(self, realizations):
        self.at_work = multiprocessing.Array("q", realizations, lock=False)  # process by realization, or 0
        self.others, self.crew = set(multiprocessing.active_children()), set()
        super().__init__(min(os.cpu_count(), realizations), initializer=_enlist, initargs=(self.at_work,))

    def submit(self, realize, task, r, rng):
        future = super().submit(_at_work, realize, task, r, rng)
        self.crew |= set(multiprocessing.active_children()) - self.others
        return future

    def fallen(self):
        """Realizations of the process that died; of all that were at work if it was terminated as the others were."""
        for worker in self.crew:
            worker.join(1)
        dead = {worker.pid for worker in self.crew if worker.exitcode not in (None, 0, -signal.SIGTERM)}
        at_work = {r: pid for r, pid in enumerate(self.at_work) if pid}
        return [r for r, pid in at_work.items() if pid in dead] or list(at_work)

    def __exit__(self, error, *_):
        if error is not None:
            for worker in self.crew:
                worker.terminate()
        self.shutdown(wait=True, cancel_futures=True)


def _enlist(at_work):
    """A worker leaves interrupts to its parent, and does not outlive it."""
    _at_work.table = at_work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow():
    multiprocessing.parent_process().join()
    os._exit(1)


def _at_work(realize, task, r, rng):
    """`realize`, with a note of who does it."""
    _at_work.table[r] = os.getpid()
    value = realize(task, r, rng)
    _at_work.table[r] = 0
    return value
