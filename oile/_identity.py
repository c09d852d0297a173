"""What a value is, so that it can be told from another one next time: the private half of checkpoints.

Of a function counts what it does: its code, its defaults, what it captured, and all that it looks up, however deep; of
a class its methods and attributes; of an object what `pickle` would keep of it. What came with an installer counts by
its version. What cannot be told for certain is refused, and so is what lets a function see the world outside.
"""

import copyreg
import functools
import hashlib
import inspect
import sys
import types
from pathlib import Path

import numpy as np

import oile
from oile._lookup import door, installed, lookups

__all__ = ["UnknownError", "identity", "version"]

PLAIN = {type(None), bool, int, float, complex, str, bytes, type(...), type(NotImplemented)}
NATIVE = (
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
)
# Entries of a class that do nothing, or that others stand for; and how the names of more of them begin.
NOTES = ("__dict__", "__weakref__", "__doc__", "__module__", "_abc_impl", "__slotnames__", "__orig_bases__")
NOTES_BEGIN = ("__annot", "__dataclass_", "__static_", "__firstline", "__type_params", "__parameters")


class UnknownError(TypeError):
    """A value that cannot be told from another one."""


def identity(value):
    """A digest that is the same for the same value, in another process and on another day too."""
    try:
        return _digest(value, {}, [])
    except RecursionError as error:
        raise UnknownError("something nested too deeply") from error


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
    kind = type(value)

    def say(*words):
        update("\0".join(map(str, words)).encode() + b"\1")

    def feed(*parts):
        say(*map(digest, parts))

    if kind in PLAIN:
        return say(kind.__name__, repr(value))
    if (seen := door(value)) is not None:
        raise UnknownError(f"{seen}, which sees what is outside")
    if (home := _home(value)) is not None:
        return say("installed", *home, _version(home[0]))
    if isinstance(value, np.ndarray | np.generic):
        if value.dtype.hasobject:
            return feed("objects", kind, value.shape, value.tolist())
        say("array", value.dtype.str, value.dtype.descr, value.shape)
        update(np.ascontiguousarray(np.asarray(value)).tobytes())
        if isinstance(value, np.ma.MaskedArray):
            return feed("masked", np.ma.getmaskarray(value), kind)
        if kind is not np.ndarray and isinstance(value, np.ndarray) and not isinstance(value, np.memmap):
            return feed("kind", kind, getattr(value, "__dict__", {}))
        return None
    if isinstance(value, np.random.Generator):
        return feed("generator", value.bit_generator.state, getattr(value.bit_generator.seed_seq, "state", None))
    if kind is dict:
        say("dict", len(value))
        return feed(*(part for pair in value.items() for part in pair))
    if kind in (tuple, list):
        say(kind.__name__, len(value))
        return feed(*value)
    if kind in (set, frozenset):
        return say("set", *sorted(map(digest, value)))
    if isinstance(value, types.MethodType):
        return feed("method", value.__func__, value.__self__)
    if isinstance(value, types.CellType):
        try:
            return feed(value.cell_contents)
        except ValueError:
            return say("empty")
    if isinstance(value, types.CodeType):
        say("code", sys.version_info[:2], value.co_flags, value.co_argcount, value.co_kwonlyargcount)
        update(value.co_code + value.co_exceptiontable)
        return feed(value.co_consts, value.co_names, value.co_varnames, value.co_freevars, value.co_cellvars)
    if isinstance(value, types.FunctionType):
        feed("function", value.__code__, value.__defaults__, value.__kwdefaults__, value.__closure__, vars(value))
        for name, part in lookups(value).items():
            if isinstance(part, types.ModuleType):  # what is looked up of it comes by itself
                say(name, part.__name__, _version(part.__name__))
            else:
                feed(name, part)
        return None
    if isinstance(value, types.ModuleType):
        say("module", value.__name__, _version(value.__name__))
        if installed(value.__name__):
            return None
        return feed(*(part for name in sorted(vars(value)) if name[:2] != "__" for part in (name, vars(value)[name])))
    if isinstance(value, NATIVE):
        return feed("native", getattr(value, "__module__", None), value.__qualname__, getattr(value, "__self__", None))
    if hasattr(value, "py_func") and kind.__module__.startswith("numba."):
        return feed("compiled", value.py_func, value.targetoptions)
    if isinstance(value, type):
        feed("class", kind, value.__qualname__, value.__bases__)
        own = {n: v for n, v in vars(value).items() if n not in NOTES and not n.startswith(NOTES_BEGIN)}
        return feed(dict(sorted(own.items())))
    if isinstance(value, property):
        return feed("property", value.fget, value.fset, value.fdel)
    if isinstance(value, staticmethod | classmethod):
        return feed(kind.__name__, value.__func__)
    if isinstance(value, functools.cached_property):
        return feed("cached property", value.func)
    if isinstance(value, functools._lru_cache_wrapper):
        return feed("cached", value.__wrapped__)
    if isinstance(value, Path):
        return say("path", value)
    own = None if installed(kind.__module__) else getattr(value, "__dict__", None)  # it may not keep everything
    return feed(kind, own, *_reduced(value))


def _home(value):
    """Where an installed function or class is found, module and name; None for all else."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if isinstance(value, np.ufunc):
        name = value.__name__
        module = "numpy" if hasattr(np, name) else "scipy.special"
    if not (isinstance(name, str) and isinstance(module, str) and installed(module)):
        return None
    found = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return (module, name) if found is value else None


def _reduced(value):
    """What `pickle` would keep of an object."""
    if type(value).__module__ == "itertools":  # pickled with a warning, later not at all
        raise UnknownError(f"an itertools.{type(value).__name__}")
    try:
        reduce = copyreg.dispatch_table.get(type(value))
        reduced = value.__reduce_ex__(4) if reduce is None else reduce(value)
    except Exception as error:
        raise UnknownError(f"a {type(value).__module__}.{type(value).__qualname__}") from error
    if isinstance(reduced, str):
        raise UnknownError(f"a {type(value).__module__}.{type(value).__qualname__}")
    make, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
    return make, arguments, state, *(None if part is None else list(part) for part in (items, pairs))


def _version(module):
    """The version of what is installed, or the text of what is not."""
    top = module.partition(".")[0]
    if top == "oile":
        return version()
    if top in sys.stdlib_module_names:
        return sys.version
    number = getattr(sys.modules.get(top), "__version__", None)
    if number is not None and installed(module):
        return str(number)
    if hasattr(sys.modules.get(module), "__path__") and getattr(sys.modules[module], "__file__", None) is None:
        return "a folder"
    try:
        return inspect.getsource(sys.modules[module])
    except (OSError, TypeError, KeyError) as error:
        raise UnknownError(f"{module}, of which there is no text") from error


def version():
    """The number of the package, and a digest of its text: it may lie on somebody's desk."""
    return f"{oile.__version__}+{_text()[:12]}"


@functools.cache
def _text():
    texts = [path.read_bytes() for path in sorted(Path(oile.__file__).parent.glob("*.py"))]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()
