"""Our code in the hub's pod, beside its configuration: what hangs on who a server is for, and on the hour."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from components.hub.values.merging import ChartValues
from components.hub.values.told import Told

if TYPE_CHECKING:
    from schemas.community import Deployment

PACKAGE = "hubs_in_pod"
"""As the hub's configuration imports it: what stands beside that configuration can be imported by name."""
CONFIGURE = f"""\
from {PACKAGE}.configure import configure

configure(c, get_config)
"""


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Every file of `components/hub/in_pod`, and the line that runs it, before any that the community adds."""
    return {
        "jupyterhub": {
            "hub": {
                "extraFiles": {
                    f"{PACKAGE}.{name}": {
                        "mountPath": f"/usr/local/etc/jupyterhub/{PACKAGE}/{name}",
                        "stringData": text,
                    }
                    for name, text in _code().items()
                },
                "extraConfig": {"00-hubs": CONFIGURE},
            }
        }
    }


@cache
def _code() -> dict[str, str]:
    folder = files("components.hub.in_pod")
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".py")), key=lambda file: file.name)
    return {file.name: file.read_text(encoding="utf-8") for file in found}
