"""The log of a pod: its last lines, and new ones through restarts, replacements and connections that end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from components.hub.running.api import ApiServer
from components.survey.errors import ClusterUnseenError

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
RESTARTED = "--- it ended, and was started again ---"
SECONDS, ZONE = len("2026-01-01T12:00:00"), len("2026-01-01T12:00:00.000000000")
FAILURES_ALLOWED = 3
"""In a row: a load balancer or a token that ends a connection is no reason to stop."""


def last_lines(api: ApiServer, pods: str, pod: str, count: int) -> list[str]:
    """Of the main container; after a restart with the end of what the one before wrote."""
    container, restarts = _main_container(api, pods, pod)
    if container is None:
        return []
    asked = {"container": container, "tailLines": str(count)}
    found = list(api.lines(f"{pods}/{pod}/log", **asked))
    if restarts and len(found) < count:
        before = list(api.lines(f"{pods}/{pod}/log", previous="true", **asked))
        # Whoever ran it may have thrown it away by now.
        found = [*before, RESTARTED, *found] if before else found
    return list(deque(found, maxlen=count))


def new_lines(
    api: ApiServer, pods: str, find: Callable[[], str | None], *, lines: int, pause: Callable[[], None]
) -> Iterator[str]:
    """The last lines of a pod and then what is written, until the caller stops; `find` names the pod of the moment.

    Raises ClusterUnseenError when the cluster stays away.
    """
    reader, failures = _Reader(api, pods), 0
    asked = {"tailLines": str(lines)}
    while True:
        try:
            pod = find()
            for line in reader.lines(pod, asked) if pod else ():
                asked, failures = {}, 0
                yield line
        except ClusterUnseenError:
            failures += 1
            if failures > FAILURES_ALLOWED:
                raise
        pause()


class _Reader:
    """Knows what it has read: the same line is not told twice."""

    def __init__(self, api: ApiServer, pods: str) -> None:
        self._api = api
        self._pods = pods
        self._read: dict[str, str] = {}
        """Time of the last line, by pod; the kubelet writes all of its nanoseconds, and so in order as text."""

    def lines(self, pod: str, asked: Mapping[str, str]) -> Iterator[str]:
        """Goes on where the last call for the pod ended."""
        since = self._read.get(pod, "")
        # The API takes whole seconds: what it tells again is left out here.
        from_there = {"sinceTime": since[:SECONDS] + since[ZONE:]} if since else {}
        for line in self._ask(pod, follow="true", **asked, **from_there):
            moment, _, text = line.partition(" ")
            if moment > since:
                self._read[pod] = moment
                yield text

    def _ask(self, pod: str, **query: str) -> Iterator[str]:
        container, _ = _main_container(self._api, self._pods, pod)
        if container is not None:
            path = f"{self._pods}/{pod}/log"
            yield from self._api.lines(path, container=container, timestamps="true", **query)


def _main_container(api: ApiServer, pods: str, pod: str) -> tuple[str | None, int]:
    """Its name, and how often it was started again; None when the pod is gone."""
    found = api.items(pods, fieldSelector=f"metadata.name={pod}")
    if not found:
        return None, 0
    (one,) = found
    named: str | None = (one["metadata"].get("annotations") or {}).get(DEFAULT_CONTAINER)
    name = named or str(one["spec"]["containers"][0]["name"])
    states: list[Mapping[str, Any]] = (one.get("status") or {}).get("containerStatuses") or []
    return name, sum(int(state.get("restartCount", 0)) for state in states if state["name"] == name)
