"""What tells one value from another in the note of a checkpoint."""

import collections
import datetime
import enum
import functools
import importlib
import itertools
import math
import operator
import os
import random
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numba
import numpy as np
import pytest
import scipy.special

from oile._identity import UnknownError, identity

GLOBAL = 1


@dataclass
class Point:
    x: float


class Slotted:
    __slots__ = ("k",)

    def __init__(self, k):
        self.k = k


class Both(Slotted):
    def __init__(self, k, n):
        super().__init__(k)
        self.n = n


class Forgetful:
    """Keeps to itself what it knows when it is pickled."""

    def __init__(self, k):
        self.k = k

    def __reduce__(self):
        return Forgetful, (0,)


class Marked(np.ndarray):
    pass


class Number(int):
    pass


class Row(list):
    pass


class Queue(collections.deque):
    pass


def with_attribute(value, k):
    value.k = k
    return value


def made(k):
    class Made:
        def value(self):
            return k

    return Made


def member(k):
    class Letter(enum.IntEnum):
        A = 1

        def value_of(self):
            return k

    return Letter.A


def reads_a_global():
    return GLOBAL


@dataclass
class Place:
    x: float


class Sum(Both):
    factor = 1

    def __call__(self, x):
        return x + GLOBAL


class Derived(Sum):
    pass


class Property:
    @property
    def value(self):
        return GLOBAL


class Static:
    @staticmethod
    def value():
        return GLOBAL


class OfClass:
    @classmethod
    def value(cls):
        return GLOBAL


def nested():
    return lambda: GLOBAL


def itself():
    return itself.k


class Named(dict):
    pass


def keyword(k):
    def function(x, *, k=k):
        return x + k

    return function


def captures_two(k, n):
    return lambda x: x + k + n


def captures(k):
    return lambda x: x + k


def never(filled):
    if filled:
        late = 1
    return lambda: late


def inner(k):
    return lambda: [lambda i=i: i + k for i in range(3)]


DIFFERENT = [
    (1, 1.0, True, 1 + 0j, "1", b"1", None, ...),
    (np.zeros(2), np.zeros(3), np.zeros(2, np.float32), np.zeros((2, 1)), np.float64(0), [0.0, 0.0], (0.0, 0.0)),
    (np.linspace(0, 1, 5000), np.linspace(0, 1, 5000) ** 2, np.ones(1), np.ones(1) + 1e-15),
    (np.arange(6).reshape(2, 3), np.arange(6).reshape(2, 3, order="F")),
    ({1: 2}, {2: 2}, {2: 1}, {1: 2, 3: 4}, {1, 2}, frozenset([1])),
    (captures(1), captures(2), captures([1]), captures(np.ones(1))),
    (captures_two(1, 1), captures_two(1, 2), captures_two(2, 1)),
    (keyword(1), keyword(2), *(with_attribute(captures(1), k) for k in (1, 2))),
    (lambda x: x.mean(), lambda x: x.std(), lambda x: x.mean, lambda x: -x.mean()),
    (*(with_attribute(Named({1: 2}), k) for k in "ab"), *(collections.defaultdict(f, {1: 2}) for f in (int, float))),
    (never(True), never(False)),
    (inner(1), inner(2)),
    (functools.partial(pow, 2), functools.partial(pow, 3), functools.partial(pow, exp=2), pow, math.pow),
    (Point(1.0), Point(2.0), Place(1.0), Point, Slotted),
    (Both(1, 1), Both(1, 2), Both(2, 1), Sum(1, 1), Slotted(1), Slotted(2), Forgetful(1), Forgetful(2)),
    (made(1), made(2), made(1)(), made(2)(), member(1), member(2)),
    (np.ones(2), np.ones((2, 1)).view(np.matrix), *(np.ma.array([1.0, 1.0], mask=mask) for mask in ([0, 0], [0, 1]))),
    (1, Number(1), *(with_attribute(Number(1), k) for k in (1, 2)), [1], with_attribute(Row([1]), 1), Row([1])),
    tuple(with_attribute(np.ones(1).view(Marked), k) for k in (1, 2)),
    (Queue([1]), Queue([2]), collections.deque([1]), collections.deque([2]), collections.deque([1], 3)),
    ({}, *(collections.defaultdict(captures(k)) for k in (1, 2)), collections.OrderedDict()),
    (random.Random(1), random.Random(2), np.random.RandomState(1), np.random.RandomState(2)),
    (np.random.default_rng(1), np.random.PCG64(1), np.random.PCG64(2), np.random.SeedSequence(1)),
    (operator.itemgetter(1), operator.itemgetter(2), operator.attrgetter("a"), operator.methodcaller("a")),
    (iter([1]), iter([2]), range(1), range(2)),
    (Fraction(1), Fraction(2), datetime.timedelta(1), datetime.timedelta(2)),
    (np.array([captures(1)]), np.array([captures(2)]), np.array(None)),
    (functools.lru_cache(captures(1)), functools.lru_cache(captures(2)), functools.wraps(inner)(captures(1))),
    (property(captures(1)), property(captures(2)), staticmethod(captures(1)), classmethod(captures(1))),
    (*(functools.cached_property(captures(k)) for k in (1, 2)),),
    (*(np.vectorize(captures(k)) for k in (1, 2)), np.poly1d([1, 2]), np.poly1d([1, 3])),
    (scipy.special.erf, scipy.special.erfc, np.exp, np.mean, np.linalg.norm, np.random.default_rng),
    (numba.njit(captures(1)), numba.njit(captures(2)), numba.njit(fastmath=True)(captures(1))),
    ({1: 2}.get, {1: 3}.get, {1: 2}.pop, np.ones(2).__add__, np.zeros(2).__add__, np.ones(2).take, np.zeros(2).take),
    ([].append, operator.add, np.add, np.multiply, str.upper, str.lower),
    (Point(1.0).__eq__, Point(2.0).__eq__, Both(1, 2).__init__),
    (math, operator, np),
    (Path("a"), Path("b"), "a"),
    (np.random.default_rng(1), np.random.default_rng(2)),
    ([np.random.default_rng(k) for k in (1, 2)], [np.random.default_rng(k) for k in (1, 1)]),
    (int, float, complex),
    (1, [1], [[1]], (1,)),
]


