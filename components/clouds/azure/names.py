"""Names within Azure's limits ("Naming rules and restrictions for Azure resources")."""

from __future__ import annotations

import json
from hashlib import sha256

from components.kubernetes_contract import Site

CLUSTER = 63
DNS_PREFIX = 54
NODE_POOL = 12
"""Lower-case letters and digits, a letter first."""
STORAGE_ACCOUNT = 24
"""Lower-case letters and digits, one of a kind in the whole world."""
REGISTRY = 50
"""Letters and digits, one of a kind in the whole world."""
CONTAINER = 63
VAULT = 24
"""Letters, digits and dashes, a letter first, one of a kind in the whole world."""
BACKUP_VAULT = 50
WORKSPACE = 63
BUDGET = 63
_DIGEST = 8


def fitted(name: str, limit: int) -> str:
    """The name, or as much of it as fits and a digest of all of it, so that two long ones stay different."""
    if len(name) <= limit:
        return name
    return f"{name[: limit - _DIGEST - 1].rstrip('-')}-{_digest(name)}"


def world_name(name: str, site: Site, limit: int) -> str:
    """A name of letters and digits that nobody else has: the same at every run, another in every subscription."""
    letters = "".join(letter for letter in name if letter.isalnum()).lower()
    return letters[: limit - _DIGEST] + _digest(f"{site.account}/{group(site)}/{name}")


def pool_name(pool: str, nodes: dict[str, object]) -> str:
    """A name of its own for each kind of nodes, so that a new pool can stand before the old one goes."""
    digest = _digest(json.dumps({"pool": pool, **nodes}, sort_keys=True))[:6]
    return pool[: NODE_POOL - len(digest)] + digest


def group(site: Site) -> str:
    """The resource group. Raises ValueError where none was chosen."""
    if site.group is None:
        raise ValueError("a site on Azure without a resource group")
    return site.group


def group_id(site: Site) -> str:
    """The resource group's id."""
    return f"/subscriptions/{site.account}/resourceGroups/{group(site)}"


def node_group(site: Site) -> str:
    """The group that AKS makes for nodes, their disks and load balancers."""
    return f"{group(site)}-nodes"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGEST]
