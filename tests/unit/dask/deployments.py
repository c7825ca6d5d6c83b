"""Resolved communities with Dask, on each kind of cluster."""

from __future__ import annotations

from typing import Any

from schemas.community import Deployment
from tests.unit.local_settings.deployments import deployment

POOLS: dict[str, Any] = {
    "gpu": {"cpu": 8, "memory_gib": 32, "gpu": {"kind": "l4"}},
    "user": {"cpu": 4, "memory_gib": 32},
    "dask": {"role": "worker", "cpu": 16, "memory_gib": 64, "spot": True},
}
IMAGE = "registry.example.org/hubs/python:2026-01-05"
CLUSTERS: dict[str, dict[str, Any]] = {
    "gcp": {"gcp": {"project": "example-hubs", "zone": "us-central1-b"}, "node_pools": POOLS},
    "aws": {
        "aws": {"account_id": "123456789012", "zone": "us-west-2a"},
        "node_pools": {**POOLS, "gpu": {"cpu": 4, "memory_gib": 16, "gpu": {"kind": "t4"}}},
    },
    "azure": {
        "azure": {"subscription_id": "00000000-0000-0000-0000-000000000000", "location": "eastus", "zone": "1"},
        "node_pools": {**POOLS, "gpu": {"cpu": 4, "memory_gib": 28, "gpu": {"kind": "t4"}}},
    },
    "existing": {
        "existing": {"context": "campus"},
        "node_pools": {
            "user": {"cpu": 4, "memory_gib": 32, "node_selector": {"example.org/nodes": "people"}},
            "dask": {"role": "worker", "cpu": 16, "memory_gib": 64, "node_selector": {"example.org/nodes": "dask"}},
        },
    },
}


def with_dask(provider: str = "gcp", dask: Any = True, pools: Any = None, **hub: Any) -> Deployment:
    """A hub in a cloud, as a community file would say it."""
    cluster = {"provider": provider, **CLUSTERS[provider]}
    if pools is not None:
        cluster["node_pools"] = pools
    asked = {"domain": "hub.example.org", "image": IMAGE, "scratch": {"delete_after_days": 7}, "dask": dask, **hub}
    return deployment(asked, cluster=cluster, community="ocean", stage="prod")
