r"""Many realizations of a gas, side by side: averages over the pairing, the velocities, or both."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, wait
from itertools import islice
from queue import SimpleQueue
from time import perf_counter
from typing import Any

import numpy as np

from oile import _checks, flavors
from oile._checkpoint import Checkpoint
from oile._identity import version
from oile._types import AnyArray, Complexes, RealArray, Reals
from oile.ensemble import Ensemble
from oile.simulation import Interrupted, checked, kind_of, orders, simulate
from oile.trajectory import Collected, Trajectory, numbers, room

__all__ = ["simulate_many"]

BATCH = 0.05  # seconds of work in one order: small tasks go together
PATIENCE = 0.4  # seconds for threads that were called off; one that is in a function of the caller's is left behind


def simulate_many(
    ensemble: Ensemble | flavors.Ensemble | Callable[[np.random.Generator], Ensemble | flavors.Ensemble],
    gamma: float,
    t: Reals,
    *,
    rng: np.random.Generator,
    realizations: int,
    p: float = 1.0,
    phases: Reals | None = None,
    mu: Callable[[RealArray], Reals] | None = None,
    record: Callable[[AnyArray], Complexes] | None = None,
    reduce: Callable[[Trajectory], Complexes] | None = None,
    executor: Executor | None = None,
    progress: bool = False,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_key: str | None = None,
) -> AnyArray:
    r"""Model 2 many times over, each time with other encounters, in parallel.

    Realization `r` draws from ``rng.spawn(...)[r]``: it follows from the seed and from `r` alone, however many workers
    there are and whoever of them is done first: to the bit on processors of one kind, to rounding otherwise.

    Parameters
    ----------
    ensemble : Ensemble, flavors.Ensemble or callable
        The gas at time 0, the same each time; or a function that draws one from the realization's generator, as
        `oile.bipolar` does, so that velocities are drawn anew each time.
    gamma, t, p, phases, mu, record
        As for `oile.simulate`.
    rng : numpy.random.Generator
        Source of randomness. Its children are used up: a second sweep with it is another sweep.
    realizations : int
        How many.
    reduce : callable, optional
        What to keep of a realization: called with its Trajectory where it was computed; returns an array or a number,
        of the same shape each time. ``trajectory.values`` when it is left out. (`record` thins each time as it comes,
        `reduce` the whole realization; with both, `reduce` sees what `record` kept.)
    executor : concurrent.futures.Executor, optional
        Who does the work: ``client.get_executor()`` of `dask.distributed`, `mpi4py.futures.MPIPoolExecutor`, a pool of
        processes, which is left open. A thread for each processor that this process may use when it is left out: the
        engine lets go of Python's lock, so that threads run side by side; a `record` or `reduce` in Python that takes
        longer than the simulation itself is better off with processes.
    progress : bool
        Whether to show a progress bar.
    checkpoint : path, optional
        A folder in which each realization is saved as it is done. Called again with the same arguments, a sweep goes
        on from there. It may have more realizations then; for anything else that differs the folder is refused: another
        value, another function or other values that a function captured or looks up, another version of the package.
        A function that reads files, the clock, the environment or a generator that all share needs a `checkpoint_key`.
    checkpoint_key : str, optional
        Your word for what the functions among the arguments do, where the checkpoint cannot tell by itself.

    Returns
    -------
    ndarray, shape (realizations, ...)
        What `reduce` returned, in the order of the realizations, of a type that all of it fits; shape
        (realizations, T, N, 3) without it.

    Raises
    ------
    ValueError, TypeError
        For bad arguments, as `oile.simulate`, and for a `checkpoint` that holds another sweep.
    RuntimeError
        If a realization fails, or a process of the executor dies: the message says which one, or which it may be.
    MemoryError
        If the result would not fit into the machine.

    Examples
    --------
    The scatter of the gas's mean over the pairings, one time:

    >>> import numpy as np
    >>> from oile import bipolar
    >>> gas = bipolar(np.random.default_rng(1))
    >>> def mean(trajectory):
    ...     return trajectory.P[-1].mean(axis=0)
    >>> means = simulate_many(gas, 0.1, [20], rng=np.random.default_rng(2), realizations=4, reduce=mean)
    >>> means.shape, bool(np.ptp(means[:, 2]) < 1e-14)
    ((4, 3), True)
    """
    from tqdm import tqdm  # here: it takes its time to load

    from oile._engine.compiled import fingerprint

    realizations = int(_checks.integer("realizations", realizations, 1, shape=()))
    drawn = callable(ensemble)
    if not drawn:
        kind_of(ensemble)
    if reduce is not None and not callable(reduce):
        raise TypeError(f"reduce must be callable, got {_checks.shown(reduce)}")
    _checks_of_executor(executor)
    gamma, times, p, relative, _ = checked(gamma, t, p, phases, mu, record)
    rng, progress = _checks.generator(rng), _checks.flag("progress", progress)
    if not (checkpoint_key is None or isinstance(checkpoint_key, str)):
        raise TypeError(f"checkpoint_key must be a string, got {_checks.shown(checkpoint_key)}")

    of = "reduce" if reduce is not None else "record" if record is not None else "ensemble"
    results, lock = Collected(of, realizations), threading.Lock()
    if not drawn and record is None and reduce is None:
        states = getattr(ensemble, kind_of(ensemble))
        results.array = room((realizations, len(times), *states.shape), states.dtype)
    generators = rng.spawn(realizations)
    task = dict(ensemble=ensemble, gamma=gamma, t=times, p=p, phases=relative, mu=mu, record=record, reduce=reduce)
    saved = None
    if checkpoint is not None:
        versions = dict(version=version(), engine=fingerprint())
        saved = Checkpoint(checkpoint, checkpoint_key, rng=generators[0], **versions, **task)

    with tqdm(total=realizations, disable=not progress) as bar:
        todo = {}
        for r, generator in enumerate(generators):
            value = None if saved is None else saved.get(r)
            if value is None:
                todo[r] = generator
            else:
                results[r] = value
        bar.update(realizations - len(todo))

        def keep(r, value):
            if saved is not None:
                saved[r] = value
            with lock:
                results[r] = value
                bar.update()

        if executor is None:
            _in_threads(task, todo, keep)
        else:
            _elsewhere(executor, task, todo, keep)
    return results.array


def _checks_of_executor(executor):
    """Refuse what is no executor; of a dask client, say where it has one."""
    if executor is None:
        return
    if hasattr(executor, "get_executor"):
        raise TypeError("executor must be a concurrent.futures.Executor: of a dask Client, pass client.get_executor()")
    if not (hasattr(executor, "submit") and hasattr(executor, "shutdown")):
        raise TypeError(f"executor must be a concurrent.futures.Executor, got {_checks.shown(executor)}")


def processors():
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _realize(task: dict[str, Any], generator: np.random.Generator) -> AnyArray:
    """One realization, wherever it is computed."""
    task = dict(task)
    ensemble, reduce = task.pop("ensemble"), task.pop("reduce")
    gas = ensemble(generator) if callable(ensemble) else ensemble
    trajectory = simulate(gas, rng=generator, **task)
    return trajectory.values if reduce is None else numbers("reduce", reduce(trajectory))


def _in_threads(task, todo, keep):
    """All realizations, each kept as it is done. An error or an interrupt calls off those that are under way."""
    stop, left, lock, ended = threading.Event(), iter(todo.items()), threading.Lock(), SimpleQueue()

    def work():
        orders.stop, wrong = stop, None
        while wrong is None and not stop.is_set():
            with lock:
                r, generator = next(left, (None, None))
            if r is None:
                break
            try:
                value = _realize(task, generator)
            except Interrupted:
                break
            except BaseException as error:  # whatever it is: the thread that waits must hear of it
                wrong = RuntimeError(f"realization {r} failed: {type(error).__name__}: {error}")
                wrong.__cause__ = error
                break
            try:
                keep(r, value)
            except Exception as error:
                wrong = error
        ended.put(wrong)

    threads = [
        threading.Thread(target=work, daemon=True, name=f"oile-{k}") for k in range(min(processors(), len(todo)))
    ]
    try:
        for thread in threads:
            thread.start()
        for _ in threads:
            if (wrong := ended.get()) is not None:
                raise wrong
    finally:
        stop.set()
        until = perf_counter() + PATIENCE
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - perf_counter()))


def _batch(task, items):
    """Realizations one after the other, in another process: those that are done, the seconds, and what went wrong."""
    import cloudpickle

    task, start, done = cloudpickle.loads(task), perf_counter(), []
    for r, generator in items:
        try:
            done.append((r, _realize(task, generator)))
        except (Exception, SystemExit) as error:
            return done, perf_counter() - start, (r, f"{type(error).__name__}: {error}")
    return done, perf_counter() - start, None


def _elsewhere(executor, task, todo, keep):
    """All realizations by an executor, small ones in batches."""
    import cloudpickle

    task, queue, size, pending = cloudpickle.dumps(task), iter(todo.items()), 1, {}
    try:
        while True:
            while len(pending) < 4 * max(processors(), getattr(executor, "_max_workers", 8)):
                items = list(islice(queue, size))
                if not items:
                    break
                pending[executor.submit(_batch, task, items)] = [r for r, _ in items]
            if not pending:
                return
            ready, _ = wait(pending, return_when=FIRST_COMPLETED)
            failed = None
            for future in sorted(ready, key=lambda one: one.exception() is not None):  # what is done comes first
                done, seconds, wrong = future.result()
                del pending[future]
                for r, value in done:
                    keep(r, value)
                failed = failed or wrong
                size = int(np.clip(BATCH * len(done) / max(seconds, 1e-9), 1, 1 + size * 4))
            if failed is not None:
                raise RuntimeError(f"realization {failed[0]} failed: {failed[1]}")
    except BrokenExecutor as error:
        under_way = sorted(r for numbers in pending.values() for r in numbers)
        raise RuntimeError(
            f"a process died at work on realization {' or '.join(map(str, under_way))}. In a script, processes are "
            'started below `if __name__ == "__main__":` only'
        ) from error
    finally:
        for future in pending:
            future.cancel()
