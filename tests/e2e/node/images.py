"""Container images for the node, made there: no registry, no builder. Pinned; made once and kept in the cache.

Measured on two cores: hub 60 s with the base system, server 25 s, proxy 10 s; then nothing, unless a line here changes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import CHECKOUT

TAG = "1"
HUB, SERVER, PROXY = f"localhost/hubs-hub:{TAG}", f"localhost/hubs-server:{TAG}", f"localhost/hubs-proxy:{TAG}"

ELSEWHERE = {HUB: "E2E_HUB_IMAGE", SERVER: "E2E_SERVER_IMAGE", PROXY: "E2E_PROXY_IMAGE"}
"""Variables that name other images, for a cluster that can pull them."""

# As zero-to-jupyterhub-k8s 5 has them in images/hub/requirements.txt.
HUB_PACKAGES = (
    "jupyterhub==5.5.0",
    "jupyterhub-idle-culler==1.4.0",
    "jupyterhub-kubespawner==7.1.0",
    "jupyterhub-ltiauthenticator==1.6.3",
    "jupyterhub-nativeauthenticator==1.3.0",
    "oauthenticator==17.4.0",
    "pycurl==7.47.0",
)
HUB_COMMAND = ["jupyterhub", "--config", "/usr/local/etc/jupyterhub/jupyterhub_config.py"]
SEARCH = "/opt/venv/bin:/usr/local/bin:/usr/bin:/bin"


def reference(image: str) -> str:
    """As pods name it: the one made here, or the one that somebody names for another cluster."""
    return os.environ.get(ELSEWHERE[image], image)


def file_name(reference: str) -> str:
    """Of an image's archive, as images.sh has it."""
    return re.sub(r"[^a-zA-Z0-9]", "-", reference)


@dataclass(frozen=True, kw_only=True)
class Image:
    """One image: Debian with packages of its own and of Python's."""

    reference: str
    packages: str
    python_packages: str
    command: list[str]
    user: str = "1000"
    working_directory: str = "/home/jovyan"

    @property
    def config(self) -> str:
        """In the words of an image's configuration."""
        about = {
            "Env": [f"PATH={SEARCH}", "HOME=/home/jovyan"],
            "User": self.user,
            "WorkingDir": self.working_directory,
            "Entrypoint": ["tini", "--"],
            "Cmd": self.command,
        }
        return json.dumps(about, sort_keys=True)

    @property
    def file_name(self) -> str:
        """Of its archive, without an ending."""
        return file_name(self.reference)

    @property
    def arguments(self) -> list[str]:
        """For `images.sh debian`."""
        return [self.reference, self.packages, self.python_packages, self.config]


def hub_image() -> Image:
    """What the chart's hub image has, as far as hubs of ours use it."""
    return Image(
        reference=HUB,
        packages="git",
        python_packages=" ".join(HUB_PACKAGES),
        command=HUB_COMMAND,
        working_directory="/srv/jupyterhub",
    )


def server_image() -> Image:
    """What the catalogue's image `base` asks for, at its versions."""
    folder = CHECKOUT / "images" / "base"
    asked = re.findall(r"^([a-z][-a-z0-9]*)", (folder / "requirements.in").read_text(), re.MULTILINE)
    pinned = dict(re.findall(r"^([a-z][-a-z0-9]*)==([^\s;]+)", (folder / "requirements.txt").read_text(), re.MULTILINE))
    packages = " ".join(f"{name}=={pinned[name]}" for name in asked)
    return Image(reference=SERVER, packages="git", python_packages=packages, command=["jupyterhub-singleuser"])


def node_image() -> Image:
    """Node alone, on which the proxy's image is put."""
    return Image(reference="localhost/hubs-node:1", packages="nodejs", python_packages="", command=[], user="65534")


def proxy_image() -> Image:
    """The proxy that this project installs on the local cloud, on Debian's Node."""
    return Image(reference=PROXY, packages="", python_packages="", command=["configurable-http-proxy"], user="65534")


def proxy_layer(folder: Path, proxy: Path) -> None:
    """Fill a folder that becomes the image's last layer, given the proxy's executable here."""
    package = proxy.resolve().parents[1]
    modules = folder / "opt" / "node_modules"
    if (package / "node_modules").is_dir():
        shutil.copytree(package, modules / package.name, symlinks=True)
    else:
        shutil.copytree(package.parent, modules, symlinks=True)
    programs = folder / "usr/local/bin"
    programs.mkdir(parents=True)
    (programs / package.name).symlink_to(f"/opt/node_modules/{package.name}/bin/{package.name}")
