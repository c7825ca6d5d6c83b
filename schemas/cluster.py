"""Where hubs run: a cluster in a cloud, or this machine."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from schemas.aws import AmazonWebServices
from schemas.azure import Azure
from schemas.dns import DnsZone
from schemas.existing import ExistingCluster
from schemas.gcp import GoogleCloud
from schemas.kubernetes import Budget, Cidr, HomeStorage, KubernetesMinor, Network, Workflows
from schemas.model import Cpu, Many, MemoryGib, Model, NodePoolName, text
from schemas.node_pool import NodePool
from schemas.support import Support


def _ip_address(value: str) -> str:
    ip_address(value)  # raises ValueError, in words that people understand
    return value


Address = Annotated[
    str,
    text(r"^[0-9a-fA-F.:]+$", "an IP address, e.g. 127.0.0.1", max_length=45),
    AfterValidator(_ip_address),
]

ChartMirror = Annotated[
    str,
    text(
        r"^(oci://)?[^\s:]+(:[0-9]+)?(/[^\s:]*)?$",
        "a registry's address that starts with oci://, or a folder",
        max_length=500,
    ),
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

    provider: Literal["aws", "azure", "existing", "gcp", "local"] = Field(
        description="The cloud that carries it. `local`: this machine, without Kubernetes; `gcp`: Google Cloud; "
        "`aws`: Amazon Web Services; `azure`: Microsoft Azure; "
        "`existing`: a Kubernetes cluster that is there already.",
        examples=["local"],
    )
    node_pools: dict[NodePoolName, NodePool] = Field(
        default_factory=dict,
        description="Kinds of nodes, by name. On the local cloud a pool is a share of the machine; without any, "
        "servers share the machine's whole budget. Elsewhere one of them must be for people; the hub gets a pool "
        "`core` that just holds it, unless one with that role is here.",
        examples=[{"user": {"role": "user", "cpu": 2, "memory_gib": 4, "max_nodes": 1}}],
    )
    kubernetes_minor: KubernetesMinor | None = Field(
        default=None,
        description="Version of Kubernetes to stay at; raise it by one at a time. By default the cloud keeps the "
        "cluster up to date.",
        examples=["1.33"],
    )
    maintenance_hour_utc: int = Field(
        default=3,
        ge=0,
        le=23,
        description="Hour in UTC at which the cloud may begin its maintenance, Monday to Thursday, for four hours.",
        examples=[3],
    )
    api_allowed_cidrs: Many[Cidr] = Field(
        default=(),
        description="The only addresses that Kubernetes' API answers; by default everyone's, with the cloud's login.",
        examples=[["192.0.2.0/24"]],
    )
    admin_principals: Many[Annotated[str, Field(min_length=3, max_length=254)]] = Field(
        default=(),
        description="Who may do everything in the cluster besides those who deploy, in the cloud's own notation.",
        examples=[["group:hub-admins@example.org"]],
    )
    log_retention_days: int = Field(default=30, ge=1, le=3650, description="How long logs are kept.", examples=[30])
    delete_untagged_images_after_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="Images in the cluster's registry that no tag names any more are deleted after this many days.",
        examples=[30],
    )
    network: Network = Field(
        default=Network(), description="Its addresses.", examples=[{"cidr": "10.0.0.0/20", "egress_addresses": 2}]
    )
    home_storage: HomeStorage = Field(
        default=HomeStorage(), description="Where home directories live.", examples=[{"size_gib": 500}]
    )
    dns_zone: DnsZone | None = Field(
        default=None,
        description="A zone in the same cloud where hubs' records are made; without it you make them.",
        examples=[{"domain": "hubs.example.org", "zone": "hubs-example-org"}],
    )
    support: Support = Field(
        default=Support(),
        description="What the cluster runs beside its hubs: the way in, certificates, measurements.",
        examples=[{"certificate_email": "hubs@example.org", "monitoring": {"keep_days": 365, "size_gib": 100}}],
    )
    chart_mirror: ChartMirror | None = Field(
        default=None,
        description="Where Helm charts are fetched instead of from their own repositories: a registry, or a folder "
        "that `deployer charts mirror` filled.",
        examples=["oci://registry.example.org/charts", "mirror/charts"],
    )
    budget: Budget | None = Field(
        default=None, description="Who is told of rising costs.", examples=[{"notify": ["hubs@example.org"]}]
    )
    github: Workflows | None = Field(
        default=None,
        description="The repository whose workflows may deploy here.",
        examples=[{"repository_id": "123456789"}],
    )
    local: LocalMachine = Field(
        default=LocalMachine(),
        description="Settings of the local cloud alone.",
        examples=[{"memory_gib": 8}],
    )
    aws: AmazonWebServices | None = Field(
        default=None,
        description="Settings of Amazon Web Services alone; needed there.",
        examples=[{"account_id": "123456789012", "zone": "us-east-1a"}],
    )
    gcp: GoogleCloud | None = Field(
        default=None,
        description="Settings of Google Cloud alone; needed there.",
        examples=[{"project": "example-hubs", "zone": "us-central1-b"}],
    )

    azure: Azure | None = Field(
        default=None,
        description="Settings of Azure alone; needed there.",
        examples=[{"subscription_id": "00000000-0000-0000-0000-000000000000", "location": "eastus", "zone": "1"}],
    )
    existing: ExistingCluster | None = Field(
        default=None,
        description="Which cluster it is, where it is there already; needed there.",
        examples=[{"context": "kind-hubs"}],
    )

    def asks_for(self, field: str) -> bool:
        """Whether the field has another value than it would have by itself."""
        return bool(getattr(self, field) != type(self).model_fields[field].get_default(call_default_factory=True))


SECTIONS = ("aws", "azure", "existing", "gcp", "local")
"""Fields that belong to the provider of the same name."""
KUBERNETES_FIELDS = tuple(name for name in Cluster.model_fields if name not in ("provider", "node_pools", *SECTIONS))
"""Fields without a meaning where there is no Kubernetes."""
