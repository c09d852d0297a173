"""The tool that runs the book's notebooks: nothing stale, nothing unsaid, nothing half written."""

import json
import shutil
import subprocess
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import notebooks
import psutil
import pytest
from nbclient.exceptions import CellTimeoutError

TOOL = Path(notebooks.__file__)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Jupyter's own


def notebook(folder, *sources, name="one"):
    folder.mkdir(parents=True, exist_ok=True)
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    nbformat.write(nb, folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    for name in ("oile/_engine/pairs.py", "oile/oile.mplstyle", "benchmarks/results.json", "requirements.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    [
        "oile/_engine/pairs.py",
        "oile/oile.mplstyle",
        "benchmarks/results.json",
        "requirements.txt",
        "oile/new.py",
        "tools/notebooks.py",
    ],
)
def test_results_are_stale_when_anything_they_follow_from_has_changed(checkout, changed):
    source = notebook(checkout / "chapters", "1 + 1")
    before = notebooks.digest(source)
    assert notebooks.digest(source) == before
    (checkout / changed).parent.mkdir(exist_ok=True)
    (checkout / changed).write_text("after")
    assert notebooks.digest(source) != before


def test_results_are_stale_when_a_module_has_another_name_or_python_is_another(checkout, monkeypatch):
    source = notebook(checkout / "chapters", "1 + 1")
    before = notebooks.digest(source)
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert notebooks.digest(source) != before
    monkeypatch.undo()
    monkeypatch.setattr(notebooks, "ROOT", checkout)
    (checkout / "oile/_engine/pairs.py").rename(checkout / "oile/_engine/couples.py")
    assert notebooks.digest(source) != before


def test_results_are_stale_when_a_cell_has_changed_and_not_when_it_has_run(checkout):
    source = notebook(checkout / "chapters", "1 + 1")
    before = notebooks.digest(source)
    nb = nbformat.read(source, as_version=4)
    nb.cells[0].execution_count = 3
    nb.cells[0].outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=3)]
    nbformat.write(nb, source)
    assert notebooks.digest(source) == before
    for change in ({"source": "1 + 2"}, {"metadata": {"tags": ["hide-input"]}}, {"cell_type": "raw"}):
        changed = nbformat.from_dict(nb | {"cells": [nb.cells[0] | change]})
        source.write_text(json.dumps(changed))
        assert notebooks.digest(source) != before, change


@pytest.fixture
def build(checkout, monkeypatch):
    """Calls the tool; returns how many notebooks failed and which were executed, without a kernel."""
    ran = []

    def execute(source, target):
        ran.append(source.stem)
        text = source.read_text()
        notebooks.write(target, text + "executed" if source != target else text)
        if "a power cut" in text:
            raise KeyboardInterrupt
        if "a fault" in text:
            raise OSError("no room")
        return 1.0

    monkeypatch.setattr(notebooks, "execute", execute)
    monkeypatch.setattr(notebooks, "prepare", lambda home: None)
    monkeypatch.setattr(notebooks, "ProcessPoolExecutor", ThreadPoolExecutor)
    monkeypatch.chdir(checkout)

    def build(*words):
        ran.clear()
        monkeypatch.setattr(sys, "argv", ["notebooks.py", *words])
        return notebooks.main(), sorted(ran)

    return build


def test_only_what_has_changed_is_executed_again(checkout, build):
    notebook(checkout / "chapters", "1")
    notebook(checkout / "reference", "1", name="two")
    update = "--book", "book", "--changed"
    assert build(*update) == (0, ["one", "two"])
    assert build(*update) == (0, [])
    notebook(checkout / "chapters", "2")
    assert build(*update) == (0, ["one"])
    (checkout / "book/reference/two.ipynb").unlink()
    assert build(*update) == (0, ["two"])
    assert build("--book", "book", "chapters/one.ipynb") == (0, ["one"])
    assert build(*update) == (0, [])
    (checkout / "oile/_engine/pairs.py").write_text("after")
    assert build(*update) == (0, ["one", "two"])
    assert build("--book", "book") == (0, ["one", "two"])


