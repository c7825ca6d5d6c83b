"""How a step says that it failed."""

from __future__ import annotations

import json
from html.parser import HTMLParser

SEEN_CHARACTERS = 300


class StepFailed(Exception):  # noqa: N818  (it is an outcome of a check, not an error of the program)
    """Something was seen that a healthy hub does not show."""

    def __init__(self, seen: str, *, part: str) -> None:
        super().__init__(seen)
        self.seen = seen
        self.part = part


def first_words(body: str) -> str:
    """The start of an answer on one line: of JSON its message, of a page its text."""
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if isinstance(document, dict) and document.get("message"):
        body = str(document["message"])
    elif "<" in body:
        body = _page_text(body)
    words = " ".join(body.split())
    return words if len(words) <= SEEN_CHARACTERS else words[: SEEN_CHARACTERS - 1] + "…"


def _page_text(page: str) -> str:
    reader = _Text()
    reader.feed(page)
    return " ".join(reader.words)


class _Text(HTMLParser):
    """Collects what a page shows."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._unseen += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)
