"""What tells one value from another in the note of a checkpoint."""

import functools
import math
import operator
import sys
import types
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pytest

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


class Opaque:
    def __reduce_ex__(self, protocol):
        return object, ()


def reads_a_global():
    return GLOBAL


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
    ({1: 2}, {2: 1}, {1: 2, 3: 4}, {1, 2}, frozenset([1])),
    (captures(1), captures(2), captures([1]), captures(np.ones(1))),
    (never(True), never(False)),
    (inner(1), inner(2)),
    (functools.partial(pow, 2), functools.partial(pow, 3), functools.partial(pow, exp=2), pow, math.pow),
    (Point(1.0), Point(2.0), Point, Slotted),
    (Both(1, 1), Both(1, 2), Both(2, 1)),
    ({1: 2}.get, {1: 3}.get, {1: 2}.pop, np.ones(2).__add__, np.zeros(2).__add__, np.ones(2).take, np.zeros(2).take),
    ([].append, operator.add, np.add, np.multiply, str.upper, str.lower),
    (Point(1.0).__eq__, Point(2.0).__eq__, Both(1, 2).__init__),
    (math, operator, np),
    (Path("a"), Path("b"), "a"),
    (np.random.default_rng(1), np.random.default_rng(2)),
    (int, float, complex),
    (1, [1], [[1]], (1,)),
]


@pytest.mark.parametrize("values", DIFFERENT, ids=lambda values: str(type(values[0]).__name__))
def test_different_values_are_told_apart_and_each_is_itself(values):
    seen = [identity(value) for value in values]
    assert len(set(seen)) == len(values)
    assert seen == [identity(value) for value in values]


def test_a_global_that_a_function_reads_counts(monkeypatch):
    before = identity(reads_a_global)
    monkeypatch.setattr(sys.modules[__name__], "GLOBAL", 2)
    assert identity(reads_a_global) != before


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


def test_a_class_that_is_not_installed_counts_by_its_text(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    seen = set()
    for k in (1, 2):
        (tmp_path / f"loose{k}.py").write_text(f"class Loose:\n    k = {k}\n")
        loose = __import__(f"loose{k}").Loose
        loose.__module__ = f"loose{k}"
        seen.add(identity(loose))
    assert len(seen) == 2


def nowhere():
    made = types.ModuleType("nowhere")
    return type("Made", (), {"__module__": made.__name__})


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (np.array([object()]), "an array of objects"),
        (Opaque(), "Opaque"),
        (iter([1]), "list_iterator"),
        (Slotted(1), "Slotted"),
        (iter([1]).__next__, "list_iterator"),
        ([Opaque()], "Opaque"),
        (captures(Opaque()), "Opaque"),
        (nowhere(), "nowhere, of which there is no text"),
    ],
)
def test_what_cannot_be_told_for_certain_is_refused_by_name(value, word):
    with pytest.raises(UnknownError, match=word):
        identity(value)


def test_a_path_is_the_same_however_it_is_written():
    assert identity(Path("a/./b")) == identity(Path("a/b"))
    with pytest.raises(UnknownError):
        identity(PurePosixPath("a"))
