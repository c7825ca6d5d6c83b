"""What the models cannot say: whether a deployment's parts fit each other. One module per subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from deployer.config.checks.auth import check_auth
from deployer.config.checks.binder import check_binder
from deployer.config.checks.buckets import check_buckets
from deployer.config.checks.classes import check_classes
from deployer.config.checks.cloud import check_cloud
from deployer.config.checks.cluster import check_cluster
from deployer.config.checks.cluster_only import check_cluster_only
from deployer.config.checks.dask import check_dask
from deployer.config.checks.directories import check_directories
from deployer.config.checks.finding import Finding
from deployer.config.checks.helm_values import check_helm_values
from deployer.config.checks.images import check_images
from deployer.config.checks.network import check_network
from deployer.config.checks.packing import check_packing
from deployer.config.checks.people import check_people
from deployer.config.checks.profiles import check_profiles
from deployer.config.checks.servers import check_servers
from deployer.config.checks.shares import check_shares
from deployer.config.checks.sizes import check_sizes
from deployer.config.checks.traits import check_traits
from schemas.community import Deployment

CHECKS: tuple[Callable[[Deployment], Iterable[Finding]], ...] = (
    check_auth,
    check_people,
    check_profiles,
    check_images,
    check_classes,
    check_sizes,
    check_shares,
    check_packing,
    check_servers,
    check_directories,
    check_buckets,
    check_network,
    check_binder,
    check_dask,
    check_cluster_only,
    check_cloud,
    check_helm_values,
    check_traits,
)

__all__ = ["Finding", "check_cluster", "findings"]


def findings(deployment: Deployment) -> Iterator[Finding]:
    """All that is wrong or worth a warning in one stage."""
    for check in CHECKS:
        yield from check(deployment)
