"""Sign-in: what the settings cannot hold, because it is secret or a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from traitlets.config import Config

from .hub_folder import HubFolder

AuthState = Mapping[str, Any]


def configure_sign_in(c: Config, hub: HubFolder) -> None:
    """Give the authenticator its secrets, its address and, where it tells groups, the way to read them."""
    kind = hub.settings["traits"]["JupyterHub"]["authenticator_class"]
    if kind == "dummy":
        c.DummyAuthenticator.password = hub.secrets["password"]
    elif kind != "native":
        c.OAuthenticator.client_secret = hub.secrets["client_secret"]
        c.OAuthenticator.oauth_callback_url = f"{hub.public_url}hub/oauth_callback"
    source = hub.settings["groups_from"]
    if source:
        c.Authenticator.enable_auth_state = True
        c.Authenticator.manage_groups = True
        c.OAuthenticator.auth_state_groups_key = groups_reader(source, hub.settings["groups"])
    if source and source["service"] == "github":
        c.GitHubOAuthenticator.populate_teams_in_auth_state = True


def groups_reader(source: Mapping[str, str], declared: Mapping[str, list[str]]) -> Callable[[AuthState], set[str]]:
    """A function from what the sign-in service told to a person's groups, with those that the file puts them in."""
    members = {name: {user.lower() for user in users} for name, users in declared.items()}

    def groups(auth_state: AuthState) -> set[str]:
        user = str(_look_up(auth_state, source["user"])).lower()
        told = _look_up(auth_state, source["names"]) or []
        names = {_team(group) for group in told} if source["service"] == "github" else {str(group) for group in told}
        return names | {name for name, users in members.items() if user in users}

    return groups


def _team(team: Mapping[str, Any]) -> str:
    """A team as the file writes it: `organisation:team`, by the names in their addresses."""
    return f"{team['organization']['login']}:{team['slug']}"


def _look_up(tree: Any, dotted: str) -> Any:
    """What stands at a dotted path, or None."""
    for key in dotted.split("."):
        tree = tree.get(key) if isinstance(tree, Mapping) else None
    return tree
