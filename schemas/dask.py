"""Dask Gateway: clusters of workers that people start from a notebook."""

from __future__ import annotations

from pydantic import Field

from schemas.model import Cpu, Many, MemoryGib, NodePoolName
from schemas.palette import Share
from schemas.switch import Feature


class Dask(Feature):
    """Dask clusters for everyone on the hub."""

    node_pool: NodePoolName | None = Field(
        default=None,
        description="Node pool its workers run on; by default the cluster's first pool with role `worker`, or else the "
        "first for people.",
        examples=["dask"],
    )
    worker_sizes: Many[Share] = Field(
        default=(),
        description="Sizes of a worker to choose from, as shares of a node, computed so that they fill it; by default "
        "1/16, 1/8, 1/4, 1/2 and 1. The smallest is taken when nobody chooses.",
        examples=[["1/8", "1/4", 1]],
    )
    idle_timeout_minutes: int = Field(
        default=30,
        ge=1,
        le=1440,
        description="Minutes after which a Dask cluster that computes nothing is stopped.",
        examples=[30],
    )
    max_clusters_per_user: int = Field(
        default=2, ge=1, le=100, description="Dask clusters that one person may run at once.", examples=[2]
    )
    max_workers_per_cluster: int = Field(
        default=50, ge=1, le=10000, description="Workers of one Dask cluster.", examples=[50]
    )
    max_cpu_per_cluster: Cpu | None = Field(
        default=None, description="Cores that all workers of one Dask cluster may have together.", examples=[64]
    )
    max_memory_gib_per_cluster: MemoryGib | None = Field(
        default=None,
        description="Memory in GiB that all workers of one Dask cluster may have together.",
        examples=[256],
    )
