"""Which nodes pods go to, and what is made ready ahead of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub.placeholders import has_placeholders, placeholder_sets, room
from components.hub.values.merging import ChartValues, Values
from components.hub.values.server_pods import ServerPods
from components.hub.values.told import Told
from components.jupyterhub.palette import default_profile, default_size
from components.pool_placement import has_foreign_nodes
from components.server_sizes import pool_of

if TYPE_CHECKING:
    from schemas.community import Deployment


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Servers go to nodes for people, packed or spread; placeholders give way to them."""
    # Nodes that were there before us say nothing of their purpose.
    purpose = "ignore" if has_foreign_nodes(deployment.cluster) else "require"
    made: Values = {
        "scheduling": {
            "userScheduler": {"enabled": deployment.hub.scheduling.pack_servers},
            "userPlaceholder": _placeholders(deployment, told),
            "userPods": {"nodeAffinity": {"matchNodePurpose": purpose}},
        }
    }
    if deployment.hub.classes:
        plan = {each.name: each.plan() for each in placeholder_sets(deployment) if each.classes}
        made["custom"] = {"hubs": {"classes": plan}}
    return {"jupyterhub": made}


def _placeholders(deployment: Deployment, told: Told) -> Values:
    if not has_placeholders(deployment):
        return {"enabled": False}
    profile = default_profile(deployment)
    pools = {pool_of(deployment, each) for each in deployment.hub.profiles}
    selector = ServerPods(deployment, told).node_selector(pool_of(deployment, profile))
    return {
        "enabled": True,
        "replicas": deployment.hub.scheduling.placeholders,
        "resources": room(default_size(deployment, profile)),
        # With one pool only, the chart has its selector already, and twice would be wrong.
        **({"extraPodSpec": {"nodeSelector": selector}} if len(pools) > 1 and selector else {}),
    }
