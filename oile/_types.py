"""The types of arguments and results, for those who check them before anything runs.

What is taken for an array here is what NumPy takes for one, less strings: `numpy.typing.ArrayLike` would let
``gamma="0.1"`` pass.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np

AnyArray: TypeAlias = np.ndarray[Any, np.dtype[Any]]
BoolArray: TypeAlias = np.ndarray[Any, np.dtype[np.bool]]
ComplexArray: TypeAlias = np.ndarray[Any, np.dtype[np.complex128]]
IntArray: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
RealArray: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]


class _Array(Protocol):
    """An array, a number or a series of some library's."""

    def __array__(self) -> AnyArray: ...


X = TypeVar("X")
_One: TypeAlias = X | _Array
_Row: TypeAlias = _One[X] | Sequence[_One[X]]
_Table: TypeAlias = _Row[X] | Sequence[Sequence[_One[X]]]
_Nested: TypeAlias = _Table[X] | Sequence[Sequence[Sequence[_One[X]]]]  # not without end: a string holds strings

Booleans: TypeAlias = _Nested[bool]
Complexes: TypeAlias = _Nested[complex]
Integers: TypeAlias = _Nested[int]
Reals: TypeAlias = _Nested[float]
