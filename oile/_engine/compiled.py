"""How loops are compiled: once, and kept on disc for as long as their text is what was compiled.

Numba keeps machine code by the time stamp of a function's own file. That is too little where functions are compiled
into callers in other files: here all that is kept belongs to the text of every module of this folder and to Numba's
version.
"""

import hashlib
import sys
from functools import cache, wraps
from pathlib import Path

import numba
import numpy as np
from numba.core.event import Listener, register

__all__ = ["compiled", "fingerprint", "inlined", "summed"]

# Finite numbers only; a multiplication and an addition may be one; sums stay in order. No hold on the interpreter:
# realizations run side by side in threads.
FLAGS = dict(error_model="numpy", fastmath={"contract", "nnan", "nsz"}, nogil=True)


@cache
def fingerprint():
    """What machine code follows from, apart from the processor: the text of the engine, and Numba's version."""
    texts = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256(b"\0".join([numba.__version__.encode(), *texts])).hexdigest()


def compiled(function, **flags):
    """Compiled at the first call for good, or anew in each process if there is no folder to keep it in."""
    dispatcher = _compile(function, **flags)
    if hasattr(dispatcher, "enable_caching"):
        try:
            dispatcher.enable_caching()
            kept = dispatcher._cache._cache_file
            inside = Path(function.__code__.co_filename).parent == Path(__file__).parent
            # in place of the time stamp of the function's file; to that of a file elsewhere, as in `benchmarks`
            kept._source_stamp = fingerprint() if inside else (fingerprint(), kept._source_stamp)
        except RuntimeError:
            pass  # nowhere to keep it
    return dispatcher


def summed(function):
    """`compiled`, with sums in any order, so that they can be vectorized too."""
    return compiled(function, fastmath={*FLAGS["fastmath"], "reassoc"})


def inlined(function):
    """Compiled into its callers, so that loops over it can be vectorized; kept with them."""
    return _compile(function, forceinline=True)


def _compile(function, **flags):
    dispatcher = numba.njit(**FLAGS | flags)(function)
    if dispatcher is not function:
        return dispatcher

    @wraps(function)  # NUMBA_DISABLE_JIT=1: plain Python, in which machine words warn when they wrap around
    def plain(*arguments):
        with np.errstate(over="ignore"):
            return function(*arguments)

    return plain


class _Word(Listener):
    """Says once to somebody who waits at a terminal why nothing seems to happen."""

    said = False

    def on_start(self, event):
        ours = event.data["dispatcher"].py_func.__module__.startswith(__package__)
        if ours and not self.said and sys.stderr is not None and sys.stderr.isatty():
            self.said = True
            print("oile: compiling for this machine, some seconds, once", file=sys.stderr)

    def on_end(self, event):
        pass


register("numba:compile", _Word())
