"""`deployer simulate`: started twice, stopped twice, killed, interrupted, in somebody's way."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from deployer.rollout.engine.settings import EngineSettings
from deployer.simulation import control_plane, prepare
from deployer.simulation.home import Home, home_of
from deployer.simulation.processes import Processes
from schemas.cluster import Cluster
from tests.conftest import Checkout
from tests.kubernetes import CLUSTER, kubernetes_tools

__all__ = ["kubernetes_tools"]

pytestmark = pytest.mark.usefixtures("kubernetes_tools")
SOON_SECONDS = 60.0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = home_of(tmp_path, "demo")
    yield made
    control_plane.stop(made)


def of(project: Checkout, name: str) -> Home:
    return home_of(project.root / ".state" / ".simulated", name)


def put(project: Checkout, **changes: Any) -> Cluster:
    """A cluster's file with other fields."""
    values = CLUSTER.model_dump(mode="json", exclude_unset=True) | changes
    project.write("clusters/demo.yaml", yaml.safe_dump(values))
    return Cluster.model_validate(values)


def test_up_twice_killed_changed_and_down_twice(project: Checkout) -> None:
    put(project)
    first = project.run("simulate", "up", "demo", "--json")
    assert first.code == 0, first.text
    assert first.json["nodes"] == ["core-1", "gpu-1", "user-1", "user-2"]
    assert first.json["changed"]
    again = project.run("simulate", "up", "demo")
    assert f"demo runs already at {first.json['address']}" in again.out
    assert f"export KUBECONFIG={first.json['kubeconfig']}\nkubectl get nodes\n" in again.out
    assert Path(first.json["kubeconfig"]).stat().st_mode & 0o077 == 0

    home = of(project, "demo")
    api = control_plane.api_of(home)
    assert api is not None
    kept = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept", "namespace": "default"}}
    api.apply(kept, manager="tests")
    Processes(home).running()["kube-apiserver"].kill()
    assert project.run("simulate", "status", "--json").json[0]["running"] is False

    smaller = put(project, node_pools={"user": {"cpu": 4, "memory_gib": 32}})
    mended = project.run("simulate", "up", "demo", "--json")
    assert mended.json["nodes"] == ["core-1", "user-1"], mended.text
    api = control_plane.api_of(home)
    assert api is not None
    assert api.get(api.path_of(kept))

    world = home.folder.parents[1]
    settings = EngineSettings(project="hubs", backend_url="", secrets_provider="passphrase", world=world)
    more = smaller.model_copy(update={"node_pools": CLUSTER.node_pools})
    prepared = prepare(settings, "demo", more)
    assert prepared is not None
    assert list(prepared.nodes) == ["core-1", "gpu-1", "user-1", "user-2"]

    assert "demo: stopped" in project.run("simulate", "down", "demo").out
    assert "demo: was not running" in project.run("simulate", "down", "demo").out
    assert prepare(settings, "demo", more) is None
    assert project.run("simulate", "status").out == "demo: stopped\n"
    assert project.run("simulate", "down", "demo", "--wipe").code == 0
    assert not home.folder.exists()


def test_an_interrupted_start_leaves_nothing_running(project: Checkout) -> None:
    put(project)
    process = project.start("simulate", "up", "demo")
    home = of(project, "demo")
    deadline = time.monotonic() + SOON_SECONDS
    while "kube-apiserver" not in (started := Processes(home).running()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SOON_SECONDS)
    assert process.returncode == 130, out + err
    assert not [one for one in started.values() if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert not home.kubeconfig.exists()


def test_strangers_with_a_recorded_pid_live_on(home: Home) -> None:
    home.folder.mkdir(parents=True)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        later = psutil.Process(stranger.pid).create_time() + 100
        home.processes.write_text(json.dumps({"etcd": [stranger.pid, later], "kwok": [2**22 + 1, later]}))
        assert control_plane.remains(home) == []
        control_plane.stop(home)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_port_that_somebody_took_is_left_to_them(
    home: Home, kubernetes_tools: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    free = control_plane._free_port
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([taken.getsockname()[1]])
        monkeypatch.setattr(control_plane, "_free_port", lambda: next(ports, None) or free())
        api = control_plane.start(home, kubernetes_tools, lambda _: None)
        assert not api.access.server.endswith(f":{taken.getsockname()[1]}")
        assert control_plane.running(home)


def test_what_cannot_be_started_is_said_and_leaves_nothing(home: Home, kubernetes_tools: dict[str, Path]) -> None:
    with pytest.raises(Exception, match=r"demo: etcd does not start: .*nowhere"):
        control_plane.start(home, {**kubernetes_tools, "etcd": Path("/nowhere/etcd")}, lambda _: None)
    assert control_plane.remains(home) == []


def test_without_go_there_is_one_clear_error(project: Checkout, tmp_path: Path) -> None:
    put(project)
    bare = {"PATH": "/nowhere", "HUBS_CACHE_DIR": str(tmp_path)}
    refused = project.run("simulate", "up", "demo", environment=bare)
    assert refused.code == 1
    assert "no Go on PATH" in refused.err
    assert refused.err.count("install Go 1.21 or newer") == 1
    assert "Traceback" not in refused.err


def test_what_cannot_be_simulated_is_said(project: Checkout) -> None:
    project.write("clusters/demo.yaml", "provider: local\n")
    refused = project.run("simulate", "up", "demo")
    assert refused.code == 1
    assert "neither a catalogue nor the file tells of any" in refused.err
    assert "name a cluster with node_pools, or of a cloud that lets machines: aws, azure, gcp" in refused.err
    assert project.run("simulate", "status", "--json").json == []
