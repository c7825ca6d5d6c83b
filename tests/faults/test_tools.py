"""Installing tools when things go wrong: killed, interrupted, raced, no room, no rights, no way at all."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from deployer.toolchain.pins import read_pins
from deployer.toolchain.places import platform
from tests.unit.toolchain.widget import VERSION, Served, archive, left_over, serving, sha256

ROOT = Path(__file__).parents[2]
DEPLOYER = Path(sys.executable).with_name("deployer")
PINS = read_pins(ROOT / "tools" / "pins.toml")
DEADLINE_SECONDS = 30


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A cache of its own, no proxy between this machine and itself, and no way out."""
    hidden = {"HUBS_OFFLINE", "HUBS_DOWNLOAD_MIRROR"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    # Other tests put the real tools on PATH, where they would be found.
    folders = [folder for folder in kept["PATH"].split(os.pathsep) if "/tools/" not in folder]
    own = {"HUBS_CACHE_DIR": str(tmp_path / "cache"), "NO_PROXY": "127.0.0.1", "PATH": os.pathsep.join(folders)}
    return kept | own


def cache(environment: Mapping[str, str]) -> Path:
    return Path(environment["HUBS_CACHE_DIR"])


def installer(served: Served, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Another process that installs the widget."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.toolchain.widget", served.address, sha256(served.body)],
        cwd=ROOT,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=DEADLINE_SECONDS)
    return process.returncode, said


def deployer(*words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEPLOYER, *words], cwd=ROOT, env=dict(environment), capture_output=True, text=True, timeout=DEADLINE_SECONDS
    )


