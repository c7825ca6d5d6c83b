"""Who the provider would sign in to Google Cloud as, found where it looks itself.

The order of its places is that of the Terraform provider it is made from: "Google Provider Configuration Reference",
then Google's own "How Application Default Credentials works".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from components.contract import MissingCredentials

GIVEN = ("GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON", "GOOGLE_OAUTH_ACCESS_TOKEN")
FILE = "GOOGLE_APPLICATION_CREDENTIALS"
MACHINE = Path("/sys/class/dmi/id/product_name")
COMMAND = "gcloud auth application-default login"


def missing_credentials(environment: Mapping[str, str], machine: Path = MACHINE) -> MissingCredentials | None:
    """None where there are any, be they good or not; machines of Google's have some of their own."""
    if any(environment.get(name) for name in GIVEN):
        return None
    named = environment.get(FILE)
    if named:
        if Path(named).is_file():
            return None
        return MissingCredentials(
            fault=f"{FILE} names {named}, and no such file is there",
            remedy=f"name another, or unset it and sign in: {COMMAND}",
        )
    folder = Path(
        environment.get("CLOUDSDK_CONFIG") or Path(environment.get("HOME", "~")).expanduser() / ".config/gcloud"
    )
    kept = folder / "application_default_credentials.json"
    if kept.is_file() or _of_google(machine):
        return None
    return MissingCredentials(
        fault=f"there are no application default credentials ({kept}), and {FILE} is not set",
        remedy=f"sign in: {COMMAND}",
    )


def _of_google(machine: Path) -> bool:
    try:
        return machine.read_text(encoding="ascii", errors="replace").startswith("Google")
    except OSError:
        return False
