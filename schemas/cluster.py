"""Where hubs run: a cluster in a cloud, or this machine."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from schemas.model import Cpu, MemoryGib, Model, NodePoolName, text
from schemas.node_pool import NodePool


def _ip_address(value: str) -> str:
    ip_address(value)  # raises ValueError, in words that people understand
    return value


Address = Annotated[
    str,
    text(r"^[0-9a-fA-F.:]+$", "an IP address, e.g. 127.0.0.1", max_length=45),
    AfterValidator(_ip_address),
]


class LocalMachine(Model):
    """The machine that the local cloud runs on."""

    folder: str = Field(
        default=".local-cloud",
        min_length=1,
        description="Where homes, shared folders and hubs live: a path, relative to the project or absolute. "
        "Moving it moves no data.",
        examples=["/srv/hubs"],
    )
    cpu: Cpu | None = Field(
        default=None,
        description="Cores that all servers together may be promised; by default all of the machine's.",
        examples=[4],
    )
    memory_gib: MemoryGib | None = Field(
        default=None,
        description="Memory in GiB that all servers together may be promised; by default all of the machine's.",
        examples=[8],
    )
    listen_address: Address = Field(
        default="127.0.0.1",
        description="Address that hubs listen on. Anything but loopback opens them to the network: "
        "all servers run as the user who deployed them.",
        examples=["127.0.0.1", "192.0.2.10"],
    )
    first_port: int | None = Field(
        default=None,
        ge=1024,
        le=65000,
        description="Hubs take the first free port from here up; by default any free port. A hub keeps its port.",
        examples=[8000],
    )


class Cluster(Model):
    """A cluster of its own, or shared by several communities when it stands in `clusters/`."""

    provider: Literal["local"] = Field(
        description="The cloud that carries it. `local`: this machine, without Kubernetes.", examples=["local"]
    )
    node_pools: dict[NodePoolName, NodePool] = Field(
        default_factory=dict,
        description="Kinds of nodes, by name. On the local cloud a pool is a share of the machine; without any, "
        "servers share the machine's whole budget.",
        examples=[{"user": {"role": "user", "cpu": 2, "memory_gib": 4, "max_nodes": 1}}],
    )
    local: LocalMachine = Field(
        default=LocalMachine(),
        description="Settings of the local cloud alone.",
        examples=[{"memory_gib": 8}],
    )
