"""The build as `make` and CI run it, with stand-ins for what takes long: nothing stale, half built, or built twice."""

import os
import re
import shutil
import subprocess
import sys
import time

import pytest
from notebooks import ROOT

PYTHON = f"""#!/bin/sh
echo "$@" >> log
case "$1" in
  tools/alone.py) exec {sys.executable} "$@" ;;
  tools/notebooks.py) mkdir -p _build/book; [ -z "$FAULT" ] || eval "$FAULT" ;;
esac
"""
BOOK = """#!/bin/sh
echo "jupyter-book $@" >> log
mkdir -p _build/html && touch _build/html/index.html
[ -z "$LATE_FAULT" ] || eval "$LATE_FAULT"
"""


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Runs make in a checkout where programs only say that they were called."""
    for name in ("intro.md", "references.bib", "_config.yml", "requirements.txt", "pyproject.toml", "tools/x.py"):
        write(tmp_path / name)
    for name in ("oile/_engine/x.py", "chapters/x.ipynb", "_ext/x.py", "_static/x.css", "play/x.js", "reference/x.md"):
        write(tmp_path / name)
    write(tmp_path / "benchmarks/results.json")
    for name in ("Makefile", "tools/alone.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name, text in (("python", PYTHON), ("jupyter-book", BOOK), ("ruff", "#!/bin/sh"), ("mypy", "#!/bin/sh")):
        write(tmp_path / ".venv/bin" / name, text).chmod(0o755)
    write(tmp_path / ".venv/installed")
    monkeypatch.chdir(tmp_path)
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        monkeypatch.delenv(name, raising=False)

    def run(target, **environment):
        (tmp_path / "log").write_text("")
        done = subprocess.run(["make", target], capture_output=True, text=True, env=os.environ | environment)
        return done.returncode, (tmp_path / "log").read_text()

    return run


def write(path, text=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


SOURCES = ["intro.md", "references.bib", "_config.yml", "requirements.txt", "tools/x.py", "oile/_engine/x.py"]
SOURCES += ["chapters/x.ipynb", "_ext/x.py", "_static/x.css", "play/x.js", "reference/x.md", "benchmarks/results.json"]


def test_a_built_book_is_built_again_when_any_of_its_sources_has_changed(make, tmp_path):
    status, said = make("html")
    assert status == 0
    assert "notebooks.py --book _build/book --changed" in said
    assert re.search(r"jupyter-book build _build/book .*-W", said)  # a warning is an error
    assert make("html") == (0, "")
    mark = (tmp_path / "_build/html/.built").stat().st_mtime
    for source in [*SOURCES, "pyproject.toml", ".venv/installed"]:
        for name in [*SOURCES, "pyproject.toml"]:
            os.utime(tmp_path / name, (mark - 2, mark - 2))
        os.utime(tmp_path / ".venv/installed", (mark - 1, mark - 1))
        assert not outdated()
        os.utime(tmp_path / source, (mark + 1, mark + 1))
        assert outdated(), source


def outdated():
    return subprocess.run(["make", "-q", "_build/html/.built"], capture_output=True).returncode == 1


@pytest.mark.parametrize("target", ["html", "book"])
@pytest.mark.parametrize("fault", [{"FAULT": "exit 1"}, {"LATE_FAULT": "exit 1"}, {"LATE_FAULT": "kill -9 $PPID"}])
def test_a_build_that_failed_or_was_killed_is_none(make, tmp_path, target, fault):
    assert make(target, **fault)[0] != 0
    assert make("html")[0] == 0
    assert (tmp_path / "_build/html/index.html").exists()


def test_a_book_half_written_over_a_good_one_is_none(make):
    make("html")
    assert make("book", LATE_FAULT="kill -9 $PPID")[0] != 0
    assert "jupyter-book" in make("html")[1]


def test_pages_that_were_deleted_are_built_again(make, tmp_path):
    make("html")
    shutil.rmtree(tmp_path / "_build/html")
    assert "jupyter-book" in make("html")[1]


def test_what_is_edited_during_a_build_is_in_the_next_one(make, tmp_path):
    make("html", LATE_FAULT="sleep 0.1; touch chapters/x.ipynb")
    assert "notebooks.py --book" in make("html")[1]
    assert make("html") == (0, "")


def test_two_builds_at_once_are_one_after_the_other(make, tmp_path):
    slow = os.environ | {"LATE_FAULT": "echo begin >> order; sleep 1; echo end >> order"}
    both = [subprocess.Popen(["make", "book"], env=slow, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [build.communicate()[1] for build in both]
    assert [build.returncode for build in both] == [0, 0]
    assert (tmp_path / "order").read_text().split() == ["begin", "end"] * 2
    assert sum("waiting for its end" in words for words in said) == 1


def test_a_killed_build_is_not_waited_for(make):
    build = subprocess.Popen(["make", "book"], env=os.environ | {"FAULT": "exec sleep 60"}, process_group=0)
    time.sleep(0.5)
    os.killpg(build.pid, 9)
    build.wait()
    assert make("html")[0] == 0


def test_the_tests_are_all_run_on_a_book_that_is_built(make):
    status, said = make("test")
    assert status == 0
    assert said.index("jupyter-book build") < said.index("-m pytest --nbval")


@pytest.mark.parametrize("tool", ["ruff", "mypy"])
def test_a_word_of_a_checker_stops_the_tests(make, tmp_path, tool):
    write(tmp_path / ".venv/bin" / tool, "#!/bin/sh\nexit 1")
    status, said = make("test")
    assert status != 0
    assert "pytest" not in said


TARGETS = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("target", sorted({*TARGETS} - {"help", "clean"}))
def test_every_target_makes_the_environment_that_it_needs(target):
    said = subprocess.run(
        ["make", "-n", target, "VENV=nowhere"], capture_output=True, text=True, cwd=ROOT, check=True
    ).stdout
    assert -1 < said.index("-m venv nowhere") < said.index("nowhere/bin/")


@pytest.mark.parametrize("broken", [None, "book", "test"])
def test_what_ci_runs_fails_when_the_book_or_a_test_does(tmp_path, broken):
    write(tmp_path / "bin/make", f'#!/bin/sh\necho "$CI $@" >> {tmp_path}/log\n[ "$1" != "{broken}" ]').chmod(0o755)
    write(tmp_path / "bin/chromium", "#!/bin/sh").chmod(0o755)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run([ROOT / ".ci" / "run"], env=os.environ | {"PATH": path}, capture_output=True)
    assert (done.returncode != 0) is (broken is not None)
    assert (tmp_path / "log").read_text().splitlines() == ["true book", "true test"][: 1 if broken == "book" else 2]
