"""What the book needs to be read from a disc, without a network.

Jupyter Book puts Thebe's scripts on every page. They wait for a server that the book does not
have, and complain when they find none: they are dropped. Of MathJax, icons and pictures
only what the pages use is kept.
"""

import json
import re
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

ICON = re.compile(
    r'(?P<name>"?[\w-]+"?):\[\d+,\d+,(?P<aliases>\[[^\]]*\]),"\w+",(?:"[^"]*"|\["[^"]*"(?:,"[^"]*")*\])\],?'
)
CHANGE = 2.0  # of 255, root mean square in a channel: less than can be seen
KEPT = ("a11y", "input/tex/extensions", "output/chtml/fonts", "ui")  # parts of MathJax that the page's menu may load


def drop_thebe(app, pagename, templatename, context, doctree):
    """Remove Thebe's scripts from a page."""
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "thebe" not in f"{getattr(script, 'filename', script)} {getattr(script, 'attributes', '')}".lower()
    ]


def trim(app, exception):
    """Leave out what no page loads."""
    if exception is None and app.builder.format == "html":
        out = Path(app.outdir)
        trim_mathjax(out / "_static" / "mathjax")
        texts = {path: path.read_text(encoding="utf-8") for path in out.rglob("*.html")}
        trim_icons(out / "_static", texts.values())
        trim_static(out / "_static", texts.values())
        for picture in sorted((out / "_images").glob("*.png")):
            picture.write_bytes(few_colors(picture.read_bytes()))
        for notebook in sorted((out / "_sources").rglob("*.ipynb")):
            notebook.write_text(lighter(notebook.read_text(encoding="utf-8")), encoding="utf-8")


def trim_mathjax(mathjax):
    """Leave out MathJax's other variants, and its speech in other languages."""
    kept = {"tex-chtml.js", "sre/mathmaps/base.json", "sre/mathmaps/en.json"}
    kept |= {str(path.relative_to(mathjax)) for part in KEPT for path in (mathjax / part).rglob("*")}
    for path in mathjax.rglob("*"):
        if path.is_file() and str(path.relative_to(mathjax)) not in kept:
            path.unlink()


def trim_icons(static, texts):
    """Of two thousand icons leave those that a page or a script names."""
    script = static / "scripts" / "fontawesome.js"
    others = (path.read_text(encoding="utf-8") for path in static.rglob("*.js") if path != script)
    used = {name for text in (*texts, *others) for name in re.findall(r"\bfa-([a-z0-9-]+)", text)}

    def keep(icon):
        aliases = re.findall(r'"([\w-]+)"', icon["aliases"])
        return icon[0] if used & {icon["name"].strip('"'), *aliases} else ""

    script.write_text(ICON.sub(keep, script.read_text(encoding="utf-8")), encoding="utf-8")


def trim_static(static, texts):
    """Leave out source maps, translations, fonts for old browsers or of brands, and pictures that no page shows."""
    shown = {name for text in texts for name in re.findall(r"_static/([\w.-]+)", text)}
    unused = [*static.rglob("*.map"), *(static / "locales").rglob("*"), *static.rglob("fa-*.ttf")]
    unused += static.rglob("fa-brands-*")
    unused += [path for path in static.glob("fig-*.png") if path.name not in shown]
    for path in unused:
        if path.is_file():
            path.unlink()


def few_colors(picture):
    """A drawing, as PNG, with 256 colors, if that is less and looks the same; what is see-through or fine stays."""
    with Image.open(BytesIO(picture)) as image:
        if image.convert("RGBA").getextrema()[3][0] < 255:
            return picture
        full = image.convert("RGB")
    few = full.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)  # keeps white white
    change = ImageStat.Stat(ImageChops.difference(full, few.convert("RGB")))
    stored = BytesIO()
    few.save(stored, "PNG", optimize=True)
    return stored.getvalue() if max(change.rms) < CHANGE and stored.tell() < len(picture) else picture


def lighter(notebook):
    """A notebook to download with such pictures in it."""
    content = json.loads(notebook)
    for cell in content["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data:
                png = few_colors(b64decode("".join(data["image/png"])))
                data["image/png"] = b64encode(png).decode()
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", drop_thebe, priority=900)
    app.connect("build-finished", trim, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
