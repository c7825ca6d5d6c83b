"""Copies of a state: all of it as it stood at one moment, in an archive; never with a secret in clear."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from deployer.errors import DeployerError, Held
from deployer.rollout.claim import FOLDER as CLAIMS
from deployer.rollout.claim import readable_claims
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.files import Entry, Files
from deployer.rollout.engine.lock import Lock
from deployer.rollout.engine.settings import EngineSettings, resolved
from deployer.rollout.heartbeat import FOLDER as BEATS
from deployer.rollout.ledger import now
from deployer.rollout.target import Target
from deployer.state.archive import Manifest, digest, packed
from deployer.state.checkpoint import secrets_in_clear
from deployer.state.identity import Identities, place_of
from deployer.state.overview import stack_files, stack_of

KEPT = (".pulumi/", ".hubs/")
PASSING = (".pulumi/locks/", f"{CLAIMS}/", f"{BEATS}/", ".hubs/room")
PASSPHRASE = "passphrase"  # noqa: S105 - a file's name
TRIES = 3
"""A deploy that has just begun ends the copying; one that wrote its last word meanwhile does not the second time."""


@dataclass(frozen=True, kw_only=True)
class BackedUp:
    """A backup that was made."""

    file: str
    stacks: Sequence[str]
    files: int
    size_bytes: int
    with_passphrase: bool
    encryption_elsewhere: bool
    """Whether what opens the secrets is not in the archive: keep it too."""
    at_work: Sequence[Lock]
    """Who was at work meanwhile, without having written anything in that time."""


def back_up(place: Target, to: str | None, *, with_passphrase: bool) -> BackedUp:
    """Copy the state to a folder or a bucket, by default the current folder.

    Raises Held when somebody keeps writing to it, DeployerError for a secret in clear, EngineFailed.
    """
    backend = Backend(place.settings)
    files = _at_one_moment(backend)
    if not stack_files(backend) and not files:
        raise DeployerError("there is no state to back up", left="nothing was written", remedy="deployer state")
    _refuse_secrets_in_clear(files)
    passphrase = backend.files.read(PASSPHRASE) if with_passphrase else None
    if passphrase is not None:
        files[PASSPHRASE] = passphrase
    made_at, identity = now(), Identities(backend.settings, backend.files).read()
    manifest = Manifest(
        made_at=made_at,
        state_id=identity.id if identity else "",
        place=str(place_of(backend.settings)),
        project=backend.settings.project,
        stacks=tuple(stack_of(entry) for entry in stack_files(backend)),
        with_passphrase=passphrase is not None,
        digests={path: str(digest(content)) for path, content in files.items()},
    )
    at_work, _ = readable_claims(backend)
    content = packed(manifest, files)
    name = f"hubs-state-{made_at:%Y%m%dT%H%M%SZ}.tar.gz"
    return BackedUp(
        file=_put(name, content, to or ".", backend.settings),
        stacks=manifest.stacks,
        files=len(files),
        size_bytes=len(content),
        with_passphrase=manifest.with_passphrase,
        encryption_elsewhere=not manifest.with_passphrase,
        at_work=at_work,
    )


def store_of(address: str, settings: EngineSettings) -> tuple[Files, str]:
    """Files at a folder or a bucket, and how to name them."""
    url = resolved(address if "://" in address else f"file://{address}", Path.cwd())
    elsewhere = replace(settings, backend_url=url)
    return Files(elsewhere), str(elsewhere.folder) if elsewhere.folder else url.partition("?")[0]


def _at_one_moment(backend: Backend) -> dict[str, bytes]:
    """Every file, read while none of them changed."""
    for _ in range(TRIES):
        before = _listed(backend.files)
        files = {entry.path: content for entry in before if (content := backend.files.read(entry.path)) is not None}
        if _listed(backend.files) == before:
            return files
    who = next(iter(readable_claims(backend)[0]), None)
    raise Held(
        "the state keeps changing while it is copied" + (f": {who.stack} is being worked on by {who}" if who else ""),
        left="no backup was made",
        remedy="wait until that is done, then run again",
    )


def _listed(files: Files) -> list[Entry]:
    return [
        entry
        for entry in files.entries()
        if entry.path.startswith(KEPT) and not entry.path.startswith(PASSING) and not entry.path.endswith(".attrs")
    ]


def _refuse_secrets_in_clear(files: dict[str, bytes]) -> None:
    for path, content in files.items():
        if not path.startswith(".pulumi/") or not path.endswith((".json", ".bak")):
            continue
        try:
            clear = secrets_in_clear(json.loads(content))
        except ValueError:
            continue  # cut off: a backup is the time to keep even that
        if clear:
            raise DeployerError(
                f"{path} holds a secret that is not encrypted: somebody imported it so",
                left="no backup was made",
                remedy="deploy that stack, which encrypts it, then run again",
            )


def _put(name: str, content: bytes, to: str, settings: EngineSettings) -> str:
    files, where = store_of(to, settings)
    files.write(name, content)
    if "://" not in where:
        (Path(where) / name).chmod(0o600)
    return f"{where.rstrip('/')}/{name}"
