"""A real hub from rendered settings: proxy and JupyterHub as processes of the test."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from components.clouds.local.settings import hub_settings
from deployer.toolchain import ensure, search_path
from providers.local.runtime import servers
from providers.local.runtime.hub_folder import FOLDER_VARIABLE
from providers.local.runtime.leases import Lease
from tests.unit.local_settings.deployments import deployment

RUNTIME = Path(servers.__file__).parent
PASSWORD = "a-shared-password"
START_SECONDS = 60


class RuntimeHub:
    """One hub in a folder; `user` signs people in, `api` is the health service's."""

    def __init__(self, machine: Path, hub: dict[str, Any], *, memory_gib: float = 4, **changes: Any) -> None:
        self.machine = machine
        self.folder = machine / "hubs" / "demo-staging"
        self._write(hub, memory_gib, changes)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.api = httpx.Client(
            base_url=f"{self.url}hub/api",
            headers={"Authorization": f"token {self.secrets['health_token']}"},
            timeout=START_SECONDS,
        )

    def _write(self, hub: dict[str, Any], memory_gib: float, changes: dict[str, Any]) -> None:
        ports = _free_ports(3)
        self.url = f"http://127.0.0.1:{ports[0]}/"
        keys = ("cookie_secret", "crypt_key", "proxy_auth_token", "health_token")
        self.secrets = {**{key: secrets.token_hex(32) for key in keys}, "password": PASSWORD}
        settings = hub_settings(deployment(hub)) | changes
        directories = {
            "homes": str(self.machine / "homes" / "demo-staging"),
            "scratch": str(self.machine / "scratch" / "demo-staging"),
            "shared": {
                one["name"]: str(self.machine / "shared" / "demo-staging" / one["name"])
                for one in settings["shared_directories"]
            },
        }
        self.places = {
            "public_url": self.url,
            "listen_address": "127.0.0.1",
            "port": ports[0],
            "hub_port": ports[1],
            "proxy_api_url": f"http://127.0.0.1:{ports[2]}",
            "environments": dict.fromkeys(("base", "data-science"), sys.prefix),
            "directories": directories,
            "machine": {"folder": str(self.machine), "cpu": 4, "memory_gib": memory_gib},
        }
        for folder in (directories["homes"], directories["scratch"], *directories["shared"].values()):
            Path(folder).mkdir(parents=True)
        (self.folder / "logs").mkdir(parents=True)
        (self.folder / "runtime").symlink_to(RUNTIME)
        for name, value in (("settings", settings), ("secrets", self.secrets), ("places", self.places)):
            text = json.dumps(value, sort_keys=True)
            (self.folder / f"{name}.json").write_text(text, encoding="utf-8")

    # Its life.

    def start(self) -> None:
        """Start what does not run, and wait until it answers."""
        if "proxy" not in self._processes:
            self._start("proxy", self._proxy_command(), {"CONFIGPROXY_AUTH_TOKEN": self.secrets["proxy_auth_token"]})
        if "hub" not in self._processes:
            # What a deployer's environment might hold, and no server may see.
            leak = {"PULUMI_CONFIG_PASSPHRASE": "leaked", "HUBS_CACHE_DIR": "leaked", FOLDER_VARIABLE: str(self.folder)}
            config = self.folder / "runtime" / "jupyterhub_config.py"
            self._start("hub", [sys.executable, "-m", "jupyterhub", f"--config={config}"], leak)
        until(self._answers, "the hub answers", self.log)

    def _answers(self) -> bool:
        assert self._processes["hub"].poll() is None, self.log()
        try:
            return self.api.get("/").status_code == 200
        except httpx.HTTPError:
            return False

    def end_hub(self, *, kill: bool) -> None:
        """End the hub alone."""
        hub = self._processes.pop("hub")
        (hub.kill if kill else hub.terminate)()
        hub.wait(30)

    def close(self) -> None:
        """End everything."""
        if "hub" in self._processes:
            self.end_hub(kill=False)
        servers.end_all(self.machine, "demo-staging")
        self._processes.pop("proxy").terminate()
        self.api.close()

    def log(self) -> str:
        """The hub's log."""
        return (self.folder / "logs" / "hub.log").read_text(encoding="utf-8", errors="replace")

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        with (self.folder / "logs" / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command, env={**os.environ, **environment}, cwd=self.folder, stdout=log, stderr=log
            )

    def _proxy_command(self) -> list[str]:
        proxy = ensure(["node", "configurable-http-proxy"])["configurable-http-proxy"]
        path = os.pathsep.join([*map(str, search_path(["node"])), os.environ["PATH"]])
        api_port = self.places["proxy_api_url"].rpartition(":")[2]
        listen = ["--ip=127.0.0.1", f"--port={self.places['port']}", "--api-ip=127.0.0.1", f"--api-port={api_port}"]
        return ["env", f"PATH={path}", str(proxy), *listen]

    # Its people.

    def user(self, name: str, password: str = PASSWORD) -> httpx.Client:
        """Somebody who signed in, as a browser holds them."""
        browser = httpx.Client(base_url=self.url, follow_redirects=True, timeout=START_SECONDS)
        page = browser.get("/hub/login").text
        form = {"username": name, "password": password, "_xsrf": xsrf(page)}
        answer = browser.post("/hub/login", data=form)
        refused = re.search(r'<p class="login_error">\s*(.*?)\s*</p>', answer.text)
        assert not refused, refused and refused[1]
        return browser

    def spawn(self, browser: httpx.Client, **form: str) -> httpx.Response:
        """Post the profile form; the page that comes back."""
        page = browser.get("/hub/spawn")
        return browser.post("/hub/spawn", params={"_xsrf": xsrf(page.text)}, data=form)

    def ready(self, name: str) -> dict[str, Any]:
        """Wait for somebody's server."""

        def model() -> Any:
            server = self.api.get(f"/users/{name}").json().get("servers", {}).get("", {})
            return server if server.get("ready") else None

        return dict(until(model, f"{name}'s server is ready", self.log))

    def stop(self, name: str) -> None:
        """Stop somebody's server and wait until it is gone."""
        self.api.delete(f"/users/{name}/server").raise_for_status()
        until(lambda: not self.api.get(f"/users/{name}").json()["servers"], f"{name}'s server has ended", self.log)
        assert self.lease(name) is None

    def token(self, name: str) -> str:
        """A token of somebody's own."""
        answer = self.api.post(f"/users/{name}/tokens", json={"note": "test"})
        answer.raise_for_status()
        return str(answer.json()["token"])

    def lease(self, name: str) -> Lease | None:
        """What somebody's running server holds."""
        return next((held for held in servers.running(self.machine, "demo-staging") if held.user == name), None)

    def home(self, name: str) -> Path:
        """Somebody's home."""
        return Path(self.places["directories"]["homes"]) / name


def xsrf(page: str) -> str:
    """The token that a page's forms carry."""
    found = re.search(r'xsrf_token: "([^"]+)"|name="_xsrf" value="([^"]+)"', page)
    assert found, page
    return found[1] or found[2]


def until(found: Callable[[], Any], what: str, log: Callable[[], str] = str, *, seconds: float = START_SECONDS) -> Any:
    """Ask again until the answer is true; then that answer."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, f"waited {seconds} s until {what}\n{log()[-4000:]}"
        time.sleep(0.1)
    return answer


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
