"""Signs in to a cluster as a kubeconfig says."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from components.survey.errors import ClusterUnseenError

if TYPE_CHECKING:
    from kubernetes.client import ApiClient


def sign_in(kubeconfig: Mapping[str, Any]) -> ApiClient:
    """A client for the only context of a kubeconfig. Runs the program that it names for signing in, if any.

    Raises ClusterUnseenError when that program is missing or refuses, or the kubeconfig cannot be used.
    """
    from kubernetes import client, config
    from kubernetes.config.config_exception import ConfigException

    settings = client.Configuration()
    settings.retries = False  # each would wait as long again
    try:
        config.load_kube_config_from_dict(_signed_in(kubeconfig), client_configuration=settings, persist_config=False)
        return client.ApiClient(settings)
    except (ConfigException, KeyError, TypeError, ValueError, OSError) as error:
        fault = f"the context {kubeconfig.get('current-context')!r} cannot be used: {_first_line(error)}"
        raise ClusterUnseenError(fault, "compare it with: kubectl config view --minify") from None


def _signed_in(kubeconfig: Mapping[str, Any]) -> dict[str, Any]:
    """With what the sign-in program answered in its place: the client itself would go on as nobody where it fails."""
    (named,) = kubeconfig["users"]
    program = named["user"].get("exec")
    if program is None:
        return dict(kubeconfig)
    status = _run(program, kubeconfig)
    if status.get("token"):
        user = {"token": status["token"]}
    else:
        user = {
            "client-certificate-data": _encoded(status.get("clientCertificateData", "")),
            "client-key-data": _encoded(status.get("clientKeyData", "")),
        }
    return {**kubeconfig, "users": [{"name": named["name"], "user": user}]}


def _run(program: Mapping[str, Any], kubeconfig: Mapping[str, Any]) -> Mapping[str, Any]:
    from kubernetes.config.config_exception import ConfigException
    from kubernetes.config.exec_provider import ExecProvider
    from kubernetes.config.kube_config import ConfigNode

    command = program["command"]
    if shutil.which(command) is None:
        hint = program.get("installHint") or f"install {command}, and see that it is on the PATH"
        raise ClusterUnseenError(f"signing in needs the program {command}, which is not here", hint.strip())
    (cluster,) = kubeconfig["clusters"]
    try:
        answer: Mapping[str, Any] = ExecProvider(
            ConfigNode("exec", dict(program)), None, ConfigNode("cluster", dict(cluster["cluster"]))
        ).run()
    except (ConfigException, OSError, ValueError) as error:
        raise ClusterUnseenError(
            f"{command} did not sign in: {_first_line(error)}", "sign in again with the cloud's own command line"
        ) from None
    return answer


def _encoded(text: str) -> str:
    from base64 import b64encode

    return b64encode(text.encode()).decode()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
