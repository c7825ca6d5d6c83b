"""What the tests need beyond Python packages: the engine and its friends, and a browser. Safe to run again.

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

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def tools() -> None:
    """The engine, Node and the proxy, as `deployer tools install` would have them, and what simulated clusters need."""
    with installing() as progress:
        toolchain.ensure([*toolchain.names(), "kubernetes"], progress=progress)


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


if __name__ == "__main__":
    try:
        tools()
    except DeployerError as error:
        show_error(error)
        sys.exit(error.exit_code)
    browser()
