"""The directive `licences`: what the lock holds, with version and licence as each package states it."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

LOCK = Path(__file__).resolve().parent.parent / "requirements.txt"


def packages():
    """Names in the lock that are installed here, with version, licence and home; a name may be for another system."""
    for name in sorted(set(re.findall(r"^([\w.-]+)==", LOCK.read_text(), re.MULTILINE)), key=str.lower):
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        yield name, installed.version, licence(installed)


def licence(installed):
    """The SPDX expression, or the classifiers, or the first line of the free text or of the licence's own file."""
    stated = installed.metadata
    if expression := stated.get("License-Expression"):
        return expression
    classified = [line.rpartition(" :: ")[2] for line in stated.get_all("Classifier", []) if line.startswith("License")]
    files = (installed.read_text(f"licenses/{name}") for name in stated.get_all("License-File", []))
    texts = ((text or "").strip().partition("\n")[0] for text in (stated.get("License"), *files))
    return ", ".join(classified) or next((line for line in texts if 0 < len(line) < 60), "see its files")


class Licences(Directive):
    """A table of three columns."""

    def run(self):
        """Build it from this environment."""
        table, group = nodes.table(), nodes.tgroup(cols=3)
        table += group
        group += [nodes.colspec(colwidth=width) for width in (30, 20, 50)]
        head, body = nodes.thead(), nodes.tbody()
        group += [head, body]
        for part, rows in ((head, [("package", "version", "licence")]), (body, packages())):
            for cells in rows:
                row = nodes.row()
                row += [nodes.entry("", nodes.paragraph(text=cell)) for cell in cells]
                part += row
        return [table]


def setup(app):
    """Register with Sphinx."""
    app.add_directive("licences", Licences)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
