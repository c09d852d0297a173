"""The tool that runs the book's notebooks: nothing stale, nothing unsaid, nothing half written."""

import nbformat
import notebooks
import pytest

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Jupyter's own


def notebook(folder, *sources):
    folder.mkdir(parents=True, exist_ok=True)
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    nbformat.write(nb, folder / "one.ipynb")
    return folder / "one.ipynb"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    for name in ("oile/_engine/pairs.py", "oile/oile.mplstyle", "benchmarks/results.json", "requirements.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    ["oile/_engine/pairs.py", "oile/oile.mplstyle", "benchmarks/results.json", "requirements.txt", "oile/new.py"],
)
def test_results_are_stale_when_anything_they_follow_from_has_changed(checkout, changed):
    source = notebook(checkout / "chapters", "1 + 1")
    before = notebooks.digest(source)
    assert notebooks.digest(source) == before
    (checkout / changed).write_text("after")
    assert notebooks.digest(source) != before


def test_results_are_stale_when_a_cell_has_changed_and_not_when_it_has_run(checkout):
    source = notebook(checkout / "chapters", "1 + 1")
    before = notebooks.digest(source)
    nb = nbformat.read(source, as_version=4)
    nb.cells[0].execution_count = 3
    nb.cells[0].outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=3)]
    nbformat.write(nb, source)
    assert notebooks.digest(source) == before
    nb.cells[0].source = "1 + 2"
    nbformat.write(nb, source)
    assert notebooks.digest(source) != before


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
    notebooks.execute(source, target)
    assert target.read_bytes() == first


def test_a_file_is_written_in_one_piece(tmp_path, monkeypatch):
    path = tmp_path / "file"
    notebooks.write(path, "old")

    def power_cut(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(notebooks.os, "replace", power_cut)
    with pytest.raises(KeyboardInterrupt):
        notebooks.write(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
