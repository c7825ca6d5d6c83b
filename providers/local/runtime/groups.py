"""Groups that the community's file lists, with exactly the members it lists."""

from __future__ import annotations

from collections.abc import Mapping

from traitlets.config import Config

from .hub_folder import HubFolder
from .membership import declared_groups, forget_former_members


def declare_groups(c: Config, hub: HubFolder) -> None:
    """Load the file's groups, and forget members it no longer lists."""
    if hub.settings["groups_from"]:
        # JupyterHub refuses both; the sign-in service's groups then bring the file's along.
        return
    groups: Mapping[str, list[str]] = hub.settings["groups"]
    c.JupyterHub.load_groups = declared_groups(groups)
    forget_former_members(hub.path / "jupyterhub.sqlite", groups)
