"""The directive `explorer`: a still picture with its caption, which a script replaces by what can be played with.

Scripts and style sheet are taken from `play/` to the built book. Only pages with an explorer load them: what lies in
_static would be loaded by all.
"""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.fileutil import copy_asset_file

FOLDER = "play"
SCRIPTS = {
    "gas": ["gas.js"],
    "preview": ["gas.js"],
    "medium": ["medium.js"],
    "encounter": ["encounter.js"],
    "noise": ["gas.js", "noise.js"],
}


class Explorer(SphinxDirective):
    """`:::{explorer} name` around what stands there without scripts and in print."""

    required_arguments = 1
    has_content = True

    def run(self):
        """Put the still picture into an element that the script finds."""
        name = self.arguments[0]
        if name not in SCRIPTS:
            raise self.error(f"no explorer is called {name!r}: {', '.join(SCRIPTS)}")
        still = nodes.container(classes=["still"])
        self.state.nested_parse(self.content, self.content_offset, still)
        root = "../" * self.env.docname.count("/") + FOLDER
        scripts = "".join(
            f'<script defer src="{root}/{script}"></script>' for script in ["core.js", "explorer.js", *SCRIPTS[name]]
        )
        head = f'<link rel="stylesheet" href="{root}/explorers.css"><div class="explorer" data-explorer="{name}">'
        return [nodes.raw("", head, format="html"), still, nodes.raw("", f"</div>{scripts}", format="html")]


def copy(app, exception):
    """Copy scripts and style sheet beside the pages."""
    if exception is None and app.builder.format == "html":
        for pattern in ("*.js", "*.css"):
            for path in sorted((Path(app.srcdir) / FOLDER).glob(pattern)):
                copy_asset_file(path, Path(app.outdir) / FOLDER)


def setup(app):
    """Register with Sphinx."""
    app.add_directive("explorer", Explorer)
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
