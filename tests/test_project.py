"""What holds the project together: contents, notebooks in normal form, the lock, the example in the README."""

import ast
import re
import tomllib
from colorsys import rgb_to_hls
from email.message import Message
from importlib import metadata
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import licences
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import offline
import pytest
import yaml
from matplotlib.colors import to_rgb
from mutants import key, reasons
from mutations import mutants
from notebooks import FOLDERS, ROOT, figures, normalize, notebooks, text
from packaging.requirements import Requirement
from PIL import Image

from oile import plotting
from oile.companion import save_data
from oile.companion.figures import HEADER

NOTEBOOKS = notebooks()
CODE_FILES = sorted(path for folder in ("oile", "tools", "_ext") for path in (ROOT / folder).rglob("*.py"))


def toc_pages():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    return [toc["root"]] + [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]


def by_name(path):
    return path.stem


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=by_name)
def notebook(request):
    return request.param, nbformat.read(request.param, as_version=4)


def test_the_contents_list_every_page_once():
    pages = [path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).glob("*")]
    pages = {str(page.with_suffix("")) for page in pages if page.suffix in {".ipynb", ".md"}} | {"intro"}
    listed = toc_pages()
    assert len(listed) == len(set(listed))
    assert set(listed) == pages


def test_a_notebook_is_in_normal_form(notebook):
    path, nb = notebook
    assert path.read_text(encoding="utf-8") == text(normalize(nb)), "run `make notebooks`"


def test_a_notebook_is_stored_as_it_ran(notebook):
    _, nb = notebook
    cells = [cell for cell in nb.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]


def test_a_notebook_opens_like_every_other(notebook):
    path, nb = notebook
    first = next(cell.source for cell in nb.cells if cell.cell_type == "code")
    if path.parent.name == "chapters":
        assert first == (
            "import matplotlib.pyplot as plt\nimport numpy as np\n\nfrom oile.companion import save_data\n\n"
            'plt.style.use("oile.oile")\nrng = np.random.default_rng(2024)'
        )


def test_a_figure_has_a_name_a_caption_its_data_and_alternative_text(notebook):
    _, nb = notebook
    for cell in nb.cells:
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", ())):
            figure = cell.metadata.get("mystnb", {}).get("figure", {})
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            data = re.findall(r"\{download\}`[^<`]*<data/([\w-]+)\.csv>`", figure.get("caption", ""))
            assert figure.get("name", "").startswith("fig-"), f"{cell.id} has no name"
            assert data, f"{cell.id}: no data to download in the caption"
            assert set(data) == set(re.findall(r'save_data\(\s*"([\w-]+)"', cell.source)), f"{cell.id}: other data"
            assert len(alt.split()) >= 5, f"{cell.id}: {alt!r} does not describe the figure"


def test_a_picture_outside_the_notebooks_is_one_of_theirs():
    shown = figures()
    for path in (ROOT / "_static").glob("fig-*.png"):
        assert path.read_bytes() == shown[path.stem], "run `make notebooks`"


def test_names_of_figures_equations_and_sections_are_unique():
    names = []
    for path in [*NOTEBOOKS, *(p for folder in FOLDERS for p in (ROOT / folder).glob("*.md"))]:
        sources, figures = [path.read_text(encoding="utf-8")], []
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            sources = [cell.source for cell in cells if cell.cell_type == "markdown"]
            figures = [cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in cells]
        names += [name for name in figures if name]
        names += [name for source in sources for name in re.findall(r"^\(([\w-]+)\)=$", source, re.MULTILINE)]
    assert not {name for name in names if names.count(name) > 1}


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_enough_to_be_read(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "no docstring"
    code = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)}
    assert len(code) <= 200


def test_every_public_module_is_on_the_api_page():
    listed = re.findall(r"automodule:: oile\.(\w+)", (ROOT / "reference" / "api.md").read_text())
    assert sorted(listed) == sorted(path.stem for path in (ROOT / "oile").glob("[a-z]*.py"))