def test_a_notebook_that_failed_is_counted_and_tried_again(checkout, build, capsys):
    for name in ("one", "two"):
        notebook(checkout / "chapters", "a fault" if name == "one" else "1", name=name)
    update = "--book", "book", "--changed"
    assert build(*update) == (1, ["one", "two"])
    assert "FAILED    chapters/one.ipynb\nOSError: no room" in capsys.readouterr().err
    assert build(*update) == (1, ["one"])
    assert build() == (1, ["one", "two"])
    notebook(checkout / "chapters", "1")
    assert build(*update) == (0, ["one"])
    assert build() == (0, ["one", "two"])


def test_after_a_run_that_was_killed_what_it_wrote_is_not_taken_for_the_old(checkout, build):
    notebook(checkout / "chapters", "1")
    update = "--book", "book", "--changed"
    build(*update)
    notebook(checkout / "chapters", "a power cut")
    with pytest.raises(KeyboardInterrupt):
        build(*update)
    notebook(checkout / "chapters", "1")
    assert build(*update) == (0, ["one"])


@pytest.mark.parametrize("below", ["", "data/checkout"])
def test_the_book_has_the_pages_of_today_and_keeps_what_was_executed(checkout, build, monkeypatch, below):
    root = checkout / below
    monkeypatch.setattr(notebooks, "ROOT", root)
    notebook(root / "chapters", "1")
    for name in ("intro.md", "reference/old.md", "_ext/x.py", "chapters/data/stale.csv", "_ext/__pycache__/x.pyc"):
        notebooks.write(root / name, "page")
    book = root / "book"
    build("--book", str(book))
    (root / "reference/old.md").unlink()
    for name in ("chapters/data/x.csv", "chapters/data/.half", "chapters/.half"):
        notebooks.write(book / name, "1")
    assert build("--book", str(book), "--changed") == (0, [])
    names = {str(path.relative_to(book)) for path in book.rglob("*") if path.is_file()}
    wanted = {"intro.md", "_ext/x.py", "chapters/one.ipynb", "chapters/data/x.csv", "executed.json"}
    assert names - {"requirements.txt", "benchmarks/results.json"} == wanted
    assert (book / "chapters/one.ipynb").read_text().endswith("executed")


def test_pictures_outside_the_notebooks_follow_them(checkout, build):
    source = notebook(checkout / "chapters", "1")
    nb = nbformat.read(source, as_version=4)
    nb.cells[0].metadata = {"mystnb": {"figure": {"name": "fig-1"}}}
    nb.cells[0].outputs = [nbformat.v4.new_output("display_data", {"image/png": b64encode(b"new").decode()})]
    nbformat.write(nb, source)
    for name in ("fig-1.png", "fig-2.png"):
        notebooks.write(checkout / "_static" / name, "old")
    assert build() == (0, ["one"])
    assert (checkout / "_static/fig-1.png").read_bytes() == b"new"
    assert (checkout / "_static/fig-2.png").read_bytes() == b"old"


def test_a_word_on_stderr_fails_a_notebook_and_leaves_the_old_one(tmp_path):
    source = notebook(tmp_path / "chapters", "import warnings", "warnings.warn('odd')")
    target = tmp_path / "book" / "one.ipynb"
    target.parent.mkdir()
    target.write_text("old")
    with pytest.raises(RuntimeError, match="wrote to stderr"):
        notebooks.execute(source, target)
    assert [path.name for path in target.parent.iterdir()] == ["one.ipynb"]
    assert target.read_text() == "old"


def test_a_chapter_runs_in_an_empty_folder_and_its_data_stand_beside_it(tmp_path):
    empty = "from pathlib import Path\nassert not list(Path().iterdir())"
    data = "Path('data').mkdir()\nPath('data/x.txt').write_text('1')"
    source = notebook(tmp_path / "chapters", empty, data)
    target = tmp_path / "book" / "chapters" / "one.ipynb"
    notebooks.execute(source, target)
    assert (target.parent / "data" / "x.txt").read_text() == "1"
    first = target.read_bytes()
    assert first.decode() == notebooks.text(notebooks.normalize(nbformat.read(target, as_version=4)))
    (target.parent / "data" / "x.txt").write_text("of another time")
    notebooks.execute(source, target)
    assert target.read_bytes() == first
    assert (target.parent / "data" / "x.txt").read_text() == "1"


