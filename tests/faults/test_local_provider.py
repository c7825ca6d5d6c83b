"""What goes wrong on a machine, and that running again mends it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from providers.engine.values import Fault, Task
from providers.local.environment import RESOURCE as ENVIRONMENT
from tests.unit.local_provider.fixtures import engine, hub, stack
from tests.unit.local_provider.real_hub import RealHub, gone, until
from tests.unit.local_provider.real_stack import RealStack

__all__ = ["engine", "hub", "stack"]

# A package that takes as long to build as the test likes.
SLOW_BACKEND = """
import pathlib, time, zipfile
HERE = pathlib.Path(__file__).parent
def build_wheel(folder, config_settings=None, metadata_directory=None):
    (HERE / "started").touch()
    while not (HERE / "go-on").exists():
        time.sleep(0.05)
    with zipfile.ZipFile(pathlib.Path(folder) / "slow-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("slow.py", "")
        wheel.writestr("slow-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: slow\\nVersion: 1.0\\n")
        wheel.writestr("slow-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("slow-1.0.dist-info/RECORD", "")
    return "slow-1.0-py3-none-any.whl"
"""
SLOW_PROJECT = """
[project]
name = "slow"
version = "1.0"
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


@pytest.mark.engine
@pytest.mark.hub
def test_a_hub_is_mended_whatever_happened_to_it(hub: RealHub) -> None:
    hub.stack.up()
    first = hub.outputs()
    pids = hub.pids()

    hub.kill("hub")
    until(lambda: hub.pids()["hub"] not in (0, pids["hub"]))
    until(lambda: hub.drift() == [])
    assert hub.pids()["proxy"] == pids["proxy"]

    pids = hub.pids()
    hub.kill("proxy")
    until(lambda: hub.pids()["hub"] not in (0, pids["hub"]))
    until(lambda: hub.drift() == [])

    pids = hub.pids()
    hub.kill("supervisor")
    (hub.folder / "settings.json").write_text("{}")
    (hub.folder / "runtime" / "extra.py").write_text("")
    expected = ["settings.json was edited", "runtime/extra.py was added", "the hub's supervisor is not running"]
    assert hub.drift() == expected
    hub.stack.refresh()
    assert hub.stack.outputs("hub")["drift"] == expected
    assert not gone(pids["proxy"])
    assert hub.stack.up() == {"same": 3, "update": 1}
    assert gone(pids["proxy"])
    _as_deployed(hub, first)

    hub.kill("supervisor", "hub", "proxy")
    shutil.rmtree(hub.folder)
    assert hub.drift() == [f"the hub's folder is gone: {hub.folder}"]
    hub.stack.up()
    _as_deployed(hub, first)

    hub.kill("supervisor", "hub", "proxy")
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", first["port"]))
        stranger.listen()
        hub.stack.up()
        assert f"port {first['port']} was taken by another process" in "".join(hub.stack.said)
        assert hub.outputs()["port"] != first["port"]
        assert hub.version()
        assert hub.drift() == []


def _as_deployed(hub: RealHub, first: dict[str, object]) -> None:
    assert hub.drift() == []
    assert hub.version()
    now = hub.outputs()
    assert now == first


@pytest.mark.engine
@pytest.mark.hub
def test_a_hub_that_does_not_come_up_says_why_and_leaves_nothing_running(hub: RealHub) -> None:
    config = hub.runtime / "jupyterhub_config.py"
    good = config.read_text()
    config.write_text("raise SystemExit('the moon is in the wrong phase')")

    said = hub.stack.fails()
    assert "the hub does not stay up" in said
    assert "the moon is in the wrong phase" in said
    assert _carrying(hub.folder) == []
    password = hub.stack.outputs("hub")["password"]

    config.write_text(good)
    assert hub.stack.up() == {"same": 3, "update": 1}
    assert hub.version()
    assert hub.outputs()["password"] == password


@pytest.mark.engine
@pytest.mark.hub
def test_a_deployer_killed_while_the_hub_starts(hub: RealHub) -> None:
    child = hub.stack.run_in_child()
    until(lambda: (hub.folder / "supervisord.pid").is_file())
    _kill_with_the_engine(child)
    left = hub.pids()

    hub.stack.forget_pending()
    hub.stack.up()
    assert hub.pids()["supervisor"] == left["supervisor"]
    assert hub.version()
    assert hub.drift() == []
    hub.stack.destroy()
    until(lambda: all(map(gone, left.values())))


@pytest.mark.engine
@pytest.mark.hub
def test_what_a_killed_deployer_left_goes_with_the_machine(hub: RealHub) -> None:
    child = hub.stack.run_in_child()
    until(lambda: (hub.folder / "supervisord.pid").is_file())
    _kill_with_the_engine(child)
    left = hub.pids()

    hub.stack.forget_pending()
    hub.stack.destroy()
    until(lambda: all(map(gone, left.values())))
    assert not hub.folder.exists()


@pytest.mark.engine
def test_a_deployer_killed_while_an_environment_is_built(stack: RealStack, tmp_path: Path) -> None:
    project, requirements = _slow_package(tmp_path)
    cache = tmp_path / "cache"
    stack.declare("image", "Environment", requirements=requirements, cache_folder=str(cache), owner=str(stack.folder))

    child = stack.run_in_child()
    until((project / "started").exists)
    _kill_with_the_engine(child)
    assert [folder for folder in (cache / "environments").iterdir() if (folder / "environment.json").exists()] == []

    stack.forget_pending()
    (project / "go-on").touch()
    stack.up()
    python = stack.outputs("image")["python"]
    assert subprocess.run([python, "-c", "import slow"], check=False).returncode == 0


def test_an_interruption_is_heeded_while_uv_is_silent(tmp_path: Path) -> None:
    project, requirements = _slow_package(tmp_path)
    task = Task("urn:one")
    inputs, _ = ENVIRONMENT.check(task, {"requirements": requirements, "cache_folder": str(tmp_path / "cache")}, {})
    with ThreadPoolExecutor() as pool:
        building = pool.submit(ENVIRONMENT.create, task, inputs)
        until((project / "started").exists)
        task.cancelled.set()
        with pytest.raises(Fault, match="interrupted; run the same command again"):
            building.result(timeout=10)
    assert [path for path in (tmp_path / "cache" / "environments").iterdir() if path.is_dir()] == []
    (project / "go-on").touch()


def _slow_package(folder: Path) -> tuple[Path, str]:
    """The package's folder, and requirements that ask for it."""
    project = folder / "slow"
    project.mkdir()
    (project / "backend.py").write_text(SLOW_BACKEND)
    (project / "pyproject.toml").write_text(SLOW_PROJECT)
    return project, f"slow @ {project.as_uri()}\n"


def test_a_full_disk_is_named_and_leaves_no_half_environment(tmp_path: Path) -> None:
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode()}")
    try:
        asked = {"requirements": "idna==3.10\n", "cache_folder": str(disk), "owner": str(tmp_path)}
        inputs, _ = ENVIRONMENT.check(Task("urn:one"), asked, {})
        with pytest.raises(Fault, match="No space left on device"):
            ENVIRONMENT.create(Task("urn:one"), inputs)
        assert [folder for folder in (disk / "environments").iterdir() if folder.is_dir()] == []
    finally:
        subprocess.run(["umount", disk], check=True)


def _kill_with_the_engine(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL for deployer, engine and provider, as a machine out of memory does; what they started is not asked."""
    deployer = psutil.Process(child.pid)
    doomed = [deployer, *(one for one in deployer.children(recursive=True) if "pulumi" in " ".join(one.cmdline()[:2]))]
    for process in doomed:
        process.send_signal(signal.SIGKILL)
    child.wait()
    until(lambda: all(gone(process.pid) for process in doomed))


def _carrying(folder: Path) -> list[psutil.Process]:
    """Processes that were started for the hub in a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("HUBS_HUB_FOLDER") == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found
