"""The package as type checkers see it: right calls pass, wrong ones are refused before anything runs."""

import inspect
import re
import typing
from importlib import import_module
from pathlib import Path

import pytest

import oile
from oile import flavors

RIGHT = """
import concurrent.futures
from collections.abc import Callable
from pathlib import Path
import numpy as np
from numpy.typing import NDArray
import oile
from oile import flavors, manybody, modes

rng = np.random.default_rng(1)
gas = oile.bipolar(rng, n_e=6, n_x=4, velocity=[0, 0, 1])
also = oile.Ensemble(P=[[0, 0, 1], [0, 0, -1]], omega=1, velocity=np.zeros((2, 3), np.float32))
U = flavors.pmns(theta12=0.59, theta13=0.15, theta23=0.76)
e: NDArray[np.complex128] = flavors.mixture([1, 0, 0], U)
mixed = flavors.Ensemble([e, e], [0, 0.03, 1], [[0, 0, 1], [0, 0, -1]], antineutrino=[False, True])

t, P = oile.simulate(gas, 0.1, [0, 1, 2], rng=rng, record=lambda P: P[:, 2].mean(), mu=lambda t: np.exp(-t))
run = oile.simulate(mixed, np.float64(0.1), np.linspace(0, 1), rng=rng, p=0, phases=(0.5, 1.5))
shape: tuple[int, ...] = run.rho.shape
oile.Trajectory.load("run.npz").save(Path("other.npz"))

def last(run: oile.Trajectory) -> NDArray[np.float64]:
    return run.P[-1, :, :]

with concurrent.futures.ThreadPoolExecutor() as pool:
    oile.simulate_many(oile.bipolar, 1, [2], rng=rng, realizations=3, reduce=last, executor=pool, checkpoint=Path("x"))
oile.simulate_many(gas, 0.1, [2.0], rng=rng, realizations=3, reduce=lambda run: 1.0)

after, other = oile.encounter([0, 0, 1], (0.5, 0, 0), 0.1, omega=(0.1, [0.1, 0.2]), dt=np.ones(2))
length: NDArray[np.float64] = oile.foreground(after, other, np.array(0.1), n=[0, 5])
oile.solve(lambda P: oile.medium_rhs(P, other, gamma=0.1), after, [0, 1], rtol=1e-6)
oile.integrate(gas, 0, t, progress=True)
rates, vectors = modes.modes(gas, 0.0, pair=(0, 2))
rate: complex = modes.slow_mode(1e-3, 0.2, lambda w: np.exp(-w), support=(0, 1))
psi = manybody.remembering(manybody.product_state(gas.P), gas, 0.1, manybody.pairings(10, 3, rng))
entropy: float = manybody.entanglement_entropy(psi, 3)
"""

WRONG = {  # a call, and the word by which it is refused
    'oile.simulate(gas, "0.1", [0, 1], rng=rng)': "arg-type",
    'oile.simulate(gas, gamma="0.1", t=[0, 1], rng=rng)': "arg-type",
    'oile.encounter([0, 0, 1], [0, 0, 1], "0.1")': "arg-type",
    'oile.encounter([0, 0, 1], [0, 0, 1], gamma=["0.1"])': "arg-type",
    "oile.encounter([0, 0, 1], [0, 0, 1j], 0.1)": "arg-type",
    "oile.encounter([0, 0, 1], [0, 0, 1], 0.1, omega=0.3)": "arg-type",
    "oile.foreground([0, 0, 1], [0, 0, 1], 0.1, n=0.5)": "arg-type",
    'oile.flavor_state("mu")': "arg-type",
    "oile.simulate(gas, 0.1, [0, 1])": "call-arg",
    "oile.simulate(gas, 0.1, [0, 1], rng=1)": "arg-type",
    "oile.simulate(gas.P, 0.1, [0, 1], rng=rng)": "arg-type",
    'oile.simulate(gas, 0.1, [0, 1], rng=rng, record="P")': "arg-type",
    "oile.simulate(gas, 0.1, [0, 1], rng=rng, phase=[1])": "call-arg",
    "oile.simulate_many(gas, 0.1, [0, 1], rng=rng, realizations=2.5)": "arg-type",
    "oile.simulate_many(gas, 0.1, [0, 1], rng=rng, realizations=2, reduce=lambda run: None)": "arg-type",
    "oile.integrate(gas, None, [0, 1])": "arg-type",
    "oile.bipolar(7)": "arg-type",
    'oile.Ensemble([[0, 0, 1]] * 2, "0.1", [0, 0, 1])': "arg-type",
    "flavors.pmns(0.59, 0.15, 0.76)": "call-arg",
    "flavors.Ensemble([], 0, 0, antineutrino=[1.0])": "arg-type",
    'oile.Trajectory([0], [0], kind="Q")': "arg-type",
    'gas.omega = "fast"': "misc",
}


START = RIGHT.count("\n") + 1  # the line of the first wrong call


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What mypy says of a script with all these calls: errors by line."""
    api = pytest.importorskip("mypy.api", exc_type=ImportError)
    folder = tmp_path_factory.mktemp("types")
    script, config = folder / "script.py", folder / "mypy.ini"
    script.write_text(RIGHT + "\n".join(WRONG))
    config.write_text("[mypy]\nstrict = true\nno_error_summary = true\n")
    cache = Path(oile.__file__).parents[1] / ".mypy_cache"
    report, crash, _ = api.run([f"--config-file={config}", f"--cache-dir={cache}", str(script)])
    assert not crash
    errors = {}
    for path, line, text in re.findall(r"^(.*?):(\d+): error: (.*)$", report, re.MULTILINE):
        assert Path(path).name == script.name, f"{path}:{line}: {text}"
        errors.setdefault(int(line), []).append(text)
    return errors


def test_right_calls_pass_the_type_checker(said):
    assert not {line: errors for line, errors in said.items() if line < START}


@pytest.mark.parametrize(("line", "call"), list(enumerate(WRONG, START)))
def test_a_wrong_call_is_refused_by_the_type_checker(said, line, call):
    assert any(f"[{WRONG[call]}]" in error for error in said.get(line, [])), said.get(line, "it passes")


def callables():
    """All that the package offers to be called, module by module."""
    modules = sorted(path.stem for path in Path(oile.__file__).parent.glob("[a-z]*.py"))
    for module in [import_module(f"oile.{name}") for name in modules] + [oile.companion]:
        for name in module.__all__:
            entry = getattr(module, name)
            if inspect.isclass(entry):
                yield from (part for key, part in vars(entry).items() if key[0] != "_" and inspect.isfunction(part))
                yield from (part.fget for part in vars(entry).values() if isinstance(part, property))
            elif callable(entry):
                yield entry


def test_every_public_function_says_what_it_takes_and_gives():
    assert import_module("oile.companion")
    for function in {id(function): function for function in callables()}.values():
        signature = inspect.signature(function)
        untyped = [p.name for p in signature.parameters.values() if p.annotation is p.empty and p.name != "self"]
        assert not untyped, f"{function.__qualname__}: {untyped}"
        assert signature.return_annotation is not signature.empty, function.__qualname__


def test_types_can_be_read_while_the_package_runs():
    assert typing.get_type_hints(oile.encounter)["dt"] == typing.get_type_hints(flavors.encounter)["dt"]
    assert typing.get_type_hints(oile.simulate)["gamma"] is float


def test_the_package_says_that_it_is_typed():
    assert (Path(oile.__file__).parent / "py.typed").exists()
