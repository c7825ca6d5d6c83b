"""A context for others' eyes: state and records hold no credential, whatever the kubeconfig holds.

A context that signs in by a program keeps it. One that holds a token or a key gets a program of ours in their place,
which reads them, when it is called, from the kubeconfig of whoever calls it: `hubs-existing-login`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.clouds.existing.context import Context
from components.kubeconfig import single_context
from components.survey.errors import ClusterUnseenError
from schemas.existing import ExistingCluster

PROGRAM = "hubs-existing-login"
STATIC = ("token", "tokenFile", "client-certificate", "client-certificate-data", "client-key", "client-key-data")
IMPERSONATION = ("as", "as-uid", "as-groups", "as-user-extra")
CLUSTER = ("server", "certificate-authority-data", "insecure-skip-tls-verify", "tls-server-name", "proxy-url")
_SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_KEY", re.IGNORECASE)


def shareable(name: str, context: Context, asked: ExistingCluster, project: Path) -> str:
    """A kubeconfig with the one context `name`, as JSON. Raises ClusterUnseenError where a login cannot be left out."""
    cluster = {key: context.cluster[key] for key in CLUSTER if key in context.cluster}
    authority = context.cluster.get("certificate-authority")
    if authority and "certificate-authority-data" not in cluster:
        cluster["certificate-authority-data"] = _encoded(Path(str(authority)))
    user = {key: context.user[key] for key in IMPERSONATION if key in context.user}
    return single_context(name, cluster, {**user, **_sign_in(context, asked, project)})


def _sign_in(context: Context, asked: ExistingCluster, project: Path) -> Mapping[str, Any]:
    user = context.user
    if "exec" in user:
        _refuse_secrets(context, user["exec"])
        return {"exec": user["exec"]}
    if "auth-provider" in user or "password" in user:
        raise ClusterUnseenError(
            f"context {context.name!r} signs in by {'auth-provider' if 'auth-provider' in user else 'a password'}, "
            "which Kubernetes has given up",
            "get a kubeconfig that signs in by a program (exec), a token or a certificate",
        )
    if not any(user.get(key) for key in STATIC):
        return {}
    where = ["--kubeconfig", _lasting(asked.kubeconfig, project)] if asked.kubeconfig else []
    program = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": PROGRAM,
        "args": ["--context", context.name, *where],
        "interactiveMode": "Never",
        "provideClusterInfo": False,
        "installHint": "it comes with the deployer: put the folder of its environment's programs on the PATH",
    }
    return {"exec": program}


def _refuse_secrets(context: Context, program: Mapping[str, Any]) -> None:
    secret = [one["name"] for one in program.get("env") or () if _SECRET.search(one["name"])]
    if secret:
        raise ClusterUnseenError(
            f"context {context.name!r} hands {', '.join(secret)} to its sign-in program: that would stand in the state",
            "take it out of the kubeconfig's exec.env, and export it where the deployer runs",
        )


def _lasting(given: str, project: Path) -> str:
    """As it is given where that means the same for everybody, else from the root."""
    return given if given.startswith("~") else str(project / given)


def _encoded(file: Path) -> str:
    try:
        return b64encode(file.read_bytes()).decode()
    except OSError as error:
        raise ClusterUnseenError(f"{file} cannot be read: {error.strerror}", "mend the kubeconfig") from None
