"""Scopes that a role may grant, as JupyterHub names them.

Source: `scope_definitions` in jupyterhub/scopes.py of JupyterHub 5.5.0, without `(no_scope)`, which grants nothing.
"""

from __future__ import annotations

JUPYTERHUB_VERSION = "5.5.0"

SCOPES: frozenset[str] = frozenset(
    {
        "self",
        "inherit",
        "admin-ui",
        "admin:users",
        "admin:auth_state",
        "users",
        "delete:users",
        "list:users",
        "read:users",
        "read:users:name",
        "read:users:groups",
        "read:users:activity",
        "read:roles",
        "read:roles:users",
        "read:roles:services",
        "read:roles:groups",
        "users:activity",
        "admin:servers",
        "admin:server_state",
        "servers",
        "read:servers",
        "delete:servers",
        "tokens",
        "read:tokens",
        "admin:groups",
        "groups",
        "list:groups",
        "read:groups",
        "read:groups:name",
        "delete:groups",
        "admin:services",
        "list:services",
        "read:services",
        "read:services:name",
        "read:hub",
        "access:servers",
        "access:services",
        "users:shares",
        "read:users:shares",
        "groups:shares",
        "read:groups:shares",
        "read:shares",
        "shares",
        "proxy",
        "shutdown",
        "read:metrics",
    }
)

FILTERS: tuple[str, ...] = ("user", "group", "server", "service")
"""What may follow the exclamation mark of a scope, alone or with =name (the same file, `_expand_scope` and its kin)."""

OWN_ROLES: frozenset[str] = frozenset({"admin", "server", "token", "user"})
"""Roles that JupyterHub defines itself (jupyterhub/roles.py, `get_default_roles`): one of that name replaces it."""
