"""The helm program, for fetching and pushing charts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from deployer.errors import EngineFailed

TIMEOUT_SECONDS = 120
"""For one chart: the largest has less than a megabyte."""

FindHelm = Callable[[], Path]
"""Gets the program when it is needed, which may mean to install it."""


def pull(find_helm: FindHelm, reference: str, repository: str | None, version: str, folder: Path) -> Path:
    """Fetch a packaged chart into an empty folder. Raises EngineFailed, in helm's words."""
    words = ["pull", reference, "--version", version, "--destination", str(folder), *_plain(reference)]
    _run(find_helm, [*words, *(["--repo", repository] if repository else [])], f"chart {reference} {version}")
    return next(folder.glob("*.tgz"))


def push(find_helm: FindHelm, archive: Path, registry: str) -> None:
    """Put a packaged chart into a registry (oci://…), byte for byte. Raises EngineFailed, in helm's words."""
    _run(find_helm, ["push", str(archive), registry, *_plain(registry)], f"{archive.name} to {registry}")


def _plain(address: str) -> list[str]:
    """A registry on this very machine has no certificate."""
    host = urlsplit(address).hostname
    return ["--plain-http"] if address.startswith("oci://") and host in ("localhost", "127.0.0.1", "::1") else []


def _run(find_helm: FindHelm, words: Sequence[str], what: str) -> None:
    try:
        ended = subprocess.run(
            [str(find_helm()), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        said = ended.stderr.strip().splitlines() if ended.returncode else []
    except subprocess.TimeoutExpired:
        said = [f"no answer within {TIMEOUT_SECONDS} seconds"]
    if said:
        raise EngineFailed(
            f"{what}: {said[-1].removeprefix('Error: ')}",
            left="nothing was changed",
            remedy="see that this machine reaches it, or set chart_mirror in the cluster's file to a registry or a "
            "folder that `deployer charts mirror` filled",
        )