def test_a_file_is_written_in_one_piece(tmp_path, monkeypatch):
    path = tmp_path / "file"
    notebooks.write(path, "old")

    def power_cut(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(notebooks.os, "replace", power_cut)
    with pytest.raises(KeyboardInterrupt):
        notebooks.write(path, "new")
    with pytest.raises(UnicodeEncodeError):
        notebooks.write(path, "\ud800")  # as on a full disk: nothing can be written
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_data_of_a_figure_say_what_they_are_and_how_they_were_made(tmp_path):
    cell = (
        "import numpy as np\nfrom oile.companion import save_data\nnp.random.default_rng(5)\nsave_data('x', t=[1, 2])"
    )
    source = notebook(tmp_path / "chapters", cell)
    nb = nbformat.read(source, as_version=4)
    nb.cells.insert(0, nbformat.v4.new_markdown_cell("# A question"))
    caption = "Lengths $|\\mathbf{P}|$, see {ref}`there`. {download}`Data <data/x.csv>`"
    nb.cells[1].metadata = {"mystnb": {"figure": {"name": "fig-x", "caption": caption}}}
    nbformat.write(nb, source)
    notebooks.execute(source, tmp_path / "book" / "one.ipynb")
    lines = (tmp_path / "book" / "data" / "x.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "# A question: Lengths |P|, see ."
    assert lines[3].endswith(" and default_rng(5)")
    assert lines[5:] == ["t", "1", "2"]


def test_a_cell_that_does_not_end_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "TIMEOUT", 1)
    source = notebook(tmp_path / "chapters", "import time\ntime.sleep(60)")
    with pytest.raises(CellTimeoutError):
        notebooks.execute(source, tmp_path / "one.ipynb")


@pytest.fixture
def tool(tmp_path):
    """The tool in another checkout, as a command."""
    (tmp_path / "tools").mkdir()
    return [sys.executable, shutil.copy(TOOL, tmp_path / "tools"), "--book", str(tmp_path / "book"), "--changed"]


def test_the_command_fails_with_a_notebook_and_heeds_nobodys_settings(tool, tmp_path, monkeypatch):
    for name, text in (
        (".config/matplotlib/matplotlibrc", "lines.linewidth: 9"),
        (".ipython/profile_default/startup/x.py", "x = 1"),
    ):
        notebooks.write(tmp_path / "home" / name, text)
    for name in ("MPLCONFIGDIR", "IPYTHONDIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    plain = "import matplotlib\nassert matplotlib.rcParams['lines.linewidth'] < 2\nassert 'x' not in globals()"
    notebook(tmp_path / "chapters", plain)
    notebook(tmp_path / "chapters", "1 / 0", name="two")
    done = subprocess.run(tool, capture_output=True, text=True)
    assert done.returncode == 1
    assert "FAILED    chapters/two.ipynb" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert list(json.loads((tmp_path / "book" / "executed.json").read_text())) == ["chapters/one.ipynb"]
    assert not (tmp_path / "book" / "chapters" / "two.ipynb").exists()


def test_a_place_where_nothing_can_be_written_is_named_in_one_line(tool, tmp_path):
    notebooks.write(tmp_path / "intro.md", "page")
    done = subprocess.run([*tool[:3], "/dev/null/book"], capture_output=True, text=True)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "/dev/null/book" in done.stderr


def test_a_run_that_is_killed_leaves_nobody_behind(tool, tmp_path):
    cell = f"import time\nopen({str(tmp_path / 'runs')!r}, 'w').close()\ntime.sleep(600)"
    for name in ("one", "two"):
        notebook(tmp_path / "chapters", cell, name=name)
    with subprocess.Popen(tool) as run:
        while not (tmp_path / "runs").exists():
            assert run.poll() is None
        started = psutil.Process(run.pid).children(recursive=True)
        run.kill()
    assert len(started) > 1
    assert not psutil.wait_procs(started, timeout=60)[1]
