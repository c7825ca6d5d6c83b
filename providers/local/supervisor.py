"""A hub's supervisord: started, asked and told over its socket."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import xmlrpc.client
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from providers.engine.values import Fault
from providers.local.supervisor_conf import CONF, FOLDER_VARIABLE, PART_VARIABLE, identifier, socket_path

LIVE = frozenset({"STARTING", "RUNNING"})
START_SECONDS = 30
# What a person's servers may need of the environment that the hub was deployed from; nothing of the engine's, which
# holds the state's passphrase.
PASSED_ON = frozenset({
    "HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "TZ", "TMPDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX",
})  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One program as supervisord sees it."""

    name: str
    state: str
    pid: int
    account: str
    """Its own words, e.g. "Exited too quickly (process log may have details)"."""


class Supervisor:
    """The supervisord of the hub in a folder, which may or may not run."""

    def __init__(self, folder: Path, timeout_seconds: float = 30) -> None:
        self._folder = folder
        self._remote: Any = xmlrpc.client.ServerProxy(
            "http://supervisor/RPC2", transport=_UnixTransport(socket_path(folder), timeout_seconds)
        )

    def pid(self) -> int | None:
        """The running supervisord's process; None when it does not answer, or another one does."""
        with contextlib.suppress(OSError, xmlrpc.client.Error, http.client.HTTPException):
            if self._remote.supervisor.getIdentification() == identifier(self._folder):
                return int(self._remote.supervisor.getPID())
        return None

    def start(self, python: Path) -> None:
        """Start it in the background, with the Python that it is installed for, and the programs with it."""
        _make_socket_folder(socket_path(self._folder).parent)
        conf = self._folder / CONF
        try:
            started = subprocess.run(
                [python, "-m", "supervisor.supervisord", "-c", conf],
                cwd=self._folder,
                env={**_passed_on(os.environ), FOLDER_VARIABLE: str(self._folder), PART_VARIABLE: "supervisor"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                start_new_session=True,
                timeout=START_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Fault(f"supervisord did not start: {error}") from None
        if started.returncode != 0:
            last = (started.stderr or started.stdout).strip().splitlines()[-1:]
            raise Fault(f"supervisord did not start: {' '.join(last) or 'it gave no reason'}")

    def parts(self) -> dict[str, Part]:
        """Its programs by name."""
        return {
            one["name"]: Part(one["name"], one["statename"], one["pid"], one["spawnerr"] or one["description"])
            for one in self._remote.supervisor.getAllProcessInfo()
        }

    def stop(self, name: str) -> None:
        """Stop one program and wait; nothing happens when it is not running or not known."""
        with contextlib.suppress(xmlrpc.client.Fault):
            self._remote.supervisor.stopProcess(name, True)

    def apply_conf(self) -> None:
        """Make the programs those of the conf as it is now; restarts only what it changes, starts what is stopped."""
        [[added, changed, removed]] = self._remote.supervisor.reloadConfig()
        for name in (*changed, *removed):
            self._remote.supervisor.stopProcessGroup(name, True)
            self._remote.supervisor.removeProcessGroup(name)
        for name in (*added, *changed):
            self._remote.supervisor.addProcessGroup(name)
        for part in self.parts().values():
            if part.state not in LIVE:
                with contextlib.suppress(xmlrpc.client.Fault):
                    self._remote.supervisor.startProcess(part.name, False)

    def shut_down(self) -> None:
        """Ask it to stop its programs and itself; returns before it has."""
        with contextlib.suppress(OSError, xmlrpc.client.Error, http.client.HTTPException):
            self._remote.supervisor.shutdown()


def _passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.upper() in PASSED_ON or name.startswith("LC_")}


def _make_socket_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or folder.is_symlink():
        raise Fault(f"{folder} belongs to somebody else", "have it removed")


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout_seconds: float) -> None:
        super().__init__("supervisor", timeout=timeout_seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: Path, timeout_seconds: float) -> None:
        super().__init__()
        self._path = path
        self._timeout_seconds = timeout_seconds

    def make_connection(self, _host: Any) -> http.client.HTTPConnection:
        return _UnixConnection(self._path, self._timeout_seconds)
