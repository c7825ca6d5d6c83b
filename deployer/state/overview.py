"""The state at a glance: where it is, whose, what stacks it has, who is at work on it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from deployer.rollout.claim import readable_claims
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.files import Entry
from deployer.rollout.engine.lock import Lock
from deployer.rollout.target import Target
from deployer.state.checkpoint import encryption, latest
from deployer.state.identity import Account, Identities, Identity, place_of
from deployer.state.leftovers import readable_locks


@dataclass(frozen=True, kw_only=True)
class StackLine:
    """One stack's."""

    stack: str
    size_bytes: int
    resources: int | None
    """None where its state cannot be read."""
    pending: int
    versions: int
    """How many of its states the engine's history has."""
    changed_at: datetime
    encryption: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All of it."""

    place: str
    identity: Identity | None
    """None of a state that nothing was ever done with."""
    own: bool
    """Whether it may act from here: a copy may not."""
    keeps_versions: bool | None
    """Of a bucket: whether it keeps what was overwritten; None where it does not tell."""
    new_stacks: str
    """How stacks yet to be made will encrypt their secrets."""
    stacks: Sequence[StackLine]
    accounts: Mapping[str, Account]
    """By the clusters' stacks."""
    at_work: Sequence[Lock]
    """Claims, then the engine's own locks."""


def overview(place: Target) -> Overview:
    """Read from the files alone. Raises EngineFailed when the place cannot be reached."""
    backend = Backend(place.settings)
    identities = Identities(backend.settings, backend.files)
    identity, here = identities.read(), place_of(backend.settings)
    lines = stack_lines(backend)
    first = next((backend.path(line.stack) for line in lines), None)
    return Overview(
        place=str(here),
        identity=identity,
        own=identity is None or identity.place.same_as(here),
        keeps_versions=backend.files.keeps_versions(first) if first else None,
        new_stacks=backend.settings.secrets_provider,
        stacks=lines,
        accounts=identities.accounts(),
        at_work=[*readable_claims(backend)[0], *readable_locks(backend, [line.stack for line in lines])[0]],
    )


def stack_lines(backend: Backend) -> list[StackLine]:
    """A line for each stack, by name."""
    history = f".pulumi/history/{backend.settings.project}"
    paths = (entry.path for entry in backend.files.entries(history) if entry.path.endswith(".history.json"))
    versions = Counter(path.removeprefix(f"{history}/").partition("/")[0] for path in paths)
    return [_line(backend, entry, versions) for entry in stack_files(backend)]


def stack_files(backend: Backend) -> list[Entry]:
    """The files with the stacks' states."""
    folder = backend.path("").removesuffix("/.json")
    return [entry for entry in backend.files.entries(folder) if entry.path.endswith(".json")]


def stack_of(entry: Entry) -> str:
    """Whose state a file is."""
    return entry.path.rpartition("/")[2].removesuffix(".json")


def _line(backend: Backend, entry: Entry, versions: Counter[str]) -> StackLine:
    try:
        deployment = latest(json.loads(backend.files.read(entry.path) or b""))
        readable = True
    except (ValueError, AttributeError):
        deployment, readable = {}, False
    stack = stack_of(entry)
    return StackLine(
        stack=stack,
        size_bytes=entry.size_bytes,
        resources=len(deployment.get("resources") or ()) if readable else None,
        pending=len(deployment.get("pending_operations") or ()),
        versions=versions[stack],
        changed_at=entry.changed_at,
        encryption=encryption(deployment) if readable else "not readable",
    )
