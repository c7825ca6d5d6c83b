"""Groups that the community's file lists, with exactly the members it lists."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from traitlets.config import Config

from .hub_folder import HubFolder

DECLARED = {"declared": True}
"""Property of groups that come from the file; groups made on the admin page have none and stay as they are."""


def declare_groups(c: Config, hub: HubFolder) -> None:
    """Load the file's groups, and forget members it no longer lists: JupyterHub itself only ever adds."""
    if hub.settings["groups_from"]:
        # JupyterHub refuses both; the sign-in service's groups then bring the file's along.
        return
    groups: Mapping[str, list[str]] = hub.settings["groups"]
    c.JupyterHub.load_groups = {name: {"users": users, "properties": DECLARED} for name, users in groups.items()}
    forget_former_members(hub.path / "jupyterhub.sqlite", groups)


def forget_former_members(database: Path, groups: Mapping[str, list[str]]) -> None:
    """Take people out of groups that no longer list them, and drop groups that the file no longer has."""
    if not database.is_file():
        return
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'user_group_map'").fetchone():
            return
        for group_id, name, properties in connection.execute("SELECT id, name, properties FROM groups").fetchall():
            members = [user.lower() for user in groups.get(name, [])]
            if name in groups or _declared(properties):
                connection.execute(
                    "DELETE FROM user_group_map WHERE group_id = ? AND user_id NOT IN "
                    "(SELECT id FROM users WHERE name IN (SELECT value FROM json_each(?)))",
                    (group_id, json.dumps(members)),
                )
            if name not in groups and _declared(properties):
                connection.execute("DELETE FROM group_role_map WHERE group_id = ?", (group_id,))
                connection.execute("DELETE FROM groups WHERE id = ?", (group_id,))


def _declared(properties: str | None) -> bool:
    return bool(json.loads(properties or "{}") == DECLARED)
