"""Signs in as a kubeconfig of one context says; the official client alone would take a second to import."""

from __future__ import annotations

import base64
import ipaddress
import json
import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from components.survey.errors import ClusterUnseenError

SIGN_IN_SECONDS = 20
"""A cloud's program asks its cloud for a token; one that waits for somebody to type would wait for ever."""


@dataclass(frozen=True, kw_only=True)
class Login:
    """Where a cluster is, and as whom to ask. Holds a credential."""

    server: str
    trust: ssl.SSLContext
    token: str = field(default="", repr=False)
    proxy: str | None = None
    server_name: str | None = None
    """The name in its certificate, where it is not that of its address."""

    @property
    def local(self) -> bool:
        """On this machine, where no proxy from the environment must come between."""
        host = urlsplit(self.server).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def log_in(kubeconfig: Mapping[str, Any]) -> Login:
    """Runs the program that the kubeconfig names for signing in, if any.

    Raises ClusterUnseenError when that program is missing or refuses, or the kubeconfig cannot be used.
    """
    if not kubeconfig:
        raise ClusterUnseenError(
            "its record does not tell of its cluster: an older deployer wrote it", "deploy it again"
        )
    try:
        (named,), (also,) = kubeconfig["clusters"], kubeconfig["users"]
        cluster, user = named["cluster"], also["user"] or {}
        shown = _lent(user["exec"], cluster) if "exec" in user else _own(user)
        return Login(
            server=str(cluster["server"]),
            trust=_trust(cluster, shown),
            token=shown.get("token", ""),
            proxy=cluster.get("proxy-url"),
            server_name=cluster.get("tls-server-name"),
        )
    except (KeyError, TypeError, ValueError, OSError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else error
        fault = f"the context {kubeconfig.get('current-context')!r} cannot be used: {words}"
        raise ClusterUnseenError(fault, "compare it with: kubectl config view --minify") from None


def _own(user: Mapping[str, Any]) -> dict[str, str]:
    token = user.get("token") or (Path(user["tokenFile"]).read_text(encoding="utf-8") if "tokenFile" in user else "")
    return {
        "token": str(token).strip(),
        "clientCertificateData": _pem(user, "client-certificate"),
        "clientKeyData": _pem(user, "client-key"),
    }


def _lent(program: Mapping[str, Any], cluster: Mapping[str, Any]) -> dict[str, str]:
    """What the program answers, in the words of client.authentication.k8s.io."""
    command = str(program["command"])
    if shutil.which(command) is None:
        hint = program.get("installHint") or f"install {command}, and see that it is on the PATH"
        raise ClusterUnseenError(f"signing in needs the program {command}, which is not here", str(hint).strip())
    asked = {"apiVersion": program["apiVersion"], "kind": "ExecCredential", "spec": {"interactive": False}}
    if program.get("provideClusterInfo"):
        asked["spec"] = {"interactive": False, "cluster": _cluster_info(cluster)}
    given = {one["name"]: one["value"] for one in program.get("env") or ()}
    try:
        ran = subprocess.run(
            [command, *(program.get("args") or ())],
            env=os.environ | given | {"KUBERNETES_EXEC_INFO": json.dumps(asked)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SIGN_IN_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _refused(command, str(error)) from None
    if ran.returncode:
        raise _refused(command, ran.stderr.strip())
    status: dict[str, str] = json.loads(ran.stdout)["status"]
    return status


def _refused(command: str, said: str) -> ClusterUnseenError:
    words = next(iter(said.splitlines()), "it does not say why")
    return ClusterUnseenError(f"{command} did not sign in: {words}", "sign in again with the cloud's own command line")


def _cluster_info(cluster: Mapping[str, Any]) -> dict[str, Any]:
    known = ("server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url")
    return {name: cluster[name] for name in known if name in cluster}


def _trust(cluster: Mapping[str, Any], shown: Mapping[str, str]) -> ssl.SSLContext:
    trust = ssl.create_default_context(cadata=_pem(cluster, "certificate-authority") or None)
    # Since Python 3.13 it is on by default, and authorities of clusters lack what it asks for.
    trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if cluster.get("insecure-skip-tls-verify"):
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
    if shown.get("clientCertificateData"):
        # The library takes this from files only.
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(f"{shown['clientCertificateData']}\n{shown['clientKeyData']}\n")
            file.flush()
            trust.load_cert_chain(file.name)
    return trust


def _pem(section: Mapping[str, Any], name: str) -> str:
    data = section.get(f"{name}-data")
    if data:
        return base64.b64decode(data).decode()
    return Path(section[name]).read_text(encoding="utf-8") if section.get(name) else ""
