"""A state that cannot be used: each a clear error, nothing changed, and the hub goes on running."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deployer.rollout.ledger import FORMAT

pytestmark = [pytest.mark.engine, pytest.mark.hub]

STAGING = ("deploy", "demo", "--stage", "staging")


@pytest.fixture(scope="module")
def up(shared_project: Any) -> Any:
    """A checkout with staging up; every test changes what is asked for, so that a deploy has something to do."""
    made = shared_project.run(*STAGING)
    assert made.code == 0, made.text
    path = shared_project.root / "communities/demo.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("title: Demo community", "title: Changed"), encoding="utf-8"
    )
    return shared_project


@pytest.fixture
def untouched(up: Any) -> Iterator[Any]:
    """The checkout, and afterwards a look that neither state nor records have changed."""
    files = [path for part in ("stacks", "../.hubs") for path in (up.root / ".state/.pulumi" / part).rglob("*.json")]
    before = {path: path.read_bytes() for path in files}
    yield up
    assert {path: path.read_bytes() for path in files} == before


def lock(project: Any, stack: str, *, pid: int, hostname: str) -> Path:
    path: Path = project.root / f".state/.pulumi/locks/organization/hubs/{stack}/0b6a.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = {"pid": pid, "username": "ada", "hostname": hostname, "timestamp": "2040-11-20T13:00:00.5Z"}
    path.write_text(json.dumps(entry), encoding="utf-8")
    return path


def test_locked_by_a_run_elsewhere(untouched: Any) -> None:
    path = lock(untouched, "demo-staging", pid=1, hostname="elsewhere")

    refused = untouched.run(*STAGING)

    assert refused.code == 4, refused.text
    assert "demo-staging is locked by another run: ada on elsewhere, process 1, since 2040-11-20" in refused.err
    assert "deployer unlock demo" in refused.err
    cleared = untouched.run("unlock", "demo")
    assert cleared.code == 0, cleared.text
    assert "demo-staging: lock cleared" in cleared.out
    assert not path.exists()


def test_locked_by_a_run_that_is_alive_here(untouched: Any) -> None:
    path = lock(untouched, "demo-staging", pid=os.getpid(), hostname=socket.gethostname())

    refused = untouched.run("unlock", "demo", "--stage", "staging")

    assert refused.code == 4, refused.text
    assert f"process {os.getpid()}" in refused.err
    assert path.exists()
    assert untouched.run("unlock", "demo", "--stage", "staging", "--force").code == 0
    assert not path.exists()


def test_wrong_passphrase(untouched: Any) -> None:
    refused = untouched.run(*STAGING, environment={"PULUMI_CONFIG_PASSPHRASE": "another"})

    assert refused.code == 4, refused.text
    assert "the passphrase does not open its state" in refused.err
    assert "Traceback" not in refused.text


def test_records_of_a_newer_deployer(untouched: Any) -> None:
    path = untouched.root / ".state/.hubs/demo-staging.json"
    record = path.read_text(encoding="utf-8")
    path.write_text(json.dumps({"format": FORMAT + 1, "deployer_version": "7.0"}), encoding="utf-8")

    refused = untouched.run(*STAGING)

    path.write_text(record, encoding="utf-8")
    assert refused.code == 1, refused.text
    said = f"written by a newer version of the deployer (7.0, format {FORMAT + 1}; this one reads up to {FORMAT})"
    assert said in refused.err


def test_no_engine_and_no_way_to_get_one(untouched: Any, tmp_path: Path) -> None:
    bare = {"PATH": "/usr/bin:/bin", "HUBS_CACHE_DIR": str(tmp_path), "HUBS_OFFLINE": "1"}

    refused = untouched.run(*STAGING, environment=bare)

    assert refused.code == 1, refused.text
    assert "pulumi 3.232.0 could not be had" in refused.err


def test_two_deployers_at_once(up: Any) -> None:
    first = up.start(*STAGING, "--json")
    for line in first.stdout:
        if json.loads(line)["event"] == "resource_started":
            break
    second = up.run(*STAGING)
    out, err = first.communicate(timeout=120)

    assert second.code == 4, second.text
    assert "demo is locked by another run" in second.err
    assert f"process {first.pid}" in second.err
    assert first.returncode == 0, out + err


def test_delete_data_deletes_it(up: Any) -> None:
    home = up.root / ".local-cloud/demo/homes/demo-staging/ada"
    home.mkdir(parents=True)

    destroyed = up.run("destroy", "demo", "--delete-data", "--confirm", "demo")

    assert destroyed.code == 0, destroyed.text
    assert not home.exists()


needs_mount = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no disk could be mounted: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@needs_mount
def test_disk_full_and_then_not(project: Any, small_disk: Path) -> None:
    backend = {"PULUMI_BACKEND_URL": f"file://{small_disk}/state"}
    filler = small_disk / "filler"
    filler.write_bytes(b"0" * (psutil.disk_usage(str(small_disk)).free - 200_000))

    refused = project.run(*STAGING, environment=backend)

    assert refused.code == 4, refused.text
    assert "its disk is full" in refused.err
    assert not (project.root / ".local-cloud").exists()
    filler.unlink()
    mended = project.run(*STAGING, environment=backend)
    assert mended.code == 0, mended.text


@needs_mount
def test_read_only_disk(project: Any, small_disk: Path) -> None:
    (small_disk / "state").mkdir()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    refused = project.run(*STAGING, environment={"PULUMI_BACKEND_URL": f"file://{small_disk}/state"})

    assert refused.code == 4, refused.text
    assert str(small_disk) in refused.err
    assert "make that folder writable for you, or set PULUMI_BACKEND_URL" in refused.err
    assert not (project.root / ".local-cloud").exists()
