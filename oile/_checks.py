"""Bad input met at the door: each check returns the value as an array, or names the argument and its value."""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from oile._types import AnyArray, ComplexArray, IntArray, RealArray

ROUNDING = 1e-9  # how far beyond 1 a length may lie before it is an error rather than rounding
Shape: TypeAlias = tuple[int | None, ...]


def plain(name: str, value: object) -> AnyArray:
    """`value` as an array of NumPy's: angles in radian, nothing with another unit, nothing masked."""
    value = _bare(name, value)
    try:
        return np.asarray(value)
    except (ValueError, TypeError) as error:  # rows of different lengths, above all
        raise TypeError(f"{name} must be a number or an array of numbers, got {shown(value)}") from error


def _bare(name, value):
    """The same without a unit, where it has one that is no matter, and without a mask, where nothing is masked."""
    if type(value) in (np.ndarray, float, int):
        return value
    if isinstance(value, list | tuple):
        return [_bare(name, part) for part in value]
    convert = getattr(value, "m_as", None) or getattr(value, "to_value", None)  # Pint's, Astropy's
    if convert is not None and (hasattr(value, "unit") or hasattr(value, "units")):
        for unit in ("radian", ""):
            try:
                return _bare(name, convert(unit))
            except Exception as error:  # each library has its own
                wrong = error
        raise ValueError(f"{name} must be an angle or a number without a unit, got {shown(value)}") from wrong
    if isinstance(value, bytearray | memoryview):
        raise TypeError(f"{name} must be a number or an array of numbers, got {shown(value)}")
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.getmaskarray(value).any():
            raise ValueError(f"{name} must have no masked elements, got {shown(value)}")
        return value.data
    return value


def real(name: str, value: object, *, shape: Shape | None = None) -> RealArray:
    """`value` as a finite array of floats; with `shape`, of exactly that shape (None in it: any length)."""
    array = plain(name, value)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a real number or an array of them, got {shown(value)}")
    return _finite(name, array.astype(float, copy=False), shape)


def complex_(name: str, value: Any) -> ComplexArray:
    """`value`, or the matrix of a `qutip.Qobj`, as a finite array of complex numbers, its own."""
    array = plain(name, value.full() if hasattr(value, "full") else value)
    if array.dtype.kind not in "iufc":
        raise TypeError(f"{name} must be an array of numbers, got {shown(value)}")
    return _finite(name, array.astype(complex), None)


def rounding(value: object) -> float:
    """How far off 1 the norm of `value` may be: numbers of single precision are rounded more."""
    kind: Any = getattr(value, "dtype", None)
    coarse = isinstance(kind, np.dtype) and kind.kind in "fc" and kind.itemsize <= 4 * (1 + (kind.kind == "c"))
    return 8 * float(np.finfo(kind).eps) if coarse else ROUNDING


def _finite(name, array, shape):
    if not np.isfinite(array).all():
        bad = array[~np.isfinite(array)].flat[0]
        raise ValueError(f"{name} must be finite, got {bad}")
    if shape is not None and not (
        len(shape) == array.ndim and all(s in (None, n) for s, n in zip(shape, array.shape, strict=True))
    ):
        wanted = str(tuple(-1 if s is None else s for s in shape)).replace("-1", "any")
        raise ValueError(f"{name} must have shape {wanted}, got {array.shape}")
    return array


def shown(value: object) -> str:
    """A value as an error message shows it: in full if it is short."""
    if isinstance(value, np.ndarray) and value.size > 6:
        return f"an array of shape {value.shape} and type {value.dtype}"
    return textwrap.shorten(repr(value), 80, placeholder=" ...")


def at_least(name: str, value: object, lowest: float, *, strictly: bool = False) -> RealArray:
    """A finite number or array, nowhere below `lowest` (`strictly`: nowhere at it)."""
    array = real(name, value)
    bad = array <= lowest if strictly else array < lowest
    if bad.any():
        raise ValueError(f"{name} must be {'>' if strictly else '>='} {lowest}, got {array[bad].flat[0]}")
    return array


def number(name: str, value: object, lowest: float, *, strictly: bool = False) -> float:
    """One finite number, not below `lowest` (`strictly`: not at it)."""
    return float(at_least(name, real(name, value, shape=()), lowest, strictly=strictly))


def tolerance(name: str, value: object) -> float:
    """A number above 0 and below 1, the length of a pure state."""
    number_ = number(name, value, 0.0, strictly=True)
    if not number_ < 1:
        raise ValueError(f"{name} must be < 1, got {number_}")
    return number_


def pair(name: str, value: Any) -> tuple[RealArray, RealArray]:
    """Two real arrays, those of each particle of an encounter."""
    try:
        first, second = [] if isinstance(value, str | set | dict) else value
    except (TypeError, ValueError) as error:
        kind = type(error)
        raise kind(f"{name} must be a pair, of the first and the second particle, got {shown(value)}") from error
    return real(name, first), real(name, second)


