"""How configurable-http-proxy is started on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

from providers.engine.values import Fault


def proxy_command() -> list[str]:
    """Absolute command of the proxy on PATH. Raises Fault when it, or the Node that runs it, is not there."""
    node, proxy = shutil.which("node"), shutil.which("configurable-http-proxy")
    missing = [name for name, found in (("node", node), ("configurable-http-proxy", proxy)) if found is None]
    if node is None or proxy is None:
        raise Fault(f"{' and '.join(missing)} cannot be found on PATH", "install them: deployer tools install")
    script = Path(proxy).resolve()
    with script.open("rb") as stream:
        first_line = stream.readline(200)
    # npm's script asks the environment for Node; the hub's is not the one that this runs in.
    return [node, str(script)] if first_line.startswith(b"#!") and b"node" in first_line else [str(script)]
