"""Puts a cluster's context into somebody's kubeconfig, beside what is there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from deployer.access.credentials import Credentials
from deployer.access.kubeconfig_text import KINDS, load, named, with_entries
from deployer.errors import DeployerError

OURS_ALONE = 0o600


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What became of the file."""

    file: Path
    changed: bool
    backup: Path | None
    """The file as it was; None where it was not changed, or was not there."""
    current: str | None
    """The context that kubectl now takes by itself."""


def default_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where kubectl would write: the first file of KUBECONFIG that exists, else its last, else ~/.kube/config."""
    listed = [Path(one).expanduser() for one in environment.get("KUBECONFIG", "").split(os.pathsep) if one]
    if not listed:
        return Path("~/.kube/config").expanduser()
    return next((file for file in listed if file.is_file()), listed[-1])


def merge(credentials: Credentials, file: Path, *, replace: bool = False, use: bool = False) -> Merged:
    """Add the context to the file, whole or not at all, and keep a copy of what it was.

    Another context, cluster or user of the same name is replaced only with `replace`; `use` makes it the current one.
    Raises DeployerError.
    """
    place = file.resolve()  # the file that a link leads to, so that the link stays
    _folder(place.parent)
    with _locked(place):
        before = _read(place)
        loaded = _loaded(before, file)
        entries = {kind: named(credentials.kubeconfig, kind)[credentials.context] for kind in KINDS}
        changed = {kind: entry for kind, entry in entries.items() if named(loaded, kind).get(entry["name"]) != entry}
        taken = [KINDS[kind] for kind, entry in changed.items() if entry["name"] in named(loaded, kind)]
        if taken and not replace:
            raise DeployerError(
                f"{file} has another {' and '.join(taken)} named {credentials.context!r}",
                left="nothing was changed",
                remedy="run again with --replace to put this one in its place, or with --path for another file",
            )
        current = credentials.context if use and loaded.get("current-context") != credentials.context else None
        if not changed and current is None:
            return Merged(file=file, changed=False, backup=None, current=loaded.get("current-context") or None)
        text = with_entries(before or EMPTY, changed, current)
        backup = _backup(place, before) if before else None
        _write(place, text)
        return Merged(file=file, changed=True, backup=backup, current=load(text).get("current-context") or None)


EMPTY = "apiVersion: v1\nkind: Config\npreferences: {}\ncurrent-context: ''\n"


def _loaded(text: str, file: Path) -> dict[str, Any]:
    try:
        return load(text or EMPTY)
    except (yaml.YAMLError, ValueError):
        raise DeployerError(
            f"{file} is no kubeconfig", left="nothing was changed", remedy="mend it, or name another with --path"
        ) from None


def _read(place: Path) -> str:
    try:
        text = place.read_text(encoding="utf-8") if place.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(place, "read", error) from None
    return text if text.strip() else ""


def _folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, "made", error) from None


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    """As kubectl locks it: a file beside it that is made by one alone."""
    lock = place.with_name(f"{place.name}.lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL, OURS_ALONE))
    except FileExistsError:
        raise DeployerError(
            f"{place} is locked: {lock} is there",
            left="nothing was changed",
            remedy=f"wait until kubectl is done; if nothing runs that could have made it: rm {lock}",
        ) from None
    except OSError as error:
        raise _unusable(place, "written", error) from None
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _backup(place: Path, text: str) -> Path:
    backup = place.with_name(f"{place.name}.{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}.backup")
    _write(backup, text)
    return backup


def _write(place: Path, text: str) -> None:
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, OURS_ALONE), "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(place)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise _unusable(place, "written", error) from None


def _unusable(place: Path, what: str, error: Exception) -> DeployerError:
    why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
    return DeployerError(
        f"{place} cannot be {what}: {why}", left="nothing was changed", remedy="name another with --path"
    )
