"""A hub on this machine as it runs, seen without the engine."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.2


class LocalRuntime:
    """Reads the hub's folder and asks its address; changes nothing but what is announced."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._folder = Path(facts["folder"])
        self._digest = str(facts["digest"])

    def observe(self) -> Sequence[str]:
        """Processes, files and the answering address against what was deployed."""
        from providers.local.observe import observe

        return observe(self._folder, self._digest)

    def parts(self) -> Sequence[str]:
        """Hub, proxy, and the servers of people that left a log."""
        return tuple(self._logs())

    def log(self, part: str, *, lines: int) -> str:
        """The last lines of one part; empty when it wrote none."""
        path = self._logs().get(part)
        if path is None or not path.is_file():
            return ""
        with path.open(encoding="utf-8", errors="replace") as stream:
            return "".join(deque(stream, maxlen=lines))

    def follow(self, part: str, *, lines: int) -> Iterator[str]:
        """The last lines, then new ones; a log that is replaced is followed on in the new file."""
        path = self._logs()[part]
        yield from self.log(part, lines=lines).splitlines()
        stream = path.open(encoding="utf-8", errors="replace")
        stream.seek(0, 2)
        try:
            while True:
                line = stream.readline()
                if line:
                    yield line.rstrip("\n")
                    continue
                if path.exists() and path.stat().st_ino != _inode(stream.fileno()):
                    stream.close()
                    stream = path.open(encoding="utf-8", errors="replace")
                else:
                    time.sleep(POLL_SECONDS)
        finally:
            stream.close()

    def announce(self, slot: str, content: str | None) -> None:
        """Into a folder that the hub's pages read each time."""
        from providers.local.files import write_whole
        from providers.local.runtime.announcements import FOLDER

        path = self._folder / FOLDER / slot
        if content is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(exist_ok=True)
        write_whole(path, content.encode(), 0o644)

    def _logs(self) -> dict[str, Path]:
        from providers.local.observe import log_files

        return dict(log_files(self._folder))


def _inode(descriptor: int) -> int:
    import os

    return os.fstat(descriptor).st_ino
