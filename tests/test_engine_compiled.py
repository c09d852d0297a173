"""Machine code is kept between processes, and never outlives the text that it was compiled from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import oile
from oile._engine import compiled

pytestmark = pytest.mark.compiled
ENGINE = Path(oile.__file__).parent / "_engine"
RUN = """
import numpy as np
from oile import bipolar, simulate
from oile._engine import pairs
gas = bipolar(np.random.default_rng(1), n_e=3, n_x=2)
print(simulate(gas, 0.1, [1.0], rng=np.random.default_rng(2)).P.sum(axis=1).tolist())
print(sum(pairs.steps.stats.cache_hits.values()), sum(pairs.steps.stats.cache_misses.values()))
"""


def run(folder, **environment):
    command = [sys.executable, "-c", RUN]
    environment = {**os.environ, "PYTHONPATH": str(folder), **environment}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engine")
    shutil.copytree(ENGINE.parent, folder / "oile", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_an_edit_of_an_inlined_function_reaches_its_callers_in_other_files(copy):
    result, counts = run(copy)
    assert counts == "0 1"
    again, counts = run(copy)
    assert (again, counts) == (result, "1 0")
    random = copy / "oile" / "_engine" / "random.py"
    before, times = random.read_text(), (random.stat().st_atime_ns, random.stat().st_mtime_ns)
    after = before.replace("out[k] = np.int64(product >> np.uint64(32))", "out[k] = np.int64(0)")
    assert after != before
    random.write_text(after)
    os.utime(random, ns=times)  # not even the clock gives it away
    changed, counts = run(copy)
    assert counts == "0 1"
    assert changed != result
    random.write_text(before)
    assert run(copy)[0] == result


def test_what_is_kept_belongs_to_every_module_of_the_engine(tmp_path, monkeypatch):
    shutil.copytree(ENGINE, tmp_path / "_engine", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "__file__", str(tmp_path / "_engine" / "compiled.py"))
    fingerprint, modules = compiled.fingerprint.__wrapped__, sorted((tmp_path / "_engine").glob("*.py"))
    assert fingerprint() == fingerprint() == compiled.fingerprint()
    seen = {fingerprint()}
    for path in modules:
        path.write_text(path.read_text() + "\n# changed\n")
        seen.add(fingerprint())
    monkeypatch.setattr(compiled.numba, "__version__", "another")
    seen.add(fingerprint())
    assert len(seen) == 2 + len(modules)


def test_a_function_compiled_outside_the_engine_belongs_to_its_own_file_too(tmp_path):
    script = tmp_path / "script.py"

    def run(change):
        script.write_text(
            "from oile._engine.compiled import compiled\n@compiled\ndef f(x):\n    return x " + change + "\n"
            "print(f(1), sum(f.stats.cache_hits.values()))\n"
        )
        environment = {**os.environ, "PYTHONPATH": str(ENGINE.parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", "import script"]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout

    assert run("+ 1") == "2 0\n"
    assert run("+ 20") == "21 0\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal")
def test_who_waits_at_a_terminal_for_the_compiler_is_told_so_once_and_nobody_else(tmp_path):
    code = (
        "import numpy as np; from oile._engine import random as r; r.Source(np.random.default_rng(1)).times(0.0, 1.0)"
    )
    shutil.copytree(ENGINE.parent, tmp_path / "oile", ignore=shutil.ignore_patterns("__pycache__"))

    def said(terminal):
        read, write = os.openpty() if terminal else os.pipe()
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, stderr=write, check=True)
        os.write(write, b".")  # something to read in any case
        text = os.read(read, 1000).decode()
        os.close(read), os.close(write)
        return text.count("compiling for this machine")

    assert (said(terminal=True), said(terminal=True)) == (1, 0)  # three functions; then they are kept
    shutil.rmtree(tmp_path / "oile" / "_engine" / "__pycache__")
    assert said(terminal=False) == 0


def test_the_engine_runs_without_a_compiler_too():
    code = """
import numpy as np
from oile import bipolar, simulate
gas = bipolar(np.random.default_rng(1), n_e=3, n_x=2)
for p in (1.0, 0.5, 0.0):
    print(repr(simulate(gas, 0.1, [1.0], rng=np.random.default_rng(2), p=p).P.round(12).tolist()))
"""
    said = []
    for off in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": off, "PYTHONWARNINGS": "error"}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert done.stderr == ""
        said.append(done.stdout)
    assert said[0] == said[1]
