"""The palette as KubeSpawner's profile_list, and what servers are like without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.hub.profile_form import form_values, has_form
from components.hub.values.merging import ChartValues, Values, over
from components.hub.values.server_pods import GPU, ServerPods
from components.hub.values.told import Told
from components.jupyterhub.palette import default_profile, default_size, default_url, palette, resources
from components.server_sizes import pool_of

if TYPE_CHECKING:
    from schemas.community import Deployment


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Sizes, pools, choices; `allowed_groups` is kept by code in the hub's pod."""
    hub = deployment.hub
    server = {
        **_resources(deployment),
        **_pool(deployment, told),
        "defaultUrl": default_url(deployment, None, hub.image),
    }
    profiles = [_with_its_size(profile) for profile in palette(deployment, ServerPods(deployment, told))]
    made: Values = {"singleuser": {**server, **({"profileList": profiles} if profiles else {})}}
    return {"jupyterhub": over(made, form_values()) if has_form(deployment) else made}


def _with_its_size(profile: Values) -> Values:
    """The size in words goes below the title: forms on clusters know no other place for it."""
    words = [profile["description"], profile.get("size_title", "")]
    said = {key: value for key, value in profile.items() if key != "size_title"}
    return {**said, "description": " · ".join(filter(None, words))}


def _resources(deployment: Deployment) -> Values:
    """Of a server without a profile, and, for the chart's own sums, of one whose profile says nothing."""
    size = default_size(deployment, None)
    asked = resources(size)
    gpus = {"extraResource": {"limits": {GPU: str(size.gpu)}, "guarantees": {GPU: str(size.gpu)}}} if size.gpu else {}
    return {
        "cpu": {"guarantee": asked["cpu_guarantee"], "limit": asked["cpu_limit"] or None},
        "memory": {"guarantee": asked["mem_guarantee"], "limit": asked["mem_limit"] or None},
        **gpus,
    }


def _pool(deployment: Deployment, told: Told) -> Values:
    """Where servers and images go; with several pools each profile says it, and images go onto all of them."""
    pods = ServerPods(deployment, told)
    profiles = deployment.hub.profiles or (None,)
    pools = dict.fromkeys(pool_of(deployment, profile) for profile in profiles)
    default = pool_of(deployment, default_profile(deployment))
    return {
        "nodeSelector": pods.node_selector(default) if len(pools) == 1 else {},
        # Placeholders of the default profile have these; profiles each have their own.
        "extraTolerations": pods.tolerations(default),
    }
