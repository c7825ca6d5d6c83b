"""Who is in which group: what the community's file lists, and what the sign-in service told.

Needs only the standard library: hubs on clusters run this very file in their pods.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

AuthState = Mapping[str, Any]

DECLARED = {"declared": True}
"""Property of groups that come from the file; groups made on the admin page have none and stay as they are."""


def declared_groups(groups: Mapping[str, list[str]]) -> dict[str, dict[str, Any]]:
    """The file's groups as JupyterHub's `load_groups` takes them."""
    return {name: {"users": list(users), "properties": DECLARED} for name, users in groups.items()}


def forget_former_members(database: Path, groups: Mapping[str, list[str]]) -> None:
    """Take people out of groups that no longer list them, and drop groups that the file no longer has.

    JupyterHub itself only ever adds. To be called while the hub is not running.
    """
    if not database.is_file():
        return
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        columns = {column for _, column, *_ in connection.execute("PRAGMA table_info(groups)")}
        if "properties" not in columns:
            return  # new, or of a JupyterHub before 3: there are no members from a file in it yet
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
