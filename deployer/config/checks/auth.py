"""Sign-in: settings that count, somebody who can come in, and nobody unawares."""

from __future__ import annotations

from collections.abc import Iterator

from components.clouds import cloud
from deployer.config.checks.finding import Finding, repeated
from deployer.config.document import Path
from schemas.auth import OAUTH_TYPES, Auth
from schemas.community import Deployment

HERE: Path = ("hub", "auth")
EVERYONE = {
    "github": "everyone with a GitHub account",
    "google": "everyone with a Google account",
    "cilogon": "everyone with an account at one of the identity providers",
    "auth0": "everyone with an account of the Auth0 tenant",
    "oidc": "everyone with an account at the provider",
}
WAYS_IN = {
    "github": "auth.github.allowed_organizations",
    "google": "auth.google.hosted_domains",
    "cilogon": "an identity provider with admit: all or allowed_domains",
    "oidc": "auth.oidc.allowed_groups",
}


def check_auth(deployment: Deployment) -> Iterator[Finding]:
    """Sign-in of one hub."""
    auth = deployment.hub.auth
    yield from _idle_settings(auth)
    yield from _sections(auth)
    unreachable = list(_unreachable(auth))
    yield from unreachable
    if not unreachable:
        yield from _openness(deployment)


def _idle_settings(auth: Auth) -> Iterator[Finding]:
    for name in sorted(OAUTH_TYPES):
        given = getattr(auth, name) is not None
        if name == auth.type and not given:
            yield Finding(HERE, f"type is {name}, but the section {name} is missing", f"add {name}: with its client_id")
        if name != auth.type and given:
            yield Finding(
                (*HERE, name),
                f"settings of a sign-in that is not in use: type is {auth.type}",
                f"remove {name}, or set type: {name}",
            )
    if auth.open_signup and auth.type != "native":
        yield Finding(
            (*HERE, "open_signup"), f"it has no effect with type {auth.type}", "remove it, or set type: native"
        )


def _sections(auth: Auth) -> Iterator[Finding]:
    if auth.type == "cilogon" and auth.cilogon:
        providers = auth.cilogon.identity_providers
        path = (*HERE, "cilogon", "identity_providers")
        for position, first, _ in repeated(provider.entity_id for provider in providers):
            yield Finding((*path, position, "entity_id"), f"entry {first + 1} is of the same institution", "join them")
        for position, provider in enumerate(providers):
            if provider.admit == "all" and provider.allowed_domains:
                yield Finding(
                    (*path, position, "allowed_domains"),
                    "it has no effect beside admit: all",
                    "remove it, or write admit: listed",
                )
    if auth.type == "oidc" and auth.oidc and auth.oidc.allowed_groups and not auth.oidc.groups_claim:
        yield Finding(
            (*HERE, "oidc", "allowed_groups"),
            "the hub cannot know anybody's groups without groups_claim",
            "name the claim that lists them, e.g. groups_claim: groups",
        )


def _unreachable(auth: Auth) -> Iterator[Finding]:
    """Nobody could sign in, and why."""
    if auth.type == "dummy" or auth.admins or auth.allowed_users:
        return
    if auth.type == "native":
        if not auth.open_signup:
            yield Finding(
                HERE,
                "nobody could sign in: new accounts need an admin's approval, and there is no admin",
                "name yourself in auth.admins",
            )
        return
    if not (auth.allow_all or _admits_by_section(auth)):
        ways = ["auth.admins", "auth.allowed_users", *([WAYS_IN[auth.type]] if auth.type in WAYS_IN else [])]
        yield Finding(HERE, "nobody could sign in: no person, group or domain is let in", f"give {' or '.join(ways)}")


def _admits_by_section(auth: Auth) -> bool:
    match auth.type:
        case "github":
            return bool(auth.github is None or auth.github.allowed_organizations)
        case "google":
            return bool(auth.google is None or auth.google.hosted_domains)
        case "cilogon":
            providers = auth.cilogon.identity_providers if auth.cilogon else ()
            return not providers or any(each.admit == "all" or each.allowed_domains for each in providers)
        case "oidc":
            return bool(auth.oidc is None or auth.oidc.allowed_groups)
    return getattr(auth, auth.type) is None  # its section is missing, which was said already


def _openness(deployment: Deployment) -> Iterator[Finding]:
    """Who may come in, said aloud where that is more than people may think."""
    auth = deployment.hub.auth
    public = cloud(deployment.cluster.provider).public(deployment.cluster)
    if auth.type == "dummy":
        if public:
            yield Finding(
                (*HERE, "type"),
                "one password for everybody, on a hub that the network can reach",
                "choose native or a sign-in service",
                "error" if deployment.stage == "prod" else "warning",
            )
        return
    if auth.allow_all and auth.type in EVERYONE:
        yield Finding(
            (*HERE, "allow_all"),
            f"{EVERYONE[auth.type]} may sign in and run servers",
            "if that is not meant, remove allow_all and name who may",
            "warning",
        )
    if auth.open_signup and public:
        yield Finding(
            (*HERE, "open_signup"),
            "everyone who finds the hub can make an account and run servers",
            "if that is not meant, remove open_signup and approve accounts as an admin",
            "warning",
        )
    if not auth.admins:
        yield Finding((*HERE, "admins"), "nobody administers the hub", "name at least one person", "warning")
