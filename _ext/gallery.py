"""The directive `gallery`: one figure of each chapter, with links to its picture, vectors and data.

Figures are those of the chapters, the first of each that has data to take away: what a new chapter draws is found.
"""

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes
from sphinx.util.nodes import make_refnode


class Place(nodes.General, nodes.Element):
    """The place of the figures."""


class Gallery(Directive):
    """Leave a place; the figures are there when all chapters have been read."""

    def run(self):
        """Put the place into the page."""
        return [Place()]


def chosen(chapter):
    """The first figure of a chapter whose data can be taken away; None if it has none."""
    drawn = chapter.findall(nodes.figure)
    return next((figure for figure in drawn if figure["ids"] and list(links(figure))), None)


def links(figure):
    """The downloads of a figure."""
    return figure.findall(addnodes.download_reference)


def fill(app, doctree, docname):
    """Put the figures into their place."""
    for place in list(doctree.findall(Place)):
        shown = []
        for page in sorted(page for page in app.env.found_docs if page.startswith("chapters/")):
            figure = chosen(app.env.get_doctree(page))
            if figure is not None:
                shown += [entry(app, docname, page, figure)]
        place.replace_self(shown)


def entry(app, docname, page, figure):
    """One chapter's figure: picture, dark copy, chapter, links."""
    images = [image.deepcopy() for image in figure.findall(nodes.image)]
    title = app.env.titles[page].astext()
    caption = nodes.caption("", "", make_refnode(app.builder, docname, page, figure["ids"][0], nodes.Text(title)))
    png = f"{'../' * docname.count('/')}_images/{app.env.images[images[0]['uri']][1]}"
    caption += [nodes.Text(" · "), nodes.reference("", "PNG", refuri=png, internal=True)]
    for link in links(figure):
        kind = link["reftarget"].rpartition(".")[2].upper()
        link = link.deepcopy()
        link.children = [nodes.literal("", kind, classes=["xref", "download"])]
        caption += [nodes.Text(" · "), link]
    return nodes.figure("", *images, caption, ids=[f"gallery-{figure['ids'][0]}"])


def setup(app):
    """Register with Sphinx."""
    app.add_node(Place)
    app.add_directive("gallery", Gallery)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
