"""Runs beside a hub under its supervisord: restarts the hub after its proxy came back.

A proxy that died has forgotten where people's servers are. The hub tells it when it starts, and else only every few
minutes. Copied into the hub's folder and run by the hub's own Python, so it imports nothing of this project.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any
from xmlrpc.client import Fault

from supervisor import childutils


def watch() -> None:
    """Answer supervisord's events for ever."""
    supervisor = childutils.getRPCInterface(os.environ).supervisor
    while True:
        _, payload = childutils.listener.wait()
        event = childutils.get_headers(payload)
        if event["processname"] == "proxy" and _is_older(supervisor, "hub", "proxy"):
            # Somebody who deploys may stop or start it at this very moment.
            with suppress(Fault):
                supervisor.stopProcess("hub", True)
                supervisor.startProcess("hub", False)
        childutils.listener.ok()


def _is_older(supervisor: Any, one: str, other: str) -> bool:
    return bool(supervisor.getProcessInfo(one)["start"] < supervisor.getProcessInfo(other)["start"])


if __name__ == "__main__":
    watch()
