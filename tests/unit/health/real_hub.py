"""Starts a real JupyterHub with its proxy, on ports of the system's choosing."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

CONFIG = Path(__file__).with_name("jupyterhub_config.py")


@dataclass(frozen=True)
class RealHub:
    """A running hub; also the `HubRuntime` of its logs."""

    folder: Path
    url: str
    api_token: str
    password: str
    process: subprocess.Popen[bytes]

    def next_server(self, fault: str = "", **environment: str) -> None:
        """What the servers started from now on suffer from, nothing by default, and further variables of theirs."""
        (self.folder / "fault").write_text(fault)
        (self.folder / "environment").write_text(json.dumps(environment))

    def api(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"Authorization": f"token {self.api_token}"}
        return httpx.request(method, f"{self.url}hub/api/{path}", headers=headers, timeout=30, **more)

    def users(self) -> list[str]:
        return [user["name"] for user in self.api("GET", "users").json()]

    def server_process(self, user: str) -> psutil.Process:
        """The process of somebody's server."""
        home = str(self.folder / "homes" / user)
        for process in psutil.Process(self.process.pid).children(recursive=True):
            if process.environ().get("HOME") == home:
                return process
        raise LookupError(f"no server of {user}")

    def parts(self) -> Sequence[str]:
        return ["hub"]

    def log(self, part: str, *, lines: int) -> str:
        return "\n".join((self.folder / "hub.log").read_text().splitlines()[-lines:])

    def follow(self, part: str, *, lines: int) -> Iterator[str]:
        yield from self.log(part, lines=lines).splitlines()


@contextmanager
def running_hub(folder: Path, tools: Mapping[str, Path]) -> Iterator[RealHub]:
    """A hub that answers; stopped with all its servers at the end. `tools`: where Node and the proxy are."""
    port, hub_port, proxy_api_port = free_ports(3)
    settings = {
        "folder": str(folder),
        "url": f"http://127.0.0.1:{port}/",
        "hub_port": hub_port,
        "proxy_api_port": proxy_api_port,
        "proxy_command": [str(tools["configurable-http-proxy"])],
        "api_token": secrets.token_hex(16),
        "password": secrets.token_hex(8),
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    (folder / "fault").write_text("")
    (folder / "environment").write_text("{}")
    environment = os.environ | {
        "TEST_HUB_SETTINGS": str(folder / "settings.json"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(tools["node"].parent), os.environ["PATH"]]),
    }
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)], cwd=folder, env=environment, stdout=log, stderr=log
        )
    hub = RealHub(folder, settings["url"], settings["api_token"], settings["password"], process)
    try:
        wait_until_answering(hub)
        yield hub
    finally:
        stop_with_children(process)
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_answering(hub: RealHub) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert hub.process.poll() is None, hub.log("hub", lines=40)
        try:
            if hub.api("GET", "").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError(hub.log("hub", lines=40))


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def stop_with_children(process: subprocess.Popen[bytes]) -> None:
    children = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for child in children:
        try:
            child.kill()
        except psutil.NoSuchProcess:
            continue
