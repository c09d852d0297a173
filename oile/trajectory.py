"""What a simulation returns: the times, and the gas or what was kept of it at each of them."""

from __future__ import annotations

import os
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from oile import _checks
from oile._types import AnyArray, ComplexArray, Complexes, RealArray, Reals

if TYPE_CHECKING:
    from xarray import DataArray

__all__ = ["Trajectory"]

GIB = 2**30
NUMBERS = "biufc"  # kinds of dtype
AXES = {"P": ("particle", "component"), "rho": ("particle", "row", "column")}


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """A gas at the recorded times: unpacks as ``t, P = simulate(...)``.

    Parameters
    ----------
    t : ndarray, shape (T,)
        Times [1/mu]: the steps nearest to those asked for.
    values : ndarray, shape (T, N, 3) or (T, N, d, d)
        Bloch vectors or density matrices; particle `a` keeps its place `a`. Or, of shape (T, ...), what was recorded.
    kind : {"P", "rho"}
        Of what the values are made: Bloch vectors, then they are also called ``P``, or density matrices, ``rho``.

    Examples
    --------
    >>> from oile import bipolar, simulate
    >>> rng = np.random.default_rng(1)
    >>> run = simulate(bipolar(rng), 0.1, [0, 1, 2], rng=rng)
    >>> run
    Trajectory(T = 3 times from 0 to 2 [1/mu], P of shape (100, 3))
    >>> run.P is run.values
    True
    """

    t: RealArray
    values: AnyArray
    kind: Literal["P", "rho"] = "P"

    if TYPE_CHECKING:  # it takes more than it keeps

        def __init__(self, t: Reals, values: Complexes, kind: Literal["P", "rho"] = "P") -> None: ...

    def __post_init__(self) -> None:
        if not (isinstance(self.kind, str) and self.kind in AXES):
            raise ValueError(f'kind must be "P" or "rho", got {self.kind!r}')
        t, values = _checks.real("t", self.t, shape=(None,)), _checks.plain("values", self.values)
        if values.dtype.kind not in NUMBERS:
            raise TypeError(f"values must be an array of numbers, got {_checks.shown(values)}")
        if values.shape[:1] != t.shape:
            raise ValueError(f"t and values must have the same first axis, got shapes {t.shape} and {values.shape}")
        object.__setattr__(self, "t", t)
        object.__setattr__(self, "values", values)

    def __iter__(self) -> Iterator[AnyArray]:
        """Unpacks: ``t, P = simulate(...)``."""
        return iter((self.t, self.values))

    def __repr__(self) -> str:
        span = f"from {self.t[0]:.6g} to {self.t[-1]:.6g} " if len(self.t) else ""
        return f"Trajectory(T = {len(self.t)} times {span}[1/mu], {self.kind} of shape {self.values.shape[1:]})"

    @property
    def P(self) -> RealArray:
        """Bloch vectors, shape (T, N, 3), or what was recorded of them."""
        return self._values("P")

    @property
    def rho(self) -> ComplexArray:
        """Density matrices, shape (T, N, d, d), or what was recorded of them."""
        return self._values("rho")

    def _values(self, kind):
        if kind != self.kind:
            raise AttributeError(f"this trajectory holds {self.kind}, not {kind}")
        return self.values

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to the file `path` (.npz), complete or not at all."""
        path = Path(path)
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with scratch.open("wb") as file:
                np.savez(file, t=self.t, values=self.values, kind=self.kind)
            scratch.replace(path)
        finally:
            scratch.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Trajectory:
        """What `save` wrote to the file `path`."""
        try:
            with zipfile.ZipFile(path) as file:
                missing = {"t", "values", "kind"} - {Path(name).stem for name in file.namelist()}
        except zipfile.BadZipFile as error:
            raise ValueError(f"path must be a trajectory's file, got {str(path)!r}, damaged or another") from error
        if missing:
            raise ValueError(f"path must be a trajectory's file, got {str(path)!r} without {sorted(missing)}")
        with np.load(path, allow_pickle=False) as file:
            return cls(file["t"], file["values"], str(file["kind"]))  # type: ignore[arg-type]  # it looks itself

    def to_xarray(self) -> DataArray:
        """The same as an `xarray.DataArray` with named axes and units (needs xarray: ``pip install "oile[data]"``).

        Axes are time, particle, and component, or row and column; of something recorded, time and axis_1, axis_2, ...
        """
        DataArray = _checks.library("xarray", "data").DataArray
        shape = self.values.shape[2:]
        whole = shape == (3,) if self.kind == "P" else len(shape) == 2 and shape[0] == shape[1]
        axes = AXES[self.kind] if whole else [f"axis_{k}" for k in range(1, self.values.ndim)]
        array = DataArray(self.values, dims=("time", *axes), coords={"time": self.t}, name=self.kind)
        array["time"].attrs["units"] = "1/mu"
        array.attrs["units"] = "1"
        if whole and self.kind == "P":
            array["component"] = [1, 2, 3]
        return array


def numbers(name, value):
    """What a function of the caller's returned, as an array of numbers."""
    try:
        array = _checks.plain(f"what {name} returns", value)
    except TypeError as error:  # rows of different lengths
        raise TypeError(f"{name} must return an array or a number, got {_checks.shown(value)}") from error
    if array.dtype.kind not in NUMBERS:
        raise TypeError(f"{name} must return an array or a number, got {_checks.shown(value)}")
    return array


class Collected:
    """Values of one shape by number, of the one type that all of them fit, in whatever order they come."""

    def __init__(self, name: str, length: int) -> None:
        self.name, self.length, self.first = name, length, None
        self.array: Any = None

    def __setitem__(self, k, value):
        """Keep value number `k`."""
        value = numbers(self.name, value)
        if self.array is None:
            self.array, self.first = room((self.length, *value.shape), value.dtype), k
        if value.shape != self.array.shape[1:]:
            shapes = f"{value.shape} for number {k}, {self.array.shape[1:]} for number {self.first}"
            raise ValueError(f"{self.name} must return one shape each time, got {shapes}")
        common = np.result_type(self.array, value)
        if common != self.array.dtype:
            self.array = self.array.astype(common)
        self.array[k] = value


def room(shape: tuple[int, ...], dtype: Any = float) -> AnyArray:
    """An empty array, refused if it cannot fit, with a word of warning if it is large."""
    size = np.prod(shape, dtype=float) * np.dtype(dtype).itemsize
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else np.inf
    advice = f"the record takes {size / GIB:.3g} GiB, an array of shape {shape}: record=... keeps less"
    if size > memory:
        raise MemoryError(f"{advice}; there are {memory / GIB:.3g} GiB in all")
    if size > GIB:
        warnings.warn(advice, ResourceWarning, stacklevel=3)
    return np.empty(shape, dtype)
