"""Ports of people's servers on this machine's loopback address."""

from __future__ import annotations

import random
import socket
from contextlib import closing

import psutil

# Below the ports that Linux (32768) and macOS (49152) lend to outgoing connections: one of those may take a port in the
# seconds between its choice and the server's start.
UNASKED = range(10_000, 32_000)
TRIES = 200


def choose_port() -> int:
    """A port that nobody listens on now. Raises OSError when none is found."""
    for port in random.sample(UNASKED, TRIES):
        with closing(socket.socket()) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no port between {UNASKED.start} and {UNASKED.stop} is free")


def listens(pid: int, port: int) -> bool:
    """Whether this very process, or one that it started, listens there: a stranger's answer would be taken for it."""
    try:
        server = psutil.Process(pid)
        family = [server, *server.children(recursive=True)]
        return any(
            connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
            for process in family
            for connection in process.net_connections("tcp")
        )
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return answers(port)


def answers(port: int) -> bool:
    """Whether anybody listens there."""
    with closing(socket.socket()) as caller:
        caller.settimeout(0.2)
        return caller.connect_ex(("127.0.0.1", port)) == 0
