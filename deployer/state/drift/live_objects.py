"""Objects of Kubernetes as they are now, with the API server's notes on who set what."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import yaml

from components.hub.running.api import ApiServer
from components.survey.errors import ClusterUnseenError, ForbiddenError
from deployer.rollout.engine.deviations import Deviation
from deployer.rollout.engine.settings import EngineSettings

RELEASE = "kubernetes:helm.sh/v3:Release"


class LiveObjects:
    """Of one cluster; asks nothing before it must, and once for all of a kind."""

    def __init__(self, kubeconfig: Mapping[str, Any]) -> None:
        self._api = ApiServer(kubeconfig)
        self._kinds: dict[str, dict[str, tuple[str, bool]]] = {}
        self._lock = threading.Lock()

    def find(self, deviation: Deviation) -> Mapping[str, Any] | None:
        """The live object of a resource; None for what is none, and where the server does not tell."""
        outputs = deviation.found.get("outputs") or {}
        about, kind = outputs.get("metadata"), outputs.get("kind")
        if not deviation.type.startswith("kubernetes:") or deviation.type == RELEASE or not about or not kind:
            return None
        try:
            place = self._place(str(outputs["apiVersion"]), str(kind), about.get("namespace"))
            return self._api.object(f"{place}/{about['name']}") if place else None
        except (ClusterUnseenError, ForbiddenError, KeyError):
            return None

    def _place(self, version: str, kind: str, namespace: str | None) -> str | None:
        group = f"/api/{version}" if "/" not in version else f"/apis/{version}"
        with self._lock:
            if group not in self._kinds:
                found = self._api.object(group) or {}
                self._kinds[group] = {
                    each["kind"]: (each["name"], each["namespaced"])
                    for each in found.get("resources", ())
                    if "/" not in each["name"]
                }
        plural, namespaced = self._kinds[group].get(kind, ("", False))
        if not plural:
            return None
        return f"{group}/namespaces/{namespace}/{plural}" if namespaced else f"{group}/{plural}"


def live_objects(settings: EngineSettings, cluster: str, facts: Mapping[str, Any]) -> LiveObjects | None:
    """Of the cluster that a record's facts lead to, or of a simulated one that runs; None where there is none."""
    if settings.world is None:
        told = facts.get("kubeconfig")
        return LiveObjects(json.loads(told)) if told else None
    from deployer.simulation.home import home_of

    file = home_of(settings.world, cluster).kubeconfig
    return LiveObjects(yaml.safe_load(file.read_text(encoding="utf-8"))) if file.is_file() else None