def flag(name: str, value: object) -> bool:
    """True or False."""
    if not isinstance(value, bool | np.bool):
        raise TypeError(f"{name} must be True or False, got {shown(value)}")
    return bool(value)


def vectors(name: str, value: object, *, shape: Shape | None = None, slack: float = ROUNDING) -> RealArray:
    """Vectors (..., 3) of length at most 1 (+ `slack`): Bloch vectors, or velocities in units of c."""
    array = real(name, value, shape=shape)
    if array.ndim == 0 or array.shape[-1] != 3:
        raise ValueError(f"{name} must have a last axis of length 3, got shape {array.shape}")
    length, coarse = np.sqrt(np.einsum("...i,...i->...", array, array)), rounding(value)
    if (length > 1 + max(slack, coarse)).any():
        longest = length.max()
        got = f"1 + {longest - 1:.3g}" if longest < 1.001 else f"{longest:.6g}"
        raise ValueError(f"{name} must have length <= 1, got a vector of length {got}")
    if coarse == ROUNDING:
        return array
    return array / np.where(length < 1 + coarse, np.maximum(length, 1.0), 1.0)[..., None]


def integer(name: str, value: object, lowest: int, *, shape: Shape | None = None) -> IntArray:
    """An integer or an array of integers, nowhere below `lowest`; with `shape`, of exactly that shape."""
    array = plain(name, value)
    if shape is not None and array.shape != shape:
        what = "one integer" if shape == () else f"integers, of shape {shape}"
        raise TypeError(f"{name} must be {what}, got {shown(value)}")
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be an integer (or integers) below 2**63, got {shown(value)}")
    if (array < lowest).any():
        raise ValueError(f"{name} must be >= {lowest}, got {array[array < lowest].flat[0]}")
    if (array > np.iinfo(np.int64).max).any():
        raise ValueError(f"{name} must be < 2**63, got {array.max()}")
    return array.astype(np.int64)


def together(**shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape to which all broadcast."""
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        listed = ", ".join(f"{shape} of {name}" for name, shape in shapes.items() if shape)
        names = " and ".join(name for name, shape in shapes.items() if shape)
        raise ValueError(f"{names} must have leading axes of shapes that broadcast, got {listed}") from None


def library(name: str, extra: str) -> Any:
    """A library that is not needed by all, or a word on how to get it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        top = name.partition(".")[0]
        if (error.name or "").partition(".")[0] != top:
            raise
        raise ModuleNotFoundError(
            f'this needs {top}, which is not installed: pip install "oile[{extra}]"', name=top
        ) from error


def times(t: object) -> RealArray:
    """A one-dimensional array of times that starts at 0 or later and never decreases."""
    t = at_least("t", t, 0.0)
    if t.ndim != 1 or t.size == 0:
        raise ValueError(f"t must be a non-empty one-dimensional array of times, got shape {t.shape}")
    if (np.diff(t) < 0).any():
        first = int(np.argmax(np.diff(t) < 0))
        raise ValueError(f"t must not decrease, got {t[first]} followed by {t[first + 1]}")
    return t


def probability(name: str, value: object) -> float:
    """A number in [0, 1]."""
    number = float(real(name, value, shape=()))
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"{name} must lie in [0, 1], got {number}")
    return number


def generator(rng: object) -> np.random.Generator:
    """A `numpy.random.Generator`: nothing here draws from global state."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator (np.random.default_rng(seed)), got {shown(rng)}")
    return rng


def phases(value: object) -> RealArray:
    """Relative phases of encounters: one or more numbers, not negative, of mean 1."""
    array = at_least("phases", value, 0.0)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"phases must be a non-empty one-dimensional array, got shape {array.shape}")
    if abs(array.mean() - 1) > ROUNDING:
        raise ValueError(f"phases must have the mean 1, got {array.mean():.9g}")
    return array


def coupling(function: object) -> Callable[[RealArray], RealArray]:
    """The coupling in time, relative to its value at time 0, as a function of arrays of times."""
    if not callable(function):
        raise TypeError(f"mu must be callable, got {shown(function)}")

    def relative(t):
        values = at_least("mu(t)", function(t), 0.0)
        if values.shape not in ((), t.shape):
            raise ValueError(f"mu must return as many numbers as there are times, got {values.shape} for {t.shape}")
        return np.broadcast_to(values, t.shape)

    if abs(relative(np.zeros(1))[0] - 1) > ROUNDING:
        raise ValueError(f"mu must be relative to the coupling at time 0, got mu(0) = {relative(np.zeros(1))[0]}")
    return relative
