"""Dask Gateway's configuration in its own pod: what people may choose, and how many clusters each may have.

Its text is appended to the chart's configuration file, after code of the chart's own; so there are no imports of this
project, and none of the future. `configure` is called there with the chart's `c` and `get_property`.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from dask_gateway_server import options
from dask_gateway_server.backends.base import PublicException
from dask_gateway_server.backends.kubernetes import KubeBackend
from dask_gateway_server.models import User
from traitlets import Integer
from traitlets.config import Config

ASKED = "gateway.auth.custom.config.hubs"
"""Where this project's own values stand: no other place of the chart's takes anything and reaches this pod."""
PERSON = "$(JUPYTERHUB_USER)"
"""In variables of servers: the name of who owns them. Pods of Dask have no variable of that name."""
SOON_SEEN_SECONDS = 60
"""A cluster that was asked for is in the API server's list after a moment; one that never comes counts no longer."""

Property = Callable[[str], Any]


class HubsKubeBackend(KubeBackend):  # type: ignore[misc]
    """The chart's own backend, with so many clusters for each person and no more."""

    max_clusters_per_user = Integer(2, min=1, config=True, help="Clusters that one person may have at once.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._starting = asyncio.Lock()
        self._asked_for: dict[str, dict[str, float]] = {}

    async def start_cluster(self, user: User, cluster_options: Mapping[str, Any]) -> str:
        """Make a cluster, unless the person has enough; its name."""
        async with self._starting:
            clusters = await self._clusters_of(user.name)
            if len(clusters) >= self.max_clusters_per_user:
                raise PublicException(too_many(len(clusters), self.max_clusters_per_user))
            name = str(await super().start_cluster(user, cluster_options))
            self._asked_for.setdefault(user.name, {})[name] = time.monotonic()
            return name

    async def _clusters_of(self, user: str) -> set[str]:
        """Those that are there, and those that were asked for a moment ago and are not seen yet."""
        now, fresh = time.monotonic(), self._asked_for.pop(user, {})
        unseen = {
            name: asked
            for name, asked in fresh.items()
            if name not in self.clusters and now - asked < SOON_SEEN_SECONDS
        }
        if unseen:
            self._asked_for[user] = unseen
        return {cluster.name for cluster in await self.list_clusters(username=user)} | unseen.keys()


def too_many(there: int, most: int) -> str:
    """What people read who have enough clusters."""
    have = "a Dask cluster" if there == 1 else f"{there} Dask clusters"
    return (
        f"You have {have} already, and {most} may run at once. Stop one: "
        "from dask_gateway import Gateway; gateway = Gateway(); "
        "[gateway.stop_cluster(cluster.name) for cluster in gateway.list_clusters()]"
    )


def cluster_options(asked: Mapping[str, Any], backend: Mapping[str, Any]) -> options.Options:
    """What people may choose. `asked` is what `configure` finds at ASKED, `backend` the chart's `gateway.backend`."""
    sizes = {size["name"]: size for size in asked["sizes"]}
    image = backend["image"]
    usual_image = f"{image['name']}:{image['tag']}" if image["tag"] else image["name"]
    described = "; ".join(f"{name}: {size['title']}" for name, size in sizes.items())

    def overrides(chosen: Any, user: User) -> dict[str, Any]:
        inherited = {
            name: value.replace(PERSON, user.name) for name, value in (backend.get("environment") or {}).items()
        }
        size = sizes[chosen.worker_size]
        return {
            "image": chosen.image or usual_image,
            "environment": {**inherited, **{name: str(value) for name, value in chosen.environment.items()}},
            **_worker(size, backend),
            **_most(asked["most"], size),
        }

    return options.Options(
        options.Select("worker_size", list(sizes), label=f"Worker size as a share of a node ({described})"),
        options.String("image", default=usual_image, label="Image; your own server's by default"),
        options.Mapping("environment", label="Environment variables of workers"),
        handler=overrides,
    )


def _worker(size: Mapping[str, Any], backend: Mapping[str, Any]) -> dict[str, Any]:
    container = backend["worker"].get("extraContainerConfig") or {}
    if size["gpu"]:
        container = {**container, "resources": {"limits": {"nvidia.com/gpu": str(size["gpu"])}}}
    return {
        "worker_cores": size["cpu"],
        "worker_cores_limit": max(size["cpu"], size["threads"]),
        "worker_threads": size["threads"],
        "worker_memory": size["memory_bytes"],
        "worker_memory_limit": size["memory_bytes"],
        "worker_extra_container_config": container,
    }


def _most(most: Mapping[str, Any], size: Mapping[str, Any]) -> dict[str, int]:
    """Workers at most, whichever limit is met first: the gateway's own would count the scheduler in."""
    workers = [most["workers"]]
    if "cpu" in most:
        workers.append(int(most["cpu"] / size["cpu"] + 1e-9))
    if "memory_bytes" in most:
        workers.append(most["memory_bytes"] // size["memory_bytes"])
    if not min(workers):
        raise ValueError(
            f"A worker of {size['name']} of a node is more than one cluster may have; choose a smaller one."
        )
    return {"cluster_max_workers": min(workers)}


def configure(c: Config, get_property: Property) -> None:
    """Set what the chart has no values for."""
    asked, backend = get_property(ASKED), get_property("gateway.backend")
    c.DaskGateway.backend_class = HubsKubeBackend
    c.HubsKubeBackend.max_clusters_per_user = asked["max_clusters_per_user"]
    c.Backend.cluster_options = cluster_options(asked, backend)
    c.KubeClusterConfig.idle_timeout = asked["idle_timeout_seconds"]
    for part in ("scheduler", "worker"):
        c.KubeClusterConfig[f"{part}_extra_pod_labels"] = asked["pod_labels"]
        # An autoscaler that empties nodes would take the work with them.
        c.KubeClusterConfig[f"{part}_extra_pod_annotations"] = {
            "cluster-autoscaler.kubernetes.io/safe-to-evict": "false"
        }
