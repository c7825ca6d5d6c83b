"""Kubeconfigs that sign in by the cloud's own program, and so hold nothing worth stealing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def exec_kubeconfig(
    cluster: str,
    server: str,
    ca_pem_b64: str | None,
    *,
    command: str,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    install_hint: str,
) -> str:
    """A kubeconfig as JSON, which is YAML too. `server` is a URL."""
    authority = {"certificate-authority-data": ca_pem_b64} if ca_pem_b64 else {}
    sign_in = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": command,
        "args": list(arguments),
        "env": [{"name": name, "value": value} for name, value in (environment or {}).items()],
        "installHint": install_hint,
        "interactiveMode": "IfAvailable",
        "provideClusterInfo": True,
    }
    return single_context(cluster, {"server": server, **authority}, {"exec": sign_in})


def single_context(name: str, cluster: Mapping[str, Any], user: Mapping[str, Any]) -> str:
    """A kubeconfig with one context, as JSON; cluster, user and context all have its name."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": dict(cluster)}],
            "users": [{"name": name, "user": dict(user)}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )
