"""Who the provider would sign in to Azure as, found where it looks itself.

The ways are those of "Azure Native: Installation & Configuration": Azure's own default chain; a service principal with
a secret, a certificate or OIDC; a managed identity; the Azure CLI.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from components.contract import MissingCredentials

PROOFS = ("ARM_CLIENT_SECRET", "ARM_CLIENT_CERTIFICATE_PATH")
"""Beside ARM_CLIENT_ID and ARM_TENANT_ID."""
SWITCHES = ("ARM_USE_DEFAULT_AZURE_CREDENTIAL", "ARM_USE_OIDC", "ARM_USE_MSI")
"""On where they say `true`, in these letters (pulumi-azure-native, readAuthConfig)."""


def missing_credentials(environment: Mapping[str, str]) -> MissingCredentials | None:
    """None where there are any, be they good or not."""
    switched = any(environment.get(name) == "true" for name in SWITCHES)
    if switched or _service_principal(environment):
        return None
    folder = Path(environment.get("AZURE_CONFIG_DIR") or Path(environment.get("HOME", "~")).expanduser() / ".azure")
    if not _signed_in(folder / "azureProfile.json"):
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


def _service_principal(environment: Mapping[str, str]) -> bool:
    named = environment.get("ARM_CLIENT_ID") and environment.get("ARM_TENANT_ID")
    return bool(named) and any(environment.get(name) for name in PROOFS)


def _signed_in(profile: Path) -> bool:
    try:
        return bool(json.loads(profile.read_text(encoding="utf-8-sig")).get("subscriptions"))
    except (OSError, ValueError, AttributeError):
        return False
