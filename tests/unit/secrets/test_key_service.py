"""A cloud's key service in the place of age: the real sops against one that really encrypts, on this machine."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deployer.config import load_fleet
from deployer.errors import BadInput
from deployer.project import Project
from deployer.secrets.changing import change_recipients, get_value, set_value
from deployer.secrets.recipients import recipient
from deployer.secrets.sops import Sops

KEY = "arn:aws:kms:eu-central-1:000000000000:key/00000000-0000-4000-8000-000000000000"


@dataclass
class KeyService:
    """AWS KMS, as far as sops asks it: Encrypt and Decrypt of its JSON API."""

    keys: dict[str, AESGCM] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, target: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        operation = target.removeprefix("TrentService.")
        self.asked.append(operation)
        self.bodies.append(body)
        context = json.dumps(body.get("EncryptionContext") or {}, sort_keys=True).encode()
        name = body["KeyId"]
        key = self.keys.get(name)
        if key is None:
            return 400, {"__type": "NotFoundException", "message": f"Key '{name}' does not exist"}
        if operation == "Encrypt":
            nonce = os.urandom(12)
            sealed = nonce + key.encrypt(nonce, base64.b64decode(body["Plaintext"]), context)
            return 200, {"KeyId": name, "CiphertextBlob": base64.b64encode(sealed).decode()}
        sealed = base64.b64decode(body["CiphertextBlob"])
        try:
            plain = key.decrypt(sealed[:12], sealed[12:], context)
        except InvalidTag:
            return 400, {"__type": "InvalidCiphertextException", "message": "no"}
        return 200, {"KeyId": name, "Plaintext": base64.b64encode(plain).decode()}


@pytest.fixture
def service(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyService]:
    made = KeyService({KEY: AESGCM(AESGCM.generate_key(256))})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = made.answer(self.headers["X-Amz-Target"], body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def test_a_key_service_opens_what_age_would(
    project: Project, service: KeyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOPS_AGE_KEY_FILE")
    (project.root / "operators.yaml").write_text(f"recipients: {{pipeline: '{KEY}'}}\n")
    sops = Sops()
    file = set_value(project, "reef", "client_secret", "a secret", stage=None, sops=sops)
    assert get_value(project, "reef", "client_secret", stage="prod", sops=sops) == "a secret"
    assert set(service.asked) == {"Encrypt", "Decrypt"}
    assert "a secret" not in file.read_text()
    assert base64.b64encode(b"a secret").decode() not in json.dumps(service.bodies), "it sees the data key alone"
    assert KEY in (project.root / ".sops.yaml").read_text()
    assert load_fleet(project).problems == ()

    service.keys.clear()
    with pytest.raises(BadInput, match="none of the keys on this machine opens it") as raised:
        get_value(project, "reef", "client_secret", stage="prod", sops=sops)
    assert "does not exist" in raised.value.fault


def test_age_and_a_key_service_each_open_it_alone(
    project: Project, service: KeyService, monkeypatch: pytest.MonkeyPatch
) -> None:
    sops = Sops()
    set_value(project, "reef", "client_secret", "a secret", stage=None, sops=sops)
    change_recipients(project, "reef", add=[recipient(KEY)], sops=sops)
    asked = len(service.asked)
    assert get_value(project, "reef", "client_secret", stage="prod", sops=sops) == "a secret"
    assert len(service.asked) == asked, "age comes first"
    monkeypatch.delenv("SOPS_AGE_KEY_FILE")
    assert get_value(project, "reef", "client_secret", stage="prod", sops=sops) == "a secret"
    assert service.asked[-1] == "Decrypt"
