"""What is announced on the hub's pages: files, read whenever a page is made, so that no hub restarts for them."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "announcements"
"""A file for each slot: JSON with `text`, and `until`, a time in ISO 8601 or null."""
LONGEST_BYTES = 20_000


class Announcements:
    """Stands among the variables of page templates: true when there is something to say, and as text safe HTML."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __bool__(self) -> bool:
        return any(True for _ in self._texts())

    def __html__(self) -> str:
        return "".join(f"<div>{html.escape(text)}</div>" for text in self._texts())

    __str__ = __html__

    def _texts(self) -> Iterator[str]:
        """Those that hold now. What cannot be read is not shown: a page must not fail for it."""
        try:
            paths = sorted(path for path in self.folder.iterdir() if not path.name.startswith("."))
        except OSError:
            return
        for path in paths:
            try:
                said = json.loads(path.read_text(encoding="utf-8")[:LONGEST_BYTES])
                until = said["until"]
                if until is None or datetime.now(UTC) < datetime.fromisoformat(until):
                    yield str(said["text"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
