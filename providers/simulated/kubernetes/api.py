"""An API server, spoken to in JSON: objects applied, read, listed and deleted, refusals in its own words."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from providers.engine.values import Values
from providers.simulated.kubernetes.kubeconfig import Access, certificates

if TYPE_CHECKING:
    import httpx

ANSWER_SECONDS = 30.0
# One on this machine answers in milliseconds; what does not answer must not hold up every run.
REACH_SECONDS = 3.0
_APPLY = "application/apply-patch+yaml"


class Refused(Exception):  # noqa: N818 - an answer, not a fault of ours
    """What the API server said no to."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason


class Unreachable(Exception):  # noqa: N818 - an answer too
    """Nobody answers there."""


class NoSuchKind(Exception):  # noqa: N818 - likewise
    """No API of the server has it: perhaps a definition (CRD) that is not there yet."""


class Api:
    """One server; may be used from several threads."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._plurals: dict[tuple[str, str], tuple[str, bool]] = {}
        self._changing = threading.Lock()
        self._client: httpx.Client | None = None

    def answers(self) -> bool:
        """Whether it is there and ready."""
        with suppress(Unreachable, Refused):
            self.request("GET", "/readyz", timeout_seconds=REACH_SECONDS)
            return True
        return False

    def path(self, api_version: str, kind: str, namespace: str | None = None, name: str | None = None) -> str:
        """Of one object, or of all of a kind; raises NoSuchKind."""
        plural, namespaced = self._plural(api_version, kind)
        inside = f"/namespaces/{namespace}" if namespaced and namespace else ""
        return f"{_root(api_version)}{inside}/{plural}" + (f"/{name}" if name else "")

    def path_of(self, body: Mapping[str, Any]) -> str:
        """Of an object as it is written."""
        about = body.get("metadata") or {}
        return self.path(body["apiVersion"], body["kind"], about.get("namespace"), about["name"])

    def namespaced(self, api_version: str, kind: str) -> bool:
        """Raises NoSuchKind."""
        return self._plural(api_version, kind)[1]

    def apply(self, body: Values, *, manager: str, force: bool = False, trial: bool = False) -> Values:
        """Server-side apply; a trial changes nothing. Raises Refused, with code 409 for another manager's fields."""
        asked = {"fieldManager": manager, "force": str(force).lower(), "fieldValidation": "Strict"}
        if trial:
            asked["dryRun"] = "All"
        return self.request("PATCH", self.path_of(body), body=body, content_type=_APPLY, parameters=asked)

    def get(self, path: str, **parameters: str) -> Values | None:
        """An object or a list; None when it is not there."""
        try:
            return self.request("GET", path, parameters=parameters)
        except Refused as refusal:
            if refusal.code == 404:
                return None
            raise

    def items(self, path: str, **parameters: str) -> list[Values]:
        """The objects of a list."""
        return list((self.get(path, **parameters) or {}).get("items") or [])

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content_type: str = "application/json",
        parameters: Mapping[str, str] | None = None,
        timeout_seconds: float = ANSWER_SECONDS,
    ) -> Values:
        """One request. Raises Refused and Unreachable."""
        import httpx

        try:
            answer = self._connected().request(
                method,
                path,
                content=None if body is None else json.dumps(body),
                headers={"Content-Type": content_type} if body is not None else None,
                params=dict(parameters or {}),
                timeout=timeout_seconds,
            )
        except httpx.HTTPError as error:
            raise Unreachable(f"{self.access.server}: {str(error) or type(error).__name__}") from None
        return _understood(answer)

    def watch(self, path: str) -> Iterator[Values]:
        """Events of a list, the present objects first, until the connection ends."""
        import httpx

        asked = {"watch": "true", "allowWatchBookmarks": "false"}
        waiting = httpx.Timeout(ANSWER_SECONDS, read=None)
        try:
            with self._connected().stream("GET", path, params=asked, timeout=waiting) as answer:
                answer.raise_for_status()
                for line in answer.iter_lines():
                    yield json.loads(line)
        except httpx.HTTPError as error:
            raise Unreachable(str(error) or type(error).__name__) from None

    def _connected(self) -> httpx.Client:
        with self._changing:
            if self._client is None:
                import httpx

                token = self.access.token
                self._client = httpx.Client(
                    base_url=self.access.server,
                    headers={"Authorization": f"Bearer {token}"} if token else None,
                    verify=certificates(self.access),
                    trust_env=False,  # a proxy for the internet is none for this machine
                )
            return self._client

    def _plural(self, api_version: str, kind: str) -> tuple[str, bool]:
        key = (api_version, kind)
        if key not in self._plurals:
            found = self.get(_root(api_version)) or {}
            for one in found.get("resources", ()):
                if "/" not in one["name"]:
                    self._plurals[api_version, one["kind"]] = (one["name"], bool(one["namespaced"]))
        if key not in self._plurals:
            raise NoSuchKind(f'no matches for kind "{kind}" in version "{api_version}"')
        return self._plurals[key]


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _understood(answer: httpx.Response) -> Values:
    try:
        told = answer.json()
    except ValueError:
        told = {}
    if answer.is_success:
        return told if isinstance(told, dict) else {}
    status = told if isinstance(told, dict) else {}
    message = status.get("message") or answer.text.strip() or f"HTTP status {answer.status_code}"
    raise Refused(answer.status_code, str(status.get("reason", "")), message)
