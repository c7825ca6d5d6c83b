"""Who the provider would sign in to Azure as, found where it looks itself.

The ways are those of "Azure Native: Installation & Configuration": Azure's own default chain; a service principal with
a secret, a certificate or OIDC; a managed identity; the Azure CLI.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from components.contract import MissingCredentials, SignedIn

PROOFS = ("ARM_CLIENT_SECRET", "ARM_CLIENT_CERTIFICATE_PATH")
"""Beside ARM_CLIENT_ID and ARM_TENANT_ID."""
SWITCHES = ("ARM_USE_DEFAULT_AZURE_CREDENTIAL", "ARM_USE_OIDC", "ARM_USE_MSI")
"""On where they say `true`, in these letters (pulumi-azure-native, readAuthConfig)."""


def missing_credentials(environment: Mapping[str, str]) -> MissingCredentials | None:
    """None where there are any, be they good or not."""
    switched = any(environment.get(name) == "true" for name in SWITCHES)
    if switched or _service_principal(environment):
        return None
    if not _has_subscriptions(_folder(environment) / "azureProfile.json"):
        return MissingCredentials(
            fault="ARM_CLIENT_ID with a secret, a certificate or OIDC is not set, and the Azure CLI is not signed in",
            remedy="sign in: az login",
        )
    if shutil.which("az", path=environment.get("PATH")) is None:
        return MissingCredentials(
            fault="the Azure CLI is signed in, and its program az is not on PATH",
            remedy="install the Azure CLI, or put it on PATH",
        )
    return None


def signed_in(environment: Mapping[str, str]) -> SignedIn:
    """Of the Azure CLI, every subscription that its login may act in; of a service principal, nobody knows which."""
    if any(environment.get(name) == "true" for name in SWITCHES) or _service_principal(environment):
        return SignedIn(who=environment.get("ARM_CLIENT_ID", ""))
    profile = _folder(environment) / "azureProfile.json"
    try:
        listed = json.loads(profile.read_text(encoding="utf-8-sig")).get("subscriptions") or []
        accounts = tuple(str(one["id"]) for one in listed)
        users = {str((one.get("user") or {}).get("name", "")) for one in listed if one.get("isDefault")}
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return SignedIn()
    return SignedIn(who=next(iter(users), ""), accounts=accounts)


def _folder(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("AZURE_CONFIG_DIR") or Path(environment.get("HOME", "~")).expanduser() / ".azure")


def _service_principal(environment: Mapping[str, str]) -> bool:
    named = environment.get("ARM_CLIENT_ID") and environment.get("ARM_TENANT_ID")
    return bool(named) and any(environment.get(name) for name in PROOFS)


def _has_subscriptions(profile: Path) -> bool:
    try:
        return bool(json.loads(profile.read_text(encoding="utf-8-sig")).get("subscriptions"))
    except (OSError, ValueError, AttributeError):
        return False
