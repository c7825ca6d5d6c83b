"""What a cloud must provide: plain arguments in, the same outputs out, nothing about any one cloud.

A cloud is a folder `components/clouds/<provider>` whose package exports `CLOUD`, found by its name, never by an `if`.
Importing that package must stay cheap: `deployer validate` asks a cloud what it refuses, and must not pay for an SDK.
So Pulumi and the SDKs are imported inside the methods that run in a Pulumi program.

What a cloud with Kubernetes is made of stands in `components.kubernetes_contract`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pulumi

    from components.account_contract import AccountArgs, AccountOutputs, StatePlace
    from components.kubernetes_contract.pools import Taint
    from components.server_fates import ServersFate
    from components.survey.survey import Survey
    from schemas.cluster import Cluster
    from schemas.community import Deployment
    from schemas.secrets import StageSecrets

HEALTH_CHECK_USERS = "health-check-"
"""How the names of the health check's users begin: a cloud's hubs keep nothing of theirs."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Something a community asks for that this cloud cannot give."""

    path: tuple[str | int, ...]
    """Where in the resolved deployment, e.g. ("cluster", "node_pools", "gpu", "gpu")."""
    fault: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class MissingCredentials:
    """Nobody to sign in to a cloud as."""

    fault: str
    remedy: str
    """With the command that makes them."""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Who a provider would act as, as far as that can be told cheaply; empty where it cannot."""

    who: str = ""
    """A person or a service, in the cloud's own words."""
    accounts: Sequence[str] = ()
    """Ids of the accounts that it acts in, or may; none where a login is not bound to any, or nobody knows."""


class RefusedError(Exception):
    """Raised in a program for what `Cloud.refusals` would have said: nothing was declared."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.fault}; {refusal.remedy}")
        self.refusal = refusal


@dataclass(frozen=True, kw_only=True)
class Allocatable:
    """What one node of a pool has left for people's servers."""

    cpu: float
    memory_gib: float
    gpu: int = 0
    pods: int = 0
    """Servers that have an address; 0 where nobody counts them."""
    machine_type: str = ""
    """Empty where nodes are not rented by type."""


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """A cluster, or the machine that plays its part."""

    cluster: Cluster
    project: Path
    """The checkout's root: relative paths of community files start there."""
    protect: bool = True
    """False only on the way to destroying the cluster, which a person typed the name for; data stays nevertheless."""
    keep_data: bool = True
    """False only on the way to deleting people's files with it, which a person typed the name for."""
    simulated: bool = False
    """True where stand-ins take the cloud's place: a cloud that looks at what is there has nothing to look at."""


@dataclass(frozen=True, kw_only=True)
class ClusterOutputs:
    """What hubs on a cluster need to know of it; becomes the cluster stack's outputs."""

    facts: Mapping[str, pulumi.Input[Any]]


def _no_secrets() -> StageSecrets:
    from schemas.secrets import StageSecrets

    return StageSecrets()


@dataclass(frozen=True, kw_only=True)
class HubArgs:
    """One stage of one community."""

    deployment: Deployment
    project: Path
    cluster_facts: Mapping[str, Any]
    """`ClusterOutputs.facts` of the cluster stack, by stack reference: values may be Outputs."""
    secrets: StageSecrets = field(default_factory=_no_secrets, repr=False)
    """What somebody gave; the component makes them Pulumi secrets."""
    key_generations: Mapping[str, int] = field(default_factory=dict)
    """How often each of the hub's own keys was drawn, by `components.hub.rotation`'s names; 1 where it says nothing."""
    protect: bool = True
    """False only on the way to destroying the hub; its data stays nevertheless."""
    keep_data: bool = True
    """False only on the way to deleting the community's data, which a person typed the name for."""


@dataclass(frozen=True, kw_only=True)
class HubOutputs:
    """What people and the rollout need to know of a hub; becomes the hub stack's outputs."""

    url: pulumi.Input[str]
    """Where people go, ending in a slash; empty where they cannot go yet."""
    health_token: pulumi.Output[str]
    """Secret. API token of the service `health`: may add and remove users and run their servers."""
    password: pulumi.Output[str] | None = None
    """Secret. The shared password of `auth.type: dummy`, else None."""
    facts: Mapping[str, pulumi.Input[Any]] = field(default_factory=dict)
    """Nothing secret. What `Cloud.runtime` needs to find the running hub again without the engine."""


class HubRuntime(Protocol):
    """A deployed hub, seen without the engine: fast, and read-only but for what is announced on its pages."""

    def observe(self) -> Sequence[str]:
        """How it differs from what was deployed, a line each; empty when all is there, unedited, and answering.

        Takes a second at most where it answers, besides signing in by a cloud's own program.
        """
        ...

    def parts(self) -> Sequence[str]:
        """Names of the parts that write logs: "hub", "proxy", "server:<user>" …"""
        ...

    def log(self, part: str, *, lines: int) -> str:
        """The last lines of a part's log; empty when it wrote none."""
        ...

    def follow(self, part: str, *, lines: int) -> Iterator[str]:
        """The last lines of a part's log, then new ones as they come, until the caller stops."""
        ...

    def announce(self, slot: str, content: str | None) -> None:
        """Show people something on the hub's pages, without a restart, in place of what was in this slot; None clears.

        `content` is JSON, as `announcements` in the hub reads it: `text`, and `until`, a time or null. Raises
        ClusterUnseenError, ForbiddenError, OSError.
        """
        ...


