"""The built book in a browser: every page from the disc, with the network off, in a wide, a dark and a narrow window.

`make test` builds the book first. Without Chromium the browser's tests are skipped, except on a CI machine,
where its absence is a failure. `CHROMIUM` names another program to use.
"""

import re
import zlib
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlparse

import licences
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from notebooks import ROOT

HTML = ROOT / "_build" / "html"
WIDE, NARROW = ({"width": width, "height": 900} for width in (1200, 400))


def pages():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    chapters = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    return [toc["root"], *chapters, "genindex", "search"]


@pytest.fixture(params=pages())
def page_file(request):
    path = HTML / f"{request.param}.html"
    assert path.exists(), f"{path} is missing: run `make html`"
    return path


class Links(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs.get("id"), attrs.get("name")}
        self.links += [attrs[name] for name in ("href", "src") if attrs.get(name)]


@cache
def read(path):
    return Links(path)


def test_no_link_is_dead(page_file):
    dead = []
    for link in read(page_file).links:
        url, anchor = urldefrag(link)
        if urlparse(url).scheme:
            continue  # the world outside
        target = (page_file.parent / unquote(urlparse(url).path)).resolve() if url else page_file
        found = target.exists() and HTML in target.parents
        if not found or (anchor and target.suffix == ".html" and unquote(anchor) not in read(target).anchors):
            dead.append(link)
    assert not dead


