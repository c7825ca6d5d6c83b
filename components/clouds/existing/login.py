"""The program `hubs-existing-login`: signs in with the token or certificate that a context of a kubeconfig holds.

Speaks Kubernetes' protocol for such programs (client.authentication.k8s.io/v1). Prints a credential, to kubectl, to
the Kubernetes provider, to whoever else called it by a kubeconfig; never call it where somebody looks on.
"""

from __future__ import annotations

import argparse
import json
import sys
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.clouds.existing.context import find_context, kubeconfig_files
from components.survey.errors import ClusterUnseenError


def main(arguments: list[str] | None = None) -> None:
    """Prints an ExecCredential, or says on standard error why not and exits 1."""
    parser = argparse.ArgumentParser(prog="hubs-existing-login", description="Sign in for a kubeconfig's exec entry.")
    parser.add_argument("--context", required=True)
    parser.add_argument("--kubeconfig")
    asked = parser.parse_args(arguments)
    try:
        context = find_context(asked.context, kubeconfig_files(asked.kubeconfig, Path.cwd()))
        status = credential(context.user)
    except (ClusterUnseenError, OSError) as error:
        sys.exit(str(error))
    document = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    sys.stdout.write(json.dumps(document))


def credential(user: Mapping[str, Any]) -> dict[str, str]:
    """What a user's entry holds, in the protocol's words. Raises OSError for a file that cannot be read."""
    if user.get("tokenFile"):
        return {"token": Path(user["tokenFile"]).read_text(encoding="utf-8").strip()}
    if user.get("token"):
        return {"token": str(user["token"])}
    return {
        "clientCertificateData": _pem(user, "client-certificate"),
        "clientKeyData": _pem(user, "client-key"),
    }


def _pem(user: Mapping[str, Any], key: str) -> str:
    data = user.get(f"{key}-data")
    return b64decode(data).decode() if data else Path(user[key]).read_text(encoding="utf-8")
