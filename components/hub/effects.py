"""When people notice that a value of a chart changed: by what of the chart reads it.

zero-to-jupyterhub hands its values to the hub in a Secret and gives the hub's pod that Secret's checksum, so the hub
restarts for whatever it reads; servers are pods of their own and run on (jupyterhub/zero-to-jupyterhub-k8s,
jupyterhub/templates/hub/deployment.yaml, annotation checksum/secret).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NEXT_START = "counts from a server's next start; running servers keep what they have until they are restarted"
HUB_RESTARTS = "the hub restarts, which takes some seconds; running servers stay"
HUB_DISK = "the hub's disk grows; running servers stay"
PROXY_RESTARTS = "the proxy restarts: open pages connect again, running servers stay"
AT_ONCE = "counts at once, and nobody's server is touched"
NEXT_CLUSTER = "counts for Dask clusters that are started from then on; running ones keep what they have"
NEXT_BUILD = "counts for builds from then on; images and servers that exist stay"

_EFFECTS: Mapping[tuple[str, ...], str] = {
    ("jupyterhub", "singleuser"): NEXT_START,
    # Read by the scheduler and by the API server, not by servers.
    ("jupyterhub", "singleuser", "networkPolicy"): AT_ONCE,
    ("jupyterhub", "hub", "config", "KubeSpawner"): NEXT_START,
    ("jupyterhub", "hub", "config", "Spawner"): NEXT_START,
    ("jupyterhub", "hub", "db"): HUB_DISK,
    ("jupyterhub", "proxy"): PROXY_RESTARTS,
    ("jupyterhub", "scheduling"): AT_ONCE,
    ("jupyterhub", "prePuller"): AT_ONCE,
    ("dask-gateway",): NEXT_CLUSTER,
    ("binderhub-service",): NEXT_BUILD,
}


def effect(path: Sequence[str | int]) -> str:
    """`path` begins with the chart; what is said of its longest beginning counts."""
    for length in range(len(path), 0, -1):
        known = _EFFECTS.get(tuple(str(key) for key in path[:length]))
        if known:
            return known
    return HUB_RESTARTS
