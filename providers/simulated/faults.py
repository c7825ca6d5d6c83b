"""Faults on order, from a file: what a cloud does on its bad days.

A list, of which each entry says what it strikes (`cloud`, `type`, `name`: patterns with `*`; `operation`: create, read,
update or delete) and what it does:

    - {type: "aws:eks/nodeGroup:*", kind: capacity}                  every time, until the file changes
    - {name: "demo*", kind: throttling, times: 2}                    twice, then all is well
    - {type: "*:Role", kind: not_yet, times: 3}                      made, but not found the first three times
    - {type: "*:Cluster", kind: slow, seconds: 20}
    - {kind: throttling, operation: update, share: 0.3}              three of ten, over and over, as dice would have it
    - {type: "*:Bucket", kind: crash}                                it dies, once; `after: true` with the work done
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any

from providers.engine.values import Fault
from providers.simulated.storage import locked, read_json, write_json

KINDS = ("quota", "throttling", "not_yet", "slow", "permission", "capacity", "crash")
OPERATIONS = ("create", "read", "update", "delete")
_FIELDS = {"cloud", "type", "name", "operation", "kind", "times", "seconds", "after", "what", "share"}


@dataclass(frozen=True)
class Injected:
    """One entry of the file."""

    kind: str
    cloud: str = "*"
    type: str = "*"
    name: str = "*"
    operation: str = "create"
    times: int | None = None
    """None: every time; for crashes and waits once."""
    seconds: float = 0
    after: bool = False
    share: float = 1.0
    """Of the operations that it hits, each thrown for anew."""
    what: str = ""
    """The quota or machine that the error names."""


class Faults:
    """One file's entries for one cloud, and how often each has struck: counted in the world, not in this process."""

    def __init__(self, path: Path | None, counts: Path, cloud: str) -> None:
        self._entries = [one for one in _read(path) if fnmatchcase(cloud, one.cloud)] if path else []
        self._counts = counts

    def strike(self, operation: str, token: str, name: str) -> list[Injected]:
        """Those due now; each counts as having struck."""
        return [one for one in self._entries if _hits(one, operation, token, name) and self._counted(one)]

    def _counted(self, fault: Injected) -> bool:
        times = 1 if fault.kind == "crash" and fault.times is None else fault.times
        if (times is None and fault.share >= 1) or fault.kind == "not_yet":
            return True
        key = sha256(repr(fault).encode()).hexdigest()[:16]
        with locked(self._counts.with_suffix(".lock")):
            counts = read_json(self._counts) or {}
            thrown, struck = counts.get(f"{key} thrown", 0), counts.get(key, 0)
            due = (times is None or struck < times) and _thrown(f"{key} {thrown}") < fault.share
            write_json(self._counts, {**counts, key: struck + due, f"{key} thrown": thrown + 1})
        return due


def crash() -> None:
    """End this process as a bug or the system's memory killer would."""
    os._exit(70)


def _thrown(seed: str) -> float:
    """From 0 to 1, by chance as far as anybody can tell, and the same whenever the same world is played again."""
    return int.from_bytes(sha256(seed.encode()).digest()[:8]) / 2**64


def _hits(fault: Injected, operation: str, token: str, name: str) -> bool:
    return fault.operation == operation and fnmatchcase(token, fault.type) and fnmatchcase(name, fault.name)


def _read(path: Path) -> list[Injected]:
    import yaml

    try:
        entries = yaml.safe_load(path.read_text()) or []
    except (OSError, yaml.YAMLError) as error:
        raise Fault(f"the file of faults cannot be read: {error}") from None
    if not isinstance(entries, list):
        raise Fault(f"{path}: not a list of faults")
    return [_entry(path, place, entry) for place, entry in enumerate(entries)]


def _entry(path: Path, place: int, entry: Any) -> Injected:
    where = f"{path}: [{place}]"
    if not isinstance(entry, Mapping) or entry.get("kind") not in KINDS:
        raise Fault(f"{where}: kind is not one of {', '.join(KINDS)}")
    if entry.get("operation", "create") not in OPERATIONS:
        raise Fault(f"{where}: operation is not one of {', '.join(OPERATIONS)}")
    if set(entry) - _FIELDS:
        raise Fault(
            f"{where}: no field {', '.join(sorted(set(entry) - _FIELDS))}", f"there are {', '.join(sorted(_FIELDS))}"
        )
    share = entry.get("share", 1)
    if not isinstance(share, int | float) or not 0 < share <= 1:
        raise Fault(f"{where}: share is not a number above 0 and at most 1")
    return Injected(**entry)
