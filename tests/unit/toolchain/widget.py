"""A tiny tool to install, and a server to get it from; as a program, it installs the tool.

python -m tests.unit.toolchain.widget ADDRESS SHA256
"""

from __future__ import annotations

import hashlib
import io
import ssl
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from deployer.errors import ToolMissing
from deployer.toolchain import Progress, quiet
from deployer.toolchain.download import OfficialArchive
from deployer.toolchain.ensuring import ensure_tools
from deployer.toolchain.finding import InOwnFolder, OnPath
from deployer.toolchain.places import platform
from deployer.toolchain.tool import Found, Installer, Tool

VERSION = "1.2.3"


def widget(*installers: Installer) -> Tool:
    """A tool that prints its version when asked."""
    return Tool(
        name="widget",
        version=VERSION,
        accepts=VERSION.__eq__,
        version_argument="version",
        finders=(OnPath(), InOwnFolder()),
        installers=installers,
        folder_name=VERSION,
        otherwise="write one yourself",
    )


def official(address: str, sha256: str) -> OfficialArchive:
    return OfficialArchive(address, {platform(): sha256})


def program(version: str = VERSION) -> bytes:
    return f"#!/bin/sh\necho v{version}\n".encode()


def archive(content: bytes = program(), *, ballast_bytes: int = 0) -> bytes:
    """As vendors pack: one folder with executables, and perhaps something that does not compress."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        ballast = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(ballast_bytes // 32))
        for name, data in {"widget/widget": content, "widget/ballast": ballast}.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            member.mode = 0o755
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def get(tool: Tool, progress: Callable[[Progress], None] = quiet) -> Found:
    return ensure_tools([tool], progress=progress)["widget"]


def left_over(cache: Path) -> list[Path]:
    """What an installation must never leave behind."""
    return list(cache.glob("tools/*/.partial-*"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Served:
    """What a server gives, and how badly."""

    body: bytes
    promised_bytes: int | None = None
    """Another Content-Length than the body's: the connection then ends too early."""
    also: dict[str, bytes] = field(default_factory=dict)
    """Bodies of other paths."""
    status: int = 200
    held_back: threading.Event | None = None
    """Half the body comes at once, the rest when this is set."""
    half_sent: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving(served: Served, *, certificate: Path | None = None, key: Path | None = None) -> Iterator[Served]:
    """A server on a free port of this machine, for as long as the block runs; encrypted with a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            body = served.also.get(self.path, served.body)
            self.send_response(served.status)
            self.send_header("Content-Length", str(served.promised_bytes or len(body)))
            self.end_headers()
            half = len(body) // 2
            try:
                self.wfile.write(body[:half])
                self.wfile.flush()
                served.half_sent.set()
                if served.held_back is not None:
                    served.held_back.wait(60)
                self.wfile.write(body[half:])
            except OSError:
                pass  # the client was killed, which is what some tests are about

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "https" if certificate else "http"
    served.address = f"{scheme}://127.0.0.1:{server.server_address[1]}/widget.tar.gz"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        if served.held_back is not None:
            served.held_back.set()
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> int:
    def tell(step: Progress) -> None:
        print(f"{step.phase} {step.detail}", flush=True)

    try:
        found = ensure_tools([widget(official(sys.argv[1], sys.argv[2]))], progress=tell)
    except ToolMissing as error:
        print(error.fault, error.remedy, sep="\n")
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted")
        return 130
    print(found["widget"].path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
