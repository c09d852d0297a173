"""Run the book's notebooks, several at a time, and write them in a normal form.

    python tools/notebooks.py [NOTEBOOK ...]   execute notebooks (all of them) in place
    python tools/notebooks.py --book DIR       copy the book's sources to DIR and execute the notebooks there
    ... --changed                              only those that changed since the last run into DIR

A notebook in normal form depends on its cells and their outputs alone: cells are numbered, times
and editor metadata are gone. Executed twice, it is the same file to the byte. Every cell must run
without an error and without a word on stderr: a Python warning stops the build. A chapter runs in an
empty folder: it needs the package and nothing else, no settings from anybody's home either.
"""

import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import threading
from base64 import b64decode
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from multiprocessing import parent_process
from pathlib import Path
from time import perf_counter
from traceback import format_exception_only

import nbformat
from nbclient import NotebookClient

from oile.companion.figures import HEADER, header

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("play", "chapters", "reference")  # where pages live, notebooks and others
SOURCES = ("_config.yml", "_toc.yml", "*.md", "*.bib", "*.txt", "_ext", "_static", "benchmarks/**/*.json", *FOLDERS)
INPUTS = ("oile/**/*.*", "benchmarks/**/*.json", "requirements.txt", "tools/notebooks.py")  # what results depend on
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python", "pygments_lexer": "ipython3"}
TIMEOUT = 300  # seconds for one cell
LONG = ("11_fluctuations", "13_synchronization", "05_longtimes", "claims")  # they begin first, longest first


def notebooks():
    """All notebooks of the book, in reading order."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.ipynb"))


def normalize(nb):
    """Bring a notebook into normal form, in place, and return it."""
    nb.nbformat, nb.nbformat_minor = 4, 5
    nb.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    for i, cell in enumerate(nb.cells):
        cell.id = f"cell-{i:02d}"
        cell.metadata = nbformat.from_dict({k: cell.metadata[k] for k in ("mystnb", "tags") if k in cell.metadata})
        cell.source = cell.source.rstrip()
        cell.pop("attachments", None)
    return nb


def text(nb):
    """The file of a notebook, as a string."""
    return nbformat.writes(nb) + "\n"


def write(path, content):
    """Write a file in one piece: an interrupted run leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as f:
        try:
            f.write(content if isinstance(content, bytes) else content.encode())
            f.close()  # a full disk may say so only here
            os.chmod(f.name, 0o644)
            os.replace(f.name, path)
        except BaseException:
            os.unlink(f.name)
            raise


def execute(source, target):
    """Execute the notebook `source`, write it to `target` and its data beside it, return the seconds it took."""
    start = perf_counter()
    nb = normalize(nbformat.read(source, as_version=4))
    with tempfile.TemporaryDirectory() as empty:
        cwd = Path(empty) if source.parent.name == "chapters" else target.parent
        NotebookClient(
            nb,
            timeout=TIMEOUT,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(cwd)}},
        ).execute()
        for cell in nb.cells:
            for output in cell.get("outputs", ()):
                if output.get("name") == "stderr":
                    raise RuntimeError(f"{cell.id} wrote to stderr:\n{cell.source}\n\n{output.text}")
        for name, lines in headers(nb).items():
            table = cwd / "data" / f"{name}.csv"
            rest = table.read_text(encoding="utf-8").splitlines(keepends=True)[HEADER:]
            table.write_text("".join([*(f"# {line}\n" for line in lines), *rest]), encoding="utf-8")
        for file in (cwd / "data").glob("*"):
            if file.parent != target.parent / "data":
                write(target.parent / "data" / file.name, file.read_bytes())
    write(target, text(normalize(nb)))
    return perf_counter() - start


def headers(nb):
    """What the data of each figure of a notebook say of themselves: its title and caption, and the seed."""
    title = nb.cells[0].source.splitlines()[0].lstrip("# ")
    seed = re.search(r"default_rng\(\d+\)", "".join(cell.source for cell in nb.cells))
    made = f"the notebook, with numpy {version('numpy')}" + (f" and {seed.group()}" if seed else "")
    lines = {}
    for cell in nb.cells:
        caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
        for name in re.findall(r"<data/([\w-]+)\.csv>", caption):
            shows = re.sub(r"\{[\w-]+\}`[^`]*`|\$|\\(mathbf|mathrm|,|;)|[{}`*]", "", caption)
            lines[name] = header(name, f"{title}: {' '.join(shows.split())}", made)
    return lines


