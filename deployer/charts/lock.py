"""Changes an entry of the lock file, and nothing else in it: its comments are reasons that must stay."""

from __future__ import annotations

import re
from pathlib import Path

from deployer.errors import DeployerError


def write_entry(lock: Path, name: str, **values: str) -> None:
    """Write fields of one chart in place, e.g. version="4.4.0". Raises DeployerError where they do not stand."""
    text = lock.read_text(encoding="utf-8")
    entry = re.search(rf"(?ms)^{re.escape(name)}:\n.*?(?=^\S|\Z)", text)
    if entry is None:
        raise DeployerError(f"{lock} has no chart {name!r}", left="nothing was changed")
    block = entry.group()
    for field, value in values.items():
        block, found = re.subn(rf"(?m)^(  {field}:).*$", lambda line, value=value: f"{line.group(1)} {value}", block)  # type: ignore[misc]
        if not found:
            raise DeployerError(f"{lock}: {name} has no {field}", left="nothing was changed")
    draft = lock.with_suffix(".draft")
    draft.write_text(text[: entry.start()] + block + text[entry.end() :], encoding="utf-8")
    draft.replace(lock)
