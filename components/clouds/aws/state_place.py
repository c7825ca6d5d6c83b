"""Where an account's state is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.account_contract import StatePlace

if TYPE_CHECKING:
    from components.kubernetes_contract import Site

KEY_ALIAS = "alias/hubs-state"


def bucket_name(site: Site) -> str:
    """Names of buckets are shared with all the world: the account's number makes this one nobody else's."""
    return f"{site.account}-hubs-state"


def state_place(site: Site) -> StatePlace:
    """In the account's own bucket, encrypted with its own key."""
    return StatePlace(
        account=site.account,
        backend_url=f"s3://{bucket_name(site)}?region={site.region}",
        secrets_provider=f"awskms://{KEY_ALIAS}?region={site.region}",
    )