def test_the_example_in_the_readme_runs(capsys):
    example = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL).group(1)
    exec(compile(example, "README.md", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_lock_names_every_requirement_with_hashes_and_no_index():
    lock = (ROOT / "requirements.txt").read_text()
    locked = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lists = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    lists += project["dependency-groups"].values()
    wanted = {re.match(r"[\w.-]+", item).group() for items in lists for item in items if isinstance(item, str)} - {
        "oile"
    }
    assert {name.replace("_", "-") for name in wanted} <= locked
    assert all("--hash=sha256:" in entry for entry in re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:])
    assert not re.search(r"://|^--(index|extra|find|trusted)", lock, re.MULTILINE)


def test_what_is_installed_is_what_the_lock_says():
    lock = (ROOT / "requirements.txt").read_text()
    entries = [Requirement(entry) for entry in re.findall(r"^([\w.-]+==[^\\\n]+)", lock, re.MULTILINE)]
    wanted = {entry.name: str(entry.specifier) for entry in entries if not entry.marker or entry.marker.evaluate()}
    installed = {name: f"=={metadata.version(name)}" for name in wanted}
    assert installed == wanted, "run `make lint`: it installs what is missing"


def test_every_reference_is_cited_by_key_and_year():
    keys = re.findall(r"^@\w+\{(\w+),", (ROOT / "references.bib").read_text(), re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"[A-Z]\w+\d{4}[a-z]?", key) for key in keys)


def test_the_data_of_a_figure_survive_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_data("fig", mu_t=np.arange(3.0), P=np.eye(3)[:2] / 3)
    lines = Path("data/fig.csv").read_text().splitlines()
    assert all(line.startswith("# ") for line in lines[:HEADER])
    assert "times in 1/mu" in lines[2]
    assert lines[4].startswith("# license: CC BY 4.0")
    assert lines[HEADER:] == ["mu_t,P_1,P_2,P_3", "0,0.333333,0,0", "1,0,0.333333,0", "2,,,"]
    table = np.genfromtxt("data/fig.csv", delimiter=",", names=True, skip_header=HEADER)
    assert np.array_equal(table["mu_t"], [0, 1, 2])
    assert not list(Path("data").glob("*.svg"))  # no figure was open
    with pytest.raises(ValueError, match="P must have shape"):
        save_data("fig", P=np.zeros((2, 2, 2)))


