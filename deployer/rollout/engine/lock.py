"""Locks that runs put on stacks: who holds one, and whether that run still lives."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

import psutil

from deployer.rollout.engine.process_identity import identity

CLOCK_SLACK = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A lock as the engine wrote it down."""

    stack: str
    path: str
    """Of its file, within the backend."""
    pid: int
    username: str
    hostname: str
    since: datetime
    process: str = ""
    """Which process it was, beyond its number (see `identity`); empty in the engine's own locks."""
    id: str = ""
    """Of a claim; empty in the engine's own locks."""
    doing: str = ""
    """The command, as far as it may be shown; empty in the engine's own locks."""
    run_url: str = ""
    """Of the workflow's run, where it is one."""

    def __str__(self) -> str:
        since = f"{self.since.astimezone():%Y-%m-%d %H:%M:%S}"
        words = [
            f"{self.username} on {self.hostname}",
            f"process {self.pid}",
            f"since {since}",
            self.doing,
            self.run_url,
        ]
        return ", ".join(filter(None, words))

    @property
    def made_here(self) -> bool:
        """Whether the run that made it was, or is, on this machine."""
        return self.hostname == socket.gethostname()

    @property
    def alive_here(self) -> bool:
        """Whether the very process that made it runs on this machine."""
        if not self.made_here:
            return False
        if self.process:
            return identity(self.pid) == self.process
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            # A process that started after the lock was written only inherited the number.
            return datetime.fromtimestamp(process.create_time(), self.since.tzinfo) <= self.since + CLOCK_SLACK
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True
