"""A cache folder and a PATH of each test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("HUBS_CACHE_DIR", str(folder))
    monkeypatch.delenv("HUBS_OFFLINE", raising=False)
    monkeypatch.delenv("HUBS_DOWNLOAD_MIRROR", raising=False)
    # Its servers are on this machine, whatever proxy the machine has.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return folder


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a script on PATH that prints a version; each call's folder comes after the ones before, and nothing else."""
    folders: list[Path] = []

    def put(name: str, said: str, *, code: int = 0) -> Path:
        folder = tmp_path / f"path{len(folders)}"
        folder.mkdir()
        folders.append(folder)
        file = folder / name
        file.write_text(f"#!/bin/sh\necho run >> {folder}/runs\necho '{said}'\nexit {code}\n")
        file.chmod(0o755)
        monkeypatch.setenv("PATH", ":".join(map(str, folders)))
        return file

    return put