@pytest.mark.parametrize("values", DIFFERENT, ids=lambda values: str(type(values[0]).__name__))
def test_different_values_are_told_apart_and_each_is_itself(values):
    seen = [identity(value) for value in values]
    assert len(set(seen)) == len(values)
    assert seen == [identity(value) for value in values]


READERS = [reads_a_global, nested, functools.partial(nested), functools.wraps(nested)(lambda: 1)]
READERS += [Sum, Sum(1, 1), Sum(1, 1).__call__, Derived(1, 1), Property(), Static(), OfClass(), OfClass.value]


@pytest.mark.parametrize("value", READERS)
def test_a_global_counts_whoever_reads_it(value, monkeypatch):
    before = identity(value)
    monkeypatch.setattr(sys.modules[__name__], "GLOBAL", 2)
    assert identity(value) != before


def test_what_a_function_or_a_class_was_given_since_counts(monkeypatch):
    for value, name, given in ((itself, "k", 1), (Sum, "factor", 2), (Sum, "__call__", lambda self, x: x)):
        before = identity([value, Sum(1, 1)])
        monkeypatch.setattr(value, name, given, raising=False)
        assert identity([value, Sum(1, 1)]) != before


def class_attribute():
    class One:
        k = 1

    yield lambda: One.k
    One.k = 2
    yield lambda: One.k


def inherited_attribute():
    class Base:
        k = 1

    class One(Base):
        pass

    yield One()
    Base.k = 2
    yield One()


def method():
    class One:
        def run(self):
            return self.k

        def k(self):
            return 1

    yield One().run
    One.k = lambda self: 2
    yield One().run


def attribute_of_a_dataclass_that_is_no_field():
    for k in (1, 2):
        yield with_attribute(Point(1.0), k)


def attribute_of_a_function():
    def one():
        return one.k

    for k in (1, 2):
        yield with_attribute(one, k)


def code():
    one, two = captures(1), lambda x: x - k
    k = 1
    yield one
    one.__code__ = two.__code__
    yield one


def array_under_a_view():
    array = np.zeros(3)
    view = array[1:]
    yield lambda: view[0]
    array[:] = 1
    yield lambda: view[0]


def mutable_default():
    def one(seen=[1]):  # noqa: B006
        return seen[0]

    yield one
    one.__defaults__[0][0] = 2
    yield one


def patched(target, name):
    def change(monkeypatch):
        yield lambda: math.cos(np.cos(1))
        monkeypatch.setattr(target, name, math.sin)
        yield lambda: math.cos(np.cos(1))

    return change


def patched_builtin(monkeypatch):
    yield lambda: abs(1)
    monkeypatch.setattr("builtins.abs", float)
    yield lambda: abs(1)


