"""What the tests need beyond Python packages, built or fetched once for the machine. Safe to run again.

python -m tests.setup
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from deployer import toolchain
from deployer.errors import DeployerError
from deployer.report.errors import show_error
from deployer.report.tools import installing
from providers.engine.values import Fault
from tests import environments, registry
from tests.e2e.node import machine

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def tools() -> None:
    """What `deployer tools install` would get, what simulated clusters need, and what checks workflows."""
    with installing() as progress:
        toolchain.ensure([*toolchain.names(), "kubernetes", "secrets", "actionlint"], progress=progress)


def browser() -> None:
    """Playwright's own Chromium, or the system's, or Debian's package where we may install it."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    print("  browser: asking Playwright for its Chromium", flush=True)
    if subprocess.run(playwright, capture_output=True, timeout=900).returncode == 0:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("no browser: install Chromium (Debian: apt-get install chromium), or: playwright install chromium")
    print("  browser: installing Debian's chromium", flush=True)
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu-core"]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=1200)


def node() -> subprocess.Popen[bytes] | None:
    """Begins with the Kubernetes node, in a process of its own; None where there can be none, or another is given."""
    reason = "E2E_KUBECONFIG names the cluster" if os.environ.get("E2E_KUBECONFIG") else machine.why_not()
    if reason:
        print(f"  node: none is built: {reason}", flush=True)
        return None
    return subprocess.Popen([sys.executable, "-m", machine.__name__])


def all_of_it() -> None:
    """In an order that lets long work go on side by side: a node is mostly Go's compiler, environments are files."""
    tools()
    browser()  # before the node: Debian's installer lets one in at a time
    on_its_way = node()
    try:
        environments.keep(_tell)
        if reason := registry.why_not():
            _tell(f"registry: none is built: {reason}")
        else:
            registry.build(_tell)
    finally:
        code = on_its_way.wait() if on_its_way else 0
    if code:
        sys.exit("the Kubernetes node could not be built, see above; on another cluster: E2E_KUBECONFIG=…")


def _tell(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    try:
        all_of_it()
    except DeployerError as error:
        show_error(error)
        sys.exit(error.exit_code)
    except (Fault, subprocess.CalledProcessError) as error:
        sys.exit(str(error))
