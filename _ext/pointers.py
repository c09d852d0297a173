"""Links that nobody has to write: from code in the prose to the package's reference, from equations and claims to them.

`` `simulate` ``, `` `simulate(gas, 0.1, t)` `` and `` `oile.simulate` `` in a sentence lead to that function, the first
time that a section names it. Equations and claims get the sign that headings and figures have: a link to themselves.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

import oile

NAMED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\(.*\))?", re.DOTALL)
ANCHORED = re.compile(
    r'<div class="math notranslate nohighlight" id="(?P<equation>[^"]+)">.*?</div>'
    r'|<div [^>]*id="(?P<claim>claim-[^"]+)"[^>]*?>(?:<div role="cell"[^>]*>)?',  # in a row: in its first cell
    re.DOTALL,
)
SIGN = '<a class="headerlink" href="#{0}" title="Link to this {1}" aria-label="Link to this {1}: {0}">#</a>'


def names(objects):
    """Full name of each function or class by the names that prose may use for it; what is unclear is left out."""
    found, unclear = {}, set()
    for full, entry in objects.items():
        if entry.objtype not in {"function", "class", "method", "property"} or not full.startswith("oile."):
            continue
        parts = full.split(".")
        for start in range(len(parts) - (entry.objtype in {"method", "property"})):  # these with their class
            short = ".".join(parts[start:])
            if found.setdefault(short, full) != full:
                unclear.add(short)
        if len(parts) == 3:
            found[f"oile.{parts[-1]}"] = full
    for short in unclear:
        del found[short]
    for short in oile.__all__:  # what `oile` itself exports is meant by its bare name
        full = f"{getattr(oile, short).__module__}.{short}"
        if full in objects:
            found |= {short: full, f"oile.{short}": full}
    return found


class CodeToReference(SphinxPostTransform):
    """Make links of inline code that names something public."""

    default_priority = 20  # after Sphinx has resolved the links that were written

    def run(self, **kwargs):
        """Change one page."""
        if self.app.builder.format != "html":
            return
        objects = self.env.get_domain("py").objects
        known, seen = names(objects), {}
        for code in list(self.document.findall(nodes.literal)):
            said = NAMED.fullmatch(code.astext())
            full = said and known.get(said[1])
            if not full or self.inside(code):
                continue
            section = self.above(code, nodes.section)
            if full in seen.setdefault(id(section), set()):
                continue
            seen[id(section)].add(full)
            entry = objects[full]
            link = make_refnode(self.app.builder, self.env.docname, entry.docname, entry.node_id, [], full)
            code.replace_self(link)
            link += code

    def above(self, node, *kinds):
        """The nearest ancestor of some kind."""
        node = node.parent
        while node is not None and not isinstance(node, kinds):
            node = node.parent
        return node

    def inside(self, code):
        """Whether the code stands where no link belongs: in one, in a heading, in a signature."""
        return self.above(code, nodes.reference, addnodes.download_reference, nodes.title, addnodes.desc_signature)


class Numbers(SphinxTransform):
    """Number an equation that has a name and no tag, if its page cites it: (19.1) is the first of chapter 19."""

    default_priority = 500  # after names have found their equations

    def apply(self):
        """Change the page's equations in place."""
        cited = {link["reftarget"] for link in self.document.findall(addnodes.pending_xref) if link["reftype"] == "eq"}
        chapter = re.search(r"(\d+)_[^/]*$", self.env.docname)
        equations = [node for node in self.document.findall(nodes.math_block) if cited & {*node["ids"], *node["names"]}]
        untagged = [node for node in equations if r"\tag" not in node.astext()]
        for count, equation in enumerate(untagged, 1):
            number = f"{int(chapter[1])}.{count}" if chapter else count
            text = equation.astext().rstrip()
            equation.children = []
            equation += nodes.Text(f"{text}\n\\tag{{{number}}}\n")


def by_another_name(app, env, node, contnode):
    """Where a link leads that Sphinx does not know: an equation under its tag, a function under its short name."""
    target = node["reftarget"]
    if node.get("refdomain") == "math" and target in (labels := env.get_domain("std").anonlabels):
        page, name = labels[target]
        for equation in env.get_doctree(page).findall(nodes.math_block):
            tag = re.search(r"\\tag\{([^}]*)\}", equation.astext())
            if tag and name in equation["ids"]:
                return make_refnode(app.builder, node["refdoc"], page, name, nodes.Text(f"({tag[1]})"))
    if node.get("refdomain") == "py":
        objects = env.get_domain("py").objects
        if full := names(objects).get(target.removesuffix("()")):
            return make_refnode(
                app.builder, node["refdoc"], objects[full].docname, objects[full].node_id, contnode, full
            )
    return None


def sign(found):
    """An equation or a claim, and the link to itself."""
    if name := found["equation"]:
        return f'<div class="equation">{found[0]}{SIGN.format(name, "equation")}</div>'
    return found[0] + SIGN.format(found["claim"], "claim")


def link_to_themselves(app, pagename, templatename, context, doctree):
    """Add the signs to a page."""
    if doctree is not None and "body" in context:
        context["body"] = ANCHORED.sub(sign, context["body"])


def setup(app):
    """Register with Sphinx."""
    app.add_transform(Numbers)
    app.add_post_transform(CodeToReference)
    app.connect("missing-reference", by_another_name)
    app.connect("html-page-context", link_to_themselves)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
