"""What a value is, so that it can be told from another one next time: the private half of checkpoints.

Of a function counts what it does: its code, its defaults, what it captured, and every global that it names, however
deep. What cannot be told for certain is refused.
"""

import builtins
import dataclasses
import functools
import hashlib
import inspect
import sys
import types
from pathlib import Path

import numpy as np

__all__ = ["UnknownError", "identity"]

PLAIN = (type(None), bool, int, float, complex, str, bytes, type(...))
NATIVE = (types.BuiltinFunctionType, types.MethodWrapperType, types.WrapperDescriptorType, types.MethodDescriptorType)


class UnknownError(TypeError):
    """A value that cannot be told from another one."""


def identity(value):
    """A digest that is the same for the same value, in another process and on another day too."""
    return _digest(value, {}, [])


def _digest(value, known, under_way):
    """The digest of a value; of one in whose own parts it stands, how far up it is."""
    if id(value) in under_way:
        return f"^{len(under_way) - under_way.index(id(value))}"
    if id(value) not in known:
        digest = hashlib.sha256()
        _feed(digest.update, value, lambda part: _digest(part, known, [*under_way, id(value)]))
        known[id(value)] = digest.hexdigest(), value  # kept: a number is one object's as long as it lives
    return known[id(value)][0]


def _feed(update, value, digest):
    """Feed a value to `update`, its parts by their digests."""

    def say(*words):
        update("\0".join(map(str, words)).encode() + b"\1")

    def feed(*parts):
        say(*map(digest, parts))

    if isinstance(value, PLAIN):
        return say(type(value).__name__, repr(value))
    if isinstance(value, np.ndarray | np.generic):
        if value.dtype.hasobject:
            raise UnknownError("an array of objects")
        say("array", value.dtype.str, value.shape)
        return update(np.ascontiguousarray(value).tobytes())
    if isinstance(value, np.random.Generator):
        return feed("generator", value.bit_generator.state)
    if isinstance(value, dict):
        say("dict", len(value))
        return feed(*(part for pair in value.items() for part in pair))
    if isinstance(value, tuple | list):
        say(type(value).__name__, len(value))
        return feed(*value)
    if isinstance(value, set | frozenset):
        say("set", len(value))
        return feed(*sorted(value, key=repr))
    if isinstance(value, functools.partial):
        return feed("partial", value.func, value.args, value.keywords)
    if isinstance(value, types.MethodType):
        return feed("method", value.__func__, value.__self__)
    if isinstance(value, types.CellType):
        try:
            return feed(value.cell_contents)
        except ValueError:
            return say("empty")
    if isinstance(value, types.CodeType):
        say("code", sys.version_info[:2], value.co_flags, value.co_argcount, value.co_kwonlyargcount)
        update(value.co_code)
        return feed(value.co_consts, value.co_names, value.co_varnames, value.co_freevars)
    if isinstance(value, types.FunctionType):
        feed("function", value.__code__, value.__defaults__, value.__kwdefaults__, value.__closure__)
        for name in sorted(_names(value.__code__)):
            if name in value.__globals__:
                feed(name, value.__globals__[name])
            elif hasattr(builtins, name):
                say("builtin", name)
        return None
    if isinstance(value, types.ModuleType):
        return feed("module", value.__name__, _version(value.__name__, value))
    if isinstance(value, (np.ufunc, *NATIVE)):
        name = getattr(value, "__qualname__", value.__name__)
        return feed("native", getattr(value, "__module__", None), name, getattr(value, "__self__", None))
    if hasattr(value, "py_func"):  # compiled by Numba
        return feed("compiled", value.py_func)
    if isinstance(value, type):
        return feed("class", value.__module__, value.__qualname__, _version(value.__module__, value))
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return feed("data", type(value), *(part for name in names for part in (name, getattr(value, name))))
    if isinstance(value, Path):
        return say("path", value)
    if type(value).__reduce_ex__ is object.__reduce_ex__ and hasattr(value, "__dict__"):
        slots = [n for c in type(value).__mro__ for n in getattr(c, "__slots__", ()) if hasattr(value, n)]
        return feed("object", type(value), vars(value), {name: getattr(value, name) for name in sorted(slots)})
    raise UnknownError(f"a {type(value).__module__}.{type(value).__qualname__}")


def _names(code):
    """All names that a function's code may look up, and that of the functions inside."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def _version(module, value):
    """The version of an installed package, or the text of what is not installed."""
    top = sys.modules.get(module.partition(".")[0])
    version = getattr(top, "__version__", None)
    if version is not None:
        return str(version)
    if module.partition(".")[0] in sys.stdlib_module_names:
        return sys.version
    try:
        return inspect.getsource(value)
    except (OSError, TypeError) as error:
        raise UnknownError(f"{module}, of which there is no text") from error
