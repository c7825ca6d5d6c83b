"""Classes: they end after they begin, and come for a profile that is there, on nodes that can hold them."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from components.jupyterhub.palette import default_profile, default_size
from components.machines.names import UnavailableError
from components.server_sizes import capacity, node_of, pool_of
from deployer.config.checks.finding import Finding, twice
from deployer.config.document import Path
from deployer.config.suggest import did_you_mean
from schemas.classes import Class
from schemas.community import Deployment

HERE: Path = ("hub", "classes")


def check_classes(deployment: Deployment) -> Iterator[Finding]:
    """When many people come at once."""
    hub = deployment.hub
    profiles = [profile.slug for profile in hub.profiles]
    yield from twice(HERE, "name", [each.name for each in hub.classes])
    for position, each in enumerate(hub.classes):
        path: Path = (*HERE, position)
        if each.end <= each.start:
            yield Finding(
                (*path, "end"),
                f"it ends at {each.end}, and begins at {each.start}",
                "write a later end; what goes past midnight is two classes",
            )
        if each.first_day and each.last_day and each.last_day < each.first_day:
            yield Finding(
                (*path, "last_day"), f"{each.last_day} is before the first day, {each.first_day}", "write a later day"
            )
        if each.profile is not None and each.profile not in profiles:
            remedy = did_you_mean(each.profile, profiles, kind="profiles") if profiles else "remove it: there are none"
            yield Finding((*path, "profile"), f"no profile named {each.profile!r}", remedy)
        if hub.max_running_servers is not None and each.servers > hub.max_running_servers:
            yield Finding(
                (*path, "servers"),
                f"{each.servers} servers, and max_running_servers lets {hub.max_running_servers} run",
                "raise max_running_servers",
                "warning",
            )
        yield from _room((*path, "servers"), deployment, each)


def _room(path: Path, deployment: Deployment, each: Class) -> Iterator[Finding]:
    """Whether the pool may grow as far as the class needs, where its nodes are made when they are wanted."""
    profile = next((one for one in deployment.hub.profiles if one.slug == each.profile), default_profile(deployment))
    name, node = pool_of(deployment, profile), node_of(deployment, profile)
    if not name or node is None or not node.machine_type:
        return
    try:
        on_a_node = capacity(node).times(default_size(deployment, profile).guarantee)
    except UnavailableError:
        return  # said by the checks of sizes
    max_nodes = deployment.cluster.node_pools[name].max_nodes
    room = on_a_node * max_nodes
    if 0 < room < each.servers:
        yield Finding(
            path,
            f"{each.servers} servers, and pool {name!r} holds {room}: {max_nodes} nodes of {on_a_node}",
            f"give the pool max_nodes: {ceil(each.servers / on_a_node)}, or promise each server less",
            "warning",
        )
