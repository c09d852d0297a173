"""What the code of a function looks up while it runs: globals, built-ins, parts of modules, what it imports."""

import builtins
import dis
import importlib
import os
import random
import re
import sys
import types
from pathlib import Path

import numpy as np

__all__ = ["door", "installed", "lookups"]

WORLD = {"time", "os", "posix", "nt", "io", "_io", "socket", "subprocess", "secrets", "uuid", "glob", "tempfile"}
READS = re.compile(r"open\w*|load|load_\w+|loadtxt|loadmat|read\w*|from_?file|genfromtxt|memmap|url\w+|(Zip)?File")
CLOCKS = {"now", "today", "utcnow"}
LATE = {"eval", "exec", "globals", "vars", "__import__", "import_module", "input"}  # a name not known before it runs
FILES = {"open", "read_text", "read_bytes"}  # methods of a path, wherever it comes from
PLAIN = (type(None), bool, int, float, complex, str, bytes)
SILENT = {"sleep", "fspath"}


def installed(module):
    """Whether a module came with Python, an installer or this package: its version tells it."""
    if str(module).partition(".")[0] in {*sys.stdlib_module_names, "oile"}:
        return True
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is not None and not {"site-packages", "dist-packages"}.isdisjoint(Path(file).parts)


def door(value):
    """What to call a thing through which a function sees what is no part of it; None for all other things."""
    if type(value) is type(os.environ):
        return "the environment"
    owner, name = getattr(value, "__self__", None), getattr(value, "__name__", None)
    if any(shared is part for shared in (random._inst, np.random.mtrand._rand) for part in (value, owner)):
        return "the generator that all share"
    module = getattr(value, "__module__", None)
    if not (callable(value) and isinstance(name, str)):
        return None
    if isinstance(owner, type):
        module = owner.__module__
    top = str(module).partition(".")[0]
    outside = (top in WORLD and name not in SILENT) or READS.fullmatch(name) or name in CLOCKS
    if installed(module) and (name in LATE or (outside and (top != "builtins" or name == "open"))):
        return f"{module}.{name}"
    return None


def lookups(function):
    """All that a function's code may look up, functions inside included: by name, what it stands for."""
    found, known = {}, dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    known = {name: _content(cell) for name, cell in known.items()}
    for code in _codes(function.__code__):
        _scan(code, function.__globals__, known, found)
    return dict(sorted(found.items()))


def _codes(code):
    """A function's code and that of the functions inside."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _steps(code):
    """Instructions by name and argument, those that do two things at once taken apart."""
    for step in dis.get_instructions(code):
        if isinstance(step.argval, tuple) and step.opname.count("_FAST") == 2:
            yield from zip(re.findall("LOAD|STORE", step.opname), step.argval)
        elif step.opname not in ("CACHE", "EXTENDED_ARG", "PRECALL", "PUSH_NULL"):
            yield step.opname, step.argval


def _scan(code, namespace, known, found):
    """Add to `found` what one piece of code looks up; `known` are the modules among its variables, as far as seen."""
    words = {*code.co_names, *(c for c in code.co_consts if isinstance(c, str))}
    constants, module, last, value, path = (None, None), None, None, None, ""

    def see(name, value):
        found[name] = value
        if isinstance(value, types.ModuleType) and not installed(value.__name__):  # `getattr` may ask for any word
            found.update({f"{name}.{word}": vars(value)[word] for word in words & vars(value).keys()})

    for what, name in _steps(code):
        if what in ("LOAD_CONST", "LOAD_SMALL_INT"):
            constants, value = (constants[1], name), None
        elif what == "IMPORT_NAME":
            module = last = _imported(name, *constants, namespace.get("__package__"))
            see(f"import {name}", module)
        elif what == "IMPORT_FROM":
            last = _part(last if constants[1] is None else module, name)
            see(f"import {name}", last)
        elif what.startswith("STORE") and (last is not None or isinstance(value, types.ModuleType)):
            known[name], last, value = value if last is None else last, None, None
        elif what in ("LOAD_ATTR", "LOAD_METHOD"):
            owner, path = value, f"{path}.{name}"
            value = getattr(owner, name, None) if isinstance(owner, types.ModuleType | type) else None
            if door(value) is not None or isinstance(value, types.ModuleType):
                see(path, value)
            elif isinstance(owner, types.ModuleType):  # of what is installed, an object of its own is a name
                own = installed(owner.__name__) and not (hasattr(value, "__qualname__") or isinstance(value, PLAIN))
                found[path] = path if own and not isinstance(value, np.ufunc) else value
            elif name in FILES:
                found[path] = getattr(Path, name)
        elif what.startswith("LOAD") and isinstance(name, str):
            path, value = name, known.get(name)
            if "GLOBAL" in what or "NAME" in what:
                value = namespace.get(name, getattr(builtins, name, None))
                found[name] = value
            if isinstance(value, types.ModuleType):
                see(name, value)


def _imported(name, level, names, package):
    """The module that an import statement inside a function gets."""
    try:
        module = importlib.import_module("." * (level or 0) + name, package)
    except ImportError:
        return None
    return module if names else sys.modules[module.__name__.partition(".")[0]]


def _part(module, name):
    """What ``from module import name`` gets."""
    if isinstance(module, types.ModuleType) and not hasattr(module, name):
        return _imported(f"{module.__name__}.{name}", 0, (name,), None)
    return getattr(module, name, None)


def _content(cell):
    try:
        return cell.cell_contents
    except ValueError:  # filled later
        return None
