"""A Kubernetes node on this machine: real pods, volumes and DNS, from scripts beside the checkout.

python -m tests.e2e.node.machine    builds what it needs, once for the machine: ten minutes on two cores
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from filelock import FileLock

from components.hub.values.storage import default_tools_image
from deployer import toolchain
from tests.conftest import CHECKOUT
from tests.e2e.node.images import Image, file_name, hub_image, node_image, proxy_image, proxy_layer, server_image

SCRIPTS = CHECKOUT.parent / "shared" / "tools" / "kubernetes-node"
KEPT = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "kubernetes-node"
KUBECONFIG = KEPT / "run" / "admin.kubeconfig"
SAME = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kwok", "helm")
"""Programs that the project's own tools have too."""

Tell = Callable[[str], None]


def why_not() -> str | None:
    """What is missing for a node here; None where there can be one."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "a node needs root on Linux; E2E_KUBECONFIG names another cluster to use"
    if not SCRIPTS.is_dir():
        return f"there is no {SCRIPTS}; E2E_KUBECONFIG names another cluster to use"
    return None


def build(tell: Tell) -> None:
    """Programs and images, once for the machine, by one process at a time. Raises CalledProcessError."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with FileLock(KEPT / "build.lock"):
        _take_over(toolchain.ensure(["kubernetes"]))
        if not all((KEPT / "bin" / name).exists() for name in ("kubelet", "coredns", "local-path-provisioner")):
            tell("building a Kubernetes node, once for this machine: up to ten minutes")
        _script("bins.sh")
        if not (KEPT / "images" / "busybox.tar").exists():
            _script("images.sh")
        _small(default_tools_image())
        for image in (hub_image(), server_image()):
            _image(image, tell)
        _proxy(tell)


@contextlib.contextmanager
def running(tell: Tell) -> Iterator[Path]:
    """Its kubeconfig, for as long as nobody else may have a node on this machine.

    What an earlier one left, whose tests were killed, is cleared away first.
    """
    build(tell)
    with FileLock(KEPT / "node.lock"):
        _script("down.sh", "--wipe")
        try:
            began = time.monotonic()
            _script("up.sh")
            tell(f"the node is up after {time.monotonic() - began:.0f} s")
            yield KUBECONFIG
        finally:
            _script("down.sh", "--wipe")


def _take_over(tools: Mapping[str, Path]) -> None:
    """Where the versions are the same, what is built already is not built again."""
    wanted = (SCRIPTS / "bins.sh").read_text(encoding="utf-8")
    (KEPT / "bin").mkdir(exist_ok=True)
    for name in SAME:
        version = tools[name].parents[1].name
        target = KEPT / "bin" / name
        if not target.exists() and (f" v{version}\n" in wanted or f"\nK={version}\n" in wanted):
            shutil.copy(tools[name], target)


def _small(reference: str) -> None:
    """The node's own busybox by the name of the one that servers' pods begin with."""
    archive = KEPT / "images" / f"{file_name(reference)}.tar"
    if not archive.exists():
        config = json.dumps({"Env": ["PATH=/bin"], "Cmd": ["sh"]})
        _script("mkimage.sh", str(archive), reference, config, str(KEPT / "build" / "busybox"))


def _image(image: Image, tell: Tell) -> None:
    name, stamp = image.file_name, KEPT / "images" / f"{image.file_name}.asked"
    asked = repr(image.arguments)
    if stamp.exists() and stamp.read_text() == asked and (KEPT / "images" / f"{name}.tar").exists():
        return
    tell(f"making the image {image.reference}")
    _script("images.sh", "debian", *image.arguments)
    stamp.write_text(asked)


def _proxy(tell: Tell) -> None:
    """Node's image with one layer more; Node alone is nobody's image."""
    proxy = toolchain.ensure(["node", "configurable-http-proxy"])["configurable-http-proxy"]
    image, images, layers = proxy_image(), KEPT / "images", KEPT / "build" / "img"
    stamp, asked = images / f"{image.file_name}.asked", f"{proxy}\n{image.config}"
    if stamp.exists() and stamp.read_text() == asked and (images / f"{image.file_name}.tar").exists():
        return
    node = node_image()
    _image(node, tell)
    layer = layers / image.file_name
    shutil.rmtree(layer, ignore_errors=True)
    for old in layers.glob(f"{image.file_name}.layer.tar*"):
        old.unlink()
    proxy_layer(layer, proxy)
    tell(f"making the image {image.reference}")
    below = f"{layers / 'base'}:{layers / node.file_name}:{layer}"
    _script("mkimage.sh", str(images / f"{image.file_name}.tar"), image.reference, image.config, below)
    for file in images.glob(f"{node.file_name}.*"):
        file.unlink()
    stamp.write_text(asked)


def _script(name: str, *arguments: str) -> None:
    """Run one; in a session of its own, so that Ctrl-C here ends nothing there before its time."""
    ended = subprocess.run(
        [str(SCRIPTS / name), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=1800,
    )
    if ended.returncode != 0:
        raise RuntimeError(f"{name} ended with {ended.returncode}:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")


if __name__ == "__main__":
    if reason := why_not():
        sys.exit(reason)
    build(lambda text: print(f"  node: {text}", flush=True))
