"""Cloud accounts: which clusters of the project stand in one, and whose workflows may deploy there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from components.clouds import cloud
from deployer.config import load_cluster, load_each
from deployer.errors import BadInput
from deployer.project import Project
from schemas.kubernetes import Workflows

if TYPE_CHECKING:
    from deployer.rollout.ledger import Ledger
    from schemas.cluster import Cluster

ACCOUNT = "account"


def account_stack(account: str) -> str:
    """Name of the Pulumi stack of an account."""
    return f"{account}-{ACCOUNT}"


def account_of(cluster: Cluster) -> str | None:
    """Id of the account that a cluster stands in; None where there is none."""
    place = cloud(cluster.provider).state_place(cluster)
    return place.account if place else None


def account_facts(ledger: Ledger, cluster: Cluster) -> Mapping[str, Any]:
    """What is known of a cluster's account since it was made ready; nothing before that."""
    account = account_of(cluster)
    record = ledger.read(account_stack(account)) if account else None
    return record.facts if record and record.inputs else {}


def workflows(project: Project, account: str) -> Workflows | None:
    """Whose workflows deploy any of an account's clusters; None where no cluster says `github`.

    Raises BadInput for a file that cannot be used, and when clusters name different repositories: accounts trust one.
    """
    asked = {
        name: cluster.github
        for name, cluster in _clusters(project)
        if cluster.github is not None and account_of(cluster) == account
    }
    if len({each.repository_id for each in asked.values()}) > 1:
        named = ", ".join(f"{name}: {each.repository_id}" for name, each in asked.items())
        raise BadInput(
            [],
            fault=f"the clusters of account {account} name different repositories ({named})",
            remedy="name the same github.repository_id in all of them: an account trusts the workflows of one",
        )
    environments = dict.fromkeys(environment for each in asked.values() for environment in each.environments)
    return next((each.model_copy(update={"environments": tuple(environments)}) for each in asked.values()), None)


def _clusters(project: Project) -> Iterator[tuple[str, Cluster]]:
    """All of the project, shared ones and those that a community has for itself."""
    for name in project.cluster_names():
        yield name, load_cluster(project, name).cluster
    for name, loaded in load_each(project, project.community_names()).items():
        if isinstance(loaded, BadInput):
            raise loaded
        deployment = loaded.deployments["staging"]
        if deployment.cluster_name == name:
            yield name, deployment.cluster
