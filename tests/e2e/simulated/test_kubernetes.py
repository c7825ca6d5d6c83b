"""Objects and releases on a cluster that nobody runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
import pytest

pytestmark = pytest.mark.engine
KUBECONFIG = json.dumps(
    {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "demo",
        "clusters": [{"name": "demo", "cluster": {"server": "https://203.0.113.9"}}],
        "contexts": [{"name": "demo", "context": {"cluster": "demo", "user": "demo"}}],
        "users": [],
    }
)


def hub(namespace: str = "prod", image: str = "web", chart: Path | None = None, **values: Any) -> Any:
    def program() -> None:
        provider = kubernetes.Provider("cluster", kubeconfig=KUBECONFIG)
        there = pulumi.ResourceOptions(provider=provider)
        made = kubernetes.core.v1.Namespace("prod", metadata={"name": "prod"}, opts=there)
        here = {"namespace": made.metadata.name if namespace == "prod" else namespace}
        kubernetes.core.v1.Secret(
            "token", metadata=here, string_data={"token": pulumi.Output.secret("open-sesame")}, opts=there
        )
        labels = {"app": "web"}
        container = {"name": "web", "image": image, "resources": {"requests": {"cpu": "100m"}}}
        kubernetes.apps.v1.Deployment(
            "web",
            metadata=here,
            spec={
                "selector": {"match_labels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            },
            opts=there,
        )
        kubernetes.apiextensions.CustomResource(
            "issuer", api_version="cert-manager.io/v1", kind="ClusterIssuer", metadata={"name": "issuer"}, opts=there
        )
        release = kubernetes.helm.v3.Release(
            "hub",
            chart=str(chart or "jupyterhub"),
            version="4.4.0",
            namespace=here["namespace"],
            values=values,
            opts=there,
        )
        pulumi.export("status", release.status.status)

    return program


def test_goes_from_nothing_to_nothing(strict_simulation: Any) -> None:
    stack = strict_simulation.stack("demo", hub(), {})
    made = stack.up()
    assert not made.failed, made.text
    assert made.outputs["status"] == "deployed"
    assert stack.state()["web"]["id"].startswith("prod/web-")
    files = [path.read_text() for path in strict_simulation.world.rglob("*.json")]
    assert not any("open-sesame" in text for text in files)

    updated = strict_simulation.stack("demo", hub(image="web:2"), {}).up()
    assert updated.changes == [("update", "web")]
    assert not stack.destroy().failed


def test_namespaces_must_exist(simulation: Any) -> None:
    refused = simulation.stack("demo", hub(namespace="prdo"), {}).up()
    assert 'namespaces "prdo" not found' in refused.text


def test_published_schemas_refuse_what_the_sdk_lets_through(strict_simulation: Any) -> None:
    def program() -> None:
        kubernetes.core.v1.Service("web", spec={"ports": [{"port": 80}], "type": "LoadBalancr"})

    refused = strict_simulation.stack("demo", program, {}).preview()
    assert "spec.type" in refused.text
    assert "LoadBalancr" in refused.text


def test_a_charts_own_schema_judges_values(simulation: Any, tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    chart.mkdir()
    (chart / "Chart.yaml").write_text("{apiVersion: v2, name: demo, version: 1.0.0}")
    schema = {"type": "object", "properties": {"replicas": {"type": "integer"}}}
    (chart / "values.schema.json").write_text(json.dumps(schema))

    refused = simulation.stack("demo", hub(chart=chart, replicas="two"), {}).up()
    assert "the chart's schema refuses it: 'two' is not of type 'integer'" in refused.text
