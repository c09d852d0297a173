"""Plant small faults in the physics, one at a time, and see whether the tests notice.

    python tools/mutants.py                    a sample of all mutants, the same one each time
    python tools/mutants.py --every 1          all of them: hours
    python tools/mutants.py --only pair master these modules

A mutant is the package with one sign, operator, comparison, number or function changed, or one statement left out. It
is dead if one of the tests near it fails or hangs. Machine code is tried as plain Python first, since a compiler is
slow, and compiled if it survives that. Exits with 1 if fewer than 95 % die, or if one survives that `tools/mutants.txt`
gives no reason for.

Frameworks for this replace functions by ones that choose among their mutants while they run: nothing that Numba could
compile. Here each mutant is a copy of the package with another text, and each trial a process forked from one in which
all libraries are loaded already.
"""

import argparse
import contextlib
import hashlib
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from mutations import mutants

ROOT = Path(__file__).resolve().parent.parent
REASONS = ROOT / "tools" / "mutants.txt"
GOAL = 0.95
PATIENCE = 60, 150  # seconds for a test, without and with a compilation: then it hangs

TESTS = {  # of each module, the nearest first
    "states": ["states", "pair", "ensemble", "lindblad", "input"],
    "pair": ["pair", "manybody", "input"],
    "medium": ["medium", "input"],
    "lindblad": ["lindblad", "input"],
    "master": ["master", "average", "input"],
    "ensemble": ["ensemble", "input"],
    "flavors": ["flavors", "input"],
    "simulation": ["simulate", "flavors", "input"],
    "average": ["average", "modes", "input"],
    "modes": ["modes", "input"],
    "_engine/averages": ["average", "modes"],
    "_engine/compiled": ["engine_compiled", "engine_pairs"],
    "_engine/exchange": ["flavors", "average"],
    "_engine/gates": ["manybody"],
    "_engine/matrices": ["flavors", "simulate", "average"],
    "_engine/pairs": ["engine_pairs", "simulate", "flavors", "average"],
    "_engine/particle": ["flavors", "average"],
    "_engine/random": ["engine_random", "engine_pairs", "simulate"],
    "_engine/triples": ["flavors", "average"],
}


def chosen(name, text, every):
    """One in `every` mutants, by a number that follows from the mutant alone: others come and go, the choice stays."""
    for line, start, end, new in mutants(text):
        place = start - text.rfind("\n", 0, start)
        words = f"{name}\0{text.splitlines()[line - 1].strip()}\0{place}\0{text[start:end]}\0{new}"
        if int(hashlib.sha256(words.encode()).hexdigest(), 16) % every == 0:
            yield line, start, end, new


class _Copy:
    """The package and its tests in a folder of their own, where texts can be changed."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for part in ("oile", "tests", "tools"):
            shutil.copytree(ROOT / part, self.folder / part, ignore=shutil.ignore_patterns("*.pyc"))
        shutil.copy(ROOT / "pyproject.toml", self.folder)

    def write(self, name, text):
        path = self.folder / "oile" / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        for kept in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
            kept.unlink()  # of the same second and length

    def passes(self, tests, compiled, seconds):
        """Whether these tests pass, none of them in more than so many seconds."""
        pid = os.fork()
        if pid == 0:
            os._exit(self._run(tests, compiled, seconds))
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # what the tests have started
        return status == 0

    def _run(self, tests, compiled, seconds):
        import numba
        import pytest

        os.setsid()
        os.chdir(self.folder)
        sys.path.insert(0, str(self.folder))
        os.environ["PYTHONPATH"] = str(self.folder)
        os.environ["NUMBA_DISABLE_JIT"] = str(int(not compiled))
        numba.config.DISABLE_JIT = not compiled
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1), os.dup2(silence, 2)
        options = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=1", "-o", "addopts=", "-o", "testpaths="]
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        return int(pytest.main([*options, *([] if compiled else ["-m", "not compiled"]), *tests], [_Alarm(seconds)]))


class _Alarm:
    """Ends the process if a test hangs, in machine code too."""

    def __init__(self, seconds):
        self.seconds = seconds

    def pytest_runtest_logstart(self):
        signal.alarm(self.seconds)


def load():
    """All libraries, once; not the package itself."""
    import hypothesis
    import numba
    import pytest
    import qutip
    import scipy.integrate
    import scipy.stats
    import tqdm

    assert "oile" not in sys.modules
    return hypothesis, numba, pytest, qutip, scipy, tqdm


def reasons():
    """Of each survivor that is none of the tests' business: why."""
    lines = REASONS.read_text(encoding="utf-8").splitlines() if REASONS.exists() else []
    return dict(line.split("  # ", 1) for line in lines if line and not line.startswith("#"))


def key(name, text, mutant):
    """What a mutant is called: the line before and after, without its number, which changes too often."""
    line, start, end, new = mutant
    changed = text[:start] + new + text[end:]
    after = changed.splitlines()[line - 1].strip() if new != "pass" else "pass"
    before = text.splitlines()[line - 1].strip()
    if before == after:  # further down in a statement of several lines
        line = text.count("\n", 0, start) + 1
        before, after = text.splitlines()[line - 1].strip(), changed.splitlines()[line - 1].strip()
    return f"{name}: {before} -> {after}"


def main():
    """Try the mutants and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=40, help="one mutant in so many")
    parser.add_argument("--only", nargs="*", default=list(TESTS), choices=list(TESTS), metavar="MODULE")
    parser.add_argument("--list", action="store_true", help="only count them")
    options = parser.parse_args()
    texts = {name: (ROOT / "oile" / f"{name}.py").read_text(encoding="utf-8") for name in options.only}
    todo = {name: list(chosen(name, text, options.every)) for name, text in texts.items()}
    if options.list:
        for name, text in texts.items():
            print(f"{name:18} {len(todo[name]):5} of {len(mutants(text))}")
        print(sum(map(len, todo.values())))
        return 0

    load()
    known, survivors, tried = reasons(), [], 0
    with tempfile.TemporaryDirectory(prefix="oile-mutants-") as folder:
        copy = _Copy(folder)
        for name, text in texts.items():
            tests, died = [f"tests/test_{test}.py" for test in TESTS[name]], 0
            engine = name.startswith("_engine")
            ways = [(False, PATIENCE[0]), (True, PATIENCE[1])] if engine else [(True, PATIENCE[0])]  # compiled or not
            if todo[name] and not copy.passes(tests, *ways[0]):
                sys.exit(f"{' '.join(tests)} must pass before there is any fault")
            for mutant in todo[name]:
                line, start, end, new = mutant
                copy.write(name, text[:start] + new + text[end:])
                if all(copy.passes(tests, *way) for way in ways):
                    survivors.append(key(name, text, mutant))
                    print(f"  {name}.py:{line}: {survivors[-1]}", flush=True)
                else:
                    died += 1
            copy.write(name, text)
            tried += len(todo[name])
            print(f"{name:18} {died} of {len(todo[name])} dead", flush=True)
    share = 1 - len(survivors) / tried
    new = [survivor for survivor in survivors if survivor not in known]
    print(f"{tried - len(survivors)} of {tried} mutants dead, {share:.1%}; {len(new)} survive without a reason")
    return int(share < GOAL or bool(new))


if __name__ == "__main__":
    sys.exit(main())
