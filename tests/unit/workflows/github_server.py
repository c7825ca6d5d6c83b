"""A server that answers as GitHub's API does, as far as the scripts ask, and remembers what was written."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REPOSITORY = "example-org/hubs"
TOKEN = "a-token-of-this-test"
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class GitHub:
    """What is in the repository."""

    pulls: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    archive: bytes = b""
    issues: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    refusal: int = 0
    """The code of every answer, where it is one of refusal."""
    asked: list[str] = field(default_factory=list)
    """Each request: method and path."""
    tokens_at_the_store: list[str | None] = field(default_factory=list)
    """What the place of the files, which is not the API, was shown."""
    address: str = ""
    store: str = ""

    def answer(self, method: str, address: str, data: Any) -> Answer:
        """One request to the API."""
        parts = urlsplit(address)
        path = parts.path.removeprefix(f"/repos/{REPOSITORY}/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(f"{method} {path}")
        if self.refusal:
            return _json({"message": "Resource not accessible by integration"}, self.refusal)
        if path == "pulls":
            owner, _, branch = query["head"].partition(":")
            return _json([p for p in self.pulls if (p["head"]["owner"], p["head"]["ref"]) == (owner, branch)])
        if path.startswith("actions/runs/"):
            return _json({"artifacts": [each for each in self.artifacts if each["name"] == query["name"]]})
        if path.startswith("actions/artifacts/"):
            return 302, {"Location": f"{self.store}/archive.zip"}, b""
        entries = self.comments if "comments" in path else self.issues
        if method == "GET":
            page, size = int(query["page"]), int(query["per_page"])
            return _json(entries[(page - 1) * size : page * size])
        if method == "PATCH":
            number = int(path.rpartition("/")[2])
            (entry,) = (each for each in entries if number in (each.get("id"), each.get("number")))
            entry.update(data)
            return _json(entry)
        entries.append(written(len(entries) + 1, data["body"], title=data.get("title", "")))
        return _json(entries[-1], 201)


def written(number: int, body: str, *, title: str = "", by: str = "github-actions[bot]") -> dict[str, Any]:
    """A comment or an issue, as the API tells it."""
    address = f"https://github.example/{number}"
    return {
        "id": number,
        "number": number,
        "user": {"login": by},
        "html_url": address,
        "title": title,
        "body": body,
        "state": "open",
    }


@contextmanager
def serving(github: GitHub) -> Iterator[GitHub]:
    """The API and the place of its files, on ports of this machine."""

    def files(method: str, path: str, data: Any) -> Answer:
        return 200, {}, github.archive

    with _server(files, github.tokens_at_the_store) as github.store, _server(github.answer, []) as github.address:
        yield github


@contextmanager
def _server(answer: Callable[[str, str, Any], Answer], tokens: list[str | None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            data = json.loads(self.rfile.read(length)) if length else None
            tokens.append(self.headers.get("Authorization"))
            code, headers, content = answer(self.command, self.path, data)
            self.send_response(code)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _handle  # noqa: N815 - names are the server's

        def log_message(self, *_: object) -> None:
            """Nothing: tests have their own output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _json(value: Any, code: int = 200) -> Answer:
    return code, {"Content-Type": "application/json"}, json.dumps(value).encode()
