"""Sign-in in the terms of JupyterHub's authenticators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.auth import Auth, Auth0, CILogon, CILogonProvider, GitHub, Google, Oidc
from schemas.hub import Hub
from schemas.profile import SizeChoice

Traits = dict[str, dict[str, Any]]


def sign_in_traits(hub: Hub) -> Traits:
    """The authenticator's options by class, without `secret_traits` and what only a function can say."""
    auth, groups = hub.auth, groups_from(hub)
    named = [*auth.admins, *auth.allowed_users]
    traits: Traits = {
        "Authenticator": {
            # Admins have their role by name; here they only need to be let in.
            "allowed_users": sorted(set(named)),
            "allow_all": _everyone_may(auth),
            # Otherwise whoever was once let in would be for ever.
            "allow_existing_users": False,
        },
        **_of_type(auth),
    }
    if groups:
        traits["Authenticator"] |= {"enable_auth_state": True, "manage_groups": True}
    if groups.get("service") == "github":
        traits["GitHubOAuthenticator"]["populate_teams_in_auth_state"] = True
    return traits


def secret_traits(auth: Auth, client_secret: str | None, password: str | None) -> Traits:
    """What nobody may read in a file, by class: the registration's secret, the shared password."""
    if auth.client is not None:
        return {"OAuthenticator": {"client_secret": client_secret}} if client_secret else {}
    return {"DummyAuthenticator": {"password": password}} if auth.type == "dummy" and password else {}


def authenticator_class(auth: Auth) -> str:
    """The authenticator's registered name."""
    return {"oidc": "generic-oauth"}.get(auth.type, auth.type)


def groups_from(hub: Hub) -> dict[str, str]:
    """Where the sign-in service tells people's groups; empty when only the file does.

    `names` is the key in JupyterHub's auth_state that holds them, `user` that of the name.
    """
    auth = hub.auth
    if auth.type == "github" and any(":" in group for group in _groups_named(hub)):
        return {"service": "github", "names": "teams", "user": "github_user.login"}
    if auth.type == "oidc" and auth.oidc and auth.oidc.groups_claim:
        claims = "oauth_user"
        return {
            "service": "oidc",
            "names": f"{claims}.{auth.oidc.groups_claim}",
            "user": f"{claims}.{auth.oidc.username_claim}",
        }
    return {}


def _groups_named(hub: Hub) -> set[str]:
    """Groups that something is given to."""
    writers = [shared.writers for shared in hub.shared_directories if not isinstance(shared.writers, str)]
    options = [profile.options for profile in hub.profiles]
    images = [choice.groups for option in options for choice in option.images]
    sizes = [choice.groups for option in options for choice in option.sizes if isinstance(choice, SizeChoice)]
    profiles, roles = (profile.groups for profile in hub.profiles), (role.groups for role in hub.roles)
    return {group for groups in (*writers, *images, *sizes, *profiles, *roles) for group in groups}


def _everyone_may(auth: Auth) -> bool:
    if auth.type == "dummy":
        # Any name will do, unless some are listed.
        return auth.allow_all or not auth.allowed_users
    if auth.type == "native":
        # Its own list of approved accounts decides.
        return True
    if auth.type == "google":
        # Google's class keeps everybody else out once domains are given.
        return auth.allow_all or bool(auth.google and auth.google.hosted_domains)
    return auth.allow_all


def _of_type(auth: Auth) -> Traits:
    if auth.type == "dummy":
        return {}
    if auth.type == "native":
        return {
            "NativeAuthenticator": {
                "open_signup": auth.open_signup,
                "minimum_password_length": 8,
                # Whom it tells that they may sign in at once.
                "admin_users": sorted(auth.admins),
            }
        }
    section = getattr(auth, auth.type)
    class_name, traits = _OAUTH[auth.type](section)
    return {class_name: {"client_id": section.client_id, **traits}}


def _github(section: GitHub) -> tuple[str, dict[str, Any]]:
    return "GitHubOAuthenticator", {
        "allowed_organizations": list(section.allowed_organizations),
        # Without it GitHub tells only of public memberships.
        "scope": ["read:org"],
    }


def _google(section: Google) -> tuple[str, dict[str, Any]]:
    return "GoogleOAuthenticator", {
        "hosted_domain": list(section.hosted_domains),
        # Names are whole addresses: with stripping on, a second domain would rename everyone and lose their homes.
        "strip_domain": False,
    }


def _cilogon(section: CILogon) -> tuple[str, dict[str, Any]]:
    idps = {provider.entity_id: _identity_provider(provider) for provider in section.identity_providers}
    return "CILogonOAuthenticator", {"idps": idps}


def _identity_provider(provider: CILogonProvider) -> dict[str, Any]:
    rendered: dict[str, Any] = {"username_derivation": {"username_claim": provider.username_claim}}
    if provider.admit == "all":
        rendered["allow_all"] = True
    if provider.allowed_domains:
        rendered["allowed_domains"] = list(provider.allowed_domains)
    return rendered


def _auth0(section: Auth0) -> tuple[str, dict[str, Any]]:
    return "Auth0OAuthenticator", {
        "auth0_domain": section.domain,
        "username_claim": section.username_claim,
        "scope": ["openid", "profile", "email"],
    }


def _oidc(section: Oidc) -> tuple[str, dict[str, Any]]:
    traits: dict[str, Any] = {
        "authorize_url": section.authorize_url,
        "token_url": section.token_url,
        "userdata_url": section.userdata_url,
        "username_claim": section.username_claim,
        "scope": list(section.scopes),
        "login_service": section.login_service,
    }
    if section.allowed_groups:
        traits["allowed_groups"] = list(section.allowed_groups)
    return "GenericOAuthenticator", traits


_OAUTH: dict[str, Callable[[Any], tuple[str, dict[str, Any]]]] = {
    "github": _github,
    "google": _google,
    "cilogon": _cilogon,
    "auth0": _auth0,
    "oidc": _oidc,
}
