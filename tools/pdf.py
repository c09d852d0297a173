"""Print the built book as one PDF: contents, bookmarks, working links, mathematics and figures.

    python tools/pdf.py [--html _build/html] [--out _build/html/once-in-a-lifetime-encounters.pdf]

The pages' articles are put one after the other into a single page, with anchors of their own, and Chromium prints it.
"""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import urldefrag, urlparse

import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter

from oile import __version__

ROOT = Path(__file__).resolve().parent.parent
TITLE = "Once-in-a-lifetime encounters"
NAME = "once-in-a-lifetime-encounters.pdf"
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
DROPPED = (  # what a reader of paper cannot use
    ".headerlink, .viewcode-link, script, link, button, .only-dark, .sd-tab-set > input, details.hide.above-input, "
    ".toc-drawer, nav, .prev-next-footer, .screen-only"
)


def chromium():
    """The path of the system's Chromium or Chrome, `CHROMIUM` first; None if there is none."""
    names = os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"
    return next(filter(None, (shutil.which(name) for name in names if name)), None)


def parts():
    """Title and pages of each part of the book, the landing page first."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    yield "", [toc["root"]]
    for part in toc["parts"]:
        yield part["caption"], [chapter["file"] for chapter in part["chapters"]]


def anchor(page, fragment=""):
    """The name of an anchor in the printed book: pages may use the same names."""
    return f"{page}--{fragment}".replace("/", "-")


def article(html, page, pages):
    """One page's article with anchors and paths of the whole book."""
    soup = BeautifulSoup((html / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    body = soup.select_one("article.bd-article")
    for unwanted in body.select(DROPPED):
        unwanted.decompose()
    here = (html / page).parent
    for element in body.find_all(id=True):
        element["id"] = anchor(page, element["id"])
    for element in body.find_all(src=True):
        if not urlparse(element["src"]).scheme:
            element["src"] = os.path.relpath(here / element["src"], html)
    for link in body.find_all("a", href=True):
        url, fragment = urldefrag(link["href"])
        if urlparse(url).scheme:
            continue
        target = os.path.relpath(here / url, html).removesuffix(".html") if url else page
        if target in pages:
            link["href"] = "#" + anchor(target, fragment)
        else:
            del link["href"]  # a download: it is not in the PDF
    body.name, body["id"] = "section", anchor(page)
    return body


def whole(html):
    """The whole book as one page, to stand beside the others in the folder `html`, and the titles of its pages."""
    pages = {page for _, chapters in parts() for page in chapters}
    first = BeautifulSoup((html / "intro.html").read_text(encoding="utf-8"), "html.parser")
    head = first.head
    for script in head.find_all("script"):
        if not ("mathjax" in script.get("src", "") or "MathJax" in (script.string or "")):
            script.decompose()
    body, contents, titles = [], [], {}
    for caption, chapters in parts():
        if caption:
            contents.append(f"<li class='part'>{caption}</li>")
        for page in chapters:
            text = article(html, page, pages)
            titles[page] = re.sub(r"\s*#$", "", text.h1.get_text().strip())
            contents.append(f"<li><a href='#{anchor(page)}'>{titles[page]}</a></li>")
            body.append(str(text))
    mathjax = "".join(str(script) for script in first.find_all("script") if "mathjax" in str(script).lower())
    return titles, (
        f"<!DOCTYPE html><html lang='en' data-theme='light' class='printed'>{head}<body><div class='bd-content'>"
        f"<section class='cover'><p class='name'>{TITLE}</p><p>The reproducible companion to A. Kost, L. Johns and "
        f"H. Duan,<br>Phys. Rev. D 109, 103037 (2024)</p><p>Version {__version__}</p></section>"
        f"<section class='contents'><p class='name'>Contents</p><ol>{''.join(contents)}</ol></section>"
        f"{''.join(body)}</div>{mathjax}</body></html>"
    )


def bookmarked(printed, titles, out):
    """Give the printed file a title and bookmarks: parts, and below them their pages."""
    reader = PdfReader(printed)
    places = reader.named_destinations
    writer = PdfWriter(clone_from=reader)
    writer.add_metadata({"/Title": TITLE, "/Author": "The OILE companion authors"})
    for caption, pages in parts():
        parent = None
        for page in pages:
            where = reader.get_destination_page_number(places["/" + anchor(page)])
            if caption and parent is None:
                parent = writer.add_outline_item(title=caption, page_number=where)
            writer.add_outline_item(title=titles[page], page_number=where, parent=parent)
    writer.write(out)


def offer(landing, out):
    """Put a link to the PDF on the landing page, which has a place for it: there is none before there is a PDF."""
    text = f'The whole book <a href="{out.name}">as one PDF</a> ({out.stat().st_size / 2**20:.0f} MB).'
    page = landing.read_text(encoding="utf-8")
    page, found = re.subn(r'(<span id="pdf">).*?(</span>)', rf"\g<1>{text}\g<2>", page)
    if found != 1:
        sys.exit(f"{landing} has no place for a link to the PDF")
    landing.write_text(page, encoding="utf-8")


def main(arguments=None):
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--html", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(arguments)
    html = args.html.resolve()
    out = args.out or html / NAME
    if chromium() is None:
        sys.exit("the PDF is printed by Chromium, and there is none: install it, or name it in CHROMIUM")
    from playwright.sync_api import sync_playwright

    page_file, scratch, finished = html / "_whole.html", out.with_suffix(".part"), out.with_suffix(".new")
    titles, text = whole(html)
    page_file.write_text(text, encoding="utf-8")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS.split())
            page = browser.new_page()
            page.set_default_timeout(0)  # a book's length of pictures, on a machine that may be busy
            page.goto(page_file.as_uri(), wait_until="load")
            page.evaluate("() => window.MathJax.startup.promise")
            page.pdf(
                path=scratch,
                format="A4",
                margin={"top": "18mm", "bottom": "20mm", "left": "20mm", "right": "20mm"},
                display_header_footer=True,
                header_template="<span></span>",
                footer_template="<div style='font: 8px sans-serif; width: 100%; text-align: center'>"
                "<span class='pageNumber'></span></div>",
                print_background=True,
            )
            browser.close()
        bookmarked(scratch, titles, finished)
        finished.replace(out)  # in one piece
    finally:
        for file in (page_file, scratch, finished):
            file.unlink(missing_ok=True)
    if out.resolve().parent == html:
        offer(html / "intro.html", out)
    print(f"{out.relative_to(ROOT) if out.is_relative_to(ROOT) else out}: {out.stat().st_size / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
