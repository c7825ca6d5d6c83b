"""One thing that a check found, before anybody knows in which file it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from deployer.config.document import Path

T = TypeVar("T")


@dataclass(frozen=True)
class Finding:
    """A fault at a path of the resolved deployment."""

    path: Path
    fault: str
    remedy: str = ""
    severity: Literal["error", "warning"] = "error"
    other: Path | None = None
    """Of another part of the deployment that the fault speaks of as {other}: it is named with its place."""


def repeated(values: Iterable[T]) -> Iterator[tuple[int, int, T]]:
    """Each value that was there before: its position, the first one's position, the value."""
    first: dict[T, int] = {}
    for position, value in enumerate(values):
        if value in first:
            yield position, first[value], value
        first.setdefault(value, position)


def twice(path: Path, key: str, values: Sequence[str]) -> Iterator[Finding]:
    """Entries of the list at `path` whose `key` another entry has already."""
    for position, first, value in repeated(values):
        yield Finding(
            (*path, position, key),
            f"{value!r} is the {key} of entry {first + 1} too",
            "each needs its own",
        )
