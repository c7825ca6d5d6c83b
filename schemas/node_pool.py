"""Node pools: kinds of machines that a cluster offers, in terms no cloud owns."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.model import Cpu, MemoryGib, Model, Slug, text

LabelKey = Annotated[
    str,
    text(
        r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$",
        "a label's name, e.g. example.org/nodes",
        max_length=317,
    ),
]
LabelValue = Annotated[
    str,
    text(
        r"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
        "a label's value in quotation marks: letters, digits, dashes, dots",
        min_length=0,
        max_length=63,
    ),
]


class Gpu(Model):
    """Graphics processors of one node."""

    kind: Slug = Field(description="Kind of GPU, as it is commonly called.", examples=["t4", "l4", "a100-40"])
    count: int = Field(default=1, ge=1, le=16, description="GPUs in one node.", examples=[1])


class NodePool(Model):
    """Nodes of one kind. Say what a node must offer; each cloud finds the machine."""

    role: Literal["core", "user", "worker"] = Field(
        default="user",
        description="What runs there: the hub itself (core), people's servers (user) or Dask workers (worker).",
        examples=["user"],
    )
    cpu: Cpu = Field(description="Cores that one node must have at least.", examples=[4])
    memory_gib: MemoryGib = Field(description="Memory that one node must have at least, in GiB.", examples=[32])
    gpu: Gpu | None = Field(
        default=None, description="GPUs in each node; none by default.", examples=[{"kind": "t4", "count": 1}]
    )
    machine_type: str | None = Field(
        default=None,
        min_length=1,
        description="An exact machine type of the cloud, instead of the cheapest that fits.",
        examples=["n2-highmem-4"],
    )
    node_selector: dict[LabelKey, LabelValue] | None = Field(
        default=None,
        min_length=1,
        description="On a cluster that is there already: labels that its nodes have; by default any node will do that "
        "keeps nobody away. `cpu` and `memory_gib` are then what servers may have of one such node.",
        examples=[{"example.org/nodes": "large"}],
    )
    spot: bool = Field(
        default=False,
        description="Cheaper nodes that the cloud may take back at any moment: good for workers, bad for people.",
        examples=[True],
    )
    min_nodes: int = Field(default=0, ge=0, le=1000, description="Nodes kept even when idle.", examples=[0])
    max_nodes: int = Field(
        default=10, ge=1, le=1000, description="Nodes at most: the ceiling of what it may cost.", examples=[10]
    )
    disk_gib: int = Field(default=100, ge=10, le=16384, description="System disk of a node, in GiB.", examples=[100])
