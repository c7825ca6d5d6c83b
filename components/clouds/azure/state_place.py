"""Where a subscription's state is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from components.account_contract import StatePlace
from components.clouds.azure.names import STORAGE_ACCOUNT, VAULT, world_name

if TYPE_CHECKING:
    from components.kubernetes_contract import Site

GROUP, CONTAINER, KEY = "hubs-state", "state", "state"


def account_name(site: Site) -> str:
    """Of the storage account: one for each subscription."""
    return world_name("hubsstate", replace(site, group=GROUP), STORAGE_ACCOUNT)


def vault_name(site: Site) -> str:
    """Of the key's vault, whose name begins with a letter."""
    return world_name("hubsstate", replace(site, group=GROUP), VAULT)


def state_place(site: Site) -> StatePlace:
    """In the subscription's own container, encrypted with its own key."""
    return StatePlace(
        account=site.account,
        backend_url=f"azblob://{CONTAINER}?storage_account={account_name(site)}",
        secrets_provider=f"azurekeyvault://{vault_name(site)}.vault.azure.net/keys/{KEY}",
    )
