"""A hub on Kubernetes as it runs, seen by the cluster's API and without the engine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from components.hub.layout import ANNOUNCEMENTS
from components.hub.running.api import ApiServer
from components.hub.running.differences import Namespace, differences
from components.hub.running.log_parts import COMPONENT, PEOPLE, builds_it, in_order, part_of
from components.hub.running.logs import last_lines, new_lines
from components.survey.errors import ClusterUnseenError, ForbiddenError

POLL_SECONDS = 1.0


class KubernetesRuntime:
    """Reads the hub's namespace, and that of its builds; changes nothing but what is announced.

    Of `HubOutputs.facts` it takes `kubeconfig` (of one context, as JSON), `namespace`, where images are built
    `builds_namespace`, and by chart `releases`, their names, and `charts`, their versions.
    """

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._namespace = str(facts["namespace"])
        self._builds = str(facts.get("builds_namespace") or self._namespace)
        self._versions = {name: str(facts["charts"][chart]) for chart, name in facts.get("releases", {}).items()}
        self._api = ApiServer(json.loads(facts.get("kubeconfig") or "{}"))

    def observe(self) -> Sequence[str]:
        """Releases, pods, volumes, certificate and gateway against what was deployed; a cluster out of reach too."""
        try:
            return differences(self._look(), self._versions)
        except (ClusterUnseenError, ForbiddenError) as error:
            return [f"nobody knows how it stands: {error}"]

    def parts(self) -> Sequence[str]:
        """Hub, proxy, their companions, builds, Dask clusters, and the servers of people. Raises ClusterUnseenError."""
        return in_order(set(self._pods_by_part()))

    def log(self, part: str, *, lines: int) -> str:
        """The last lines of a part's newest pod, before them those of its container that ended. As `parts` raises."""
        pod = self._pods_by_part().get(part)
        return "".join(f"{line}\n" for line in last_lines(self._api, self._pods(part), pod, lines)) if pod else ""

    def follow(self, part: str, *, lines: int) -> Iterator[str]:
        """The last lines, then new ones; a pod that is replaced is followed on in the new one."""

        def find() -> str | None:
            return self._pods_by_part().get(part)

        yield from new_lines(self._api, self._pods(part), find, lines=lines, pause=lambda: time.sleep(POLL_SECONDS))

    def announce(self, slot: str, content: str | None) -> None:
        """Into the ConfigMap that the hub's pod has as a folder; each slot has an owner of its fields of its own."""
        document = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": ANNOUNCEMENTS},
            "data": {} if content is None else {slot: content},
        }
        path = f"{self._path('configmaps')}/{ANNOUNCEMENTS}"
        self._api.apply(path, document, manager=f"hubs-{slot}")

    def _look(self) -> Namespace:
        self._api.sign_in()
        # People's servers may be hundreds, and are nobody's fault but their own.
        own = f"{COMPONENT} notin ({','.join(PEOPLE)})"
        with ThreadPoolExecutor(6) as pool:
            deployments = pool.submit(self._items, "deployments", "apis/apps/v1")
            pods = pool.submit(self._items, "pods", labelSelector=own)
            claims = pool.submit(self._api.items, self._path("persistentvolumeclaims"))
            certificates = pool.submit(self._api.items, self._path("certificates", "apis/cert-manager.io/v1"))
            gateways = pool.submit(self._api.items, self._path("gateways", "apis/gateway.networking.k8s.io/v1"))
            # Without their contents, which may be large.
            releases = pool.submit(self._items, "secrets", names_only=True, labelSelector="owner=helm")
        return Namespace(
            deployments=deployments.result(),
            pods=pods.result(),
            claims=claims.result(),
            certificates=certificates.result(),
            gateways=gateways.result(),
            releases=releases.result(),
        )

    def _pods_by_part(self) -> dict[str, str]:
        """Name of each part's newest pod."""
        pods = self._items("pods", names_only=True)
        oldest_first = sorted((pod["metadata"] for pod in pods), key=lambda about: about["creationTimestamp"])
        return {part: about["name"] for about in oldest_first if (part := part_of(about)) is not None}

    def _items(self, kind: str, group: str = "api/v1", **query: Any) -> Sequence[Mapping[str, Any]]:
        """Of both namespaces."""
        places = dict.fromkeys([self._namespace, self._builds])
        return [one for place in places for one in self._api.items(self._path(kind, group, place), **query)]

    def _pods(self, part: str) -> str:
        return self._path("pods", place=self._builds if builds_it(part) else self._namespace)

    def _path(self, kind: str, group: str = "api/v1", place: str = "") -> str:
        return f"/{group}/namespaces/{place or self._namespace}/{kind}"
