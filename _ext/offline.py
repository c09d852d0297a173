"""What the book needs to be read from a disc, without a network.

Jupyter Book puts Thebe's scripts on every page. They wait for a server that the book does not
have, and complain when they find none: they are dropped. Of MathJax only what the pages use is kept.
"""

from pathlib import Path

KEPT = ("a11y", "input/tex/extensions", "output/chtml/fonts", "ui")  # parts of MathJax that the page's menu may load


def drop_thebe(app, pagename, templatename, context, doctree):
    """Remove Thebe's scripts from a page."""
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "thebe" not in f"{getattr(script, 'filename', script)} {getattr(script, 'attributes', '')}".lower()
    ]


def trim(app, exception):
    """Leave out what no page loads: MathJax's other variants, its speech in other languages, source maps."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    mathjax = static / "mathjax"
    kept = {"tex-chtml.js", "sre/mathmaps/base.json", "sre/mathmaps/en.json"}
    kept |= {str(path.relative_to(mathjax)) for part in KEPT for path in (mathjax / part).rglob("*")}
    unused = [path for path in mathjax.rglob("*") if str(path.relative_to(mathjax)) not in kept]
    for path in [*unused, *static.rglob("*.map")]:
        if path.is_file():
            path.unlink()


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", drop_thebe, priority=900)
    app.connect("build-finished", trim, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
