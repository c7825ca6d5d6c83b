"""Finds a browser for the tests and opens it: Playwright's own Chromium, else the system's.

python -m tests.e2e.browser    tells which one there is
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS_PROGRAMS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # The browser itself must ask nothing of the internet.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_GET_ONE = (
    "no browser to test with: run `python -m playwright install chromium`, "
    "or install your system's (Debian: apt-get install chromium); `make test` does so by itself where it may"
)


class NoBrowserError(Exception):
    """There is none; the text says how to get one."""


def find_browser(playwright: Playwright) -> Path:
    """Path of a Chromium; raises NoBrowserError."""
    own = Path(playwright.chromium.executable_path)
    if own.is_file():
        return own
    for name in (*PROGRAMS, *MACOS_PROGRAMS):
        if found := shutil.which(name):
            return Path(found)
    raise NoBrowserError(HOW_TO_GET_ONE)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless browser; raises NoBrowserError."""
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=find_browser(playwright), args=[*ARGUMENTS, *sandbox], headless=True
        )
        try:
            yield browser
        finally:
            browser.close()


def main() -> int:
    """Tell which browser the tests use; 1 when there is none."""
    try:
        with sync_playwright() as playwright:
            print(find_browser(playwright))
    except NoBrowserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