CHANGES = [
    class_attribute,
    inherited_attribute,
    method,
    attribute_of_a_dataclass_that_is_no_field,
    attribute_of_a_function,
    code,
    array_under_a_view,
    mutable_default,
    patched(math, "cos"),
    patched(np, "cos"),
    patched_builtin,
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_between_two_calls_counts(change, monkeypatch):
    before, after = map(identity, change(*([monkeypatch] * change.__code__.co_argcount)))
    assert before != after


MODULES = dict(
    global_="import loose\ndef f(): return loose.k()",
    inside="def f():\n    import loose\n    return loose.k()",
    inside_from="def f():\n    from loose import k as word\n    return word()",
    inside_package="def f():\n    import packed.deep as d\n    return d.k()",
    inside_folder="def f():\n    from bare import deep\n    return deep.k()",
    inside_relative="__package__ = 'packed'\ndef f():\n    from .deep import k\n    return k()",
    by_word="import loose\ndef f(): return getattr(loose, 'k')()",
    packaged="import packed\ndef f(): return packed.k()",
    class_="import loose\nf = loose.C()",
    in_a_container="import loose\nd = {1: loose}\ndef f(): return d[1].k()",
    renamed="import loose\ndef f():\n    m = loose\n    return m.k()",
    through_another="import through\ndef f(): return through.k()",
)


@pytest.mark.parametrize("way", MODULES)
@pytest.mark.parametrize("by", ["text", "hand"])
def test_a_module_that_is_not_installed_counts_by_what_is_used_of_it(way, by, tmp_path, monkeypatch):
    text = "__version__ = '1'\nK = {}\ndef k(): return K\nclass C:\n    def k(self): return K\n"
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / "__init__.py").write_text("__version__ = '1'\nfrom packed.deep import k\n")
    (tmp_path / "bare").mkdir()
    (tmp_path / "through.py").write_text("from loose import k\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    seen = []
    for k in (1, 2):
        for name in ("loose", "packed.deep", "bare.deep"):
            file = tmp_path / f"{name.replace('.', '/')}.py"
            if by == "text" or k == 1:
                file.write_text(text.format(k))
            else:
                importlib.import_module(name).K = 2
        if by == "text" or k == 1:
            for name in ("loose", "packed", "packed.deep", "bare", "bare.deep", "through"):
                sys.modules.pop(name, None)
            importlib.invalidate_caches()
        namespace = {}
        exec(MODULES[way], namespace)
        seen.append(identity(namespace["f"]))
    assert seen[0] != seen[1]


def test_what_a_function_cannot_import_is_its_own_business():
    def one():
        from math import nothing_of_this_name

        import nowhere_to_be_found as n

        return n, nothing_of_this_name

    assert identity(one) == identity(one)


def test_an_identity_is_the_same_in_another_process():
    program = """
        import functools, math, numpy as np, scipy.special
        from dataclasses import dataclass, field
        from oile import Ensemble, bipolar
        from oile._identity import identity

        @dataclass
        class Gas:
            words: set = field(default_factory=lambda: {"a", "b", "c"})

            def __call__(self, rng):
                import scipy.special as s
                return bipolar(rng, omega_e=s.erf(0), theta=math.pi * scipy.special.erf(np.linalg.norm([1, 2])))

        print(identity([Gas(), Gas, bipolar, Ensemble, functools.partial(bipolar, n_e=1), np.poly1d([1, 2])]))
    """
    run = [sys.executable, "-c", textwrap.dedent(program)]
    one, two = (
        subprocess.run(run, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        for seed in "12"
    )
    assert one.stdout == two.stdout != ""


def test_the_order_of_a_set_does_not_count():
    words = [f"word {i}" for i in range(50)]
    assert identity(set(words)) == identity(set(reversed(words)))


def test_a_value_that_holds_itself_has_an_identity_too():
    def ring(n):
        one = [n]
        one.append(one)
        return one

    assert identity(ring(1)) == identity(ring(1)) != identity(ring(2))


def test_a_compiled_function_is_what_was_compiled():
    from oile._engine.compiled import _compile

    one, two, again = (_compile(f) for f in (lambda x: x + 1, lambda x: x + 2, lambda x: x + 1))
    assert identity(one) != identity(two)
    assert identity(one) == identity(again)


def generates():
    yield 1


def reads_a_file():
    with open("a") as file:
        return file.read()


def takes_another_name():
    r = np.random
    return r.random()


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (threading.Lock(), "_thread.lock"),
        (generates(), "generator"),
        (itertools.repeat(1), "itertools.repeat"),
        (generates().__next__, "generator"),
        ([threading.Lock()], "_thread.lock"),
        (captures(threading.Lock()), "_thread.lock"),
        (with_attribute(Point(1.0), threading.Lock()), "_thread.lock"),
        (np.frompyfunc(captures(1), 1, 1), "numpy.ufunc"),
        (threading.local(), "_thread._local"),
        (reads_a_file, "io.open, which sees what is outside"),
        (lambda: Path("a").read_text(), "pathlib.*read_text, which"),
        (
            lambda: Path("a").open(),  # noqa: SIM115
            "pathlib.*open, which",
        ),
        (lambda: np.loadtxt("a"), "numpy.*loadtxt, which"),
        (lambda: os.environ["A"], "the environment, which"),
        (lambda: os.getenv("A"), "os.getenv, which"),
        (lambda: time.time(), "time.time, which"),
        (lambda: datetime.datetime.now(), "datetime.now, which"),
        (lambda: random.random(), "the generator that all share, which"),
        (lambda: np.random.normal(), "the generator that all share, which"),  # noqa: NPY002
        (takes_another_name, "the generator that all share, which"),
        (lambda: globals()["GLOBAL"], "builtins.globals, which"),
        (lambda: eval("GLOBAL"), "builtins.eval, which"),
        (lambda: importlib.import_module("math"), "import_module, which"),
    ],
)
def test_what_cannot_be_told_for_certain_is_refused_by_name(value, word):
    with pytest.raises(UnknownError, match=word):
        identity(value)


def test_what_never_ends_is_refused():
    class Endless:
        def __reduce__(self):
            return Endless, (Endless(),)

    with pytest.raises(UnknownError, match="nested"):
        identity(Endless())


def test_a_path_is_the_same_however_it_is_written():
    assert identity(Path("a/./b")) == identity(Path("a/b"))
