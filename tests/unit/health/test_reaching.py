"""Names, certificates and ways in that are not there yet, or never."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from certipy import Certipy

from deployer.rollout.health import Expectations, Fault, HealthResult, HubTarget, check_hub
from deployer.rollout.health import reaching as step
from deployer.rollout.health.result import ENTRANCE
from tests.unit.health.real_hub import free_ports


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "POLL_SECONDS", 0.1)


def check(url: str, told: list[str], *, settling_seconds: float = 0.5) -> HealthResult:
    target = HubTarget(
        url=url, api_token="a-token", expects=Expectations(on_cluster=True), settling_seconds=settling_seconds
    )
    return check_hub(target, on_step=lambda done: None, on_told=told.append)


def fault_of(result: HealthResult) -> Fault:
    assert result.fault is not None
    assert result.fault.step == "address leads there"
    assert result.fault.part == ENTRANCE
    assert result.fault.log == ()
    return result.fault


@contextmanager
def answering(statuses: Sequence[int], trust: ssl.SSLContext | None = None) -> Iterator[int]:
    """A web server whose answers have these statuses, the last one for ever; gives its port."""
    left = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status = left.pop(0) if len(left) > 1 else left[0]
            status = status if self.path == "/hub/api/" else 403
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"version": "5.5.0"}).encode() if status == 200 else b"no healthy upstream")

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if trust:
        server.socket = trust.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def test_a_name_that_does_not_resolve() -> None:
    told: list[str] = []
    fault = fault_of(check("https://hub.invalid/", told))
    assert fault.seen.startswith("the name hub.invalid does not resolve; give it a record in your DNS")
    assert set(told) == {"the name hub.invalid does not resolve"}


def test_a_certificate_that_nobody_trusts(tmp_path: Path) -> None:
    made = Certipy(store_dir=str(tmp_path)).create_ca("nobody")["files"]
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(made["cert"], made["key"])
    with answering([200], trust) as port:
        fault = fault_of(check(f"https://localhost:{port}/", []))
    assert fault.seen.startswith("the certificate of localhost does not hold: self")
    assert "port 80" in fault.seen


def test_an_entrance_without_certificates() -> None:
    with answering([200]) as port:
        fault = fault_of(check(f"https://localhost:{port}/", []))
    assert fault.seen.startswith("localhost has no certificate yet")


def test_nobody_listens() -> None:
    fault = fault_of(check(f"https://localhost:{free_ports(1)[0]}/", []))
    assert fault.seen.startswith("no connection to localhost")


def test_nobody_behind_the_entrance() -> None:
    with answering([502]) as port:
        fault = fault_of(check(f"http://localhost:{port}/", []))
    assert fault.seen == (
        "GET /hub/api/ answered 502 Bad Gateway: no healthy upstream; the entrance works, and the hub behind it does "
        "not yet"
    )


def test_it_comes_after_a_while() -> None:
    told: list[str] = []
    with answering([404, 503, 503, 200]) as port:
        result = check(f"http://localhost:{port}/", told, settling_seconds=20)
    assert [done.passed for done in result.steps[:2]] == [True, True]
    assert result.steps[1].detail == "JupyterHub 5.5.0"
    assert [words.partition(" answered ")[2][:3] for words in told] == ["404", "503", "503"]


def test_what_the_cluster_says_of_it() -> None:
    class Runtime:
        def observe(self) -> Sequence[str]:
            return ["the certificate hub is not there yet: Issuing certificate"]

        def parts(self) -> Sequence[str]:
            return []

        def log(self, part: str, *, lines: int) -> str:
            raise LookupError(part, lines)

        def follow(self, part: str, *, lines: int) -> Iterator[str]:
            raise LookupError(part, lines)

    target = HubTarget(
        url="https://hub.invalid/", api_token="a-token", expects=Expectations(on_cluster=True), logs=Runtime()
    )
    fault = fault_of(check_hub(target, on_step=lambda done: None))
    assert "; the cluster says: the certificate hub is not there yet: Issuing certificate; " in fault.seen
