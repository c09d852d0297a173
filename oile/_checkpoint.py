"""A sweep on disc: one file a realization, and a note of what sweep it is."""

import contextlib
import hashlib
import json
import os
import threading
import warnings
from pathlib import Path

import numpy as np

from oile import _checks
from oile._identity import UnknownError, identity

NOTE = "sweep.json"
CHUNK = 2**20  # bytes read at a time


class Checkpoint:
    """The finished realizations of a sweep, by number, in a folder that belongs to this sweep and no other.

    Files appear under their names only when they are complete and on the disc, so a kill or a power cut at any moment
    does no harm. Each ends with a seal that says of what sweep it is, and of what number: of another one, or with a bit
    that has flipped, it is not taken.

    Parameters
    ----------
    folder : path
        Created if need be.
    key : str or None
        Stands for all functions among the inputs, if given.
    **inputs
        All that the results follow from.

    Raises
    ------
    ValueError, TypeError
        If the folder was begun with other inputs, which are named, or an input cannot be told from another one.
    """

    def __init__(self, folder, key, **inputs):
        if not isinstance(folder, str | os.PathLike) or not os.fspath(folder):
            raise TypeError(f"checkpoint must be the path of a folder, got {_checks.shown(folder)}")
        self.folder = Path(folder)
        note = {name: _trace(name, value, key) for name, value in inputs.items()}
        self.sweep = json.dumps(note, sort_keys=True).encode()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise ValueError(f"checkpoint must be a folder, got {str(folder)!r}, which is a file") from error
        if not self._claim(json.dumps(note, indent=1).encode()):
            path = self.folder / NOTE
            try:
                begun = dict(json.loads(path.read_text()))
            except (TypeError, ValueError) as error:
                raise ValueError(
                    f"checkpoint is damaged: {str(path)!r} cannot be read; begin in a new folder"
                ) from error
            other = sorted(name for name in note.keys() | begun.keys() if note.get(name) != begun.get(name))
            if other:
                raise ValueError(
                    f"checkpoint must be a new folder, or one that this sweep began: {str(folder)!r} holds one with "
                    f"another {', another '.join(other)}"
                )

    def _claim(self, text):
        """Whether the folder is ours from now on: of several that begin at once, one writes the note."""
        left = next(self.folder.glob("[0-9]*.npy"), None)  # looked for first: a note comes before results
        if (self.folder / NOTE).exists():
            return False
        if left is not None:
            raise ValueError(
                f"checkpoint is damaged: {str(left)!r} is there, but not {NOTE!r}, which says of what it is; "
                "begin in a new folder"
            )
        scratch = self._scratch(NOTE)
        self._write(scratch, lambda file: file.write(text))
        try:
            os.link(scratch, self.folder / NOTE)  # fails if the note is there, and is never seen half written
        except FileExistsError:
            return False
        finally:
            scratch.unlink()
        self._settle()
        return True

    def get(self, r):
        """The result of realization `r`; None if there is none. A damaged file is set aside, with a warning."""
        path = self._path(r)
        try:
            with path.open("rb") as file:
                value, end = np.load(file, allow_pickle=False), file.tell()
                file.seek(0)
                seal = self._seal(path)
                while file.tell() < end:
                    seal.update(file.read(min(CHUNK, end - file.tell())))
                if file.read() != seal.digest():
                    raise ValueError("or is another sweep's: its seal does not fit")
            return value
        except FileNotFoundError:
            return None
        except (ValueError, EOFError, OSError) as error:
            aside = path.with_suffix(".damaged")
            path.replace(aside)
            warnings.warn(f"{path} was damaged ({error}); it is now {aside.name}, and computed anew", stacklevel=3)
            return None

    def __setitem__(self, r, value):
        """Keep the result of realization `r`."""
        path = self._path(r)
        scratch, seal = self._scratch(path.name), self._seal(path)

        def write(file):
            np.save(_Both(file, seal), value, allow_pickle=False)
            file.write(seal.digest())

        self._write(scratch, write)
        scratch.replace(path)
        self._settle()

    def _seal(self, path):
        """The seal of a file, of which its contents are still to be told."""
        return hashlib.sha256(self.sweep + path.name.encode())

    def _path(self, r):
        return self.folder / f"{r:06d}.npy"

    def _scratch(self, name):
        return self.folder / f".{name}.{os.getpid()}.{threading.get_ident()}"

    def _write(self, path, write):
        try:
            with path.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
        except BaseException as error:
            path.unlink(missing_ok=True)
            if isinstance(error, OSError):  # NumPy says how much of the file was written, but not of which
                raise OSError(f"checkpoint {str(self.folder)!r} cannot be written: {error}") from error
            raise

    def _settle(self):
        """The folder itself on the disc, where systems know how."""
        with contextlib.suppress(OSError, AttributeError):
            folder = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


class _Both:
    """Where to write what is to be sealed too."""

    def __init__(self, file, seal):
        self.file, self.seal = file, seal

    def write(self, data):
        self.seal.update(data)
        return self.file.write(data)


def _trace(name, value, key):
    """What tells a value from others in a note: numbers and versions as they are, all else by its digest."""
    if value is None or isinstance(value, float | str):
        return value
    if key is not None and callable(value):
        return f"key: {key}"
    try:
        return identity(value)
    except UnknownError as error:
        raise TypeError(
            f"{name} must be something that a checkpoint can tell from another {name}, but it holds {error}: "
            "say what it is with checkpoint_key='...', and change the key when it changes"
        ) from None
