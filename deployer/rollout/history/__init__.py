"""What was done to each stack, by whom, how it went; and what it was made from when it was last well."""

from __future__ import annotations

from deployer.rollout.history.chronicle import Chronicle
from deployer.rollout.history.entry import Entry, Kind, Outcome
from deployer.rollout.history.pages import History

__all__ = ["Chronicle", "Entry", "History", "Kind", "Outcome"]
