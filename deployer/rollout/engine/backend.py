"""The state's place: stacks and locks as the engine keeps them, and room for records of our own beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deployer.errors import DeployerError
from deployer.rollout.engine.files import Files
from deployer.rollout.engine.half_made import Identity, Inputs, take_up, with_inputs
from deployer.rollout.engine.lock import Lock
from deployer.rollout.engine.settings import EngineSettings

CHECKPOINT_VERSION = 4
"""Newest layout of a state that the pinned engine reads (its apitype.DeploymentSchemaVersionLatest)."""
BROKEN_STATE = "deployer deploy goes back to the last whole one that the engine kept"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A resource in a state."""

    urn: str
    type: str
    id: str = ""
    """The provider's; empty for components."""
    protect: bool = False
    """Whether the engine refuses to delete it."""

    @property
    def words(self) -> str:
        """What and which, for people."""
        return f"{self.type.rpartition(':')[2]} {self.urn.rpartition('::')[2]}"


@dataclass(frozen=True, kw_only=True)
class StackState:
    """What a run must know of a stack before the engine starts on it."""

    resources: Sequence[Recorded]
    """What the state holds, without the stack itself."""
    secrets: Mapping[str, Any] | None
    """How its secrets are encrypted: `type` and `state`, in the engine's words; None before the first secret."""
    pending: Sequence[tuple[str, str]]
    """(operation, urn) of what a killed run had begun and not ended."""

    @property
    def protected(self) -> Sequence[Recorded]:
        """What the engine refuses to delete."""
        return [resource for resource in self.resources if resource.protect]


class Backend:
    """What the engine keeps, read without starting it."""

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings
        self.files = Files(settings)

    def stack(self, name: str) -> StackState | None:
        """A stack's state, None when there is no such stack.

        Raises DeployerError when a newer engine wrote it or it cannot be read.
        """
        text = self.files.read(self.path(name))
        if text is None:
            return None
        document = _parsed(text, f"the state of {name}", BROKEN_STATE)
        if document.get("version", 1) > CHECKPOINT_VERSION:
            raise DeployerError(
                f"the state of {name} was written by a newer version of the engine "
                f"(layout {document['version']}, this one reads up to {CHECKPOINT_VERSION})",
                left="nothing was changed",
                remedy="update this checkout to the version that wrote it, then run again",
            )
        latest = (document.get("checkpoint") or {}).get("latest") or {}
        return StackState(
            resources=[
                Recorded(
                    urn=resource["urn"],
                    type=resource["type"],
                    id=resource.get("id") or "",
                    protect=bool(resource.get("protect")),
                )
                for resource in latest.get("resources") or ()
                if resource["type"] != "pulumi:pulumi:Stack"
            ],
            secrets=latest.get("secrets_providers"),
            pending=[(entry["type"], entry["resource"]["urn"]) for entry in latest.get("pending_operations") or ()],
        )

    def locks(self, stack: str) -> list[Lock]:
        """Locks on a stack, oldest first. Raises DeployerError when one cannot be read."""
        found = []
        for path in self.files.list(self.locks_folder(stack)):
            text = self.files.read(path) if path.endswith(".json") else None
            if text is None:
                continue
            entry = _parsed(
                text, f"the lock of {stack}", f"when nobody is at work on it: deployer state repair {stack}"
            )
            found.append(
                Lock(
                    stack=stack,
                    path=path,
                    pid=int(entry["pid"]),
                    username=entry["username"],
                    hostname=entry["hostname"],
                    since=datetime.fromisoformat(entry["timestamp"]),
                )
            )
        return sorted(found, key=lambda lock: lock.since)

    def drop_broken_sidecar(self, stack: str) -> None:
        """Remove what keeps the engine from reading a good state: an empty `.attrs`, of an engine that was killed.

        Ours writes none (see `EngineSettings.engine_url`); plain `pulumi` does.
        """
        sidecar = f"{self.path(stack)}.attrs"
        if self.files.read(sidecar) == b"":
            self.files.delete(sidecar)

    def exists(self, stack: str) -> bool:
        """Whether there is such a stack, be its state readable or not."""
        return self.files.read(self.path(stack)) is not None

    def restore(self, stack: str) -> str | None:
        """Put the last whole state in the place of one that is cut off; returns whence, None when nothing was wrong.

        On a full disk the engine leaves half a file. It keeps the state before its last step beside it, and that after
        each operation in its history. With neither, the stack was only being made, and is made anew.
        """
        path = self.path(stack)
        broken = self.files.read(path)
        if broken is None or _document(broken) is not None:
            return None
        history = self.files.list(f".pulumi/history/{self.settings.project}/{stack}")
        finished = sorted((name for name in history if name.endswith(".checkpoint.json")), reverse=True)
        for candidate in (f"{path}.bak", *finished):
            content = self.files.read(candidate)
            if content is not None and _document(content) is not None:
                self.files.write(path, content)
                return candidate
        self.files.delete(path)
        return "its beginning"

    def take_up_half_made(self, stack: str, identity: Identity) -> Inputs:
        """Let what a killed engine was making count as made; ahead of a refresh, which looks. Returns what was."""
        content = self.files.read(self.path(stack))
        taken_up = take_up(content, identity) if content is not None else None
        if taken_up is None:
            return {}
        self.files.write(self.path(stack), taken_up.checkpoint)
        return taken_up.inputs

    def put_back_inputs(self, stack: str, begun: Inputs) -> None:
        """Have of what was taken up what was asked for, not what a refresh made of that."""
        content = self.files.read(self.path(stack)) if begun else None
        if content is not None:
            self.files.write(self.path(stack), with_inputs(content, begun))

    def clear(self, lock: Lock) -> None:
        """Remove a lock; no error when it is gone already."""
        self.files.delete(lock.path)
        self.files.delete(f"{lock.path}.attrs")

    def locks_folder(self, stack: str = "") -> str:
        """Where the engine puts locks on a stack, or on all in a folder for each."""
        return f".pulumi/locks/organization/{self.settings.project}/{stack}".rstrip("/")

    def path(self, stack: str) -> str:
        """The file with a stack's state."""
        return f".pulumi/stacks/{self.settings.project}/{stack}.json"


def _parsed(text: bytes, what: str, remedy: str) -> dict[str, Any]:
    document = _document(text)
    if document is None:
        raise DeployerError(
            f"{what} cannot be read: it is cut off, or not what the engine writes",
            left="nothing was changed",
            remedy=remedy,
        )
    return document


def _document(text: bytes | None) -> dict[str, Any] | None:
    """The JSON object in a file; None when it holds none, or not all of one."""
    try:
        document = json.loads(text or b"")
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
