"""What a release carries: one version, a citation that reads, workflows that are pinned."""

import re
from datetime import date

import yaml
from notebooks import ROOT

import oile

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_there_is_one_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == oile.__version__
    newest = re.search(
        r"^## (?!Unreleased)\[?([\d.]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert newest.group(1) == oile.__version__


def test_the_citation_is_complete_enough_for_an_archive():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    wanted = {"cff-version", "message", "title", "type", "version", "date-released", "license", "authors", "abstract"}
    assert wanted <= citation.keys()
    assert isinstance(date.fromisoformat(citation["date-released"]), date)
    assert all(
        {"name"} <= author.keys() or {"family-names", "given-names"} <= author.keys() for author in citation["authors"]
    )
    assert re.fullmatch(r"10\.\d{4,}/\S+", citation["preferred-citation"]["doi"])


def test_every_action_is_pinned_by_hash_and_says_its_version():
    uses = [
        line.strip() for path in WORKFLOWS for line in path.read_text().splitlines() if re.match(r"[\s-]*uses:", line)
    ]
    elsewhere = [line for line in uses if "./" not in line]
    assert len(elsewhere) > 10
    for line in elsewhere:
        assert re.search(r"uses: [\w/-]+@[0-9a-f]{40} # v\d", line), line


def test_no_workflow_may_write_unless_it_says_so():
    for path in WORKFLOWS:
        assert yaml.safe_load(path.read_text())["permissions"] == {"contents": "read"}, path.name


def test_workflows_call_what_the_makefile_has():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = {name for path in WORKFLOWS for name in re.findall(r"make ([a-z-]+)", path.read_text())}
    assert called <= targets, called - targets


def test_the_page_on_running_things_says_what_runs(capsys):
    page = (ROOT / "reference" / "run.md").read_text(encoding="utf-8")
    example = next(code for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "from oile" in code)
    exec(compile(example, "run.md", "exec"), {})
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert f"version = {{{oile.__version__}}}" in page
    notebook = (ROOT / "chapters" / "04_ensemble.ipynb").read_text(encoding="utf-8")
    assert "np.random.default_rng(2024)" in notebook
