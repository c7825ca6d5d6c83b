"""From a hub's folder to JupyterHub's configuration."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from traitlets.config import Config

from .announcements import FOLDER, Announcements
from .binder_choice import START_SECONDS
from .binder_links import configure_binder
from .dask import configure_dask
from .groups import declare_groups
from .hub_folder import HubFolder
from .local_spawner import LocalHubSpawner
from .profiles import in_order, only_for_members
from .services import configure_services
from .sign_in import configure_sign_in

TEMPLATES = Path(__file__).parent / "templates"


def configure(c: Config, hub: HubFolder) -> None:
    """Set everything that this hub's JupyterHub is to be."""
    _settings(c, hub.settings["traits"])
    _network(c, hub)
    _state(c, hub)
    _pages(c, hub)
    _spawner(c, hub)
    configure_sign_in(c, hub)
    _given(c, hub)
    declare_groups(c, hub)
    configure_services(c, hub)
    configure_dask(c, hub)
    configure_binder(c, hub)


def _settings(c: Config, traits: Mapping[str, Mapping[str, Any]]) -> None:
    for class_name, values in traits.items():
        for name, value in values.items():
            c[class_name][name] = value


def _network(c: Config, hub: HubFolder) -> None:
    places = hub.places
    c.JupyterHub.bind_url = _address(places.listen_address, places.port)
    c.JupyterHub.hub_bind_url = _address("127.0.0.1", places.hub_port)
    if hub.settings["domain"]:
        c.JupyterHub.public_url = hub.public_url
    # The proxy is a process of its own: the hub can restart alone, and people's servers stay reachable meanwhile.
    c.JupyterHub.proxy_class = "jupyterhub.proxy.ConfigurableHTTPProxy"
    c.ConfigurableHTTPProxy.should_start = False
    c.ConfigurableHTTPProxy.api_url = places.proxy_api_url
    c.ConfigurableHTTPProxy.auth_token = hub.secrets["proxy_auth_token"]
    c.JupyterHub.cleanup_servers = False
    c.JupyterHub.cleanup_proxy = False
    # Whoever reaches a loopback address is on this machine and may read the metrics.
    c.JupyterHub.authenticate_prometheus = not ipaddress.ip_address(places.listen_address).is_loopback


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _state(c: Config, hub: HubFolder) -> None:
    c.JupyterHub.db_url = f"sqlite:///{hub.path / 'jupyterhub.sqlite'}"
    # A newer JupyterHub brings its database along, after it has copied the old one.
    c.JupyterHub.upgrade_db = True
    c.JupyterHub.cookie_secret = bytes.fromhex(hub.secrets["cookie_secret"])
    keys = (hub.secrets["crypt_key"], hub.secrets.get("former_crypt_key"))
    c.CryptKeeper.keys = [bytes.fromhex(key) for key in keys if key]


def _given(c: Config, hub: HubFolder) -> None:
    """Secrets that somebody wrote; over all settings."""
    _settings(c, hub.secrets.get("traits", {}))
    if given := hub.secrets.get("environment"):
        usual = hub.settings["traits"]["LocalHubSpawner"]["environment"]
        c.LocalHubSpawner.environment = {**usual, **given}


def _pages(c: Config, hub: HubFolder) -> None:
    c.JupyterHub.template_paths = [str(TEMPLATES)]
    c.JupyterHub.logo_file = str(TEMPLATES / "logo.svg")
    c.JupyterHub.template_vars = {
        "announcements": Announcements(hub.path / FOLDER),
        "community": hub.settings["community"],
        "homepage": hub.settings["homepage"],
        "contacts": hub.settings["contacts"],
        "accounts_here": hub.settings["traits"]["JupyterHub"]["authenticator_class"] == "native",
    }


def _spawner(c: Config, hub: HubFolder) -> None:
    c.JupyterHub.spawner_class = LocalHubSpawner
    LocalHubSpawner.hub_folder = hub
    c.LocalHubSpawner.additional_profile_form_template_paths = [str(TEMPLATES / "profiles")]
    profiles = hub.settings["traits"]["LocalHubSpawner"]["profile_list"]
    c.LocalHubSpawner.profile_list = only_for_members(in_order(profiles)) if profiles else []
    c.LocalHubSpawner.start_timeout = START_SECONDS
    c.LocalHubSpawner.http_timeout = START_SECONDS
    # Asking whether a process lives costs nothing, and people learn sooner that theirs was ended.
    c.LocalHubSpawner.poll_interval = 5
