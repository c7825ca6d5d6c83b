"""A server on this machine that keeps objects and gives identities as three clouds do, each by its published protocol.

It refuses what a cloud would refuse: a request without the token that it lent, or with a signature that AWS's own
library computes otherwise.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

TOKEN = "lent-by-the-cloud"
ASSERTION = "signed-by-the-cluster"
LENT = {"AccessKeyId": "EXAMPLEKEY", "SecretAccessKey": "example-secret", "Token": "example-session"}
REGION = "eu-central-1"


@dataclass
class ObjectStore:
    """What it holds and was asked."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refusals: int = 0
    """How many requests for objects are still refused, as when rights have not reached all machines."""


class _Server(ThreadingHTTPServer):
    store: ObjectStore


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        if "/computeMetadata/" in self.path:
            self.answer(200 if self.headers["Metadata-Flavor"] == "Google" else 403, {"access_token": TOKEN})
        elif self.path == "/v1/credentials":
            self.answer(200 if self.headers["Authorization"] == ASSERTION else 401, LENT)
        else:
            self.object()

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        fine = asked["client_assertion"] == [ASSERTION] and self.path == "/tenant/oauth2/v2.0/token"
        self.answer(200 if fine else 401, {"access_token": TOKEN})

    def do_PUT(self) -> None:
        self.object()

    def do_DELETE(self) -> None:
        self.object()

    def object(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.store.asked.append(f"{self.command} {self.path}")
        if self.server.store.refusals or not self.let_in(body):
            self.server.store.refusals = max(0, self.server.store.refusals - 1)
            self.answer(403, {"error": "AccessDenied"})
        elif self.command == "PUT":
            self.server.store.objects[self.path] = body
            self.answer(201, {})
        elif self.path not in self.server.store.objects:
            self.answer(404, {})
        elif self.command == "GET":
            self.send(200, self.server.store.objects[self.path])
        else:
            del self.server.store.objects[self.path]
            self.send(204, b"")

    def let_in(self, body: bytes) -> bool:
        shown = self.headers["Authorization"]
        if shown.startswith("AWS4-HMAC-SHA256"):
            return bool(shown == self.signed_by_aws(body))
        versioned = self.command != "PUT" or "x-ms-blob-type" in self.headers or self.path.startswith("/google")
        return shown == f"Bearer {TOKEN}" and versioned

    def signed_by_aws(self, body: bytes) -> str:
        signed = ("x-amz-content-sha256", "x-amz-date", "x-amz-security-token")
        request = AWSRequest(self.command, f"{self.server.store.url}{self.path}", data=body)
        request.context["timestamp"] = self.headers["x-amz-date"]
        for name in signed:
            request.headers[name] = self.headers[name]
        signer = S3SigV4Auth(Credentials(*LENT.values()), "s3", REGION)
        canonical = signer.canonical_request(request)
        signature = signer.signature(signer.string_to_sign(request, canonical), request)
        names = ";".join(("host", *signed))
        scope = signer.scope(request)
        return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"

    def answer(self, status: int, document: dict[str, str]) -> None:
        self.send(status, json.dumps(document).encode())

    def send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """One that listens on this machine, for any cloud."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.store = store = ObjectStore(url=f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
