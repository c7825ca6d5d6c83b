"""Classes: they end after they begin, and come for a profile that is there."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.config.checks.finding import Finding, twice
from deployer.config.document import Path
from deployer.config.suggest import did_you_mean
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
