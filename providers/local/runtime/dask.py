"""What the hub and people's servers know of the Dask Gateway beside the hub."""

from __future__ import annotations

from string import Template

from traitlets.config import Config

from .hub_folder import HubFolder


def configure_dask(c: Config, hub: HubFolder) -> None:
    """Have the proxy lead to the gateway, let everyone use it, and tell servers where it is."""
    dask = hub.settings["dask"]
    if not dask:
        return
    address = f"127.0.0.1:{hub.places.dask['port']}"
    c.JupyterHub.services.append({"name": dask["service"], "url": f"http://{address}", "display": False})
    c.JupyterHub.load_roles += [{"name": role, "scopes": scopes} for role, scopes in dask["roles"].items()]
    places = {
        "inside": f"http://{address}",
        "scheduler": f"gateway://{address}",
        "public": hub.public_url.rstrip("/"),
    }
    told = {name: Template(value).safe_substitute(places) for name, value in dask["variables"].items()}
    # KubeSpawner sets the last one itself.
    c.LocalHubSpawner.environment.update({**told, "JUPYTER_IMAGE_SPEC": lambda spawner: spawner.image})
