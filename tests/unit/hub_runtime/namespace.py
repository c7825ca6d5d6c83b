"""A hub's namespace on the tests' API server, filled as the charts and KubeSpawner fill one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from components.hub.runtime import KubernetesRuntime
from providers.simulated.kubernetes.api import Refused
from tests.kubernetes import ApiServer, container

PATIENCE_SECONDS = 20
MERGE = "application/merge-patch+json"


def kubeconfig_text(api_server: ApiServer, *, server: str = "", token: str = "", program: str = "") -> str:
    """The tests' server's, with something else in a place of it."""
    document = yaml.safe_load(api_server.home.kubeconfig.read_text())
    if server:
        document["clusters"][0]["cluster"]["server"] = server
    if token:
        document["users"][0]["user"] = {"token": token}
    if program:
        version = "client.authentication.k8s.io/v1beta1"
        document["users"][0]["user"] = {
            "exec": {"apiVersion": version, "command": program, "provideClusterInfo": True, "interactiveMode": "Never"}
        }
    return json.dumps(document)


class HubNamespace:
    """What is put there is put there for real; where a kubelet would tell of containers, the test does."""

    def __init__(self, server: ApiServer, name: str) -> None:
        self.server = server
        self.name = name
        self.release = f"{name}-jupyterhub"
        self.facts = {
            "namespace": name,
            "kubeconfig": kubeconfig_text(server),
            "charts": {"jupyterhub": "4.3.1"},
            "releases": {"jupyterhub": self.release},
        }

    @property
    def runtime(self) -> KubernetesRuntime:
        return KubernetesRuntime(self.facts)

    def make(self) -> None:
        self.server.api.apply(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.name}}, manager="tests"
        )
        # Pods are refused until there is one.
        self.until(lambda: self.server.object("v1", "ServiceAccount", self.name, "default") is not None)

    def remove(self) -> None:
        self.server.api.request("DELETE", f"/api/v1/namespaces/{self.name}")

    def apply(self, body: Mapping[str, Any]) -> dict[str, Any]:
        there = {**body, "metadata": {**body["metadata"], "namespace": self.name}}
        return dict(self.server.api.apply(there, manager="tests", force=True))

    def hub(self, version: str = "4.3.1") -> None:
        """All that a healthy one has, ready."""
        for part in ("hub", "proxy"):
            self.deployment(part, version=version)
        self.helm_release(1, "deployed")
        self.until(lambda: self._ready("hub") and self._ready("proxy"))

    def deployment(self, component: str, *, replicas: int = 1, version: str = "4.3.1") -> None:
        labels = self._labels(component) | {"helm.sh/chart": f"jupyterhub-{version}"}
        pod = {"metadata": {"labels": self._labels(component)}, "spec": {"containers": [container()]}}
        spec = {"replicas": replicas, "selector": {"matchLabels": self._labels(component)}, "template": pod}
        about = {"name": component, "labels": labels}
        self.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": about, "spec": spec})

    def helm_release(self, revision: int, status: str) -> None:
        labels = {"owner": "helm", "name": self.release, "status": status, "version": str(revision)}
        about = {"name": f"sh.helm.release.v1.{self.release}.v{revision}", "labels": labels}
        body = {"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1", "metadata": about}
        self.apply({**body, "stringData": {"release": "values that nobody needs"}})

    def pod(
        self,
        name: str,
        component: str,
        *,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        **spec: Any,
    ) -> None:
        about = {
            "name": name,
            "labels": {**self._labels(component), **(labels or {})},
            "annotations": dict(annotations or {}),
        }
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": {"containers": [container()], **spec}}
        self.apply(body)

    def container_state(self, pod: str, state: Mapping[str, Any], *, restarts: int, last: Mapping[str, Any]) -> None:
        """What a kubelet would say of a pod's container; KWOK's has said that it runs."""
        self.until(lambda: self._pod(pod)["status"].get("phase") == "Running")
        one = container()
        status = {
            "name": one["name"],
            "image": one["image"],
            "imageID": "",
            "ready": False,
            "restartCount": restarts,
            "state": dict(state),
            "lastState": dict(last),
        }
        self._status("Pod", "v1", pod, {"containerStatuses": [status]})

    def unschedulable(self, pod: str) -> bool:
        conditions = self._pod(pod)["status"].get("conditions") or ()
        return any(condition.get("reason") == "Unschedulable" for condition in conditions)

    def kind(self, group: str, plural: str, kind: str) -> None:
        """A kind that others bring, of which only the status matters here."""
        anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        schema = {"type": "object", "properties": {"spec": anything, "status": anything}}
        version = {
            "name": "v1",
            "served": True,
            "storage": True,
            "schema": {"openAPIV3Schema": schema},
            "subresources": {"status": {}},
        }
        spec = {
            "group": group,
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": kind, "singular": kind.lower(), "listKind": f"{kind}List"},
            "versions": [version],
        }
        # Some groups are Kubernetes' own, and want to be told who agreed.
        agreed = {"api-approved.kubernetes.io": "unapproved, for tests"}
        about = {"name": f"{plural}.{group}", "annotations": agreed}
        body = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": about}
        self.server.api.apply({**body, "spec": spec}, manager="tests", force=True)
        path = f"/apis/{group}/v1/namespaces/{self.name}/{plural}"
        self.until(lambda: self._served(path))

    def custom(self, version: str, kind: str, name: str, condition: str, status: str, message: str) -> None:
        self.apply({"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": {}})
        said = {"type": condition, "status": status, "message": message}
        self._status(kind, version, name, {"conditions": [said]})

    def exec_credential(self, kubeconfig: Path) -> str:
        """What a cloud's program would answer: here, the server's own token."""
        token = yaml.safe_load(kubeconfig.read_text())["users"][0]["user"]["token"]
        version = "client.authentication.k8s.io/v1beta1"
        return json.dumps({"apiVersion": version, "kind": "ExecCredential", "status": {"token": token}})

    def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, self.runtime.observe()
            time.sleep(0.05)

    def _labels(self, component: str) -> dict[str, str]:
        return {"app.kubernetes.io/component": component, "app.kubernetes.io/instance": self.release}

    def _served(self, path: str) -> bool:
        try:
            return self.server.api.get(path) is not None
        except Refused:
            return False  # its storage is being made

    def _ready(self, deployment: str) -> bool:
        found = self.server.object("apps/v1", "Deployment", self.name, deployment) or {}
        return bool((found.get("status") or {}).get("readyReplicas"))

    def _pod(self, name: str) -> dict[str, Any]:
        found = self.server.object("v1", "Pod", self.name, name)
        assert found is not None
        return found

    def _status(self, kind: str, version: str, name: str, status: Mapping[str, Any]) -> None:
        path = self.server.api.path(version, kind, self.name, name)
        self.server.api.request("PATCH", f"{path}/status", body={"status": status}, content_type=MERGE)
