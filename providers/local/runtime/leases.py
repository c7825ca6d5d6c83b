"""What running servers are promised of this machine, kept where all hubs of the machine see it.

One file `<machine folder>/leases/<server>.json` per server; the process it names holds it, and a lease whose process is
gone counts for nothing. Hubs take leases one at a time, under a file lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .limits import Group
from .processes import Process


@dataclass(frozen=True, kw_only=True)
class Lease:
    """One server's share of the machine."""

    name: str
    """File name, unique on the machine: stack, user and server."""
    stack: str
    user: str
    server: str
    process: Process
    """Who holds it: the server, or the hub while it starts one."""
    memory_gib: float
    cpu: float
    node_pool: str = ""
    environment: str = ""
    """Folder of the environment it runs from: not to be removed meanwhile."""
    group: Group | None = None


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What all servers together may be promised."""

    memory_gib: float
    cpu: float


class BudgetSpentError(Exception):
    """The machine, or a share of it, is promised to others; the text is for people."""


class Leases:
    """The leases in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def held(self, stack: str | None = None) -> list[Lease]:
        """Leases whose holders live, of one stack or of all."""
        leases = (_read(path) for path in sorted(self._folder.glob("*.json")))
        return [lease for lease in leases if lease and lease.process.alive() and stack in (None, lease.stack)]

    def take(self, lease: Lease, machine: Budget, pools: Mapping[str, Budget]) -> None:
        """Hold a lease if it fits the machine and its pool; else raise BudgetSpentError."""
        with self._locked():
            self._drop_stale()
            others = [held for held in self.held() if held.name != lease.name]
            _check_fits("this machine", machine, others, lease)
            if lease.node_pool in pools:
                pool = [held for held in others if held.node_pool == lease.node_pool]
                _check_fits(f"the share '{lease.node_pool}'", pools[lease.node_pool], pool, lease)
            self._write(lease)

    def hand_over(self, lease: Lease, process: Process, group: Group | None) -> Lease:
        """Let the server itself hold the lease that was taken for it."""
        handed = replace(lease, process=process, group=group)
        self._write(handed)
        return handed

    def drop(self, name: str) -> None:
        """Give a lease back. Safe to repeat."""
        self._path(name).unlink(missing_ok=True)

    def find(self, name: str) -> Lease | None:
        """The lease of that name, held or stale."""
        return _read(self._path(name))

    def _drop_stale(self) -> None:
        for path in self._folder.glob("*.json"):
            lease = _read(path)
            if lease is None or not lease.process.alive():
                path.unlink(missing_ok=True)

    def _write(self, lease: Lease) -> None:
        path = self._path(lease.name)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(lease), indent=2), encoding="utf-8")
        fresh.replace(path)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _read(path: Path) -> Lease | None:
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        group = fields.pop("group")
        return Lease(**{**fields, "process": Process(**fields["process"]), "group": Group(**group) if group else None})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _check_fits(whose: str, budget: Budget, others: list[Lease], asked: Lease) -> None:
    memory = sum(lease.memory_gib for lease in others)
    cpu = sum(lease.cpu for lease in others)
    for what, unit, has, promised, wants in (
        ("memory", "GiB of memory", budget.memory_gib, memory, asked.memory_gib),
        ("cpu", "CPUs", budget.cpu, cpu, asked.cpu),
    ):
        if promised + wants <= has + 1e-6:
            continue
        if wants > has:
            raise BudgetSpentError(
                f"This server needs {wants:.3g} {unit}, and {whose} has {has:.3g} in all. Choose a smaller one."
            )
        raise BudgetSpentError(
            f"{promised:.3g} of {has:.3g} {unit} of {whose} are promised to running servers; "
            f"this one needs {wants:.3g}. Choose one with less {what}, or try again when somebody has stopped theirs."
        )