class Cloud(Protocol):
    """What `components/clouds/<provider>` must export as CLOUD."""

    title: str
    """What people call it."""
    data_types: Sequence[str]
    """Pulumi types of the resources that hold people's data."""
    sends_bill: bool = True
    """False for this machine alone. True where somebody pays, even if nobody here knows how much."""
    spot_taints: Sequence[Taint] = ()
    """What the cloud itself keeps pods off nodes with that it may take back."""
    nodes_come_and_go: bool
    """Whether a server may have to wait until a node is made for it."""
    has_stand_in: bool
    """Whether a simulated one can take its place."""
    extra: str
    """Of this project's package: what installs the cloud's own packages."""
    modules: Sequence[str]
    """What must be importable for anything to be made there."""
    tools: Sequence[str]
    """External tools that a deploy to it needs, by their names in the toolchain, besides the engine."""

    def cluster_refusals(self, name: str, cluster: Cluster) -> Sequence[Refusal]:
        """What this cloud cannot give of what the cluster asks for; paths begin inside it. Pure and cheap."""
        ...

    def change_refusals(self, facts: Mapping[str, Any], cluster: Cluster) -> Sequence[Refusal]:
        """What a cluster that stands cannot become; `facts` are those of its last deploy, empty before the first."""
        ...

    def refusals(self, deployment: Deployment) -> Sequence[Refusal]:
        """What this cloud cannot give of what the deployment asks for besides its cluster. Pure and cheap."""
        ...

    def allocatable(self, cluster: Cluster, pool: str | None) -> Allocatable | None:
        """What one node of the pool (None: the cluster itself, where it has no pools) has for servers.

        None when only the running machine can tell.
        """
        ...

    def public(self, cluster: Cluster) -> bool:
        """Whether hubs on it can be reached from other machines."""
        ...

    def warnings(self, deployment: Deployment) -> Sequence[str]:
        """What people should know before they deploy there, a sentence each."""
        ...

    def missing_credentials(self, environment: Mapping[str, str]) -> MissingCredentials | None:
        """What keeps its provider from signing in, as far as this machine can tell without asking the cloud."""
        ...

    def signed_in(self, cluster: Cluster, project: Path, environment: Mapping[str, str]) -> SignedIn:
        """Who its provider would act as; asks the cloud's own program where it must, some seconds at most."""
        ...

    def remedy(self, complaint: str) -> str | None:
        """What to do about an error in the cloud's own words; None where there is no more to say than the words."""
        ...

    def cluster(self, name: str, args: ClusterArgs) -> ClusterOutputs:
        """Declare the cluster's resources; called inside a Pulumi program."""
        ...

    def kubeconfig(self, cluster: Cluster, project: Path, facts: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A kubeconfig of one context by which this machine reaches the cluster; it may hold a credential.

        `facts` are those of the last deploy, empty before the first. None where there is no Kubernetes, or none yet.
        Raises ClusterUnseenError.
        """
        ...

    def unfit(self, cluster: Cluster, survey: Survey) -> Sequence[Refusal]:
        """What the file asks for and the running cluster cannot give; paths begin inside the cluster."""
        ...

    def state_place(self, cluster: Cluster, region: str | None = None) -> StatePlace | None:
        """Where the cluster's account keeps its state once it is made ready; None where there is no account."""
        ...

    def account(self, name: str, args: AccountArgs) -> AccountOutputs:
        """Declare what an account needs before its first deploy; called inside a Pulumi program."""
        ...

    def hub(self, name: str, args: HubArgs) -> HubOutputs:
        """Declare one hub's resources; called inside a Pulumi program."""
        ...

    def charts(self, deployment: Deployment) -> Sequence[str]:
        """Names of the Helm charts that its hub is made of; none where hubs need no Kubernetes. Pure and cheap."""
        ...

    def cluster_charts(self, cluster: Cluster) -> Sequence[str]:
        """Names of the Helm charts that the cluster's stack installs beside hubs."""
        ...

    def configuration(self, deployment: Deployment) -> Mapping[str, Any]:
        """What its hub is configured with, as plain data: where there are charts, their values by chart.

        Pure and cheap; nothing secret, and words in pointed brackets for what only the running cloud knows.
        """
        ...

    def effect(self, path: Sequence[str | int]) -> str:
        """When and how people notice that the part of the configuration changed, in words."""
        ...

    def servers_fate(self, resource_type: str, operation: str, properties: Sequence[str]) -> ServersFate:
        """What becomes of people's running servers by a change to a resource, as far as the cloud knows.

        `operation` is create, update, replace or delete; `properties` are the inputs that differ. Pure and cheap.
        """
        ...

    def identity(self, resource_type: str, inputs: Mapping[str, Any], settings: Mapping[str, Any]) -> str | None:
        """Under which id the provider keeps a resource that was asked for so, by a provider with these settings.

        None where that does not follow: the cloud draws the id, or a part is missing or secret. Pure and cheap.
        """
        ...

    def runtime(self, facts: Mapping[str, Any]) -> HubRuntime:
        """The running hub that `HubOutputs.facts` tells of."""
        ...
