"""The tools that judge: what fails counts as a failure, in the links, on other Pythons, among the mutants."""

import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace

import elsewhere
import links
import mutants
import pytest
from notebooks import ROOT


@pytest.fixture
def server():
    """Answers with the status that is the last part of an address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(int(self.path.rpartition("/")[2]))
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_link_is_dead_if_its_page_is_gone_or_nobody_answers(server, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(links, "HTML", tmp_path)
    nobody = "http://127.0.0.1:9"
    good, gone = f'<a href="{server}/a&amp;b/200#part">', f'<a href="{server}/404"><a href="{server}/410">'
    (tmp_path / "part").mkdir()
    (tmp_path / "one.html").write_text(f'{good}<a href="{server}/403"><a href="../two.html">')
    assert links.main() == 0
    (tmp_path / "part" / "two.html").write_text(f'{good}{gone}<a href="{nobody}">')
    assert links.main() == 3
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "2 links, 0 dead"
    assert {line.rpartition(" ")[2] for line in said[1:-1]} == {f"{server}/404", f"{server}/410", nobody}
    assert links.answer(f"{server}/200") == 200


def test_a_book_without_links_has_not_been_checked(tmp_path, monkeypatch):
    monkeypatch.setattr(links, "HTML", tmp_path)
    with pytest.raises(SystemExit, match="no links"):
        links.main()


@pytest.mark.parametrize("fails", [0, 1])
@pytest.mark.parametrize("wheel", [None, "oile-1.whl"])
def test_a_run_elsewhere_fails_with_its_tests(monkeypatch, tmp_path, fails, wheel):
    monkeypatch.chdir(tmp_path)
    commands = []

    def run(command, check=False, **_):
        commands.append(" ".join(map(str, command)))
        assert check or "pytest" in command or "import venv" in command  # what cannot be installed stops all
        return SimpleNamespace(returncode=fails if "pytest" in command else 0, stdout="numpy==2.0\n")

    monkeypatch.setattr(subprocess, "run", run)
    words = ["--wheel", wheel] if wheel else []
    monkeypatch.setattr(sys, "argv", ["elsewhere.py", "--resolution", "lowest-direct", *words])
    assert elsewhere.main() == fails
    place = (tmp_path / wheel if wheel else ROOT).as_uri()
    (package,) = (command for command in commands if " @ " in command)
    assert package.endswith(f" @ {place}")
    assert "--resolution lowest-direct" in package
    assert "--constraint" in next(command for command in commands if "pytest-xdist" in command)


@pytest.mark.parametrize("results", [[True, True], [True, False], [False, False]])
def test_each_python_on_which_a_test_fails_is_counted_and_a_missing_one_is_said(monkeypatch, results, capsys):
    found = iter(results)
    monkeypatch.setattr(elsewhere.shutil, "which", lambda name: None if name == "python9.9" else sys.executable)
    monkeypatch.setattr(elsewhere, "test", lambda *_: next(found))
    monkeypatch.setattr(sys, "argv", ["elsewhere.py", "--python", "3.11", "--python", "9.9", "--python", "3.12"])
    assert elsewhere.main() == results.count(False)
    assert "Python 9.9 is not on this machine" in capsys.readouterr().out


def test_a_test_that_needs_the_checkout_stays_at_home():
    for path in (ROOT / "tests").glob("test_*.py"):
        imported = set(re.findall(r"^(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
        tools = {tool.stem for folder in ("tools", "_ext") for tool in (ROOT / folder).glob("*.py")}
        assert not imported & tools or path.name in elsewhere.AT_HOME, path.name
    assert all((ROOT / "tests" / name).exists() for name in elsewhere.AT_HOME)


@pytest.mark.parametrize(
    ("survive", "explained", "status"), [(0, False, 0), (1, False, 1), (1, True, 0), (99, False, 1), (99, True, 1)]
)
def test_a_mutant_that_no_test_notices_is_counted_and_named(monkeypatch, capsys, survive, explained, status):
    plain = (ROOT / "oile" / "states.py").read_text(encoding="utf-8")
    planted, total = [plain], len(mutants.mutants(plain))

    class Copy:
        def __init__(self, folder):
            pass

        def write(self, name, text):
            planted.append(text)

        def passes(self, tests, compiled, seconds):
            return planted[-1] == plain or len(planted) - 1 > total - survive

    everything = type("Everything", (), {"__contains__": lambda self, survivor: explained})
    monkeypatch.setattr(mutants, "_Copy", Copy)
    monkeypatch.setattr(mutants, "load", lambda: None)
    monkeypatch.setattr(mutants, "reasons", everything)
    monkeypatch.setattr(sys, "argv", ["mutants.py", "--every", "1", "--only", "states"])
    assert mutants.main() == status
    said = capsys.readouterr().out
    survive = min(survive, total)
    assert f"{total - survive} of {total} mutants dead" in said
    assert said.count("  states.py:") == survive
    assert plain not in planted[1:-1]
    assert planted[-1] == plain  # as it was, before the next module


def test_tests_that_fail_hang_or_cannot_be_collected_notice_a_mutant(tmp_path):
    """Of a package with one module, in a process of its own: the tool loads what it tests only in its children."""
    for folder, name in (("oile", "__init__.py"), ("tests", "__init__.py"), ("tools", "x.py")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text("")
    (tmp_path / "oile" / "one.py").write_text("x = 1\n")
    (tmp_path / "tests" / "test_one.py").write_text("from oile.one import x\n\ndef test_x():\n    assert x == 1\n")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\nmarkers = ["compiled"]\n')
    (tmp_path / "copy").mkdir()
    script = f"""
import sys
sys.path.insert(0, {str(ROOT / "tools")!r})
import hypothesis, mutants, numba, os, pytest
sys.dont_write_bytecode = False
from pathlib import Path
mutants.ROOT = Path({str(tmp_path)!r})
copy = mutants._Copy(mutants.ROOT / "copy")
hanging = "import time\\nclass X:\\n  __eq__ = lambda *_: not time.sleep(20)\\nx = X()"
for text in ("x = 1", "x = 2", "x =", hanging, "x = 1"):
    copy.write("one", text)
    os.utime(copy.folder / "oile" / "one.py", (1, 1))  # written in the same second as the last
    print(copy.passes(["tests/test_one.py"], True, 3))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.split() == ["True", "False", "False", "False", "True"], done.stderr