def figures():
    """The pictures stored in the notebooks, PNG bytes by the figure's name."""
    shown = {}
    for path in notebooks():
        for cell in nbformat.read(path, as_version=4).cells:
            name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
            for output in cell.get("outputs", ()):
                if name and "image/png" in output.get("data", {}):
                    shown[name] = b64decode(output.data["image/png"])
    return shown


def digest(source):
    """A fingerprint of all that a notebook's outputs depend on: its cells, the package, the lock, which Python."""
    nb = normalize(nbformat.read(source, as_version=4))
    cells = [(c.cell_type, c.metadata, c.source) for c in nb.cells]
    h = hashlib.sha256(repr((sys.version_info[:2], cells)).encode())
    for pattern in INPUTS:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                h.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode() + path.read_bytes())
    return h.hexdigest()


def copy_sources(book):
    """Bring the copy of the book's sources up to date; executed notebooks and their data stay."""
    wanted = set()
    for source in (path for pattern in SOURCES for path in ROOT.glob(pattern)):
        for path in [source] if source.is_file() else source.rglob("*"):
            name = path.relative_to(ROOT)
            if path.is_file() and not {"__pycache__", ".ipynb_checkpoints", "data"} & set(name.parts):
                wanted.add(name)
    for old in [path for path in book.rglob("*") if path.is_file()]:
        made = old.parent.name == "data" and old.name[0] != "."  # what begins with a dot, a killed run has left
        if old.relative_to(book) not in wanted and not made and old.name != "executed.json":
            old.unlink()
    for path in wanted:
        if path.suffix != ".ipynb":
            write(book / path, (ROOT / path).read_bytes())


def prepare(home):
    """In a process that runs notebooks: nobody's settings, and an end when the run is killed that it belongs to.

    What Matplotlib says when it lists fonts, it says here. One that stayed would write into what the next run has made.
    """
    os.environ |= {"MPLCONFIGDIR": home, "IPYTHONDIR": home}
    import matplotlib.font_manager  # noqa: F401

    threading.Thread(target=lambda: (parent_process().join(), os._exit(1)), daemon=True).start()


def run(jobs, note=lambda source: None):
    """Execute `(source, target)` jobs in parallel; note and return what went well, print what failed."""
    done, workers = set(), min(os.cpu_count() or 1, len(jobs) or 1)
    jobs = sorted(jobs, key=lambda job: LONG.index(job[0].stem) if job[0].stem in LONG else len(LONG))
    with (
        tempfile.TemporaryDirectory() as home,
        ProcessPoolExecutor(workers, initializer=prepare, initargs=(home,)) as pool,
    ):
        futures = {pool.submit(execute, *job): job[0] for job in jobs}
        for future in as_completed(futures):
            name = futures[future].relative_to(ROOT)
            try:
                print(f"{future.result():6.1f} s  {name}", flush=True)
                note(futures[future])
                done.add(futures[future])
            except Exception as error:
                print(f"FAILED    {name}\n{''.join(format_exception_only(error))}", file=sys.stderr, flush=True)
    return done


def main():
    """Do what the command line says; return the number of notebooks that failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("notebooks", type=Path, nargs="*", metavar="NOTEBOOK", help="all of them if none is named")
    parser.add_argument("--book", type=Path, metavar="DIR", help="execute a copy of the book's sources in DIR")
    parser.add_argument("--changed", action="store_true", help="with --book: skip what has not changed since")
    args = parser.parse_args()
    sources = [path.resolve() for path in args.notebooks] or notebooks()

    if args.book is None:
        jobs = [(path, path) for path in sources]
        failed = len(jobs) - len(run(jobs))
        shown = figures()
        for picture in (ROOT / "_static").glob("fig-*.png"):  # copies of stored figures, for pages that run nothing
            if picture.stem in shown:
                write(picture, shown[picture.stem])
        return failed

    book = args.book.resolve()
    ledger = book / "executed.json"
    copy_sources(book)
    executed = json.loads(ledger.read_text()) if ledger.exists() else {}
    new = {path: digest(path) for path in sources}
    jobs = []
    for path in sources:
        name = path.relative_to(ROOT)
        if not args.changed or executed.get(str(name)) != new[path] or not (book / name).exists():
            jobs.append((path, book / name))

    def keep():
        write(ledger, json.dumps(executed, indent=1))

    def note(source):
        executed[str(source.relative_to(ROOT))] = new[source]
        keep()

    for path, _ in jobs:  # from here on, nobody knows what stands there
        executed.pop(str(path.relative_to(ROOT)), None)
    keep()
    return len(jobs) - len(run(jobs, note))


if __name__ == "__main__":
    try:
        sys.exit(min(main(), 1))
    except OSError as error:  # no room, no right to write
        sys.exit(f"notebooks.py: {error}")
