"""What a server of a profile is promised and may take: figures from the file, and shares of a node made into figures.

Pure, and the same for everyone who asks: a hub's settings on whatever cloud, `deployer show`, `deployer cost`, checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf

from components.clouds import cloud
from components.contract import Allocatable
from components.machines.capacity import Capacity
from components.machines.names import UnavailableError
from components.machines.palette import node_share
from components.size_titles import share_title, size_title
from schemas.amount import Amount
from schemas.community import Deployment
from schemas.palette import share_slug
from schemas.profile import Profile, SizeChoice

UNCOUNTED_PODS = 10**6
"""Where addresses of pods are no limit."""


@dataclass(frozen=True, kw_only=True)
class ServerSize:
    """One size that a server can have."""

    slug: str = ""
    """Short name of the choice; empty where the profile leaves none."""
    title: str
    """What people read."""
    cpu: Amount
    memory_gib: Amount
    gpu: int = 0
    per_node: int | None = None
    """How many fill a node; None where the figures are the file's own."""
    default: bool = True

    @property
    def guarantee(self) -> Capacity:
        """What the scheduler sets aside."""
        return Capacity.of(self.cpu.guarantee, self.memory_gib.guarantee, gpu=self.gpu, pods=1)


def pool_of(deployment: Deployment, profile: Profile | None) -> str | None:
    """The node pool that servers of a profile run on; None where there is none for people."""
    named = profile.node_pool if profile else None
    pools = deployment.cluster.node_pools
    return named or next((name for name, pool in pools.items() if pool.role == "user"), None)


def lasting_pool(deployment: Deployment) -> str | None:
    """People's pool for what they start beside their servers: nodes that no cloud takes back, and without GPUs.

    Failing that rather one without GPUs, or else their first; None where there is none for people.
    """
    pools = {name: pool for name, pool in deployment.cluster.node_pools.items() if pool.role == "user"}
    return min(pools, key=lambda name: (pools[name].gpu is not None, pools[name].spot), default=None)


def node_of(deployment: Deployment, profile: Profile | None) -> Allocatable | None:
    """What one node of that pool has for servers; None without such a pool, or where only the cluster can tell."""
    cluster, pool = deployment.cluster, pool_of(deployment, profile)
    if cluster.node_pools and pool not in cluster.node_pools:
        return None
    return cloud(cluster.provider).allocatable(cluster, pool)


def server_sizes(deployment: Deployment, profile: Profile | None) -> tuple[ServerSize, ...]:
    """All sizes that the profile offers, in the file's order; for None what servers are like without profiles.

    Raises UnavailableError for a share of a node that cannot be reckoned or is too small: `deployer validate` says so
    before.
    """
    if profile is None or not profile.options.sizes:
        return (_own(deployment, profile),)
    default = profile.options.default_size
    return tuple(
        share_size(deployment, profile, size, default=index == default)
        if isinstance(size, int)
        else _chosen(deployment, profile, size, default=index == default)
        for index, size in enumerate(profile.options.sizes)
    )


def share_size(deployment: Deployment, profile: Profile, per_node: int, *, default: bool = False) -> ServerSize:
    """A share of a node of the profile's pool, in figures. Raises UnavailableError."""
    pool = pool_of(deployment, profile)
    share = node_share(_room(node_of(deployment, profile), pool), per_node)
    cpu = Amount(guarantee=share.guarantee.cpu, limit=share.millicores_at_most / 1000)
    memory_gib = Amount(guarantee=share.guarantee.memory_gib, limit=share.guarantee.memory_gib)
    of = "the machine" if pool is None else "a node"
    return ServerSize(
        slug=share_slug(per_node),
        title=share_title(per_node, cpu, memory_gib, gpu=share.guarantee.gpu, of=of),
        cpu=cpu,
        memory_gib=memory_gib,
        gpu=share.guarantee.gpu,
        per_node=per_node,
        default=default,
    )


def capacity(node: Allocatable) -> Capacity:
    """A node's room as Kubernetes counts it."""
    return Capacity.of(node.cpu, node.memory_gib, gpu=node.gpu, pods=node.pods or UNCOUNTED_PODS)


def _room(node: Allocatable | None, pool: str | None) -> Capacity:
    if node is not None and not isinf(node.cpu) and not isinf(node.memory_gib):
        return capacity(node)
    what = f"a node of pool {pool!r}" if pool else "the machine"
    remedy = "write the size in figures" + (", or give the cluster's local.cpu and local.memory_gib" * (pool is None))
    raise UnavailableError(f"nobody knows yet what {what} has for servers, so a share of it is no figure", remedy)


def _own(deployment: Deployment, profile: Profile | None) -> ServerSize:
    resources = deployment.hub.resources
    cpu = (profile.cpu if profile else None) or resources.cpu
    memory_gib = (profile.memory_gib if profile else None) or resources.memory_gib
    title = size_title(cpu, memory_gib)
    return ServerSize(title=title, cpu=cpu, memory_gib=memory_gib, gpu=profile.gpu if profile else 0)


def _chosen(deployment: Deployment, profile: Profile, size: SizeChoice, *, default: bool) -> ServerSize:
    own = _own(deployment, profile)
    cpu, memory_gib = size.cpu or own.cpu, size.memory_gib or own.memory_gib
    words = size_title(cpu, memory_gib)
    return ServerSize(
        slug=size.slug,
        title=f"{size.title} ({words})" if size.title else words,
        cpu=cpu,
        memory_gib=memory_gib,
        gpu=own.gpu,
        default=default,
    )
