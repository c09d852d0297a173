"""A sweep on disc: one file a realization, and a note of what sweep it is."""

import hashlib
import inspect
import json
import os
from pathlib import Path

import numpy as np

NOTE = "sweep.json"


class Checkpoint:
    """The finished realizations of a sweep, by number, in a folder that belongs to this sweep and no other.

    Files appear under their names only when they are complete, so a kill at any moment does no harm.

    Parameters
    ----------
    folder : path
        Created if need be.
    **inputs
        All that the results follow from.

    Raises
    ------
    ValueError
        If the folder was begun with other inputs; names them.
    """

    def __init__(self, folder, **inputs):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        note = {name: _trace(value) for name, value in inputs.items()}
        if (self.folder / NOTE).exists():
            begun = json.loads((self.folder / NOTE).read_text())
            other = sorted(name for name in note.keys() | begun.keys() if note.get(name) != begun.get(name))
            if other:
                raise ValueError(f"checkpoint {str(folder)!r} holds a sweep with another {', another '.join(other)}")
        else:
            self._write(NOTE, lambda file: file.write(json.dumps(note, indent=1).encode()))

    def __contains__(self, r):
        """Whether realization `r` is there."""
        return self._path(r).exists()

    def __getitem__(self, r):
        """The result of realization `r`."""
        return np.load(self._path(r), allow_pickle=False)

    def __setitem__(self, r, value):
        """Keep the result of realization `r`."""
        self._write(self._path(r).name, lambda file: np.save(file, value, allow_pickle=False))

    def _path(self, r):
        return self.folder / f"{r:06d}.npy"

    def _write(self, name, write):
        scratch = self.folder / f".{name}.{os.getpid()}"
        with scratch.open("wb") as file:
            write(file)
        scratch.replace(self.folder / name)


def _trace(value):
    """What tells a value from others in a file: numbers as they are, arrays by hash, functions by their source."""
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, np.random.Generator):
        return json.loads(json.dumps(value.bit_generator.state, default=lambda x: np.asarray(x).tolist()))
    if callable(value):
        try:
            return inspect.getsource(value)
        except (OSError, TypeError):  # typed at a prompt, or not written in Python
            return f"{value.__module__}.{value.__qualname__}" if hasattr(value, "__qualname__") else str(type(value))
    arrays = [value] if isinstance(value, np.ndarray) else list(vars(value).values())  # those of an Ensemble
    return hashlib.sha256(b"".join(repr(a.shape).encode() + a.tobytes() for a in arrays)).hexdigest()
