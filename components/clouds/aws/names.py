"""Names within AWS's limits, and the one that all of an account know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.names import fitted

if TYPE_CHECKING:
    from components.kubernetes_contract import Site

__all__ = ["BUCKET", "CLUSTER", "DEPLOYER", "NODE_GROUP", "ROLE", "VAULT", "deployer_arn", "fitted"]

SUFFIX = 8
"""A dash and seven digits, which make a name that all the account or all the world shares one's own."""
ROLE = 64 - SUFFIX
BUCKET = 63 - SUFFIX
VAULT = 50 - SUFFIX
"""Plans of copies too."""
NODE_GROUP = 63
CLUSTER = 100
DEPLOYER = "hubs-deployer"
"""The role that an account's workflows deploy with."""


def deployer_arn(site: Site) -> str:
    """The deployer, as clusters name it."""
    return f"arn:aws:iam::{site.account}:role/{DEPLOYER}"
