"""The built book in a browser: every page from the disc, with the network off, in a wide, a dark and a narrow window.

`make test` builds the book first. Without Chromium the browser's tests are skipped, except on a CI machine,
where its absence is a failure. `CHROMIUM` names another program to use.
"""

from functools import cache
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlparse

import pytest
import yaml
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


def test_every_page_of_the_book_is_looked_at():
    built = {str(path.relative_to(HTML).with_suffix("")) for path in HTML.rglob("*.html")}
    unlisted = {page for page in built - set(pages()) if not page.startswith("_")}
    assert unlisted <= {"index", "py-modindex"}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_page_reads_offline(browser, page_file, mode):
    context = browser.new_context(viewport=WIDE, color_scheme=mode)
    context.add_init_script(f"localStorage.setItem('mode', '{mode}')")
    complaints, requests = [], []

    def gate(route):
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            requests.append(route.request.url)
            route.abort()

    context.route("**/*", gate)
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        page.goto(page_file.as_uri(), wait_until="load")
        page.evaluate("() => window.MathJax?.startup.promise")
        wide = page.evaluate(LOOK)
        page.set_viewport_size(NARROW)
        narrow = page.evaluate(LOOK)
    finally:
        context.close()
    assert not complaints
    assert not requests
    assert wide["theme"] == mode
    assert not wide["unrendered"], "mathematics left as source"
    assert not wide["misread"], "mathematics that MathJax could not read"
    assert not wide["broken"], "pictures that do not show"
    assert not wide["undescribed"], "pictures without alternative text"
    assert not wide["overflow"], "wider than a window of 1200 pixels"
    assert not narrow["overflow"], "wider than a window of 400 pixels"


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
  return {
    theme: document.documentElement.dataset.theme,
    unrendered: all('.math').filter(e => !e.querySelector('mjx-container')).map(e => e.textContent.slice(0, 80)),
    misread: all('mjx-merror').map(e => (e.dataset.mjxError || e.textContent).slice(0, 80)),
    broken: all('img').filter(e => !(e.complete && e.naturalWidth)).map(e => e.src),
    undescribed: all('img').filter(e => !e.alt || /\.(png|svg|jpe?g)$/.test(e.alt)).map(e => e.src),
    overflow: wide.map(e => e.outerHTML.slice(0, 120)).concat(
      document.documentElement.scrollWidth > width ? ['the page scrolls sideways'] : []),
  }
}"""
