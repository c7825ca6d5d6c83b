"""What the hub itself runs with: its place on core nodes, its size, servers at once; and what people see they use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub.values.merging import ChartValues, Values
from components.hub.values.told import Told
from components.jupyterhub.limits import CONCURRENT_STARTS
from components.machines.capacity import MIB
from components.machines.core_pool import HUB_PODS
from components.pool_placement import core_selector

if TYPE_CHECKING:
    from schemas.community import Deployment

LIMITS_MIB = {"hub": 2048, "proxy.chp": 1024}
"""Memory of core pods at most, as on 2i2c's hubs (helm-charts/basehub/values.yaml at 9ad7cd0fc).

A hub that leaks is then ended, and comes back in seconds, before it takes the cluster's other hubs along.
"""
START_SECONDS = 600
"""How long a server may take to come: the chart's own 300 are too few where a node must be made and a large image
fetched (2i2c's hubs have 600: helm-charts/basehub/values.yaml at 9ad7cd0fc)."""
ANSWER_SECONDS = 120
"""How long it may take from there until it answers, JupyterHub's own 30: homes and environments may be slow to read
(likewise)."""
SERVER_CONFIG = "jupyter_server_config.json"
"""The file's name is its key among the chart's values too: who gives servers more of it by helm values adds to ours."""
SERVER_CONFIG_FOLDER = "/usr/local/etc/jupyter"
"""Where every Jupyter server looks, whatever its image; not in the folder `jupyter_server_config.d` below, of which it
takes the names of extensions alone."""


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Core pods, limits of the whole hub, and how much of theirs people see that they use."""
    hub = deployment.hub
    node_selector = core_selector(deployment.cluster)
    return {
        "jupyterhub": {
            "hub": {
                "nodeSelector": node_selector,
                "resources": core_resources("hub"),
                "concurrentSpawnLimit": CONCURRENT_STARTS,
                **({"activeServerLimit": hub.max_running_servers} if hub.max_running_servers else {}),
                "allowNamedServers": hub.named_servers_per_user > 0,
                "namedServerLimitPerUser": hub.named_servers_per_user,
                "config": {"KubeSpawner": {"http_timeout": ANSWER_SECONDS}},
            },
            "proxy": {"chp": {"nodeSelector": node_selector, "resources": core_resources("proxy.chp")}},
            # Core nodes keep nobody away, and nodes for people and workers do; so hubs find theirs on any cluster.
            "scheduling": {
                "podPriority": {"enabled": True},
                "corePods": {"nodeAffinity": {"matchNodePurpose": "prefer"}},
                "userScheduler": {
                    "nodeSelector": node_selector,
                    "resources": core_resources("scheduling.userScheduler"),
                },
            },
            "singleuser": {
                "startTimeout": START_SECONDS,
                "extraFiles": {SERVER_CONFIG: _resource_usage()},
            },
        }
    }


def core_resources(container: str) -> Values:
    """`resources` of one of HUB_PODS: what the core pool was reckoned with, and a limit where there is one."""
    asked = HUB_PODS[container]
    requests = {"cpu": f"{asked.millicores}m", "memory": f"{asked.memory_bytes // MIB}Mi"}
    limit = LIMITS_MIB.get(container)
    return {"requests": requests, **({"limits": {"memory": f"{limit}Mi"}} if limit else {})}


def _resource_usage() -> Values:
    """For jupyter-resource-usage, which knows limits from MEM_LIMIT and CPU_LIMIT, as KubeSpawner sets them."""
    shown = {"ResourceUseDisplay": {"track_cpu_percent": True}}
    return {"mountPath": f"{SERVER_CONFIG_FOLDER}/{SERVER_CONFIG}", "data": shown}
