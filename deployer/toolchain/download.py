"""The official archive of a tool, checked against its published checksum."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from deployer.toolchain.job import Job
from deployer.toolchain.places import offline, platform
from deployer.toolchain.progress import Phase
from deployer.toolchain.tool import Tool, Unavailable

if TYPE_CHECKING:
    import ssl

    import httpx

# A host that cannot be reached must not hold up the next way; one that answers may be slow.
CONNECT_SECONDS = 4.0
SILENCE_SECONDS = 30.0
TELL_EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class OfficialArchive:
    """A .tar.gz with executables in one folder; HUBS_DOWNLOAD_MIRROR names another place that serves the same file."""

    address: str
    """With {platform} to fill in."""
    sha256: Mapping[str, str]
    """By platform."""
    title: str = "official download"

    def install(self, tool: Tool, folder: Path, job: Job) -> None:
        if offline():
            raise Unavailable("HUBS_OFFLINE is set", "unset HUBS_OFFLINE")
        expected = self.sha256.get(platform())
        if expected is None:
            raise Unavailable(f"there is none for {platform()}, only for {', '.join(sorted(self.sha256))}")
        address = _mirrored(self.address.format(platform=platform()))
        archive = folder / "archive.tar.gz"
        found = _fetch(address, archive, job)
        if found != expected:
            raise Unavailable(
                f"{address} was refused: its SHA-256 is {found}, the published one is {expected}",
                "find out who changed the file on the way: a proxy, a mirror, or somebody worse",
            )
        job.tell(Phase.UNPACKING)
        _unpack(archive, folder / "bin", tool.name)
        archive.unlink()


def _fetch(address: str, file: Path, job: Job) -> str:
    """Download to a file and return its SHA-256."""
    import httpx

    digest = hashlib.sha256()
    told = 0.0
    job.tell(Phase.DOWNLOADING, address)
    try:
        with (
            file.open("wb") as out,
            httpx.Client(
                timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
                follow_redirects=True,
                verify=_trust(),
            ) as client,
            client.stream("GET", address) as answer,
            job.cancellation.waking(lambda: _hang_up(answer)),
        ):
            answer.raise_for_status()
            total = int(answer.headers.get("Content-Length", 0)) or None
            for piece in answer.iter_raw():
                out.write(piece)
                digest.update(piece)
                job.go_on()
                if time.monotonic() - told > TELL_EVERY_SECONDS:
                    told = time.monotonic()
                    job.tell(Phase.DOWNLOADING, address, done_bytes=out.tell(), total_bytes=total)
    except httpx.HTTPStatusError as error:
        raise Unavailable(f"{address}: HTTP status {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"{address}: {str(error) or type(error).__name__}") from error
    return digest.hexdigest()


def _hang_up(answer: httpx.Response) -> None:
    """End the connection under a thread that waits for it."""
    import socket

    connection = answer.extensions["network_stream"].get_extra_info("socket")
    with contextlib.suppress(OSError):
        # The plain socket's method: that of an encrypted one is not for other threads.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _trust() -> ssl.SSLContext:
    """The machine's own certificates (SSL_CERT_FILE and SSL_CERT_DIR count) and those that come with httpx."""
    import ssl

    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _mirrored(address: str) -> str:
    mirror = os.environ.get("HUBS_DOWNLOAD_MIRROR")
    return f"{mirror.rstrip('/')}/{address.rsplit('/', 1)[1]}" if mirror else address


def _unpack(archive: Path, folder: Path, name: str) -> None:
    """The archive's files, without its folders: nothing can be written anywhere else."""
    import tarfile

    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isfile() else None
                if content is not None:
                    target = folder / PurePosixPath(member.name).name
                    with target.open("wb") as out:
                        shutil.copyfileobj(content, out)
                    target.chmod(0o755)
    except (tarfile.TarError, EOFError) as error:
        raise Unavailable(f"{archive.name} cannot be unpacked: {error}") from error
    if not (folder / name).is_file():
        raise Unavailable(f"the archive holds no {name}")
