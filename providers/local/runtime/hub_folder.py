"""What the hub reads when it starts: three JSON files in its folder, named by HUBS_HUB_FOLDER.

`settings.json`: the community, rendered by components/clouds/local/settings.py; nothing secret.
`secrets.json`: cookie_secret and crypt_key (64 hexadecimal digits each), proxy_auth_token, health_token, password (for
    dummy sign-in), client_secret (for OAuth sign-in), former_crypt_key (empty before a rotation), and what somebody
    gave besides: traits (by class) and environment (of people's servers); mode 0600.
`places.json`: what the machine decides: see Places.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .leases import Budget

FOLDER_VARIABLE = "HUBS_HUB_FOLDER"
HUB_PROCESS_VARIABLE = "HUBS_HUB_PROCESS"
"""Process id of the hub, for what ends with it."""


@dataclass(frozen=True)
class Places:
    """Ports, addresses and folders of this machine."""

    public_url: str
    """Where people reach the hub from this machine, ending in a slash."""
    listen_address: str
    port: int
    """The proxy's, where people come in."""
    hub_port: int
    proxy_api_url: str
    environments: Mapping[str, str]
    """Folder of each image's environment, by the image's name."""
    directories: Mapping[str, Any]
    """`homes`: folder or null; `scratch`: folder or null; `shared`: folders by name."""
    machine: Mapping[str, Any]
    """`folder`, and `cpu` and `memory_gib` that servers may be promised in all."""
    dask: Mapping[str, Any] = field(default_factory=dict)
    """`port` of what leads to Dask Gateway and to schedulers, and `api_port` of its own; empty without Dask."""
    builder: Sequence[str] = ()
    """The program that builds environments of repositories; empty where none are built."""
    cache: str = ""
    """Where it keeps environments."""

    @property
    def budget(self) -> Budget:
        """What all servers of the machine may be promised."""
        return Budget(memory_gib=float(self.machine["memory_gib"]), cpu=float(self.machine["cpu"]))

    @property
    def machine_folder(self) -> Path:
        """The folder that all hubs of the machine share."""
        return Path(self.machine["folder"])


@dataclass(frozen=True)
class HubFolder:
    """One hub's folder, read."""

    path: Path
    settings: Mapping[str, Any]
    secrets: Mapping[str, Any]
    places: Places

    @property
    def public_url(self) -> str:
        """Where people find the hub: its domain if it has one, else this machine's address and port."""
        domain = self.settings["domain"]
        return f"https://{domain}/" if domain else self.places.public_url


def read_hub_folder() -> HubFolder:
    """The folder that the environment names."""
    path = Path(os.environ[FOLDER_VARIABLE])
    places = _json(path / "places.json")
    return HubFolder(
        path=path,
        settings=_json(path / "settings.json"),
        secrets=_json(path / "secrets.json"),
        places=Places(**{name: places[name] for name in Places.__dataclass_fields__ if name in places}),
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
