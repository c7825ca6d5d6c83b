"""Ports of hubs: kept for good, and given to no two hubs of the machine."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Collection, Iterator
from contextlib import closing

from providers.engine.values import Fault

# Below the ports that Linux (32768) and macOS (49152) lend to outgoing connections, which could take a hub's port
# while it is down.
UNASKED = range(10_000, 32_000)
LAST = 65_535
TRIES = 200
LETTING_GO_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.05


def is_free(address: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family)) as trial:
        # As servers do: connections that are still fading away are no obstacle.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except OSError:
            return False
    # macOS lets one bind an address beside somebody who listens on all of them.
    with closing(socket.socket(family)) as caller:
        caller.settimeout(0.2)
        return caller.connect_ex((loopback_of(address), port)) != 0


def is_soon_free(address: str, port: int) -> bool:
    """As `is_free`, once what was ended a moment ago had time to let go of it: a busy machine takes its time."""
    deadline = time.monotonic() + LETTING_GO_SECONDS
    while not is_free(address, port):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    return True


def choose(address: str, *, first: int | None, taken: Collection[int]) -> int:
    """The first free port from `first` up; any free one without it."""
    for port in _candidates(first):
        if port not in taken and is_free(address, port):
            return port
    where = f"from {first} up" if first else f"between {UNASKED.start} and {UNASKED.stop}"
    raise Fault(f"no port {where} is free on {address}", "end what listens there, or choose another first_port")


def loopback_of(address: str) -> str:
    """How this machine reaches what listens on an address: a wildcard is no place to connect to."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104


def _candidates(first: int | None) -> Iterator[int]:
    if first is not None:
        return iter(range(first, LAST + 1))
    return iter(random.sample(UNASKED, TRIES))
