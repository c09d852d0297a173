"""How loops are compiled: once, and kept on disc wherever one can be written."""

from numba import njit

__all__ = ["compiled", "inlined"]


# Finite numbers only; a multiplication and an addition may be one; sums stay in order.
FLAGS = dict(error_model="numpy", fastmath={"contract", "nnan", "nsz"})


def compiled(function):
    """Compiled at the first call for good, or anew in each process if there is no folder to keep it in."""
    try:
        return njit(cache=True, **FLAGS)(function)
    except RuntimeError:
        return njit(**FLAGS)(function)


def inlined(function):
    """Compiled into its callers, so that loops over it can be vectorized; kept with them."""
    return njit(forceinline=True, **FLAGS)(function)
