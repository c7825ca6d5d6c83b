"""A community whose hub runs in pods: deployed, used, changed, looked into."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from components.hub.values.merging import over
from providers.simulated.kubernetes.api import Api
from providers.simulated.kubernetes.kubeconfig import written
from tests.e2e.node import images
from tests.e2e.runtime_hub import xsrf
from tests.e2e.simulated.rollouts import Rollouts

COMMUNITY = "reef"
NAMESPACE = "reef-staging"
ADMIN = "ada"
PASSWORD = "correct-horse-battery"
SOON_SECONDS = 60.0
OWNER = "hub.jupyter.org/username"

HUB: dict[str, Any] = {
    "domain": "reef.example.org",
    "auth": {"type": "native", "admins": [ADMIN], "open_signup": True},
    "image": images.reference(images.SERVER),
    "profiles": [
        {
            "slug": "small",
            "title": "Small",
            "default": True,
            "cpu": {"guarantee": 0.05, "limit": 1},
            "memory_gib": {"guarantee": 0.25, "limit": 0.5},
        },
        {
            "slug": "large",
            "title": "Large",
            "cpu": {"guarantee": 0.1, "limit": 2},
            "memory_gib": {"guarantee": 0.5, "limit": 1},
        },
    ],
    "shared_directories": [{"name": "shared"}],
    "culling": {"idle_timeout_minutes": 60},
}

ON_NODE: dict[str, Any] = {
    # Where the images are, which no registry has.
    "hub": {"image": dict(zip(("name", "tag"), images.reference(images.HUB).rsplit(":", 1), strict=True))},
    "proxy": {"chp": {"image": dict(zip(("name", "tag"), images.reference(images.PROXY).rsplit(":", 1), strict=True))}},
    # The tests' own chart has hub and proxy alone.
    "scheduling": {"userScheduler": {"enabled": False}},
}


class HubOnNode:
    """One stage of the community."""

    def __init__(self, made: Rollouts, api: Api, chart_mirror: Path, cluster: str, storage_class: str) -> None:
        self.made, self.api = made, api
        self._cluster, self._forwarding = cluster, contextlib.ExitStack()
        self.token = ""
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}/"
        made.write(
            f"clusters/{cluster}.yaml",
            {
                "provider": "existing",
                "existing": {"context": cluster, "home_storage_class": storage_class},
                "node_pools": {"user": {"cpu": 2, "memory_gib": 8}},
                "chart_mirror": str(chart_mirror),
            },
        )

    def deploy(self, *, helm_values: Mapping[str, Any] | None = None, **changes: Any) -> None:
        """Deploy the community with these fields of its hub changed, and values over the chart's."""
        hub = {**HUB, **changes}
        hub["helm_values"] = {"jupyterhub": over(over(ON_NODE, self._found_here()), helm_values or {})}
        community = {"name": COMMUNITY, "title": "Reef", "cluster": self._cluster, "hub": hub}
        self.made.write(f"communities/{COMMUNITY}.yaml", community)
        self.made.deploy(self.made.community(COMMUNITY), stages=["staging"])
        secrets = self.object("Secret", "hub-secrets")["data"]
        self.token = b64decode(secrets["hub.services.health.apiToken"]).decode()
        self._forwarding.close()
        self._forwarding.enter_context(_forwarded(self.api, self._port))

    def _found_here(self) -> dict[str, Any]:
        """People come by a port of this machine: the hub sends them back to where it believes to be."""
        return {"hub": {"config": {"JupyterHub": {"public_url": self.url}}}}

    def sign_up(self, name: str) -> None:
        """Make an account, which may be used at once; again, nothing happens."""
        with httpx.Client(base_url=self.url, follow_redirects=True) as browser:
            page = browser.get("hub/signup").text
            passwords = dict.fromkeys(("signup_password", "signup_password_confirmation"), PASSWORD)
            answer = browser.post("hub/signup", data={"username": name, **passwords, "_xsrf": xsrf(page)})
            assert "The signup was successful" in answer.text or "already" in answer.text, answer.text

    def start_server(self, name: str, profile: str) -> None:
        """Have somebody's server start as the form does, without a browser, and wait until its pod is ready."""
        self.sign_up(name)
        with httpx.Client(base_url=self.url, follow_redirects=True) as browser:
            token = xsrf(browser.get("hub/login").text)
            browser.post("hub/login", data={"username": name, "password": PASSWORD, "_xsrf": token})
            token = xsrf(browser.get("hub/spawn").text)
            browser.post("hub/spawn", params={"_xsrf": token}, data={"profile": profile}).raise_for_status()
        until(lambda: _is_ready(self.server(name)), f"{name}'s server is ready")

    def object(self, kind: str, name: str, api_version: str = "v1") -> dict[str, Any]:
        """One of the hub's namespace, which must be there."""
        found = self.api.get(self.api.path(api_version, kind, NAMESPACE, name))
        assert found is not None, f"there is no {kind} {name}"
        return found

    def pods(self, component: str) -> list[dict[str, Any]]:
        """Of the hub's own programs, or people's servers ("singleuser-server")."""
        path = self.api.path("v1", "Pod", NAMESPACE)
        return self.api.items(path, labelSelector=f"component={component}")

    def server(self, person: str) -> dict[str, Any] | None:
        """The pod of somebody's server."""
        notes = "hub.jupyter.org/username"
        return next(
            (pod for pod in self.pods("singleuser-server") if pod["metadata"]["annotations"][notes] == person), None
        )

    def log(self, component: str) -> str:
        """What the hub or the proxy wrote."""
        texts = []
        for pod in self.pods(component):
            path = f"{self.api.path('v1', 'Pod', NAMESPACE, pod['metadata']['name'])}/log"
            texts.append(self.api._connected().get(path).text)
        return "\n".join(texts)

    def close(self) -> None:
        """Let go of the cluster; what is in it goes with the cluster, or by `destroy`."""
        self._forwarding.close()


def _is_ready(pod: Mapping[str, Any] | None) -> bool:
    conditions = (pod or {}).get("status", {}).get("conditions") or ()
    return any((one["type"], one["status"]) == ("Ready", "True") for one in conditions)


@contextlib.contextmanager
def _forwarded(api: Api, port: int) -> Iterator[None]:
    """The proxy by that port of this machine."""
    with tempfile.TemporaryDirectory(prefix="hubs-") as folder:
        kubeconfig = Path(folder) / "kubeconfig"
        kubeconfig.write_text(written(api.access), encoding="utf-8")
        command = ["kubectl", f"--kubeconfig={kubeconfig}", f"--namespace={NAMESPACE}", "port-forward"]
        process = subprocess.Popen([*command, "service/proxy-public", f"{port}:80"], stdout=subprocess.DEVNULL)
        try:
            until(lambda: _listens(port), "kubectl forwards a port")
            yield
        finally:
            process.terminate()
            process.wait(10)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(found: Callable[[], Any], what: str, *, seconds: float = SOON_SECONDS) -> Any:
    """Ask again until the answer is true; then that answer."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, f"waited {seconds} s until {what}"
        time.sleep(0.2)
    return answer
