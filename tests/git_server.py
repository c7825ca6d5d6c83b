"""Repositories served by git itself over https on this machine, as a code host would."""

from __future__ import annotations

import datetime
import ipaddress
import os
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

WHO = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main"]


@dataclass
class GitServer:
    """`url` ends in no slash; whoever fetches must trust `certificate` (GIT_SSL_CAINFO)."""

    folder: Path
    url: str
    certificate: Path
    asked: list[str] = field(default_factory=list)
    """Paths of all requests."""

    def repository(self, name: str, files: Mapping[str, str], *, branch: str = "main") -> str:
        """Make a repository, or add a commit on a branch to it; its address."""
        work, bare = self.folder / "work" / name, self.folder / f"{name}.git"
        if not work.is_dir():
            work.mkdir(parents=True)
            _git(work, "init", "--quiet", "-b", "main")
            subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", str(bare)], check=True)
            (bare / "git-daemon-export-ok").touch()
            _git(bare, "config", "uploadpack.allowReachableSHA1InWant", "true")
        for path, text in files.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text, encoding="utf-8")
        _git(work, "checkout", "--quiet", "-B", branch)
        _git(work, "add", "--all")
        _git(work, "commit", "--quiet", "--allow-empty", "-m", "As it is")
        _git(work, "push", "--quiet", str(bare), branch)
        return f"{self.url}/{name}"

    def commit(self, name: str) -> str:
        """The last one of a repository."""
        return subprocess.check_output(
            ["git", "-C", str(self.folder / "work" / name), "rev-parse", "HEAD"], text=True
        ).strip()


@contextmanager
def git_server(folder: Path) -> Iterator[GitServer]:
    """A server on a port of the system's choice."""
    folder.mkdir(parents=True, exist_ok=True)
    key, certificate = _certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Git,), {"folder": folder, "asked": []}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    handler = server.RequestHandlerClass
    assert issubclass(handler, _Git)
    try:
        yield GitServer(folder, f"https://127.0.0.1:{server.server_port}/examples", certificate, handler.asked)
    finally:
        server.shutdown()
        server.server_close()


class _Git(BaseHTTPRequestHandler):
    """Hands requests to git's own http-backend."""

    folder: ClassVar[Path]
    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body: bytes) -> None:
        self.asked.append(self.path)
        path, _, query = self.path.partition("?")
        # Addresses of people have no .git; code hosts take both.
        name, slash, rest = path.removeprefix("/examples/").partition("/")
        where = f"/{name.removesuffix('.git')}.git{slash}{rest}"
        cgi = {
            "GIT_PROJECT_ROOT": str(self.folder),
            "PATH_INFO": where,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], input=body, capture_output=True, env={**os.environ, **cgi}, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for header, value in headers.items():
            self.send_header(header, value)
        # Where a connection ends without a word, some TLS libraries take it for cut off.
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        """Nothing: requests are in `asked`."""


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *WHO, "-C", str(folder), *arguments], check=True, capture_output=True)


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_file, certificate = folder / "server.key", folder / "server.pem"
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate
