"""What a Kubernetes cluster has besides nodes, in terms no cloud owns."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from schemas.model import Many, Model, text


def _network(value: str) -> str:
    IPv4Network(value)  # raises ValueError, in words that people understand
    return value


Cidr = Annotated[
    str,
    text(r"^[0-9.]+/[0-9]{1,2}$", "a range of IPv4 addresses, e.g. 10.0.0.0/20", max_length=18),
    AfterValidator(_network),
]
KubernetesMinor = Annotated[
    str, text(r"^1\.[1-9][0-9]$", "a minor version in quotation marks, e.g. '1.33'", max_length=4)
]


class Network(Model):
    """The cluster's own network. Ranges cannot be changed later: every node and pod has its address from them."""

    cidr: Cidr = Field(default="10.0.0.0/20", description="Addresses of nodes.", examples=["10.0.0.0/20"])
    pod_cidr: Cidr = Field(default="10.4.0.0/14", description="Addresses of pods.", examples=["10.4.0.0/14"])
    service_cidr: Cidr = Field(default="10.8.0.0/20", description="Addresses of services.", examples=["10.8.0.0/20"])
    egress_addresses: int = Field(
        default=1,
        ge=1,
        le=8,
        description="Fixed addresses that the cluster is seen under from outside. One serves 64,000 connections at "
        "once to the same place; many workers that download from one server want more.",
        examples=[1],
    )


class HomeStorage(Model):
    """Where home directories of the cluster's hubs live. It grows online and never shrinks."""

    kind: Literal["disk-nfs", "managed-nfs"] = Field(
        default="disk-nfs",
        description="`disk-nfs`: a disk and an NFS server in the cluster, with a quota for each person; `managed-nfs`: "
        "the cloud's file store.",
        examples=["disk-nfs"],
    )
    size_gib: int = Field(default=100, ge=10, le=64000, description="Size of all homes together.", examples=[500])
    user_quota_gib: int | None = Field(
        default=None, ge=1, description="What one person may take of it; by default all that is there.", examples=[10]
    )
    backup_keep_days: int = Field(
        default=14,
        ge=0,
        le=365,
        description="Days that each daily snapshot is kept; 0 takes none.",
        examples=[14],
    )


class Budget(Model):
    """Who is told when the cluster costs more than it should. Nothing is switched off."""

    usd_per_month: int | None = Field(
        default=None, ge=1, description="The expected bill; by default last month's.", examples=[500]
    )
    notify: Many[Annotated[str, text(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "an e-mail address", max_length=254)]] = Field(
        min_length=1, max_length=5, description="E-mail addresses.", examples=[["hubs@example.org"]]
    )


class Workflows(Model):
    """The repository whose workflows may deploy here, without any key that could leak."""

    repository_id: Annotated[
        str, text(r"^[1-9][0-9]*$", "the repository's number, in quotation marks", max_length=20)
    ] = Field(
        description="The repository's number (`gh api repos/OWNER/NAME --jq .id`): its name could pass to others.",
        examples=["123456789"],
    )
    environments: Many[Annotated[str, text(r"^[A-Za-z0-9_-]+$", "letters, digits, dashes", max_length=50)]] = Field(
        default=("staging", "prod"),
        min_length=1,
        description="GitHub environments whose jobs may; their protection rules say who starts one.",
        examples=[["staging", "prod"]],
    )
