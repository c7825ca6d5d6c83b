"""Puts a backup back: all of it into an empty place, or one stack into the state that it is of."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from deployer.errors import BadInput, DeployerError
from deployer.rollout.claim import claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.guard import settle
from deployer.rollout.engine.passphrase import GIVEN
from deployer.rollout.ledger import Ledger, now
from deployer.rollout.progress import Listener
from deployer.rollout.target import Target
from deployer.state.archive import Manifest, unpacked
from deployer.state.backup import KEPT, PASSPHRASE, store_of
from deployer.state.identity import Identities

REPLACED = ".hubs/replaced"
LAST = ".hubs/identity/"
"""Comes last: a place with it counts as a state."""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was put back."""

    place: str
    stacks: Sequence[str]
    files: int
    own: bool
    """Whether it may act from here; a state that last acted from elsewhere must be adopted first."""
    replaced: str
    """Of one stack: the file beside the state with what was there before; empty where nothing was."""


@dataclass(frozen=True, kw_only=True)
class Backup:
    """An archive that was read, and found whole."""

    name: str
    manifest: Manifest
    files: dict[str, bytes]


def read_backup(place: Target, address: str) -> Backup:
    """From a file or a bucket; raises BadInput for what is none, or was changed since."""
    folder, _, name = address.rpartition("/")
    files, _ = store_of(folder or ("/" if address.startswith("/") else "."), place.settings)
    content = files.read(name)
    if content is None:
        raise BadInput([], fault=f"there is no file {address}", remedy="name the archive that a backup made")
    manifest, found = unpacked(content, address)
    if manifest.project != place.settings.project:
        raise BadInput([], fault=f"{address} is of another Pulumi project: {manifest.project}")
    foreign = sorted(path for path in found if not _part_of_a_state(path))
    if foreign:
        raise BadInput(
            [],
            fault=f"{address} cannot be used: {foreign[0]!r} is no part of a state",
            remedy="take one that deployer state backup made",
        )
    return Backup(name=address, manifest=manifest, files=found)


def restore(place: Target, backup: Backup, agree: Callable[[str], None]) -> Restored:
    """Put all of it into an empty place; `agree` asks for the project's name, and raises what ends it.

    Cut off, it is ended by the same call. Raises DeployerError where there is a state already, BadInput where a
    passphrase that the backup holds has no place.
    """
    backend = Backend(place.settings)
    there = {entry.path for entry in backend.files.entries() if entry.path.startswith(KEPT)}
    if any(backend.files.read(path) != backup.files.get(path) for path in there):
        raise DeployerError(
            f"there is a state at {place.settings.backend_url} already",
            left="nothing was changed",
            remedy="restore into an empty place (PULUMI_BACKEND_URL names one), or one stack alone with --stack",
        )
    passphrase = _passphrase(place, backup)
    agree(place.settings.project)
    if passphrase is not None:
        _keep(*passphrase)
    files = [path for path in backup.files if path != PASSPHRASE]
    for path in sorted(files, key=lambda path: (path.startswith(LAST), path)):
        backend.files.write(path, backup.files[path])
    try:
        Identities(backend.settings, backend.files).require_own("")
        own = True
    except BadInput:
        own = False
    return Restored(
        place=place.settings.backend_url,
        stacks=backup.manifest.stacks,
        files=len(files),
        own=own,
        replaced="",
    )


def restore_stack(
    place: Target, backup: Backup, stack: str, agree: Callable[[str], None], listen: Listener
) -> Restored:
    """Put one stack's state back, as it was; its record promises nothing from then on, so a deploy looks at reality.

    Raises BadInput for a backup of another state, and for a stack that it does not have; Held while somebody is at it.
    """
    backend = Backend(place.settings)
    path = backend.path(stack)
    if path not in backup.files:
        raise BadInput([], fault=f"{backup.name} has no stack {stack!r}", remedy=_stacks(backup))
    identity = Identities(backend.settings, backend.files).read()
    if identity is not None and backup.manifest.state_id not in ("", identity.id):
        raise BadInput(
            [],
            fault=f"{backup.name} is of another state ({backup.manifest.state_id}; here is {identity.id})",
            remedy="restore it into an empty place",
        )
    agree(stack)
    target = place.of_stack(stack)
    with claimed(backend, target, listen):
        settle(backend, stack, listen, unlock=f"deployer unlock {target}")
        before = backend.files.read(path)
        replaced = f"{REPLACED}/{stack}-{now():%Y%m%dT%H%M%SZ}.json" if before not in (None, backup.files[path]) else ""
        if replaced and before is not None:
            backend.files.write(replaced, before)
        backend.files.write(path, backup.files[path])
        _unpromise(backend, backup, stack)
    return Restored(place=place.settings.backend_url, stacks=[stack], files=1, own=True, replaced=replaced)


def _part_of_a_state(path: str) -> bool:
    return path == PASSPHRASE or (path.startswith(KEPT) and ".." not in PurePosixPath(path).parts)


def _passphrase(place: Target, backup: Backup) -> tuple[Path, bytes] | None:
    """The passphrase in a backup and its file in the place; None where there is nothing to write.

    Raises BadInput where it would lie in a bucket, beside what it opens, or take the place of another one.
    """
    content, folder = backup.files.get(PASSPHRASE), place.settings.folder
    if content is None:
        return None
    file = folder / PASSPHRASE if folder else None
    if file is not None and (not file.exists() or file.read_bytes() == content):
        return file, content
    if any(os.environ.get(name) for name in GIVEN):
        return None
    why = f"{file} is another one" if file else "in a bucket, whoever reads the state could open it"
    raise BadInput(
        [],
        fault=f"{backup.name} holds a passphrase, and that cannot be put beside the state: {why}",
        remedy=f"take it out (tar -xzf ARCHIVE {PASSPHRASE}), keep it elsewhere, and set {GIVEN[1]} to that file",
    )


def _keep(file: Path, content: bytes) -> None:
    """Write a passphrase whole or not at all, for nobody else to read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{PASSPHRASE}-")  # mode 0600
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
    Path(draft).replace(file)


def _unpromise(backend: Backend, backup: Backup, stack: str) -> None:
    record = backup.files.get(f".hubs/{stack}.json")
    ledger = Ledger(backend.files)
    if record is not None:
        backend.files.write(f".hubs/{stack}.json", record)
    found = ledger.read(stack)
    if found is not None and not found.kept:
        ledger.write(stack, found.unfinished())


def _stacks(backup: Backup) -> str:
    return f"it has: {', '.join(backup.manifest.stacks) or 'none'}"
