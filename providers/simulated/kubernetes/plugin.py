"""The kubernetes provider's stand-in: one mode for each thing its kubeconfig may reach."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import yaml

from providers.engine.plugin import Resource
from providers.engine.values import Fault, Values
from providers.simulated.account import Account, Published
from providers.simulated.kinds import read_yaml
from providers.simulated.kubernetes import release
from providers.simulated.kubernetes.objects import Object, kind_of
from providers.simulated.plugin import SimulatedPlugin, strict
from providers.simulated.sdk import Sdk
from providers.simulated.shapes import Shape

# Their programs run in the real plugin itself, not in the language's SDK.
_COMPONENTS = ("kubernetes:helm.sh/v4:Chart", "kubernetes:yaml/v2:ConfigFile", "kubernetes:yaml/v2:ConfigGroup")


class Mode(Protocol):
    """What makes of a type a resource: objects kept in the world, or applied to an API server that answers."""

    def resource(self, token: str) -> Resource: ...


class Offline:
    """No API server: objects are judged and kept in the world."""

    def __init__(self, account: Account, sdk: Sdk) -> None:
        self._account = account
        self._sdk = sdk
        self._entries = read_yaml(Path(__file__).with_name("objects.yaml"))

    def resource(self, token: str) -> Resource:
        shape = self._sdk.shape(token) or Shape({}, {}, {})
        if token == release.TOKEN:
            return release.Release(release.KIND, shape, self._account)
        name = token.rsplit(":", 1)[-1].removesuffix("Patch")
        kind = kind_of(token, self._entries.get(name, {}))
        return Object(kind, shape, self._account)


class KubernetesPlugin(SimulatedPlugin):
    """Which cluster, and so which mode, the kubeconfig tells."""

    refreshes_before_update = False

    def configure(self, settings: Values) -> None:
        super().configure(settings)
        account = self._configured()
        facts = {**account.facts, "account": api_server(settings) or account.facts["account"]}
        self._account = replace(account, facts=facts)
        self._mode: Mode = Offline(self._account, self._sdk)

    def resource(self, token: str) -> Resource:
        self._configured()
        if token in _COMPONENTS:
            raise Fault(f"{token} is not simulated", "use helm.v3.Release, or objects of their own")
        return self._mode.resource(token)

    @cached_property
    def _published(self) -> Published | None:
        if not strict():
            return None
        from providers.simulated.kubernetes.schemas import PublishedSchemas

        return PublishedSchemas(os.environ.get("HUBS_SIMULATED_KUBERNETES_VERSION", ""))


def api_server(settings: Mapping[str, Any]) -> str | None:
    """The address of the API server that the settings' kubeconfig leads to; None while it is unknown or not given."""
    given = settings.get("kubeconfig")
    if not isinstance(given, str) or not given.strip():
        return None
    text = Path(given).expanduser().read_text() if "\n" not in given and Path(given).expanduser().is_file() else given
    try:
        loaded = yaml.safe_load(text)
        contexts = {one["name"]: one["context"] for one in loaded["contexts"]}
        clusters = {one["name"]: one["cluster"] for one in loaded["clusters"]}
        context = contexts[settings.get("context") or loaded["current-context"]]
        return str(clusters[settings.get("cluster") or context["cluster"]]["server"])
    except (yaml.YAMLError, KeyError, TypeError):
        raise Fault("failed to parse kubeconfig", "it must hold clusters, contexts and a current-context") from None
