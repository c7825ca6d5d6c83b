"""Who may do what: roles, groups of people, and the service that the health check speaks as."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from components.hub.values.merging import ChartValues, Values
from components.hub.values.told import Told
from components.jupyterhub.roles import HEALTH, roles
from components.jupyterhub.sign_in import groups_from

if TYPE_CHECKING:
    from schemas.community import Deployment

MODULE = "hubs_membership"
"""As the hub's configuration imports it: files beside that configuration can be imported by name."""
DATABASE = "jupyterhub.sqlite"
"""In the folder that the chart's hub starts in; the chart's own name for it (files/hub/jupyterhub_config.py)."""
DECLARE = f"""\
from pathlib import Path
from {MODULE} import declared_groups, forget_former_members, groups_reader

_membership = get_config("custom.hubs.membership")
if _membership["groups_from"]:
    # The sign-in service's groups bring the file's along: JupyterHub refuses both side by side.
    c.OAuthenticator.auth_state_groups_key = groups_reader(_membership["groups_from"], _membership["groups"])
else:
    c.JupyterHub.load_groups = declared_groups(_membership["groups"])
    forget_former_members(Path("{DATABASE}"), _membership["groups"])
"""


def values(deployment: Deployment, told: Told) -> ChartValues:
    """Roles by name, as the chart wants them; groups through code that JupyterHub lacks."""
    hub = deployment.hub
    return {
        "jupyterhub": {
            "custom": {"hubs": {"membership": _membership(deployment)}},
            "hub": {
                "loadRoles": {role["name"]: role for role in roles(hub)},
                "services": {HEALTH: {"admin": False}},
                "extraFiles": {
                    MODULE: {
                        "mountPath": f"/usr/local/etc/jupyterhub/{MODULE}.py",
                        "stringData": _module(),
                    }
                },
                "extraConfig": {"hubs-membership": DECLARE},
            },
        }
    }


def _membership(deployment: Deployment) -> Values:
    hub = deployment.hub
    return {
        "groups": {name: sorted(users) for name, users in sorted(hub.groups.items())},
        "groups_from": groups_from(hub),
    }


@cache
def _module() -> str:
    """The same code as on one machine; it needs only the standard library."""
    return (files("providers.local.runtime") / "membership.py").read_text(encoding="utf-8")
