"""What holds for all tests.

Tests send interrupts. A shell that runs them in the background has switched these off, for all that they start. And no
test fails for being slow: machines are busy.
"""

import os
import signal

import pytest
from hypothesis import settings

# They begin first, longest first: else one processor would wait for the other in the end.
LONG = ("test_book", "11_fluctuations", "test_claims", "13_synchronization", "test_simulate", "test_pdf", "claims")

signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("oile", deadline=None)
settings.load_profile("oile")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(scope="module")
def chromium():
    """The program, without which a test is skipped, and fails on a CI machine."""
    import pdf

    if pdf.chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: a CI machine must have it")
        pytest.skip("no Chromium on this machine")
    return pdf.chromium()


@pytest.fixture(scope="module")
def browser(chromium):
    from pdf import FLAGS
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        yield browser
        browser.close()
