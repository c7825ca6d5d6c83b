"""One line of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """A speed, what it was compared with in the same run, and the bound it has to keep."""

    what: str
    ours: str
    against: str = ""
    """The other thing and its time; empty when the bound is absolute."""
    ratio: str = ""
    bound: str = ""
    """Empty when it only informs."""
    ok: bool = True
