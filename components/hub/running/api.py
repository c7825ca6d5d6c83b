"""Asks an API server: lists, logs as they come; and applies an object."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from components.hub.running.login import Login, log_in
from components.survey.errors import ClusterUnseenError, ForbiddenError

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0
NAMES_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BUSY, OWN_FAULT = 401, 403, 404, 429, 500


class ApiServer:
    """One server, as one login sees it; may be used from several threads."""

    def __init__(self, kubeconfig: Mapping[str, Any]) -> None:
        self._kubeconfig = kubeconfig
        self._signing_in = threading.Lock()
        self._client: httpx.Client | None = None
        self._login: Login | None = None

    def sign_in(self) -> None:
        """Ahead of requests that would each wait for it. Raises ClusterUnseenError."""
        self._connected()

    def items(self, path: str, *, names_only: bool = False, **query: str) -> Sequence[Mapping[str, Any]]:
        """The objects of a list, or their metadata alone; none where the server has no such kind.

        Raises ForbiddenError, ClusterUnseenError.
        """
        accept = NAMES_ONLY if names_only else "application/json"
        with self._asked(path, accept, query) as answer:
            if answer.status_code == NOT_FOUND:
                return ()
            answer.read()
            found: Sequence[Mapping[str, Any]] = answer.json().get("items") or ()
            return found

    def object(self, path: str) -> Mapping[str, Any] | None:
        """One object; None where there is none. Raises ForbiddenError, ClusterUnseenError."""
        with self._asked(path, "application/json", {}) as answer:
            answer.read()
            found: Mapping[str, Any] | None = answer.json() if answer.is_success else None
            return found

    def lines(self, path: str, **query: str) -> Iterator[str]:
        """The lines of a text, as they come when it is followed; none where there is no such text (yet).

        Raises ForbiddenError, ClusterUnseenError.
        """
        with self._asked(path, "*/*", query) as answer:
            if answer.is_success:
                yield from answer.iter_lines()

    def apply(self, path: str, document: Mapping[str, Any], *, manager: str) -> None:
        """Make the fields of an object at `path` what the document says; those that this manager had set before and
        the document lacks go away. The object is made where there is none.

        Raises ForbiddenError, ClusterUnseenError.
        """
        query = {"fieldManager": manager, "force": "true"}
        body = json.dumps(document)  # JSON is YAML too, which is what the type says
        with self._asked(path, "application/json", query, method="PATCH", applied=body) as answer:
            if not answer.is_success:
                raise ClusterUnseenError(
                    f"the API server does not take {path.rpartition('/')[2]}: {_message(answer)}",
                    "deploy the hub again",
                )

    @contextmanager
    def _asked(
        self, path: str, accept: str, query: Mapping[str, str], *, method: str = "GET", applied: str | None = None
    ) -> Iterator[httpx.Response]:
        import httpx

        waits = None if query.get("follow") else ANSWER_SECONDS
        limits = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS, read=waits)
        for tries_left in (1, 0):
            client, login = self._connected()
            extensions = {"sni_hostname": login.server_name} if login.server_name else {}
            headers = {"Accept": accept, **({"Authorization": f"Bearer {login.token}"} if login.token else {})}
            if applied is not None:
                headers["Content-Type"] = "application/apply-patch+yaml"
            try:
                with client.stream(
                    method,
                    path,
                    params=dict(query),
                    headers=headers,
                    content=applied,
                    timeout=limits,
                    extensions=extensions,
                ) as answer:
                    if answer.status_code == UNAUTHORIZED and tries_left:
                        self._forget(client)  # the token has run out
                        continue
                    self._check(answer)
                    yield answer
                    return
            except httpx.HTTPError as error:
                raise _unreachable(login.server, error) from None

    def _connected(self) -> tuple[httpx.Client, Login]:
        import httpx

        with self._signing_in:
            if self._client is None or self._login is None:
                self._login = log_in(self._kubeconfig)
                self._client = httpx.Client(
                    base_url=self._login.server,
                    verify=self._login.trust,
                    proxy=self._login.proxy,
                    trust_env=not self._login.local,
                )
            return self._client, self._login

    def _forget(self, client: httpx.Client) -> None:
        with self._signing_in:
            if self._client is client:
                self._client = None

    def _check(self, answer: httpx.Response) -> None:
        server = f"the API server {answer.request.url.host}"
        code = answer.status_code
        if code == UNAUTHORIZED:
            raise ClusterUnseenError(
                f"{server} does not accept the login of {self._kubeconfig.get('current-context')!r}",
                "sign in again with the cloud's own command line",
            )
        if code == FORBIDDEN:
            verb = "see" if answer.request.method == "GET" else "change"
            raise ForbiddenError(f"the login may not {verb} {answer.request.url.path.rpartition('/')[2]}")
        if code >= OWN_FAULT or code == BUSY:
            raise ClusterUnseenError(f"{server} answers {code}: {_message(answer)}", "try again later")


def _message(answer: httpx.Response) -> str:
    answer.read()
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase


def _unreachable(server: str, error: httpx.HTTPError) -> ClusterUnseenError:
    words = str(error) or type(error).__name__
    return ClusterUnseenError(
        f"the API server {server} does not answer: {words}",
        "is the cluster running, and this machine in a network that reaches it?",
    )
