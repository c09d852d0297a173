import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import oile

PACKAGE = Path(oile.__file__).parent


def test_importing_oile_stays_light():
    code = "import sys, oile; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "oile" in loaded
    assert not {"qutip", "matplotlib", "scipy", "numba", "sympy", "tqdm"} & set(loaded)


def test_every_public_name_is_there_and_documented():
    for name in oile.__all__:
        assert getattr(oile, name).__doc__


def test_no_public_name_hides_a_module():
    modules = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert not modules & set(oile.__all__)


def module(path):
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def arrows():
    """Which module of the package imports which, wherever the import stands."""
    names = {module(path) for path in PACKAGE.rglob("*.py")}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    yield module(path), whole if whole in names else node.module
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    yield module(path), alias.name


def test_imports_run_one_way():
    graph = {}
    for start, end in arrows():
        if end.startswith("oile") and start != "oile" and not (end == "oile" and "companion" in start):
            graph.setdefault(start, set()).add(end)
    TopologicalSorter(graph).prepare()  # raises if there is a circle
    below = {"oile._engine", "oile._checks"}
    for start, ends in graph.items():
        layer = ".".join(start.split(".")[:2])
        if layer in below:
            assert all(end.startswith((layer, "oile._types")) for end in ends), f"{start} reaches up: {ends}"
    for data in ("oile.ensemble", "oile.flavors"):
        assert not {"oile.simulation", "oile.sweep", "oile.master"} & graph[data]
    for check in ("oile.master", "oile.lindblad", "oile.modes"):
        assert not {"oile.simulation", "oile.sweep", "oile.pair"} & graph.get(check, set())
