r"""Many realizations of a gas, side by side: averages over the pairing, the velocities, or both."""

from contextlib import nullcontext
from itertools import chain

from oile import _checks
from oile.ensemble import Ensemble
from oile.simulation import room

__all__ = ["simulate_many"]


def simulate_many(
    ensemble,
    gamma,
    t,
    *,
    rng,
    realizations,
    p=1.0,
    record=None,
    reduce=None,
    executor=None,
    progress=False,
    checkpoint=None,
):
    r"""Model 2 many times over, each time with other encounters, in parallel.

    Realization `r` draws from ``rng.spawn(...)[r]``: it follows from the seed and from `r` alone, to the bit, however
    many workers there are and whoever of them is done first.

    Parameters
    ----------
    ensemble : Ensemble or callable
        The gas at time 0, the same each time; or a function that draws one from the realization's generator, as
        `oile.bipolar` does, so that velocities are drawn anew each time.
    gamma, t, p, record
        As for `oile.simulate`.
    rng : numpy.random.Generator
        Source of randomness. Its children are used up: a second sweep with it is another sweep.
    realizations : int
        How many.
    reduce : callable, optional
        What to keep of a realization: called with its Trajectory where it was computed; returns an array or a number,
        of the same shape each time. ``trajectory.P`` when it is left out. (`record` thins each time as it comes,
        `reduce` the whole realization; with both, `reduce` sees what `record` kept.)
    executor : concurrent.futures.Executor, optional
        Who does the work: ``client.get_executor()`` of `dask.distributed`, `mpi4py.futures.MPIPoolExecutor`, a pool of
        your own, which is left open. A process for each core when it is left out.
    progress : bool
        Whether to show a progress bar.
    checkpoint : path, optional
        A folder in which each realization is saved as it is done. Called again with the same arguments, a sweep goes
        on from there. It may have more realizations then; for anything else that differs, as far as the source text
        of functions shows it, the folder is refused.

    Returns
    -------
    ndarray, shape (realizations, ...)
        What `reduce` returned, in the order of the realizations; shape (realizations, T, N, 3) without it.

    Raises
    ------
    ValueError, TypeError
        For bad arguments, as `oile.simulate`, and for a `checkpoint` that holds another sweep.
    RuntimeError
        If a realization fails or the process that computes it dies: the message says which one.
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
    from tqdm import tqdm  # here: these take their time to load

    from oile._checkpoint import Checkpoint
    from oile._workers import Pool, outcomes

    realizations = int(_checks.integer("realizations", realizations, 1))
    if not (isinstance(ensemble, Ensemble) or callable(ensemble)):
        raise TypeError(f"ensemble must be an Ensemble or a function that draws one, got {_checks.shown(ensemble)}")
    for name, function in (("record", record), ("reduce", reduce)):
        if not (function is None or callable(function)):
            raise TypeError(f"{name} must be callable, got {function!r}")
    if not (executor is None or hasattr(executor, "submit")):
        raise TypeError(f"executor must be a concurrent.futures.Executor, got {executor!r}")
    gamma = _checks.number("gamma", gamma, 0.0, strictly=True)
    t, p = _checks.times(t), _checks.probability("p", p)
    rng = _checks.generator(rng)
    whole = isinstance(ensemble, Ensemble) and record is None and reduce is None
    results = room((realizations, len(t), ensemble.N, 3)) if whole else None

    generators = rng.spawn(realizations)
    task = dict(ensemble=ensemble, gamma=gamma, t=t, p=p, record=record, reduce=reduce)
    saved = {} if checkpoint is None else Checkpoint(checkpoint, rng=generators[0], **task)
    todo = {r: rng for r, rng in enumerate(generators) if r not in saved}
    done = ((r, saved[r]) for r in range(realizations) if r not in todo)
    with (
        Pool(realizations) if executor is None else nullcontext(executor) as executor,
        tqdm(total=realizations, disable=not progress) as bar,
    ):
        for r, value in chain(done, outcomes(executor, task, todo)):
            if results is None:
                results = room((realizations, *value.shape), value.dtype)
            if value.shape != results.shape[1:]:
                raise ValueError(f"realization {r} gave shape {value.shape}, another one {results.shape[1:]}")
            results[r] = value
            if r in todo and checkpoint is not None:
                saved[r] = value
            bar.update()
    return results
