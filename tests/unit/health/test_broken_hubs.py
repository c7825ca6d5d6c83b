"""The health check against what only looks like a hub: each is a real server on this machine that plays one fault."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deployer.rollout.health import HealthResult, HubTarget, check_hub
from tests.unit.health.real_hub import free_ports

TOKEN = "a-token-that-must-not-show"


def check(url: str, *, deadline_seconds: float = 30) -> HealthResult:
    return check_hub(HubTarget(url=url, api_token=TOKEN), on_step=lambda step: None, deadline_seconds=deadline_seconds)


@contextmanager
def answering(status: int, content_type: str, body: str) -> Iterator[str]:
    """A web server that gives everybody the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "content_type", "body", "seen"),
    [
        (200, "text/html", "<html><style>p{}</style><p>Something went wrong</p>", "no JSON but 'Something went wrong'"),
        (200, "application/json", json.dumps({"hello": 1}), "it has no version"),
        (200, "application/json", "[]", "it has no version"),
        (503, "text/html", "<h1>Service Unavailable</h1>", "answered 503 Service Unavailable: Service Unavailable"),
        (500, "application/json", json.dumps({"message": "database is locked"}), "500 Internal Server Error: database"),
        (302, "text/plain", "", "answered 302 Found"),
    ],
)
def test_answers_that_are_no_hub(status: int, content_type: str, body: str, seen: str) -> None:
    with answering(status, content_type, body) as url:
        result = check(url)
    assert result.fault is not None
    assert result.fault.step == "hub answers"
    assert seen in result.fault.seen
    assert result.fault.part == "hub"


def test_long_answers_are_cut() -> None:
    with answering(200, "text/html", "<p>" + "word " * 10_000) as url:
        result = check(url)
    assert result.fault is not None
    assert len(result.fault.seen) < 500


def test_an_answer_that_repeats_the_token() -> None:
    with answering(403, "text/plain", f"no access with {TOKEN}") as url:
        result = check(url)
    assert result.fault is not None
    assert result.fault.seen.endswith("no access with [secret]")


def test_nobody_listens() -> None:
    result = check(f"http://127.0.0.1:{free_ports(1)[0]}/")
    assert result.fault is not None
    assert result.fault.part == "proxy"
    assert result.fault.seen.startswith("no connection")


def test_no_such_host() -> None:
    result = check("http://hub.invalid/")
    assert result.fault is not None
    assert result.fault.part == "proxy"


def test_hanging_hub_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        begun = time.monotonic()
        result = check(f"http://127.0.0.1:{listener.getsockname()[1]}/", deadline_seconds=1)
        took = time.monotonic() - begun
    assert 1 <= took < 4
    assert result.fault is not None
    assert result.fault.seen == "the check's 1 s were over before anything came back"
    assert result.left == ""


def test_a_proxy_from_the_environment_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    with answering(200, "text/plain", "reached") as url:
        result = check(url)
    assert result.fault is not None
    assert "reached" in result.fault.seen
