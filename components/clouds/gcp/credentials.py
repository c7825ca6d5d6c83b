"""Who the provider would sign in to Google Cloud as, found where it looks itself.

The order of its places is that of the Terraform provider it is made from: "Google Provider Configuration Reference",
then Google's own "How Application Default Credentials works".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from components.contract import MissingCredentials, SignedIn

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


def signed_in(environment: Mapping[str, str]) -> SignedIn:
    """The service's address, where a key or a file tells it.

    No account: a login of Google's is not bound to a project, and the provider is told which one to act in.
    """
    given = next((environment[name] for name in GIVEN[:-1] if environment.get(name)), "") or environment.get(FILE, "")
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8") if given else "{}"
        document = json.loads(text)
    except (OSError, ValueError):
        return SignedIn()
    return SignedIn(who=str(document.get("client_email", "")) if isinstance(document, dict) else "")


def _of_google(machine: Path) -> bool:
    try:
        return machine.read_text(encoding="ascii", errors="replace").startswith("Google")
    except OSError:
        return False
