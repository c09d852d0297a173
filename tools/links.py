"""Ask the world outside whether the links of the built book still answer; the number of dead ones is the exit status.

Publishers turn programs away (403, 429): that is no dead link. Nothing here is needed to read or to build the book.
"""

import re
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

HTML = Path(__file__).resolve().parent.parent / "_build" / "html"
GONE = {404, 410}


def answer(url):
    """The status with which an address answers; the error's name if it does not."""
    request = urllib.request.Request(url, headers={"User-Agent": "Mozilla/5.0 (link check)"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError) as error:
        return type(error).__name__


def main():
    """Check every address once."""
    pages = (path.read_text(encoding="utf-8") for path in HTML.rglob("*.html"))
    urls = sorted(
        {unescape(url).split("#")[0] for page in pages for url in re.findall(r'href="(https?://[^"]+)"', page)}
    )
    if not urls:
        sys.exit(f"there are no links to check in {HTML}")
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(urls, pool.map(answer, urls), strict=True))
    dead = {url: status for url, status in answers.items() if status in GONE or isinstance(status, str)}
    for url, status in dead.items():
        print(f"{status}  {url}")
    print(f"{len(urls)} links, {len(dead)} dead")
    return len(dead)


if __name__ == "__main__":
    sys.exit(min(main(), 100))
