"""What a fleet's rollout is about and how far it came, beside the state: for `--resume`, and for whoever comes second.

One file for each run in `.hubs/fleet/`, gone when the run ended well.
"""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from deployer.errors import BadInput, DeployerError
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.guard import certainly_dead
from deployer.rollout.engine.lock import Lock
from deployer.rollout.engine.process_identity import identity
from schemas.rollout import MaintenanceWindow

FOLDER = ".hubs/fleet"
FORGOTTEN_AFTER = timedelta(days=30)
"""No rollout lasts so long, and nobody knows any more what such a one was about."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")  # earlier deployers kept more


class Holder(_Kept):
    """The process that is, or was, at it."""

    pid: int
    username: str
    hostname: str
    since: datetime
    process: str


class Journal(_Kept):
    """One run."""

    format: Literal[1] = 1
    asked: str
    """The selection, as it was typed: --all, --since origin/main, or names."""
    names: tuple[str, ...]
    """Of the communities that were chosen."""
    clusters: tuple[str, ...] = ()
    """That were chosen besides those below the communities."""
    stages: tuple[str, ...]
    waves: tuple[tuple[str, ...], ...]
    why_in_waves: str
    failure_budget: int | None
    windows: tuple[MaintenanceWindow, ...] | None = None
    """In place of the communities' own, where somebody asked for that."""
    goes_back: bool = True
    began_at: datetime
    holder: Holder
    at_work: bool = True
    """Whether it had not come to its end, be it a good one or not, when this was written."""

    @property
    def forgotten(self) -> bool:
        """Whether it is too old to go on with."""
        return datetime.now(UTC) - self.began_at > FORGOTTEN_AFTER

    def holds(self, other: Journal) -> bool:
        """Whether it is about all that the other one is about."""
        return (
            set(other.names) <= set(self.names)
            and set(other.clusters) <= set(self.clusters)
            and set(other.stages) <= set(self.stages)
        )

    def __str__(self) -> str:
        holder = self.holder
        return f"{self.asked}, begun {self.began_at:%Y-%m-%d %H:%M} UTC by {holder.username} on {holder.hostname}"


class Journals:
    """Those of one state."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def unfinished(self) -> list[tuple[str, Journal]]:
        """Each with its path, the newest last; what is old or cannot be read is nobody's any more."""
        return [(path, journal) for path, journal in self._all() if not journal.forgotten]

    def _all(self) -> list[tuple[str, Journal]]:
        found = []
        for path in self._backend.files.list(FOLDER):
            content = self._backend.files.read(path)
            try:
                found.append((path, Journal.model_validate_json(content or b"")))
            except ValidationError:
                continue
        return sorted(found, key=lambda entry: entry[1].began_at)

    def living(self) -> Iterator[tuple[Lock, Journal]]:
        """Runs that are at work now on this machine, or may be on another."""
        for path, journal in self.unfinished():
            lock = _lock(path, journal)
            if journal.at_work and (lock.alive_here or not lock.made_here):
                yield lock, journal

    def killed(self) -> Iterator[tuple[Lock, Journal]]:
        """Runs of this machine that were killed before they could note their end."""
        for path, journal in self.unfinished():
            lock = _lock(path, journal)
            if journal.at_work and certainly_dead(self._backend, lock):
                yield lock, journal

    def note_killed(self, path: str) -> None:
        """Note the end that a killed run could not; `--resume` still goes on with it."""
        for lock, journal in self.killed():
            if lock.path == path:
                self.write(path, journal.model_copy(update={"at_work": False}))

    def latest(self) -> tuple[str, Journal]:
        """The run to go on with; raises BadInput when there is none, DeployerError when it is still at work."""
        unfinished = self.unfinished()
        if not unfinished:
            raise BadInput(
                [],
                fault="there is nothing to resume: no rollout of several communities was left unfinished",
                remedy="deployer deploy --all, or the names of communities, begins one",
            )
        path, journal = unfinished[-1]
        lock = _lock(path, journal)
        if journal.at_work and lock.alive_here:
            raise DeployerError(
                f"the rollout of {journal.asked} is still at work ({lock})",
                left="nothing was changed",
                remedy="wait until it is done, or stop it with Ctrl-C; then resume",
            )
        return path, journal

    def path(self, began_at: datetime) -> str:
        """For a new run."""
        return f"{FOLDER}/{began_at:%Y%m%dT%H%M%SZ}-{socket.gethostname()}-{os.getpid()}.json"

    def supersede(self, journal: Journal, path: str) -> None:
        """Forget old runs, and dead ones about no more than this one, which goes on with whatever they left."""
        for other, entry in self._all():
            lock = _lock(other, entry)
            over = not entry.at_work or (lock.made_here and not lock.alive_here)
            if other != path and (entry.forgotten or (over and journal.holds(entry))):
                self.forget(other)

    def write(self, path: str, journal: Journal) -> None:
        """Keep it as it stands now."""
        self._backend.files.write(path, journal.model_dump_json(indent=1).encode())

    def forget(self, path: str) -> None:
        """A run that ended well leaves nothing to go on with."""
        self._backend.files.delete(path)


def this_process() -> Holder:
    """As it says who it is."""
    return Holder(
        pid=os.getpid(),
        username=getpass.getuser(),
        hostname=socket.gethostname(),
        since=datetime.now(UTC),
        process=identity(os.getpid()) or "",
    )


def _lock(path: str, journal: Journal) -> Lock:
    return Lock(stack=journal.asked, path=path, **journal.holder.model_dump())
