"""Where a project's state is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.account_contract import StatePlace

if TYPE_CHECKING:
    from components.kubernetes_contract import Site

KEY_RING, KEY = "hubs", "state"


def bucket_name(site: Site) -> str:
    """Names of buckets are shared with all the world, and those of projects are taken once: so after the project."""
    return f"{site.account}-hubs-state"


def state_place(site: Site) -> StatePlace:
    """In the project's own bucket, encrypted with its own key."""
    key = f"projects/{site.account}/locations/{site.region}/keyRings/{KEY_RING}/cryptoKeys/{KEY}"
    return StatePlace(account=site.account, backend_url=f"gs://{bucket_name(site)}", secrets_provider=f"gcpkms://{key}")
