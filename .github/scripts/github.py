"""The little of GitHub's API that the workflows need. Python alone: nothing is installed where a token may write."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any

PAGE = 100
BOT = "github-actions[bot]"
"""Who a workflow's own token writes as."""


class GitHubError(Exception):
    """GitHub did not do what it was asked, in one line."""


class Repository:
    """The repository whose workflow runs, with the job's token."""

    def __init__(self) -> None:
        self.name = os.environ["GITHUB_REPOSITORY"]
        self._api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
        self._token = os.environ["GITHUB_TOKEN"]

    def get(self, path: str) -> Any:
        """The answer to GET /repos/OWNER/NAME/path."""
        return json.loads(self._send("GET", f"{self._api}/repos/{self.name}/{path}"))

    def every(self, path: str) -> Iterator[Any]:
        """Each entry of a list, page after page."""
        mark = "&" if "?" in path else "?"
        page = 1
        while True:
            entries = self.get(f"{path}{mark}per_page={PAGE}&page={page}")
            yield from entries
            if len(entries) < PAGE:
                return
            page += 1

    def write(self, method: str, path: str, **data: Any) -> Any:
        """POST or PATCH."""
        return json.loads(self._send(method, f"{self._api}/repos/{self.name}/{path}", data))

    def download(self, path: str, most_bytes: int) -> bytes:
        """A file, no further than `most_bytes`."""
        return self._send("GET", f"{self._api}/repos/{self.name}/{path}", most_bytes=most_bytes)

    def _send(
        self, method: str, address: str, data: dict[str, Any] | None = None, *, most_bytes: int | None = None
    ) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - GitHub's own address
            address,
            method=method,
            data=json.dumps(data).encode() if data is not None else None,
            headers={"Accept": "application/vnd.github+json", "Content-Type": "application/json"},
        )
        # Files lie elsewhere than the API: whoever serves them must not see the token.
        request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return answer.read(most_bytes) if most_bytes is not None else answer.read()
        except (OSError, HTTPException) as error:
            raise GitHubError(f"GitHub did not answer {method} {address.removeprefix(self._api)}: {error}") from None
