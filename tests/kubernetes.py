"""A Kubernetes API server for tests: started once in each worker that asks for one, gone at its end."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from components.kubeconfig import exec_kubeconfig
from deployer import toolchain
from deployer.simulation import control_plane
from deployer.simulation.home import Home, home_of
from deployer.simulation.nodes import bring_nodes, wanted_nodes
from providers.simulated.kubernetes.api import Api
from schemas.cluster import Cluster

NAME = "tests"
CLUSTER = Cluster.model_validate(
    {
        "provider": "gcp",
        "gcp": {"project": "example-project", "zone": "europe-west4-a"},
        "node_pools": {
            "user": {"cpu": 4, "memory_gib": 32, "min_nodes": 2},
            "gpu": {"cpu": 4, "memory_gib": 16, "gpu": {"kind": "t4"}},
        },
    }
)


@dataclass(frozen=True)
class ApiServer:
    """One that runs, with nodes of a small cluster's pools."""

    home: Home
    api: Api

    @property
    def cloud_kubeconfig(self) -> str:
        """As a simulated cloud gives one: a public address where nobody is, and a sign-in by a program."""
        return exec_kubeconfig(NAME, "https://203.0.113.9", None, command="nobody", install_hint="")

    def join(self, world: Path) -> None:
        """Have stand-ins of that world find it by its name."""
        (world / "kubernetes").mkdir(parents=True)
        (world / "kubernetes" / NAME).symlink_to(self.home.folder)

    def object(self, api_version: str, kind: str, namespace: str | None, name: str) -> dict[str, Any] | None:
        return self.api.get(self.api.path(api_version, kind, namespace, name))

    def edit(self, api_version: str, kind: str, namespace: str, name: str, change: dict[str, Any]) -> None:
        """As `kubectl edit` does it: under another manager's name."""
        self.api.request(
            "PATCH",
            self.api.path(api_version, kind, namespace, name),
            body=change,
            content_type="application/merge-patch+json",
            parameters={"fieldManager": "kubectl-edit"},
        )


@pytest.fixture(scope="session")
def kubernetes_tools() -> dict[str, Path]:
    """Built once for the machine; minutes, when nobody has yet."""
    return dict(toolchain.ensure(["kubernetes"]))


@pytest.fixture(scope="session")
def api_server(kubernetes_tools: dict[str, Path]) -> Iterator[ApiServer]:
    with tempfile.TemporaryDirectory(prefix="hubs-", ignore_cleanup_errors=True) as folder:
        home = home_of(Path(folder), NAME)
        with home.locked():
            api = control_plane.start(home, kubernetes_tools, lambda _: None, CLUSTER.network.service_cidr)
        try:
            bring_nodes(api, wanted_nodes(CLUSTER))
            yield ApiServer(home, api)
        finally:
            control_plane.stop(home)


def container(**more: Any) -> dict[str, Any]:
    """Any container will do: nothing is run."""
    return {"name": "main", "image": "registry.example.org/main:1", **more}


def chart(folder: Path, name: str = "web", *, replicas: int = 1, required: str = "") -> Path:
    """A small chart: one Deployment with a ConfigMap; `required` names a value that it cannot do without."""
    templates = folder / "templates"
    templates.mkdir(parents=True, exist_ok=True)
    (folder / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 0.1.0\nappVersion: '7'\n")
    (folder / "values.yaml").write_text(f"replicas: {replicas}\ntext: hello\nnodeSelector: {{}}\n")
    text = f'{{{{ required "{required} is needed" .Values.{required} }}}}' if required else "{{ .Values.text }}"
    (templates / "all.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"
        f"data:\n  text: {text}\n---\n"
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}}\nspec:\n"
        "  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: {{ .Release.Name }}}}\n"
        "  template:\n    metadata: {labels: {app: {{ .Release.Name }}}}\n    spec:\n"
        "      nodeSelector: {{ toJson .Values.nodeSelector }}\n"
        f"      containers: [{json.dumps(container())}]\n"
    )
    return folder
