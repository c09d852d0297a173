"""The book on paper: one file, with bookmarks, links that work, figures, and no more than 20 MB."""

import re

import pdf
import pytest
from notebooks import ROOT
from pypdf import PdfReader

HTML = ROOT / "_build" / "html"


@pytest.fixture(scope="module")
def book(chromium, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    pdf.main(["--html", str(HTML), "--out", str(path)])
    return path


def test_a_book_whose_printing_is_interrupted_is_the_old_one(chromium, tmp_path, monkeypatch):
    def power_cut(printed, titles, out):
        assert printed.stat().st_size > 0
        out.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pdf, "whole", lambda html: ({}, "<script>MathJax = {startup: {}}</script>"))
    monkeypatch.setattr(pdf, "bookmarked", power_cut)
    out = tmp_path / "book.pdf"
    out.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        pdf.main(["--html", str(tmp_path), "--out", str(out)])
    assert [path.name for path in tmp_path.iterdir()] == ["book.pdf"]
    assert out.read_bytes() == b"old"


def test_the_printed_book_is_light_and_leaves_nothing_behind(book):
    assert book.stat().st_size < 20 * 2**20
    assert [path.name for path in book.parent.iterdir()] == [book.name]
    assert not list(HTML.glob("_whole*"))


def test_the_landing_page_offers_the_pdf_only_when_it_is_there(tmp_path):
    built = (HTML / "intro.html").read_text(encoding="utf-8")
    assert (f'href="{pdf.NAME}"' in built) == (HTML / pdf.NAME).exists()
    landing, out = tmp_path / "intro.html", tmp_path / pdf.NAME
    landing.write_text(built, encoding="utf-8")
    out.write_bytes(b"%PDF")
    for _ in range(2):  # a second time it changes nothing
        pdf.offer(landing, out)
        assert landing.read_text(encoding="utf-8").count(f'href="{pdf.NAME}"') == 1
    landing.write_text("<p>another page</p>", encoding="utf-8")
    with pytest.raises(SystemExit, match="no place"):
        pdf.offer(landing, out)


def test_every_page_of_the_book_has_a_bookmark_at_its_place(book):
    reader = PdfReader(book)

    def marks(items):
        for item in items:
            if isinstance(item, list):
                yield from marks(item)
            else:
                yield item.title, reader.get_destination_page_number(item)

    seen = list(marks(reader.outline))
    pages = [page for _, chapters in pdf.parts() for page in chapters]
    assert len(seen) == len(pages) + sum(bool(caption) for caption, _ in pdf.parts())
    assert [place for _, place in seen] == sorted(place for _, place in seen)
    title, place = next(mark for mark in seen if mark[0].startswith("An ensemble"))
    assert title.split(":")[0] in reader.pages[place].extract_text()


def test_every_figure_is_printed(book):
    pages = [(HTML / f"{page}.html").read_text(encoding="utf-8") for _, chapters in pdf.parts() for page in chapters]
    images = [tag for page in pages for tag in re.findall(r"<img[^>]*_images/[^>]*>", page) if "only-dark" not in tag]
    printed = [page.get("/Resources", {}).get("/XObject", {}) for page in PdfReader(book).pages]
    printed = [part.get_object() for parts in printed for part in parts.values()]
    assert len(images) > 70
    assert sum(part["/Subtype"] == "/Image" for part in printed) == len(images)


def test_links_inside_go_somewhere_and_mathematics_is_set(book):
    reader = PdfReader(book)
    places = reader.named_destinations
    inside = 0
    for page in reader.pages:
        for note in page.get("/Annots") or ():
            note = note.get_object()
            if "/Dest" in note:
                inside += 1
                assert str(note["/Dest"]) in places
            assert not str(note.get("/A", {}).get("/URI", "")).startswith("file:")
    assert inside > 500
    text = "".join(page.extract_text() for page in reader.pages[:60])
    assert "\\frac" not in text
    assert "Show code cell source" not in text
