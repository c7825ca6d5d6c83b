"""The stack of a cluster that is there: makes nothing in it, and tells hubs what they find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pulumi

from components.clouds.existing.context import find_context, kubeconfig_files
from components.clouds.existing.fit import home_class, unfit
from components.clouds.existing.pools import pools_of
from components.clouds.existing.shareable import shareable
from components.contract import ClusterArgs, ClusterOutputs, Refusal, RefusedError
from components.kubeconfig import exec_kubeconfig
from components.survey.errors import ClusterUnseenError

if TYPE_CHECKING:
    from components.kubernetes_contract import Site
    from components.survey.survey import Survey
    from schemas.cluster import Cluster
    from schemas.existing import ExistingCluster

NOWHERE = "https://existing.invalid"
"""Of a simulated cluster: a name that leads nowhere, whoever is asked (RFC 2606)."""


class Existing(pulumi.ComponentResource):
    """Looks at the cluster, refuses what it cannot give, and holds what hubs need to know.

    Owns nothing: destroying it leaves the cluster as it is, and does not even look at it.
    """

    contract_outputs: ClusterOutputs

    def __init__(
        self,
        name: str,
        args: ClusterArgs,
        asked: ExistingCluster,
        site: Site,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:existing:Cluster", name, None, opts)
        if args.simulated or not args.protect:
            kubeconfig, survey = _placeholder(name), None
        else:
            kubeconfig, survey = _looked_at(name, args, asked)
        facts = cluster_facts(args.cluster, asked, site, survey)
        self.contract_outputs = ClusterOutputs(facts={**facts, "kubeconfig": kubeconfig})
        self.register_outputs({**facts, "kubeconfig": kubeconfig})


def cluster_facts(cluster: Cluster, asked: ExistingCluster, site: Site, survey: Survey | None) -> dict[str, Any]:
    """All but the kubeconfig; without a survey, what the file alone tells."""
    nodes = (survey.nodes if survey else None) or ()
    prefix = asked.registry
    return {
        "provider": cluster.provider,
        "site": asdict(site),
        "kubernetes_minor": None,
        "network": {},
        "oidc_issuer": None,
        "node_principal": None,
        "egress_ips": [],
        "pools": {name: pool.facts() for name, pool in pools_of(cluster, nodes).items()},
        "registry": {"host": prefix.partition("/")[0], "prefix": prefix} if prefix else None,
        "homes": _homes(cluster, asked, survey),
        "entrance": {"ingress_class": _ingress_class(survey)},
    }


def _ingress_class(survey: Survey | None) -> str | None:
    """The only one; where there are none or several, the cluster's default has to do."""
    classes = list(survey.entrances.ingress_classes) if survey and survey.entrances else []
    return classes[0] if len(classes) == 1 else None


def _homes(cluster: Cluster, asked: ExistingCluster, survey: Survey | None) -> Mapping[str, Any]:
    storage = cluster.home_storage
    told = {"kind": storage.kind, "size_gib": storage.size_gib, "user_quota_gib": None}
    if asked.home_nfs:
        share = asked.home_nfs
        return {
            **told,
            "nfs_server": share.server,
            "nfs_path": share.path,
            "mount_options": list(share.mount_options),
        }
    found = home_class(cluster, (survey.storage_classes if survey else None) or ())
    # Unnamed it would be another one as soon as the cluster's owner chose another default.
    return {**told, "storage_class": asked.home_storage_class or (found.name if found else None)}


def _looked_at(name: str, args: ClusterArgs, asked: ExistingCluster) -> tuple[str, Survey]:
    from components.survey.survey import survey

    try:
        context = find_context(asked.context, kubeconfig_files(asked.kubeconfig, args.project))
        kubeconfig = shareable(name, context, asked, args.project)
        found = survey(context.kubeconfig)
    except ClusterUnseenError as error:
        raise RefusedError(Refusal(path=("existing",), fault=error.fault, remedy=error.remedy)) from None
    refusals = list(unfit(args.cluster, found))
    if refusals:
        raise RefusedError(
            Refusal(
                path=refusals[0].path,
                fault="; ".join(refusal.fault for refusal in refusals),
                remedy="; ".join(dict.fromkeys(refusal.remedy for refusal in refusals)),
            )
        )
    return kubeconfig, found


def _placeholder(name: str) -> str:
    return exec_kubeconfig(name, NOWHERE, None, command="false", install_hint="a simulated cluster has no login")
