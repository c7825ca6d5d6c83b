"""Pods that keep room for people until they come, by profile: how large, where, and how many when. Pure.

The chart has one StatefulSet of them, for the default profile. Classes that come for another profile have one of ours
each, beside the release. The service `classes` in the hub's pod scales them all.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.hub import layout
from components.hub.values.server_pods import GPU, PROFILE_LABEL, ServerPods
from components.hub.values.told import Told
from components.jupyterhub.palette import default_profile, default_size
from components.server_sizes import ServerSize, pool_of

if TYPE_CHECKING:
    from schemas.community import Deployment
    from schemas.profile import Profile

CHARTS_OWN = "user-placeholder"
"""zero-to-jupyterhub's StatefulSet (jupyterhub/templates/_helpers-names.tpl, with its default fullnameOverride)."""
PAUSE_IMAGE = "registry.k8s.io/pause:3.10.2"
"""As the chart's own placeholders have it (jupyterhub/values.yaml, scheduling.userPlaceholder.image)."""
SERVERS = "component=singleuser-server"
"""Label of people's servers (kubespawner, KubeSpawner.component_label)."""
SET_LABEL = "hubs-placeholders"
LONGEST_SET_NAME = 52
"""Its pods have a label of this name and the revision's, 11 characters more, and labels have 63 at most (Kubernetes,
concepts, labels; pkg/controller/history, ControllerRevisionName)."""


@dataclass(frozen=True, kw_only=True)
class PlaceholderSet:
    """Placeholders for servers of one profile."""

    name: str
    """Of the StatefulSet."""
    profile: Profile | None
    standing: int
    """Those that are there whatever the hour."""
    classes: tuple[dict[str, Any], ...]
    """Those that they keep room for, with the fields of the community's file."""

    def plan(self) -> dict[str, Any]:
        """For the service in the hub's pod."""
        label = f",{PROFILE_LABEL}={self.profile.slug}" if self.profile else ""
        return {"standing": self.standing, "servers": f"{SERVERS}{label}", "classes": list(self.classes)}


def placeholder_sets(deployment: Deployment) -> list[PlaceholderSet]:
    """The chart's own first, then one for each other profile that a class comes for, in the order of profiles."""
    hub, default = deployment.hub, default_profile(deployment)
    asked: dict[str | None, list[dict[str, Any]]] = {}
    for each in hub.classes:
        asked.setdefault(each.profile or (default.slug if default else None), []).append(each.model_dump(mode="json"))
    own = PlaceholderSet(
        name=CHARTS_OWN,
        profile=default,
        standing=hub.scheduling.placeholders,
        classes=tuple(asked.get(default.slug if default else None, ())),
    )
    others = [
        PlaceholderSet(name=_set_name(profile.slug), profile=profile, standing=0, classes=tuple(asked[profile.slug]))
        for profile in hub.profiles
        if profile != default and profile.slug in asked
    ]
    return [own, *others]


def _set_name(profile: str) -> str:
    name = f"class-placeholder-{profile}"
    if len(name) <= LONGEST_SET_NAME:
        return name
    digest = hashlib.sha256(profile.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_SET_NAME - 9].rstrip('-')}-{digest}"


def has_placeholders(deployment: Deployment) -> bool:
    """Whether there ever are any."""
    return bool(deployment.hub.scheduling.placeholders or deployment.hub.classes)


def own_stateful_sets(deployment: Deployment, told: Told) -> dict[str, dict[str, Any]]:
    """Specifications of the StatefulSets that no chart makes, by name; `replicas` are the service's to set.

    They must stand beside the release, in the hub's namespace, made after it: it brings their priority class and,
    where servers are packed, their scheduler.
    """
    return {each.name: _stateful_set(deployment, told, each) for each in placeholder_sets(deployment)[1:]}


def scaling_rules(deployment: Deployment) -> list[dict[str, Any]]:
    """What the service must be allowed in the hub's namespace, as rules of a Role; none without classes.

    It runs in the hub's pod, as the chart's service account `hub`, which may list pods already.
    """
    if not deployment.hub.classes:
        return []
    return [
        {
            "apiGroups": ["apps"],
            "resources": ["statefulsets/scale"],
            "resourceNames": [each.name for each in placeholder_sets(deployment)],
            "verbs": ["get", "patch"],
        }
    ]


def room(size: ServerSize) -> dict[str, Any]:
    """Resources of a placeholder: what the scheduler sets aside for the server that will take its place."""
    requests = {"cpu": f"{round(size.cpu.guarantee * 1000)}m", "memory": str(size.guarantee.memory_bytes)}
    if not size.gpu:
        return {"requests": requests}
    return {"requests": {**requests, GPU: str(size.gpu)}, "limits": {GPU: str(size.gpu)}}


def _stateful_set(deployment: Deployment, told: Told, asked: PlaceholderSet) -> dict[str, Any]:
    labels = {SET_LABEL: asked.name, **layout.bill_labels(deployment)}
    return {
        "podManagementPolicy": "Parallel",
        "serviceName": asked.name,
        "replicas": asked.standing,
        "selector": {"matchLabels": {SET_LABEL: asked.name}},
        "template": {"metadata": {"labels": labels}, "spec": _pod(deployment, told, asked.profile)},
    }


def _pod(deployment: Deployment, told: Told, profile: Profile | None) -> dict[str, Any]:
    pods = ServerPods(deployment, told)
    release = layout.release(deployment, "jupyterhub")
    packed = {"schedulerName": f"{release}-user-scheduler"} if deployment.hub.scheduling.pack_servers else {}
    return {
        "priorityClassName": f"{release}-user-placeholder-priority",
        **packed,
        **pods.on_pool(pool_of(deployment, profile)),
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        "containers": [
            {
                "name": "pause",
                "image": PAUSE_IMAGE,
                "resources": room(default_size(deployment, profile)),
                "securityContext": {
                    "runAsNonRoot": True,
                    "runAsUser": 65534,
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
            }
        ],
    }
