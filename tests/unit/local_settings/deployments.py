"""Resolved communities to render."""

from __future__ import annotations

from typing import Any

from schemas.community import Deployment

TITLES = {"base": "Python", "data-science": "Python for data"}
CLIENT = {"client_id": "id", "client_secret_env": "SECRET"}

SIGN_INS: dict[str, dict[str, Any]] = {
    "dummy": {"type": "dummy", "admins": ["ada"]},
    "dummy-listed": {"type": "dummy", "allowed_users": ["alan"], "admins": ["ada"]},
    "native": {"type": "native", "admins": ["ada"], "open_signup": True},
    "github": {
        "type": "github",
        "admins": ["ada"],
        "github": {**CLIENT, "allowed_organizations": ["example-org:staff"]},
    },
    "google": {"type": "google", "google": {**CLIENT, "hosted_domains": ["example.org", "example.com"]}},
    "cilogon": {
        "type": "cilogon",
        "cilogon": {
            **CLIENT,
            "identity_providers": [
                {"entity_id": "https://idp.example.org/shibboleth", "admit": "all"},
                {"entity_id": "https://idp.example.com/shibboleth", "allowed_domains": ["example.com"]},
            ],
        },
    },
    "auth0": {"type": "auth0", "allowed_users": ["alan"], "auth0": {**CLIENT, "domain": "example.eu.auth0.com"}},
    "oidc": {
        "type": "oidc",
        "oidc": {
            **CLIENT,
            "authorize_url": "https://id.example.org/authorize",
            "token_url": "https://id.example.org/token",
            "userdata_url": "https://id.example.org/userinfo",
            "groups_claim": "groups",
            "allowed_groups": ["hub-users"],
        },
    },
}

FULL_HUB: dict[str, Any] = {
    "domain": "hub.example.org",
    "homepage": {"text": "Welcome.", "organization": {"name": "Example University"}},
    "resources": {"cpu": {"guarantee": 0.25, "limit": 1}, "memory_gib": 1},
    "environment": {"TZ": "Europe/Berlin"},
    "profiles": [
        {"slug": "small", "title": "Small & <neat>", "default": True},
        {
            "slug": "large",
            "title": "Large",
            "cpu": {"guarantee": 2},
            "environment": {"OMP_NUM_THREADS": "2"},
            "options": {
                "images": [{"image": "data-science"}, {"image": "base", "title": "Plain", "default": True}],
                "sizes": [{"slug": "z-first", "memory_gib": 2}, {"slug": "a-second", "title": "Big", "memory_gib": 4}],
            },
        },
        {"slug": "staff", "title": "Staff", "groups": ["instructors"], "memory_gib": {"guarantee": 0.5}},
    ],
    "groups": {"instructors": ["grace"]},
    "roles": [{"name": "instructor", "scopes": ["list:users"], "groups": ["instructors"]}],
    "shared_directories": [{"name": "shared"}, {"name": "course", "writers": ["instructors"]}],
    "scratch": {"delete_after_days": 7},
    "culling": {"idle_timeout_minutes": 2, "maximum_age_minutes": 60},
    "named_servers_per_user": 2,
    "max_running_servers": 30,
}


def deployment(hub: dict[str, Any] | None = None, **fields: Any) -> Deployment:
    """A staging hub on this machine; `fields` replace those of the deployment."""
    images = {
        name: {"name": name, "folder": f"images/{name}", "digest": "0" * 64, "title": title}
        for name, title in TITLES.items()
    }
    given = {
        "community": "demo",
        "stage": "staging",
        "title": "Demo community",
        "archetype": "teaching",
        "contacts": [],
        "cluster_name": "demo",
        "cluster": {"provider": "local"},
        "hub": hub or {},
        "images": images,
    }
    return Deployment.model_validate(given | fields)
