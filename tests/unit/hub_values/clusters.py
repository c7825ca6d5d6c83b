"""Clusters that communities of tests stand on: every kind of cloud, with all pools and with one."""

from __future__ import annotations

from typing import Any

POOLS: dict[str, Any] = {
    "user": {"cpu": 4, "memory_gib": 32, "max_nodes": 20},
    "large": {"cpu": 16, "memory_gib": 64, "max_nodes": 5},
    "dask": {"role": "worker", "cpu": 16, "memory_gib": 64, "spot": True, "max_nodes": 30},
}
GPUS = {"gcp": {"kind": "l4"}, "aws": {"kind": "t4"}, "azure": {"kind": "t4"}, "existing": {"kind": "a100"}}
GPU_NODES = {"gcp": (8, 32), "aws": (4, 16), "azure": (4, 28), "existing": (8, 64)}
SECTIONS: dict[str, Any] = {
    "gcp": {"project": "example-hubs", "zone": "us-central1-b"},
    "aws": {"account_id": "123456789012", "zone": "us-west-2a"},
    "azure": {"subscription_id": "00000000-0000-0000-0000-000000000000", "location": "eastus", "zone": "1"},
    "existing": {"context": "campus", "registry": "registry.example.org/hubs"},
}


def _pools(provider: str) -> dict[str, Any]:
    cpu, memory_gib = GPU_NODES[provider]
    pools: dict[str, Any] = {**POOLS, "gpu": {"cpu": cpu, "memory_gib": memory_gib, "gpu": GPUS[provider]}}
    if provider != "existing":
        return pools
    # The cloud's machine types, prices and disks mean nothing there; labels do.
    return {
        name: {
            **{key: value for key, value in pool.items() if key not in ("spot", "max_nodes")},
            "node_selector": {"example.org/nodes": name},
        }
        for name, pool in pools.items()
    }


CLUSTERS: tuple[dict[str, Any], ...] = tuple(
    {
        "provider": provider,
        provider: section,
        "node_pools": pools,
        "support": {"monitoring": {"enabled": monitoring}},
    }
    for provider, section in SECTIONS.items()
    for pools in (_pools(provider), {"people": _pools(provider)["user"]})
    for monitoring in (True, False)
)
