"""Services beside the hub, and what each may do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from traitlets.config import Config

from .hub_folder import FOLDER_VARIABLE, HUB_PROCESS_VARIABLE, HubFolder

HOUSEKEEPING_SCOPES = ("list:users", "read:users:activity", "read:servers", "delete:servers")


def configure_services(c: Config, hub: HubFolder) -> None:
    """The health check, which comes from outside, and housekeeping, which the hub runs itself."""
    c.JupyterHub.services = [
        {"name": "health", "api_token": hub.secrets["health_token"]},
        {
            "name": "housekeeping",
            "command": _housekeeping(hub),
            "cwd": str(Path(__file__).parents[1]),
            "environment": {FOLDER_VARIABLE: str(hub.path), HUB_PROCESS_VARIABLE: str(os.getpid())},
        },
    ]
    c.JupyterHub.load_roles = [
        *hub.settings["traits"]["JupyterHub"]["load_roles"],
        {"name": "hubs-housekeeping", "scopes": list(HOUSEKEEPING_SCOPES), "services": ["housekeeping"]},
    ]


def _housekeeping(hub: HubFolder) -> list[str]:
    culling = hub.settings["culling"]
    return [
        sys.executable,
        "-m",
        "runtime.housekeeping",
        f"--timeout={culling['idle_timeout_seconds']}",
        f"--cull-every={culling['look_every_seconds']}",
        f"--max-age={culling['maximum_age_seconds']}",
    ]
