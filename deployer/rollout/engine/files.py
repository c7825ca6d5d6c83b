"""Files in the state's place, by the same calls in a folder and in a bucket."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlsplit

from deployer.errors import EngineFailed
from deployer.rollout.engine.settings import EngineSettings

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig


PATIENCE = timedelta(seconds=20)
"""With a bucket that does not answer, or asks for time."""
ROOM_BYTES = 4 * 1024 * 1024
"""Some versions of a small state, which has about 100 KiB, and the engine's own copies of it."""


@dataclass(frozen=True)
class Entry:
    """A file, as the place lists it."""

    path: str
    size_bytes: int
    changed_at: datetime
    """By the place's own clock."""
    tag: str
    """Another one whenever the file was written; empty where the place has none."""


class Files:
    """Small files, read and written whole.

    Every method raises EngineFailed when the place cannot be reached, read or written.
    """

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings

    def prepare(self) -> None:
        """Make the folder, where the state is in one of this machine."""
        if self._settings.folder is not None:
            with self._reporting():
                self._settings.folder.mkdir(parents=True, exist_ok=True)

    def make_sure_of_room(self) -> None:
        """See that a folder can be written to and has some room left.

        On a disk that fills up half-way, the engine tries for half a minute and then leaves a state cut off.
        """
        self.write(".hubs/room", b"")
        self.delete(".hubs/room")
        folder = self._settings.folder
        if folder is not None:
            left = shutil.disk_usage(folder).free
            if left < ROOM_BYTES:
                reason = f"its disk is full: {left // 1024} KiB are left, at least {ROOM_BYTES // 1024} are needed"
                raise unreachable(self._settings, reason)

    def read(self, path: str) -> bytes | None:
        """A file's content, None when there is none."""
        import obstore

        if self._nothing_yet:
            return None
        with self._reporting():
            try:
                return bytes(obstore.get(self._store, path).bytes())
            except (FileNotFoundError, obstore.exceptions.NotFoundError):
                return None

    def write(self, path: str, content: bytes) -> None:
        """Write a file whole or not at all."""
        import obstore

        self.prepare()
        with self._reporting():
            obstore.put(self._store, path, content)

    def create(self, path: str, content: bytes) -> bool:
        """Write a file unless there is one already; whether it was written. Of several at once, one succeeds."""
        import obstore

        self.prepare()
        with self._reporting():
            try:
                obstore.put(self._store, path, content, mode="create")
            except (FileExistsError, obstore.exceptions.AlreadyExistsError):
                return False
            return True

    def delete(self, path: str) -> None:
        """Remove a file; no error when there is none."""
        import obstore

        if self._nothing_yet:
            return
        with self._reporting():
            try:
                obstore.delete(self._store, path)
            except (FileNotFoundError, obstore.exceptions.NotFoundError):
                return

    def list(self, folder: str) -> list[str]:
        """Paths of all files under a folder; empty when there is no such folder."""
        import obstore

        if self._nothing_yet:
            return []
        with self._reporting():
            return [entry["path"] for batch in obstore.list(self._store, prefix=folder) for entry in batch]

    def list_here(self, folder: str) -> Sequence[str]:
        """Paths of files right in a folder, without those of folders below it."""
        import obstore

        if self._nothing_yet:
            return []
        with self._reporting():
            return [entry["path"] for entry in obstore.list_with_delimiter(self._store, prefix=folder)["objects"]]

    def entries(self, folder: str = "") -> Sequence[Entry]:
        """All files under a folder with what the place knows of them, sorted by path."""
        import obstore

        if self._nothing_yet:
            return []
        with self._reporting():
            found = [
                Entry(entry["path"], entry["size"], entry["last_modified"], entry["e_tag"] or "")
                for batch in obstore.list(self._store, prefix=folder or None)
                for entry in batch
            ]
        return sorted(found, key=lambda entry: entry.path)

    def keeps_versions(self, path: str) -> bool | None:
        """Whether the place keeps what was there before a file was written anew; None where it does not tell.

        A bucket of S3 or Azure that keeps versions gives each file's with it; Google's gives numbers either way.
        """
        import obstore

        if self._settings.folder is not None:
            return False
        if self._settings.backend_url.startswith("gs://"):
            return None
        with self._reporting():
            version = obstore.head(self._store, path).get("version")
        return True if version not in (None, "", "null") else None

    @property
    def _nothing_yet(self) -> bool:
        return self._settings.folder is not None and not self._settings.folder.exists()

    @cached_property
    def _store(self) -> ObjectStore:
        import obstore.store

        if self._settings.folder is not None:
            return obstore.store.LocalStore(prefix=self._settings.folder)
        return _bucket(self._settings.backend_url)

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        import obstore

        try:
            yield
        except (OSError, obstore.exceptions.BaseError, ValueError) as error:
            raise unreachable(self._settings, _first_line(error)) from error


def unreachable(settings: EngineSettings, reason: str) -> EngineFailed:
    """The error for a place that cannot be used, with what to do about the kind of place it is."""
    if settings.folder is None:
        remedy = "check the bucket's name, the network, and the credentials in the environment; then run again"
    elif not _writable(settings.folder):
        remedy = "make that folder writable for you, or set PULUMI_BACKEND_URL to one that is; then run again"
    else:
        remedy = "free some space or mend the disk, then run again"
    return EngineFailed(f"the state at {settings.backend_url} cannot be used: {reason}", remedy=remedy)


def _writable(folder: Path) -> bool:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return os.access(existing, os.W_OK)


def _bucket(url: str) -> ObjectStore:
    import obstore.store

    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    prefix = parts.path.strip("/") or None
    if parts.scheme == "azblob":
        account = {"account_name": options["storage_account"]} if "storage_account" in options else None
        return obstore.store.AzureStore(
            parts.netloc, prefix=prefix, config=cast("Any", account), retry_config=_patience()
        )
    if parts.scheme == "s3":
        return obstore.store.S3Store(
            parts.netloc,
            prefix=prefix,
            config=_s3_config(options),
            client_options={"allow_http": True},
            retry_config=_patience(),
        )
    return obstore.store.GCSStore(parts.netloc, prefix=prefix, retry_config=_patience())


def _patience() -> RetryConfig:
    """The store's own would be three minutes for each file: whoever looks at a screen takes that for a hang."""
    return {"max_retries": 4, "retry_timeout": PATIENCE}


def _s3_config(options: dict[str, str]) -> Any:
    """The engine's query options (Go CDK's s3blob) in the store's words."""
    config: dict[str, Any] = {}
    if "region" in options:
        config["region"] = options["region"]
    if "endpoint" in options:
        scheme = "http" if options.get("disableSSL") == "true" else "https"
        endpoint = options["endpoint"]
        config["endpoint"] = endpoint if "://" in endpoint else f"{scheme}://{endpoint}"
    if "true" in (options.get("s3ForcePathStyle"), options.get("use_path_style")):
        config["virtual_hosted_style_request"] = False
    return config


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
