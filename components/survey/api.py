"""Asks an API server several things at once, and gives up on what does not answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from components.survey.errors import ClusterUnseenError, ForbiddenError

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

LIMIT_SECONDS = 10
AT_ONCE = 8
FIRST_FAULT, UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 400, 401, 403, 404


class Seen:
    """Answers of an API server by path; what it does not have is empty."""

    def __init__(self, answers: Mapping[str, Mapping[str, Any] | ForbiddenError]) -> None:
        self._answers = answers

    def object(self, path: str) -> Mapping[str, Any]:
        """Raises ForbiddenError."""
        answer = self._answers[path]
        if isinstance(answer, ForbiddenError):
            raise answer
        return answer

    def items(self, path: str) -> list[Mapping[str, Any]]:
        """Of a list, by name. Raises ForbiddenError."""
        items: Iterable[Mapping[str, Any]] = self.object(path).get("items") or ()
        return sorted(items, key=lambda item: str(item["metadata"]["name"]))


class Api:
    """An API server, as one login sees it."""

    def __init__(self, client: ApiClient, name: str) -> None:
        self._client = client
        self._name = name

    def see(self, paths: Iterable[str]) -> Seen:
        """Answers to all paths. Raises ClusterUnseenError when the server does not answer, or knows no such login."""
        wanted = list(dict.fromkeys(paths))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return Seen(dict(zip(wanted, pool.map(self._or_forbidden, wanted), strict=True)))

    def get(self, path: str) -> Mapping[str, Any]:
        """An object or a list as plain data; empty where there is none. Raises ForbiddenError, ClusterUnseenError."""
        return self._call("GET", path, None)

    def ask(self, path: str, bodies: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Answers to questions that are posted; nothing is made of them."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda body: self._call("POST", path, body), bodies))

    def _or_forbidden(self, path: str) -> Mapping[str, Any] | ForbiddenError:
        try:
            return self.get(path)
        except ForbiddenError as error:
            return error

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
        from kubernetes.client.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        request = self._client.param_serialize(
            method, path, header_params=headers, body=body, auth_settings=["BearerToken"]
        )
        try:
            response = self._client.call_api(*request, _request_timeout=LIMIT_SECONDS)
            content = response.read()
        except (HTTPError, ApiException) as error:  # the client's own is for trouble with TLS
            raise self._unreachable(error) from None
        if response.status >= FIRST_FAULT:
            return self._refused(path, response.status, response.reason)
        try:
            found: Mapping[str, Any] = json.loads(content)
        except ValueError:
            fault = f"{self._host} answers, but not as a Kubernetes API"
            raise ClusterUnseenError(fault, "look at the server's address in the kubeconfig") from None
        return found

    def _refused(self, path: str, status: int, reason: str) -> Mapping[str, Any]:
        if status == NOT_FOUND:
            return {}
        if status == FORBIDDEN:
            raise ForbiddenError(f"the login may not see {path.rpartition('/')[2].partition('?')[0]}")
        if status == UNAUTHORIZED:
            raise ClusterUnseenError(
                f"{self._host} does not accept the login of {self._name!r}: it is wrong, revoked or expired",
                "sign in again, or get a new kubeconfig from whoever runs the cluster",
            )
        raise ClusterUnseenError(f"{self._host} answers {path} with {status} {reason}", "try again later")

    def _unreachable(self, error: Exception) -> ClusterUnseenError:
        said = str(error)
        if "CERTIFICATE_VERIFY_FAILED" in said:
            why = said.partition("certificate verify failed:")[2].partition("(")[0].strip() or "not trusted"
            return ClusterUnseenError(
                f"{self._host} shows a certificate that does not hold: {why}",
                "renew it on the cluster, or mend certificate-authority-data in the kubeconfig",
            )
        if "certificate expired" in said or "CERTIFICATE_EXPIRED" in said:
            return ClusterUnseenError(
                f"{self._host} refuses the client certificate of {self._name!r}: it has expired",
                "get a new kubeconfig from whoever runs the cluster",
            )
        return ClusterUnseenError(
            f"{self._host} does not answer ({LIMIT_SECONDS} s at most were waited): {_plain(error)}",
            "is the cluster running, and this machine in a network that reaches it?",
        )

    @property
    def _host(self) -> str:
        return f"the API server {self._client.configuration.host}"


def _plain(error: Exception) -> str:
    """The innermost reason, without the library's objects."""
    said = str(getattr(error, "reason", None) or error)
    return re.sub(r"^\[Errno -?\d+\] ", "", said.rpartition(": ")[2].strip("()' ")) or type(error).__name__
