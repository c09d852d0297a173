"""What a figure has beside its picture: a copy drawn for dark pages, and one in vectors to download.

`save_data` writes them beside the figure's numbers, to which the caption links. Pictures in _static, for pages that run
nothing, are those of chapters, and so are their dark copies. Each picture says how wide it was drawn: the style sheet
does not let it shrink, on a narrow screen, to where its text cannot be read.
"""

import os
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx import addnodes
from sphinx.transforms import SphinxTransform


class TakeAway(SphinxTransform):
    """Add them to every figure that has them."""

    default_priority = 400  # before Sphinx collects pictures and downloads

    def apply(self):
        """Change the page's figures in place."""
        here = Path(self.document["source"]).parent
        for figure in list(self.document.findall(nodes.figure)):
            image = next(iter(figure.findall(nodes.image)), None)
            if image is None:
                continue
            data = next((link for link in figure.findall(addnodes.download_reference)), None)
            stem = data["reftarget"].removesuffix(".csv") if data else self.drawn_by_a_chapter(here, image["uri"])
            if stem is None or not (here / f"{stem}-dark.png").exists():
                continue
            dark = image.deepcopy()
            dark["uri"] = f"{stem}-dark.png"
            dark.attributes.pop("candidates", None)
            dark["classes"] = [*image["classes"], "only-dark"]
            image["classes"] = [*image["classes"], "only-light"]
            image.parent.insert(image.parent.index(image) + 1, dark)
            if data and (here / f"{stem}.svg").exists():
                vector = data.deepcopy()
                vector["reftarget"] = f"{stem}.svg"
                vector.children = [nodes.literal("", "Vector graphics", classes=["xref", "download"])]
                data.parent.insert(data.parent.index(data) + 1, [nodes.Text(" · "), vector])

    def drawn_by_a_chapter(self, here, picture):
        """Where the data of a picture in _static are: its name is that of a chapter's figure."""
        name, data = Path(picture).stem, Path(self.app.srcdir) / "chapters" / "data"
        for stem in (name, name.removeprefix("fig-")):
            if (data / f"{stem}-dark.png").exists():
                return os.path.relpath(data / stem, here)
        return None


def tell_widths(app, exception):
    """Put into the pages how wide their pictures are, in pixels."""
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)

    @cache
    def width(name):
        with Image.open(out / "_images" / name) as picture:
            return picture.width

    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        told = re.sub(
            r'(<img\b[^>]*\bsrc="(?:\.\./)*_images/([^"/]+\.png)")',
            lambda found: f'{found[1]} style="--drawn: {width(found[2])}px"',
            text,
        )
        if told != text:
            page.write_text(told, encoding="utf-8")


def setup(app):
    """Register with Sphinx."""
    app.add_transform(TakeAway)
    app.connect("build-finished", tell_widths)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
