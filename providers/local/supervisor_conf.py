"""supervisord.conf of one hub: the proxy, the hub and the watch between them, each restarted when it dies."""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONF = "supervisord.conf"
PARTS = ("proxy", "hub")
DASK = "dask-gateway"
"""The part that a hub with Dask has besides."""
FOLDER_VARIABLE = "HUBS_HUB_FOLDER"
PART_VARIABLE = "HUBS_PART"
# A socket's path may have 103 bytes on macOS, 107 on Linux; supervisord adds its process id while it makes it.
LONGEST_SOCKET_PATH = 90


@dataclass(frozen=True, kw_only=True)
class Program:
    """One process to keep running."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    priority: int
    steady_after_seconds: int
    """How long it must live to count as started; dying earlier, three times over, it is given up."""
    whole_group: bool = False
    """Whether stopping it stops what it started as well."""
    listens_to: str = ""
    """Events of supervisord that are told to it on its standard input."""


def parts_of(places: Mapping[str, Any]) -> tuple[str, ...]:
    """What must run for a hub to be whole, by its places.json."""
    return (*PARTS, *([DASK] if places.get("dask") else []))


def socket_path(folder: Path) -> Path:
    """Where the hub's supervisord listens: in its folder, or, where that path is too long, in a private one in /tmp."""
    usual = folder / "supervisord.sock"
    if len(os.fsencode(usual)) <= LONGEST_SOCKET_PATH:
        return usual
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(f"/tmp/hubs-{os.getuid()}") / f"{name}.sock"  # noqa: S108 - made private, its owner is checked


def identifier(folder: Path) -> str:
    """What the hub's supervisord calls itself, so that it is never mistaken for another."""
    return f"hubs-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def render(folder: Path, programs: Mapping[str, Program]) -> bytes:
    """The whole file."""
    supervisord = {
        "identifier": identifier(folder),
        "directory": folder,
        "pidfile": folder / "supervisord.pid",
        "logfile": folder / "logs" / "supervisord.log",
        "logfile_maxbytes": "1MB",
        "logfile_backups": 1,
        "umask": "077",
    }
    if os.geteuid() == 0:
        # Said aloud, or supervisord takes it for an oversight and warns at every start.
        supervisord["user"] = "root"
    sections: dict[str, dict[str, object]] = {
        "supervisord": supervisord,
        "unix_http_server": {"file": socket_path(folder), "chmod": "0700"},
        "supervisorctl": {"serverurl": f"unix://{socket_path(folder)}"},
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
    }
    for name, program in programs.items():
        kind = "eventlistener" if program.listens_to else "program"
        sections[f"{kind}:{name}"] = _section(folder, name, program)
    return "\n".join(_text(title, options) for title, options in sections.items()).encode()


def _section(folder: Path, name: str, program: Program) -> dict[str, object]:
    environment = {**program.environment, FOLDER_VARIABLE: str(folder), PART_VARIABLE: name}
    output = "stderr" if program.listens_to else "stdout"
    return {
        **({"events": program.listens_to} if program.listens_to else {"redirect_stderr": "true"}),
        "command": shlex.join(program.command),
        "environment": ",".join(f"{key}={_quoted(value)}" for key, value in sorted(environment.items())),
        "directory": folder,
        "priority": program.priority,
        "autorestart": "true",
        "startsecs": program.steady_after_seconds,
        "startretries": 2,
        "stopwaitsecs": 15,
        "stopasgroup": str(program.whole_group).lower(),
        "killasgroup": str(program.whole_group).lower(),
        f"{output}_logfile": folder / "logs" / f"{name}.log",
        f"{output}_logfile_maxbytes": "5MB",
        f"{output}_logfile_backups": 2,
    }


def _quoted(value: str) -> str:
    """A value of `environment`, whose quotes know no escapes."""
    return f"'{value}'" if '"' in value else f'"{value}"'


def _text(title: str, options: Mapping[str, object]) -> str:
    # supervisord reads % as the start of an expression.
    lines = (f"{name} = {str(value).replace('%', '%%')}" for name, value in options.items())
    return "\n".join([f"[{title}]", *lines, ""])
