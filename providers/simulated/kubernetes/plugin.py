"""The kubernetes provider's stand-in: one mode for each thing its kubeconfig may reach."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from providers.engine.plugin import Resource
from providers.engine.values import Fault, Values
from providers.simulated.account import Account, Published
from providers.simulated.kinds import read_yaml
from providers.simulated.kubernetes import release
from providers.simulated.kubernetes.kubeconfig import read_access
from providers.simulated.kubernetes.nearby import may_be_reached
from providers.simulated.kubernetes.objects import Object, kind_of
from providers.simulated.plugin import SimulatedPlugin, strict, world_folder
from providers.simulated.sdk import Sdk
from providers.simulated.shapes import Shape

# Their programs run in the real plugin itself, not in the language's SDK.
_COMPONENTS = ("kubernetes:helm.sh/v4:Chart", "kubernetes:yaml/v2:ConfigFile", "kubernetes:yaml/v2:ConfigGroup")


class Mode(Protocol):
    """What makes of a type a resource: objects kept in the world, or applied to an API server that answers."""

    def resource(self, token: str) -> Resource: ...


class Offline:
    """No API server: objects are judged and kept in the world."""

    def __init__(self, account: Account, sdk: Sdk, settings: Mapping[str, Any]) -> None:
        self._account = account
        self._sdk = sdk
        self._upsert = settings.get("upsertExistingObjects") in (True, "true")
        self._entries = read_yaml(Path(__file__).with_name("objects.yaml"))
        for kind in ("Secret", "ConfigMap"):
            if settings.get(f"enable{kind}Mutable") in (True, "true"):
                self._entries[kind] = {
                    "replaces": [place for place in self._entries[kind]["replaces"] if place == "type"]
                }

    def resource(self, token: str) -> Resource:
        shape = self._sdk.shape(token) or Shape({}, {}, {})
        if token == release.TOKEN:
            return release.Release(release.KIND, shape, self._account)
        name = token.rsplit(":", 1)[-1].removesuffix("Patch")
        kind = kind_of(token, self._entries.get(name, {}))
        return Object(replace(kind, upsert=kind.upsert or self._upsert), shape, self._account)


class KubernetesPlugin(SimulatedPlugin):
    """Which cluster, and so which mode, the kubeconfig tells."""

    refreshes_before_update = False

    def configure(self, settings: Values) -> None:
        super().configure(settings)
        account = self._configured()
        access = read_access(settings)
        self._account = account
        if access is not None:
            self._account = replace(account, facts={**account.facts, "account": access.server})
        offline = Offline(self._account, self._sdk, settings)
        self._mode: Mode = offline
        if access is not None and may_be_reached(access, world_folder()):
            # Only now: most runs reach no server, and need no HTTP.
            from providers.simulated.kubernetes.applied import Applied
            from providers.simulated.kubernetes.reaching import reached

            place = reached(access, world_folder())
            if place is not None:
                self._mode = Applied(offline, place, settings)

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
