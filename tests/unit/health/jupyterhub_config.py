"""A plain JupyterHub whose next server can be told to have a fault; see real_hub.py."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

from jupyterhub.auth import DummyAuthenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner

settings = json.loads(Path(os.environ["TEST_HUB_SETTINGS"]).read_text())
folder = Path(settings["folder"])


class Spawner(SimpleLocalProcessSpawner):
    """Homes below the test's folder, with what an ordinary community has in them."""

    home_dir_template = str(folder / "homes" / "{username}")

    async def start(self):
        fault = (folder / "fault").read_text()
        self.cmd = ["jupyterhub-singleuser"]
        self.args = ["--allow-root"]
        self.environment = {
            variable: str(folder / "jupyter" / variable.lower())
            for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        }
        self.environment.update(json.loads((folder / "environment").read_text()))
        if fault == "spawner fails":
            raise RuntimeError("there is no room on this machine")
        if fault == "server never starts":
            self.cmd, self.args = [sys.executable, "-c", "print('this image is broken'); raise SystemExit(7)"], []
        if fault == "kernel dies":
            self.args += [
                "--AsyncIOLoopKernelRestarter.restart_limit=1",
                "--AsyncIOLoopKernelRestarter.time_to_dead=0.5",
            ]
            self.environment["JUPYTER_PATH"] = str(_kernel_without_ipykernel())
        self.make_home(fault)
        return await super().start()

    def make_home(self, fault):
        home = Path(self.home_dir_template.format(username=self.user.name))
        home.mkdir(parents=True, exist_ok=True)
        for name in ("shared", "scratch", "open", "open-readwrite"):
            (folder / name).mkdir(exist_ok=True)
            if fault != f"no {name}" and not (home / name).is_symlink():
                (home / name).symlink_to(folder / name)
        if fault == "readers may write":
            (home / "shared-readwrite").symlink_to(folder / "shared")
        if fault == "read-only home":
            home.chmod(0o555)
            if os.geteuid() == 0:
                # Root may write anywhere until it gives that capability away.
                self.cmd = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override", *self.cmd]


class Authenticator(DummyAuthenticator):
    """Can make users that look as if they had been there for years."""

    def add_user(self, user):
        super().add_user(user)
        if (folder / "fault").read_text() == "user of long ago":
            user.orm_user.created = datetime(2020, 1, 1)
            user.db.commit()


def _kernel_without_ipykernel():
    spec = folder / "broken" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True, exist_ok=True)
    # -S hides the installed packages, as an environment without ipykernel has none.
    argv = [sys.executable, "-I", "-S", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "Broken", "language": "python"}))
    return folder / "broken"


c = get_config()  # noqa: F821
c.JupyterHub.bind_url = settings["url"]
c.JupyterHub.hub_port = settings["hub_port"]
c.JupyterHub.db_url = f"sqlite:///{folder}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
c.JupyterHub.pid_file = str(folder / "hub.pid")
c.JupyterHub.spawner_class = Spawner
c.JupyterHub.cleanup_servers = True
# A busy machine is no fault of a server.
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
# Shorter than a start: as on a hub that fetches images, the answer is 202 and the progress tells the rest.
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 1}
c.ConfigurableHTTPProxy.command = settings["proxy_command"]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings['proxy_api_port']}"
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")
c.JupyterHub.authenticator_class = Authenticator
c.DummyAuthenticator.password = settings["password"]
c.Authenticator.allow_all = True
c.JupyterHub.services = [{"name": "health", "api_token": settings["api_token"]}]
c.JupyterHub.load_roles = [{"name": "health", "scopes": ["admin:users", "tokens"], "services": ["health"]}]
