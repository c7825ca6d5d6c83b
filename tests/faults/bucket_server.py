"""An S3 of the test's own, as far as state needs it; it can go away, be read-only, and keep versions."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "hubs-state"


@dataclass
class Bucket:
    """What it holds, and how it behaves; read and changed by the test."""

    objects: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    versioned: bool = False
    fails: Callable[[str, str], bool] = lambda method, key: False
    """Whether a request is answered by an error, by its method and key."""
    passing: bool = True
    """Whether that error asks for time (503), or says that the login holds no more (403)."""
    refuses_writes: bool = False
    requests: int = 0
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """As the engine and the deployer take it."""
        options = f"endpoint=http://127.0.0.1:{self.port}&s3ForcePathStyle=true&region=eu-central-1"
        return f"s3://{BUCKET}?{options}"


@contextmanager
def bucket() -> Iterator[Bucket]:
    """One that answers on this machine alone."""
    kept = Bucket()

    class Handler(_Handler):
        bucket = kept

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Get, head, put, copy, delete and list, in S3's words."""

    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def do_GET(self) -> None:
        self._answered(lambda key: self._list() if key == "" else self._get(key, whole=True))

    def do_HEAD(self) -> None:
        self._answered(lambda key: self._get(key, whole=False))

    def do_PUT(self) -> None:
        self._answered(self._put)

    def do_DELETE(self) -> None:
        self._answered(self._delete)

    def do_POST(self) -> None:
        self._answered(self._delete_several)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class names it
        """Nothing: the test looks for itself."""

    def _answered(self, handle: Callable[[str], None]) -> None:
        self.body = self._read_body()
        key = unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").removeprefix("/")
        with self.bucket.lock:
            self.bucket.requests += 1
            if self.bucket.fails(self.command, key):
                code = "SlowDown" if self.bucket.passing else "ExpiredToken"
                text = f"<Error><Code>{code}</Code><Message>not now</Message></Error>"
                self._say(503 if self.bucket.passing else 403, text.encode())
            elif self.bucket.refuses_writes and self.command in ("PUT", "DELETE", "POST"):
                self._say(403, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
            else:
                handle(key)

    def _read_body(self) -> bytes:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "aws-chunked" not in (self.headers.get("Content-Encoding") or ""):
            return content
        whole = b""
        while content:
            size, _, rest = content.partition(b"\r\n")
            length = int(size.partition(b";")[0], 16)
            if not length:
                break
            whole, content = whole + rest[:length], rest[length + 2 :]
        return whole

    def _get(self, key: str, *, whole: bool) -> None:
        if key not in self.bucket.objects:
            self._say(404, b"<Error><Code>NoSuchKey</Code><Message>none</Message></Error>" if whole else b"")
            return
        content, changed = self.bucket.objects[key]
        self._say(200, content, content_type="application/octet-stream", changed=changed, whole=whole)

    def _put(self, key: str) -> None:
        if self.headers.get("If-None-Match") == "*" and key in self.bucket.objects:
            self._say(412, b"<Error><Code>PreconditionFailed</Code><Message>there is one</Message></Error>")
            return
        source = self.headers.get("x-amz-copy-source")
        content = self.body
        if source:
            content = self.bucket.objects[unquote(source).removeprefix("/").removeprefix(f"{BUCKET}/")][0]
        self.bucket.objects[key] = (content, datetime.now(UTC))
        text = f'<CopyObjectResult><ETag>"{_tag(content)}"</ETag></CopyObjectResult>' if source else ""
        self._say(200, text.encode(), tag=_tag(content))

    def _delete(self, key: str) -> None:
        self.bucket.objects.pop(key, None)
        self._say(204, b"")

    def _delete_several(self, key: str) -> None:
        gone = re.findall(r"<Key>(.*?)</Key>", self.body.decode())
        for found in gone:
            self.bucket.objects.pop(found, None)
        said = "".join(f"<Deleted><Key>{found}</Key></Deleted>" for found in gone)
        self._say(200, f"<DeleteResult>{said}</DeleteResult>".encode())

    def _list(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        prefix, delimiter = asked.get("prefix", ""), asked.get("delimiter", "")
        contents, folders = "", {}
        for key, (content, changed) in sorted(self.bucket.objects.items()):
            if not key.startswith(prefix):
                continue
            below = key[len(prefix) :]
            if delimiter and delimiter in below:
                folders[prefix + below.partition(delimiter)[0] + delimiter] = None
                continue
            contents += (
                f"<Contents><Key>{escape(key)}</Key><LastModified>{changed:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
                f'<ETag>"{_tag(content)}"</ETag><Size>{len(content)}</Size></Contents>'
            )
        common = "".join(f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in folders)
        text = (
            f"<ListBucketResult><Name>{BUCKET}</Name><Prefix>{escape(prefix)}</Prefix><KeyCount>1</KeyCount>"
            f"<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>{contents}{common}</ListBucketResult>"
        )
        self._say(200, text.encode())

    def _say(
        self,
        code: int,
        content: bytes,
        *,
        content_type: str = "application/xml",
        changed: datetime | None = None,
        tag: str = "",
        whole: bool = True,
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Type", content_type)
        if changed is not None or tag:
            self.send_header("ETag", f'"{tag or _tag(content)}"')
            if self.bucket.versioned:
                self.send_header("x-amz-version-id", "v1")
        if changed is not None:
            self.send_header("Last-Modified", f"{changed:%a, %d %b %Y %H:%M:%S} GMT")
        self.end_headers()
        if whole and self.command != "HEAD":
            self.wfile.write(content)


def _tag(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
