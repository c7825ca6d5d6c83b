"""A link on a cluster's hub: the page has the image built and starts a server of it.

JupyterHub, its proxy, its roles and the page are real, from our values; BinderHub is on no package index, and a service
that speaks as it does stands in for it. KubeSpawner does all but make the pod, and says what it would have made.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from deployer.toolchain import ensure, search_path
from tests.conftest import CHECKOUT
from tests.e2e.runtime_hub import _free_ports, until
from tests.unit.hub_values.pods import NOWHERE

pytestmark = [pytest.mark.hub, pytest.mark.browser]

BUILT = "registry.example.org/hubs/demo-staging-lesson:" + "a" * 40
CONFIG = """
import sys
from pathlib import Path
sys.path.insert(0, "{checkout}")
from tests.chart_config import chart_config
from tests.unit.hub_values.strategies import resolved
from components.hub.values import foretold, hub_values

asked = resolved({{
    "auth": {{"type": "dummy"}},
    "profiles": [{{"slug": "plain", "title": "Plain", "default": True}},
                 {{"slug": "own", "title": "Own", "options": {{"build_image": True}}}}],
    "binder": {{"registry": "registry.example.org/hubs", "login": False,
               "allowed_repositories": ["https://github.com/example-org/*"]}},
}})
c = get_config()
c.merge(chart_config(hub_values(asked, foretold(asked))["jupyterhub"], folder=Path("{folder}")))
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/"
c.JupyterHub.public_url = ""
c.JupyterHub.template_paths = ["{checkout}/providers/local/runtime/templates"]
c.JupyterHub.logo_file = c.JupyterHub.template_paths[0] + "/logo.svg"
c.JupyterHub.hub_bind_url = c.JupyterHub.hub_connect_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.auth_token = "a" * 64
c.DummyAuthenticator.password = "a-shared-password"
for service in c.JupyterHub.services:
    if service["name"] == "binder":
        service["url"] = "http://127.0.0.1:{binder_port}"
c.JupyterHub.services = [each for each in c.JupyterHub.services if each["name"] in ("binder", "health")]
c.JupyterHub.load_roles = [each for each in c.JupyterHub.load_roles if each["name"] in ("user", "admin")]

spawner = c.JupyterHub.spawner_class

async def start(self):
    await self.load_user_options()
    from tornado import web
    error = web.HTTPError(500, "no pod")
    error.jupyterhub_message = f"would start {{self.image}} by {{self.cmd[0]}} with {{len(self.volumes)}} volumes"
    raise error

spawner.start = start
"""
BINDERHUB = """
import asyncio, json, os, sys
from jupyterhub.services.auth import HubOAuthenticated
from tornado import web

class Build(HubOAuthenticated, web.RequestHandler):
    async def get(self, spec):
        user = self.get_current_user()
        if not user or "access:services!service=binder" not in user["scopes"]:
            raise web.HTTPError(403)
        self.set_header("Content-Type", "text/event-stream")
        asked = self.request.path.partition("/build/")[2]
        bad = "broken" in asked
        last = {"phase": "failed", "message": "no such file"} if bad else {"phase": "ready", "imageName": sys.argv[2]}
        for event in ({"phase": "building", "message": "Step 1 of " + asked + chr(10)}, last):
            self.write(":keepalive\\n\\ndata: " + json.dumps(event) + "\\n\\n")
            await self.flush()
            await asyncio.sleep(0.2)

async def main():
    web.Application([(r"/services/binder/build/(.*)", Build)], cookie_secret="0" * 32).listen(
        int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()

asyncio.run(main())
"""


@dataclass(frozen=True)
class Running:
    url: str
    log: Path


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("hub")
    port, hub_port, api_port, binder_port = _free_ports(4)
    ports = {"port": port, "hub_port": hub_port, "api_port": api_port, "binder_port": binder_port}
    (folder / "config.py").write_text(CONFIG.format(checkout=CHECKOUT, folder=folder, **ports))
    (folder / "binderhub.py").write_text(BINDERHUB)
    nowhere = folder / "kubeconfig"
    nowhere.write_text(json.dumps(NOWHERE))
    proxy = ensure(["node", "configurable-http-proxy"])["configurable-http-proxy"]
    path = os.pathsep.join([*map(str, search_path(["node"])), os.environ["PATH"]])
    as_service = {
        "JUPYTERHUB_API_TOKEN": "token-of-binder",
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{hub_port}/hub/api",
        "JUPYTERHUB_CLIENT_ID": "service-binder",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/binder/",
        "JUPYTERHUB_BASE_URL": "/",
    }
    listen = [f"--port={port}", "--ip=127.0.0.1", f"--api-port={api_port}", "--api-ip=127.0.0.1"]
    commands: list[tuple[list[str], dict[str, str]]] = [
        ([str(proxy), *listen], {"CONFIGPROXY_AUTH_TOKEN": "a" * 64, "PATH": path}),
        ([sys.executable, "-m", "jupyterhub", f"--config={folder / 'config.py'}"], {"KUBECONFIG": str(nowhere)}),
        ([sys.executable, str(folder / "binderhub.py"), str(binder_port), BUILT], as_service),
    ]
    log = folder / "log"
    with log.open("ab") as output:
        processes = [
            subprocess.Popen(command, env={**os.environ, **own}, cwd=folder, stdout=output, stderr=output)
            for command, own in commands
        ]
    running = Running(f"http://127.0.0.1:{port}/", log)
    try:
        until(lambda: _answers(running.url), "the hub answers", log.read_text)
        yield running
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}hub/api/").status_code == 200
    except httpx.HTTPError:
        return False


def test_the_link_builds_and_starts(hub: Running, browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{hub.url}hub/binder/v2/gh/example-org/lesson/main")
    # A visitor: no volumes.
    expect(page.locator("body")).to_contain_text(f"would start {BUILT} by sh with 0 volumes", timeout=30_000)
    assert "GET /services/binder/build" not in hub.log.read_text()
    page.context.close()


def test_what_is_not_built_is_told(hub: Running, browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{hub.url}hub/binder/gh/example-org/broken/main")
    expect(page.get_by_role("alert")).to_have_text("no such file", timeout=30_000)
    expect(page.locator("#binder-log")).to_contain_text("Step 1 of gh/example-org/broken/main")
    assert page.goto(f"{hub.url}hub/binder/gh/elsewhere/broken/main").status == 403  # type: ignore[union-attr]
    expect(page.locator("body")).to_contain_text("This hub builds only https://github.com/example-org/*")
    page.context.close()


def test_a_repository_for_the_health_check_is_there(hub: Running, tmp_path: Path) -> None:
    address = f"{hub.url}hub/never-built/0123456789abcdef"
    subprocess.run(["git", "clone", "--quiet", address, str(tmp_path / "clone")], check=True)
    assert "0123456789abcdef" in (tmp_path / "clone" / "requirements.txt").read_text()