@cache
def soup(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select_one("article.bd-article, main")


NAMED = "section[id], figure[id], div.math[id], [id^=claim-]"


def test_what_has_a_name_links_to_itself(page_file):
    article = soup(page_file)
    own = {link["href"] for link in article.select("a.headerlink")}
    named = {f"#{element['id']}" for element in article.select(NAMED)}
    assert named <= own


def test_equations_claims_and_figures_are_among_what_is_named():
    kinds = {"#eq-14": "04_ensemble", "#fig-fig2-left": "04_ensemble"}
    for anchor, page in kinds.items():
        assert soup(HTML / "chapters" / f"{page}.html").select(f"a.headerlink[href='{anchor}']")
    assert len(soup(HTML / "chapters" / "claims.html").select("a.headerlink[href^='#claim-']")) > 50


def test_a_link_to_itself_shows_when_the_keyboard_reaches_it(browser):
    page = browser.new_page()
    page.goto((HTML / "chapters" / "04_ensemble.html").as_uri())
    page.add_style_tag(content="* { transition: none !important }")  # at once, however busy the machine
    shows = "e => [getComputedStyle(e).visibility, getComputedStyle(e).opacity].join()"
    try:
        for anchor in ("#eq-14", "#fig-fig2-left", "#the-derivation", "h1 > a.headerlink"):
            link = page.locator(anchor if " " in anchor else f"a.headerlink[href='{anchor}']").first
            assert link.evaluate(shows) == "visible,0"
            link.focus()
            assert link.evaluate(shows) == "visible,1"
    finally:
        page.close()


def written(link):
    """Whether an author wrote the link as one."""
    return "xref" in link.code.get("class", [])


def test_code_in_prose_leads_to_the_reference_once_a_section(page_file):
    for section in soup(page_file).find_all("section"):
        links = [link for link in section.select("a[title^='oile.']") if link.code and not written(link)]
        links = [link for link in links if link.find_parent("section") is section]
        assert len({link["title"] for link in links}) == len(links)
        for link in links:
            assert link["href"].endswith(f"#{link['title']}")
            assert link["title"].endswith(re.match(r"[\w.]*", link.code.get_text())[0].removeprefix("oile"))
            assert link.find_parent(re.compile("^(h[1-6]|dt)$")) is None


def test_a_function_named_in_passing_is_a_link():
    links = soup(HTML / "reference" / "notation.html").select("a[title='oile.simulation.simulate']")
    assert [link for link in links if not written(link)]


def test_the_gallery_shows_every_chapter_that_has_a_figure_to_take_away():
    shown = soup(HTML / "reference" / "gallery.html")
    chapters = [page for page in pages() if page.startswith("chapters/")]
    having = [
        page
        for page in chapters
        if any(figure.select("a[href$='.csv']") for figure in soup(HTML / f"{page}.html").select("figure[id]"))
    ]
    assert len(having) > 10
    for page in having:
        link = shown.select_one(f"figcaption a[href^='../{page}.html#']")
        assert link, page
        figure = link.find_parent("figure")
        assert figure.select("img[alt]")
        assert figure.select("a[href$='.png']")
        assert figure.select("a[href$='.csv']")
    assert "CC BY 4.0" in shown.get_text()


def test_a_figure_with_data_has_vectors_and_a_copy_for_the_dark(page_file):
    for figure in soup(page_file).select("figure[id^=fig-]"):
        if figure.select("a[href$='.csv']"):
            assert figure.select("a[href$='.svg']"), figure["id"]
            assert figure.select("img.only-light")
            assert figure.select("img.only-dark")


def test_the_page_of_licences_names_what_is_installed():
    rows = soup(HTML / "reference" / "licences.html").select("tbody tr")
    assert [tuple(cell.get_text() for cell in row.select("td")) for row in rows] == list(licences.packages())


def test_the_ledger_can_be_read_by_verdict_and_by_section(browser):
    page = browser.new_page()
    try:
        page.goto((HTML / "chapters" / "claims.html").as_uri())
        rows, said = page.locator("#claims-table [data-verdict]"), page.locator("#claims-filter output")
        count = rows.count()

        def seen(name):
            shown = rows.evaluate_all(f"rows => rows.filter(row => row.clientHeight).map(row => row.dataset.{name})")
            assert said.text_content() == f"{len(shown)} of {count} claims"
            return shown

        assert len(seen("verdict")) == count
        page.select_option("#claims-filter [name=verdict]", "reproduced")
        assert {*seen("verdict")} == {"reproduced"}
        assert len(seen("verdict")) < count
        page.select_option("#claims-filter [name=verdict]", "")
        page.select_option("#claims-filter [name=section]", "Sec. II")
        assert {*seen("section")} == {"Sec. II"}
        assert 0 < len(seen("section")) < count
    finally:
        page.close()


def test_an_equation_is_cited_by_the_number_it_shows(page_file):
    for link in soup(page_file).select("a[href^='#eq-']:not(.headerlink)"):
        said = re.fullmatch(r"\((\d+\.\d+)\)", link.get_text())
        if said:
            shown = soup(page_file).select_one(f"[id='{link['href'][1:]}']")
            assert f"\\tag{{{said[1]}}}" in shown.get_text()


def test_equations_of_a_chapter_are_numbered_from_one(page_file):
    tags = re.findall(r"\\tag\{(\d+)\.(\d+)\}", soup(page_file).get_text())
    assert tags == [(str(int(page_file.name[:2])), str(n)) for n in range(1, len(tags) + 1)]


def test_every_entry_of_the_reference_leads_to_its_source():
    entries = soup(HTML / "reference" / "api.html").select("dl.function > dt, dl.class > dt, dl.method > dt")
    assert len(entries) > 30
    assert not [entry["id"] for entry in entries if not entry.select("a .viewcode-link")]


def test_the_book_is_light():
    assert sum(path.stat().st_size for path in HTML.rglob("*") if path.suffix != ".pdf" and path.is_file()) < 25e6


def test_a_page_and_what_it_shows_is_light(page_file):
    links = BeautifulSoup(page_file.read_text(encoding="utf-8"), "html.parser").select(
        "script[src], img[src], link[href]"
    )
    loads = {page_file}
    for link in links:
        url = urlparse(link.get("src") or link["href"])
        if not url.scheme and link.get("rel", ["stylesheet"])[0] in ("stylesheet", "preload"):
            loads.add((page_file.parent / unquote(url.path)).resolve())
    assert len(loads) > 5
    assert sum(len(zlib.compress(path.read_bytes())) for path in loads) < 1.5e6


def test_the_icons_that_pages_use_are_still_there():
    script = (HTML / "_static" / "scripts" / "fontawesome.js").read_text(encoding="utf-8")
    for name in ("download", "bars", "sun", "moon", "expand", "magnifying-glass", "arrow-up", "list", "file-pdf"):
        assert f'"{name}":[' in script or f"{name}:[" in script
    assert "motorcycle" not in script


def test_every_page_of_the_book_is_looked_at():
    built = {str(path.relative_to(HTML).with_suffix("")) for path in HTML.rglob("*.html")}
    unlisted = {page for page in built - set(pages()) if not page.startswith("_")}
    assert unlisted <= {"index", "py-modindex"}


@contextmanager
def opened(browser, path, mode, mathematics=True):
    """A page in a wide window, and a list that collects its complaints and what it asks of the world outside.

    Without its mathematics a page is there much sooner.
    """
    context = browser.new_context(viewport=WIDE, color_scheme=mode)
    context.add_init_script(f"localStorage.setItem('mode', '{mode}')")
    wrong = []

    def gate(route):
        if "/mathjax/" in route.request.url and not mathematics:
            route.fulfill(body="", content_type="text/javascript")
        elif route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            wrong.append(route.request.url)
            route.abort()

    context.route("**/*", gate)
    page = context.new_page()
    page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    try:
        page.goto(path.as_uri(), wait_until="load")
        page.evaluate("() => window.MathJax?.startup?.promise")
        yield page, wrong
    finally:
        context.close()


def looks_right(page, mode):
    """A page in a wide and in a narrow window; returns what was seen in the wide one."""
    wide = page.evaluate(LOOK)
    page.set_viewport_size(NARROW)
    narrow = page.evaluate(LOOK)
    page.set_viewport_size(WIDE)
    assert wide["theme"] == mode
    assert not wide["broken"], "pictures that do not show"
    assert not wide["overflow"], "wider than a window of 1200 pixels"
    assert not narrow["overflow"], "wider than a window of 400 pixels"
    assert mode == "light" or not wide["glaring"], "white cards on a dark page"
    for pictures, caption in narrow["figures"]:
        (scale,) = [scale for scale in pictures if scale]  # of two pictures, for light and dark, one shows
        assert SMALLEST * 120 / 72 * scale >= 9, "text below 9 pixels"
        assert caption is None or 0 < caption < NARROW["width"], "a caption that does not show"
    return wide


def test_a_page_reads_offline(browser, page_file):
    with opened(browser, page_file, "light") as (page, wrong):
        seen = looks_right(page, "light")
    assert not wrong, "complaints, or what it wants from outside"
    assert not seen["unrendered"], "mathematics left as source"
    assert not seen["source"], "Markdown left as source"
    assert not seen["misread"], "mathematics that MathJax could not read"
    assert not seen["undescribed"], "pictures without alternative text"


def test_a_page_reads_in_the_dark_and_keeps_the_rules_of_accessibility(browser, page_file):
    with opened(browser, page_file, "dark", mathematics=False) as (page, wrong):
        looks_right(page, "dark")
        assert not wrong, "complaints, or what it wants from outside"
        # the colored words of code are many, and to these rules one
        page.evaluate("() => document.querySelectorAll('pre').forEach(e => e.textContent = e.textContent)")
        assert not violations(page, {"rules": {"color-contrast": {"enabled": False}}})


def test_a_wide_figure_fits_on_paper(browser):
    page = browser.new_page(viewport={"width": 642, "height": 970})  # A4, within its margins
    try:
        page.emulate_media(media="print")
        page.goto((HTML / "chapters" / "21_wave_packets.html").as_uri())
        sides = "e => [e.clientWidth, e.naturalWidth, e.clientHeight, e.naturalHeight, e.parentElement.clientWidth]"
        width, drawn_width, height, drawn_height, room = page.locator("figure img:not(.only-dark)").first.evaluate(
            sides
        )
    finally:
        page.close()
    assert width <= room
    assert width / drawn_width == pytest.approx(height / drawn_height, rel=0.01)


# What axe-core calls serious or critical, within what we write; the frame is the theme's, and mathematics is read
# aloud by MathJax.
EXCUSED = [["[role='list'].citation-list"]]  # of docutils: its entries have the role of entries, not of list items
COLORS = ["intro", "play/gas", "play/noise", "chapters/06_discussion", "chapters/claims", "reference/run"]


def violations(page, options):
    """Of the rules of axe-core in the article of a page, as text."""
    ours = next(part for part in ("article.bd-article", "main", "body") if page.query_selector(part))
    where = {"include": [[ours]], "exclude": EXCUSED}
    found = Axe().run(page, where, {"resultTypes": ["violations"], **options}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", COLORS)
def test_text_stands_out_from_what_is_behind_it(browser, name, mode):
    with opened(browser, HTML / f"{name}.html", mode, mathematics=False) as (page, _):
        assert not violations(page, {"runOnly": ["color-contrast"]})


SMALLEST = 8.0  # size of type in figures [points]; they are drawn with 120 dots to an inch


def test_no_figure_has_smaller_type():
    style = (ROOT / "oile" / "oile.mplstyle").read_text(encoding="utf-8")
    assert "figure.dpi: 120" in style
    sizes = re.findall(r"^\w+\.(?:label|title|font)?size: ([\d.]+)$", style, re.MULTILINE)
    for notebook in (ROOT / "chapters").glob("*.ipynb"):
        sizes += re.findall(r"(?:font|label)size=([\d.]+)", notebook.read_text(encoding="utf-8"))
    assert len(sizes) > 10
    assert min(map(float, sizes)) >= SMALLEST


LOOK = r"""() => {
  const all = selector => [...document.querySelectorAll(selector)]
  const main = document.querySelector('.bd-article-container') || document.body
  const width = document.documentElement.clientWidth
  const clipped = element => {
    for (let e = element.parentElement; e && e !== main; e = e.parentElement)
      if (getComputedStyle(e).overflowX !== 'visible') return true
    return false
  }
  const wide = [...main.querySelectorAll('*')].filter(e => {
    const box = e.getBoundingClientRect()
    return box.width > 0 && box.right > width + 1 && getComputedStyle(e).visibility !== 'hidden' && !clipped(e)
  })
  const drawn = all('figure:has(img[src*="_images"])').filter(e => e.clientWidth)
  return {
    figures: drawn.map(e => [
      [...e.querySelectorAll('img')].map(img => img.clientWidth / img.naturalWidth),
      e.querySelector('figcaption')?.clientWidth,
    ]),
    source: all('.bd-article p').map(e => e.textContent).filter(text => /\$[^$]+\$|\|\s*[-—]+\s*\|/.test(text)),
    glaring: all('.bd-article *').filter(e => {
      const [red, green, blue, opaque = 1] = getComputedStyle(e).backgroundColor.match(/[\d.]+/g)
      return opaque > 0.5 && Math.min(red, green, blue) > 180 && e.offsetWidth * e.offsetHeight > 5000
    }).map(e => e.outerHTML.slice(0, 120)),
    theme: document.documentElement.dataset.theme,
    unrendered: all('.math').filter(e => !e.querySelector('mjx-container')).map(e => e.textContent.slice(0, 80)),
    misread: all('mjx-merror').map(e => (e.dataset.mjxError || e.textContent).slice(0, 80)),
    broken: all('img').filter(e => !(e.complete && e.naturalWidth)).map(e => e.src),
    undescribed: all('img').filter(e => !e.alt || /\.(png|svg|jpe?g)$/.test(e.alt)).map(e => e.src),
    overflow: wide.map(e => e.outerHTML.slice(0, 120)).concat(
      document.documentElement.scrollWidth > width ? ['the page scrolls sideways'] : []),
  }
}"""
