"""Groups and roles: names that are defined, and scopes that JupyterHub knows."""

from __future__ import annotations

from collections.abc import Iterator

from components.contract import HEALTH_CHECK_USERS
from deployer.config.checks.finding import Finding, twice
from deployer.config.document import Path
from deployer.config.jupyterhub_scopes import FILTERS, OWN_ROLES, SCOPES
from deployer.config.suggest import did_you_mean
from schemas.community import Deployment
from schemas.hub import Hub
from schemas.profile import ProfileOptions

OUR_ROLES = "hubs-"
"""How roles of the project's own services begin."""
SHORTEST_ROLE_NAME = 3
"""JupyterHub's own rule (jupyterhub.roles, 5.5.0)."""


def check_people(deployment: Deployment) -> Iterator[Finding]:
    """Groups wherever one is named, and roles."""
    hub = deployment.hub
    for named, group in _groups_named(hub):
        yield from _group(hub, named, group)
    yield from _empty_groups(hub)
    for named, user in _people_named(hub):
        if user.startswith(HEALTH_CHECK_USERS):
            yield Finding(
                named, f"names that begin with {HEALTH_CHECK_USERS} are the health check's", "use another name"
            )
    yield from twice(("hub", "roles"), "name", [role.name for role in hub.roles])
    for position, role in enumerate(hub.roles):
        path: Path = ("hub", "roles", position)
        if role.name in OWN_ROLES or role.name.startswith(OUR_ROLES):
            yield Finding((*path, "name"), f"the role {role.name!r} is the hub's own", "choose another name")
        if len(role.name) < SHORTEST_ROLE_NAME:
            yield Finding((*path, "name"), f"JupyterHub wants {SHORTEST_ROLE_NAME} letters at least", "lengthen it")
        for index, scope in enumerate(role.scopes):
            yield from _scope(hub, (*path, "scopes", index), scope)


def _people_named(hub: Hub) -> Iterator[tuple[Path, str]]:
    for key in ("admins", "allowed_users"):
        for index, user in enumerate(getattr(hub.auth, key)):
            yield ("hub", "auth", key, index), user
    for group, members in hub.groups.items():
        for index, user in enumerate(members):
            yield ("hub", "groups", group, index), user


def _groups_named(hub: Hub) -> Iterator[tuple[Path, str]]:
    for position, profile in enumerate(hub.profiles):
        path: Path = ("hub", "profiles", position)
        for index, group in enumerate(profile.groups):
            yield (*path, "groups", index), group
        yield from _choices_groups((*path, "options"), profile.options)
    for position, role in enumerate(hub.roles):
        for index, group in enumerate(role.groups):
            yield ("hub", "roles", position, "groups", index), group
    for position, directory in enumerate(hub.shared_directories):
        if not isinstance(directory.writers, str):
            for index, group in enumerate(directory.writers):
                yield ("hub", "shared_directories", position, "writers", index), group


def _choices_groups(path: Path, options: ProfileOptions) -> Iterator[tuple[Path, str]]:
    for option in ("images", "sizes"):
        for position, choice in enumerate(getattr(options, option)):
            for index, group in enumerate(getattr(choice, "groups", ())):
                yield (*path, option, position, "groups", index), group


def _empty_groups(hub: Hub) -> Iterator[Finding]:
    """Groups to which something is given and nobody belongs; those of the sign-in service have members elsewhere."""
    given = {group for _, group in _groups_named(hub)}
    for group, members in hub.groups.items():
        if not members and group in given and not told_by_sign_in(hub, group):
            yield Finding(
                ("hub", "groups", group),
                "nobody is in this group, and something is given to it",
                "name its members, or remove it where it is named",
                "warning",
            )


def _group(hub: Hub, path: Path, group: str) -> Iterator[Finding]:
    if group not in hub.groups and not told_by_sign_in(hub, group):
        yield Finding(path, f"no group named {group!r}", did_you_mean(group, hub.groups, kind="groups in hub.groups"))


def told_by_sign_in(hub: Hub, group: str) -> bool:
    """Whether a sign-in service may tell of a group that the file does not know."""
    if hub.auth.type == "github":
        return ":" in group
    return bool(hub.auth.type == "oidc" and hub.auth.oidc and hub.auth.oidc.groups_claim)


def _scope(hub: Hub, path: Path, scope: str) -> Iterator[Finding]:
    name, _, only = scope.partition("!")
    if name not in SCOPES:
        yield Finding(path, f"JupyterHub has no scope {name!r}", did_you_mean(name, sorted(SCOPES), kind="scopes"))
    kind, _, value = only.partition("=")
    if only and kind not in FILTERS:
        yield Finding(path, f"no scope can be limited by {kind!r}", did_you_mean(kind, FILTERS, kind="possible"))
    if kind == "group" and not value:
        yield Finding(path, "!group needs the group's name", "write e.g. list:users!group=students")
    elif kind == "group":
        yield from _group(hub, path, value)
