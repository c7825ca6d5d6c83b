"""Names within Google's limits, and the ones that all of a project know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.names import fitted

if TYPE_CHECKING:
    from components.kubernetes_contract import Site

__all__ = ["CLUSTER", "DEPLOYER", "SERVICE_ACCOUNT", "deployer_member", "fitted"]

SERVICE_ACCOUNT = 30
CLUSTER = 40
"""Clusters and node pools."""
DEPLOYER = "hubs-deployer"
"""The service account that a project's workflows deploy with."""


def deployer_member(site: Site) -> str:
    """The deployer, as grants name it."""
    return f"serviceAccount:{DEPLOYER}@{site.account}.iam.gserviceaccount.com"
