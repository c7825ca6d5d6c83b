"""Whether nodes come when they are needed, and by whom."""

from __future__ import annotations

from components.survey.api import Seen

STATUS = "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status"
DEPLOYMENTS = "/apis/apps/v1/namespaces/kube-system/deployments"
NODE_POOLS = "/apis/karpenter.sh/v1/nodepools"
PATHS = (STATUS, DEPLOYMENTS, NODE_POOLS)


def find_autoscaler(seen: Seen) -> str | None:
    """`karpenter`, `cluster-autoscaler`, or None where none was seen. Raises ForbiddenError.

    Clouds that run cluster-autoscaler out of sight have it write its status into the cluster all the same.
    """
    if seen.items(NODE_POOLS):
        return "karpenter"
    named = any("cluster-autoscaler" in one["metadata"]["name"] for one in seen.items(DEPLOYMENTS))
    return "cluster-autoscaler" if named or seen.object(STATUS) else None
