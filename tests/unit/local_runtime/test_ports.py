"""Ports of people's servers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from providers.local.runtime.ports import UNASKED, answers, choose_port, listens

SERVER = """
import socket, sys
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("up", flush=True)
listening.accept()
"""


@pytest.fixture
def stranger() -> Iterator[tuple[int, int]]:
    """Another process that listens: its id and its port."""
    port = choose_port()
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process.pid, port
    process.kill()
    process.communicate()


def test_chosen_where_outgoing_connections_do_not_take_them() -> None:
    assert choose_port() in UNASKED


def test_a_taken_port_is_not_chosen(stranger: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    free = choose_port()
    monkeypatch.setattr("random.sample", lambda *_: [stranger[1], free])
    assert choose_port() == free


def test_only_the_server_itself_counts(stranger: tuple[int, int]) -> None:
    pid, port = stranger
    assert listens(pid, port)
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert answers(other.getsockname()[1])
        assert not listens(pid, other.getsockname()[1])


def test_what_a_server_started_counts_as_the_server(stranger: tuple[int, int]) -> None:
    assert listens(os.getpid(), stranger[1])


def test_a_server_that_ended_listens_nowhere(stranger: tuple[int, int]) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert not listens(gone.pid, stranger[1])
