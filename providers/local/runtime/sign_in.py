"""Sign-in: what the settings cannot hold, because it is secret or a function."""

from __future__ import annotations

from traitlets.config import Config

from .hub_folder import HubFolder
from .membership import groups_reader


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
        c.OAuthenticator.auth_state_groups_key = groups_reader(source, hub.settings["groups"])