def test_a_figure_can_be_taken_away_as_vectors_and_for_the_dark(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        fig, ax = plt.subplots()
        (line,) = ax.plot([0, 1], [0, 1], color="black")
        colors = line.get_color(), ax.get_facecolor(), ax.xaxis.label.get_color()
        save_data(name, x=[0.0, 1.0])
        vectors = Path(f"data/{name}.svg").read_bytes()
        save_data(name, x=[0.0, 1.0])
        assert Path(f"data/{name}.svg").read_bytes() == vectors  # no date, no random names
        assert (line.get_color(), ax.get_facecolor(), ax.xaxis.label.get_color()) == colors  # as before
        plt.close(fig)
    assert Path("data/a.svg").read_text().startswith("<?xml")
    dark = plt.imread("data/a-dark.png")[..., :3]
    assert max(np.median(dark), dark[0].max()) < 0.1  # the page, to its edge
    assert dark.max() > 0.85  # the line


def test_what_a_dark_page_changes_is_put_back_as_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    seen = {}
    fig, ax = plt.subplots()
    image = ax.imshow(np.eye(2), cmap="gray")
    (thin,) = ax.plot([0, 1], [0, 1], **plotting.THIN)
    (blue,) = ax.plot([0, 1], [1, 0], "o-", color="#0000A0", markerfacecolor="none")

    def look(*_, **__):
        stroke = thin.get_path_effects()[0]._gc["foreground"]
        seen.setdefault("is", []).append((stroke, blue.get_color(), blue.get_markerfacecolor(), image.get_cmap().name))

    look()
    monkeypatch.setattr(type(fig), "savefig", look)
    save_data("c", x=[0.0])  # as vectors, then for the dark
    look()
    plt.close(fig)
    light, vector, dark, after = seen["is"]
    assert light == vector == after
    assert np.mean(to_rgb(dark[0])) < 0.1 < 0.9 < np.mean(to_rgb(light[0]))  # the edge is as the page
    assert rgb_to_hls(*to_rgb(dark[1]))[1] > 0.6 > rgb_to_hls(*to_rgb(light[1]))[1]
    assert rgb_to_hls(*to_rgb(dark[1]))[0] == pytest.approx(rgb_to_hls(*to_rgb(light[1]))[0])  # still blue
    assert dark[2:] == light[2:]


def test_a_band_runs_from_the_lowest_to_the_highest_particle():
    fig, ax = plt.subplots()
    values = np.array([[0.0, 1.0, 0.5], [-1.0, 2.0, 0.0]])
    plotting.band(ax, [0.0, 1.0], values, **plotting.STYLES[0])
    (shadow,) = ax.collections
    corners = shadow.get_paths()[0].vertices
    assert {tuple(corner) for corner in corners} == {(0.0, 0.0), (0.0, 1.0), (1.0, -1.0), (1.0, 2.0)}
    assert to_rgb(shadow.get_facecolor()[0][:3]) == pytest.approx(to_rgb(plotting.STYLES[0]["color"]))
    plt.close(fig)


def test_both_columns_of_fig_2_come_from_one_function():
    chapters = (
        nbformat.read(ROOT / "chapters" / f"{name}.ipynb", as_version=4) for name in ("04_ensemble", "05_longtimes")
    )
    cells = [cell.source for nb in chapters for cell in nb.cells if "def fig_2(" in cell.source]
    functions = {source.split("\n\n\n")[0] for source in cells}
    assert len(cells) == 2
    assert len(functions) == 1


def test_mutants_have_one_fault_each():
    text = """
def f(x, n: int = 1):
    if x < 2 and not n:
        return np.sin(x) - a.real
    x[0] = -max(n, x)
    raise ValueError(f"{x + 1}")
"""
    faults = {(text[start:end], new) for _, start, end, new in mutants(text)}
    assert faults == {
        ("1", "2"),  # the default
        (" < ", " <= "),
        ("2", "3"),
        (" and ", " or "),
        ("not ", ""),
        ("x < 2 and not n", "not (x < 2 and not n)"),
        ("sin", "cos"),
        (" - ", " + "),
        ("real", "imag"),
        ("x[0] = -max(n, x)", "pass"),
        ("0", "1"),
        ("-", ""),
        ("max", "min"),
        ("n, x", "x, n"),
        ('raise ValueError(f"{x + 1}")', "pass"),
    }


def test_a_mutant_that_may_survive_is_a_mutant_still():
    for survivor in reasons():
        name = survivor.partition(":")[0]
        text = (ROOT / "oile" / f"{name}.py").read_text(encoding="utf-8")
        assert survivor in {key(name, text, mutant) for mutant in mutants(text)}, survivor


def test_every_reference_can_be_found():
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    for entry in re.split(r"^(?=@)", text, flags=re.MULTILINE)[1:]:
        key = re.match(r"@\w+\{(\w+)", entry).group(1)
        fields = dict(re.findall(r"^\s*(\w+)\s*=\s*\{(.*)\},?\s*$", entry, re.MULTILINE))
        assert {"author", "title", "year"} <= fields.keys(), key
        assert re.fullmatch(r"\d{4}", fields["year"]), key
        doi, eprint = fields.get("doi", ""), fields.get("eprint", "")
        assert re.fullmatch(r"10\.\d{4,}/\S+", doi) or not doi, key
        assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", eprint) or not eprint, key
        assert doi or eprint or key == "Kac1956", key  # proceedings of 1956 have neither
        assert ("eprint" in fields) == ("archiveprefix" in fields), key
        assert not re.search(r"\b(TODO|XXX|to appear|tba|in press)\b", entry, re.IGNORECASE), key


def test_every_locked_package_states_a_licence():
    found = list(licences.packages())
    assert len(found) > 100
    assert [name for name, _, stated in found if stated == "see its files"] == []
    assert not [name for name, _, stated in found if re.search(r"proprietary|commercial", stated, re.IGNORECASE)]


def test_a_licence_is_the_expression_or_the_classifier_or_the_first_line_of_what_there_is():
    def said(files=(), **fields):
        stated = Message()
        for name, value in fields.items():
            stated[name.replace("_", "-")] = value
        return licences.licence(SimpleNamespace(metadata=stated, read_text=dict(files).get))

    assert said(License_Expression="MIT", Classifier="License :: OSI Approved :: BSD License") == "MIT"
    assert said(Classifier="License :: OSI Approved :: BSD License", License="ISC") == "BSD License"
    assert said(License="ISC\n\nPermission to use") == "ISC"
    assert said({"licenses/COPYING": "Apache License\nVersion 2.0"}, License_File="COPYING") == "Apache License"
    assert said(License="Permission " * 10) == said() == "see its files"


def test_a_picture_loses_no_colors_that_can_be_seen():
    def png(pixels):
        stored = BytesIO()
        Image.fromarray(pixels.astype("uint8")).save(stored, "PNG")
        return stored.getvalue()

    fine = png(np.random.default_rng(1).integers(0, 256, (64, 64, 3)))
    assert offline.few_colors(fine) == fine
    drawing = np.full((64, 64, 3), 255)
    drawing[20:30] = 30, 60, 120
    few = offline.few_colors(png(drawing))
    assert len(few) < len(png(drawing))
    assert np.array_equal(np.asarray(Image.open(BytesIO(few)).convert("RGB")), drawing)