def until(condition: object, what: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, f"not within {DEADLINE_SECONDS} s: {what}"
        time.sleep(0.05)


def test_killed_half_way_the_next_run_installs_and_sweeps(environment: dict[str, str]) -> None:
    with serving(Served(archive(ballast_bytes=2**20), held_back=threading.Event())) as served:
        first = installer(served, environment)
        assert served.half_sent.wait(DEADLINE_SECONDS)
        until(lambda: left_over(cache(environment)), "a partial folder")
        first.kill()
        first.wait()
        assert left_over(cache(environment)), "a killed process cannot clear up"
        assert served.held_back
        served.held_back.set()
        code, said = ended(installer(served, environment))
    assert code == 0, said
    assert not left_over(cache(environment))
    assert (cache(environment) / "tools" / "widget" / VERSION / "bin" / "widget").is_file()


def test_interrupted_it_stops_at_once_and_clears_up(environment: dict[str, str]) -> None:
    with serving(Served(archive(ballast_bytes=2**20), held_back=threading.Event())) as served:
        process = installer(served, environment)
        assert served.half_sent.wait(DEADLINE_SECONDS)
        until(lambda: left_over(cache(environment)), "a partial folder")
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        code, said = ended(process)  # the server still holds the rest back
    assert time.monotonic() - began < 5
    assert code == 130, said
    assert "Traceback" not in said
    assert not left_over(cache(environment))
    assert not (cache(environment) / "tools" / "widget" / VERSION).exists()


@pytest.mark.parametrize(
    "orders",
    [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT] * 5],
    ids=["ctrl-c", "terminated", "impatient"],
)
def test_told_to_end_it_stops_the_whole_build(
    environment: dict[str, str], tmp_path: Path, orders: list[signal.Signals]
) -> None:
    """A compiler that never ends and starts others: none of them may live on."""
    pids = tmp_path / "pids"
    go = tmp_path / "bin" / "go"
    go.parent.mkdir()
    go.write_text(
        '#!/bin/sh\n[ "$1" = env ] && echo go1.99.0 && exit\n'
        f"sleep 300 &\necho $$ $! > {pids}.new\nmv {pids}.new {pids}\nwait\n"
    )
    go.chmod(0o755)
    environment |= {"PATH": f"{go.parent}:/usr/bin:/bin", "HUBS_OFFLINE": "1"}
    process = subprocess.Popen(
        [DEPLOYER, "tools", "install", "pulumi"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    until(pids.exists, "the compiler at work")
    for order in orders:
        process.send_signal(order)
        time.sleep(0.002)  # signals of one kind that come together count once
    _, said = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    for pid in map(int, pids.read_text().split()):
        until(lambda pid=pid: _gone(pid), f"process {pid} to end")
    assert not left_over(cache(environment))


def _gone(pid: int) -> bool:
    import psutil

    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_two_at_once_install_once(environment: dict[str, str]) -> None:
    with serving(Served(archive(ballast_bytes=2**20), held_back=threading.Event())) as served:
        first = installer(served, environment)
        assert served.half_sent.wait(DEADLINE_SECONDS)
        second = installer(served, environment)
        assert second.stdout
        assert second.stdout.readline().startswith("waiting for another installer")
        assert served.held_back
        served.held_back.set()
        outcomes = [ended(first), ended(second)]
    assert [code for code, _ in outcomes] == [0, 0], outcomes
    assert len({said.splitlines()[-1] for _, said in outcomes}) == 1, "both name the same executable"
    assert len(served.asked) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount")
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]).returncode != 0:
        pytest.skip("only root can mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_named_and_left_as_it_was(environment: dict[str, str], small_disk: Path) -> None:
    environment["HUBS_CACHE_DIR"] = str(small_disk / "cache")
    with serving(Served(archive(ballast_bytes=2**20))) as served:
        code, said = ended(installer(served, environment))
    assert code == 1, said
    assert "official download: No space left on device" in said
    assert "make room in" in said
    assert "HUBS_CACHE_DIR" in said
    assert not left_over(small_disk / "cache")


def test_a_read_only_disk_is_named(environment: dict[str, str], small_disk: Path) -> None:
    environment["HUBS_CACHE_DIR"] = str(small_disk / "cache")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    done = deployer("tools", "install", "configurable-http-proxy", environment=environment)
    assert done.returncode == 1
    assert "cannot be written: Read-only file system" in done.stderr
    assert "HUBS_CACHE_DIR=" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_rights_are_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    done = deployer("tools", "install", "pulumi", environment=environment | {"PATH": "/usr/bin:/bin"})
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_no_way_at_all_every_way_is_named_at_once(environment: dict[str, str]) -> None:
    """No engine on PATH, no network, no Go: one error, no delay."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        mirror = f"http://127.0.0.1:{unused.getsockname()[1]}"  # bound and not listening: refuses
        environment |= {"PATH": "/nowhere", "HUBS_DOWNLOAD_MIRROR": mirror}
        began = time.monotonic()
        done = deployer("tools", "install", "pulumi", environment=environment)
    assert time.monotonic() - began < 5
    assert done.returncode == 1
    assert done.stdout == ""
    error = done.stderr[done.stderr.index(f"pulumi {PINS.pulumi_version} could not be had; tried:") :].splitlines()
    assert error[1] == "  PATH: no pulumi on it"
    assert error[2].startswith("  own folder: no ")
    assert error[3].startswith(f"  official download: {mirror}/pulumi-v")
    assert "refused" in error[3]
    assert error[4] == "  build from tools/pulumi/go.mod: no Go on PATH"
    assert "install Go 1.21 or newer" in error[-1]
    assert f"put pulumi {PINS.pulumi_version} on PATH" in error[-1]


def test_a_forged_engine_is_refused(environment: dict[str, str]) -> None:
    with serving(Served(archive())) as served:
        mirror = served.address.removesuffix("/widget.tar.gz")
        environment |= {"PATH": "/nowhere", "HUBS_DOWNLOAD_MIRROR": mirror}
        done = deployer("tools", "install", "pulumi", environment=environment)
    assert done.returncode == 1
    assert sha256(served.body) in done.stderr
    assert PINS.pulumi_sha256[platform()] in done.stderr
    assert served.asked == [f"/pulumi-v{PINS.pulumi_version}-{platform()}.tar.gz"]
    assert not (cache(environment) / "tools" / "pulumi" / PINS.pulumi_version).exists()
