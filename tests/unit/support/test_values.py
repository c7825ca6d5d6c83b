"""Values that charts are given, by the places where their own templates look."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from components.kubernetes_contract import AutoscalerOutputs, GatewayAddressOutputs
from components.support import autoscaler, certificates, device_plugin, gateway, home_server, monitoring
from components.support.dashboard import dashboard
from components.support.placing import CORE_NODES
from components.support.requests import REQUESTS, resources, support_need
from providers.simulated.places import at, merged
from schemas.support import Monitoring, Support

CHARTS = Path(__file__).parents[4] / "shared/data/charts"
ON_AWS = AutoscalerOutputs(values={"cloudProvider": "aws", "autoDiscovery": {"clusterName": "demo"}})
VALUES: Mapping[str, Mapping[str, Any]] = {
    "gateway": gateway.values(),
    "proxy": gateway.proxy(),
    "certificates": certificates.values(),
    "homes": home_server.values(20),
    "prometheus": monitoring.prometheus_values(Monitoring()),
    "grafana": monitoring.grafana_values(),
    "autoscaler": autoscaler.values(ON_AWS),
}
# Each place where a chart (or the controller, of its proxy) takes a pod's node selector from.
SELECTORS = [
    ("gateway", "deployment.pod.nodeSelector"),
    ("gateway", "certgen.job.nodeSelector"),
    ("proxy", "provider.kubernetes.envoyDeployment.pod.nodeSelector"),
    ("certificates", "nodeSelector"),
    ("certificates", "webhook.nodeSelector"),
    ("certificates", "cainjector.nodeSelector"),
    ("certificates", "startupapicheck.nodeSelector"),
    ("homes", "nodeSelector"),
    ("prometheus", "server.nodeSelector"),
    ("prometheus", "kube-state-metrics.nodeSelector"),
    ("grafana", "nodeSelector"),
    ("autoscaler", "nodeSelector"),
]
CONTAINERS = [
    ("gateway", "deployment.envoyGateway.resources", "gateway-controller"),
    ("proxy", "provider.kubernetes.envoyDeployment.container.resources", "gateway-proxy"),
    ("certificates", "resources", "certificates-controller"),
    ("certificates", "webhook.resources", "certificates-webhook"),
    ("certificates", "cainjector.resources", "certificates-injector"),
    ("homes", "nfsServer.resources", "home-server"),
    ("homes", "quotaEnforcer.resources", "home-quotas"),
    ("homes", "autoResizer.resources", "home-growth"),
    ("homes", "nodeExporter.resources", "home-metrics"),
    ("prometheus", "server.resources", "prometheus"),
    ("prometheus", "configmapReload.prometheus.resources", "prometheus-reloader"),
    ("prometheus", "kube-state-metrics.resources", "object-metrics"),
    ("grafana", "resources", "grafana"),
    ("grafana", "sidecar.resources", "grafana-dashboards"),
    ("autoscaler", "resources", "autoscaler"),
]
THE_CONTROLLERS_OWN = {"gateway-shutdown"}
"""It sets these requests itself."""


@pytest.mark.parametrize(("subject", "place"), SELECTORS)
def test_runs_on_the_core_pool(subject: str, place: str) -> None:
    assert CORE_NODES.items() <= at(VALUES[subject], place).items()


@pytest.mark.parametrize(("subject", "place", "container"), CONTAINERS)
def test_asks_for_what_the_core_pool_was_reckoned_with(subject: str, place: str, container: str) -> None:
    assert at(VALUES[subject], place) == resources(container)


def test_nothing_is_reckoned_that_nobody_asks_for() -> None:
    assert {container for *_, container in CONTAINERS} | THE_CONTROLLERS_OWN == set(REQUESTS)
    assert support_need().millicores == sum(one.millicores for one in REQUESTS.values())
    assert resources("grafana") == {
        "requests": {"cpu": "10m", "memory": "200Mi"},
        "limits": {"memory": "1600Mi"},
    }


@pytest.mark.parametrize("quota", [None, 1, 20])
def test_the_home_servers_chart_takes_its_values(quota: int | None) -> None:
    schema = yaml.safe_load((CHARTS / "jupyterhub-home-nfs.values.schema.yaml").read_text(encoding="utf-8"))
    defaults = yaml.safe_load((CHARTS / "jupyterhub-home-nfs.values.yaml").read_text(encoding="utf-8"))
    values = home_server.values(quota)
    jsonschema.Draft7Validator(schema).validate(merged(defaults, values))
    assert list(unknown(values, defaults)) == []
    assert values["quotaEnforcer"]["enabled"] == (quota is not None)
    assert not any(merged(defaults, values)[cloud]["enabled"] for cloud in ("eks", "gke", "openstack"))


def unknown(values: Mapping[str, Any], defaults: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Keys that the chart does not have; what it leaves open may hold anything."""
    for key, value in values.items():
        if key not in defaults:
            yield f"{place}{key}"
        elif isinstance(value, dict) and defaults[key]:
            yield from unknown(value, defaults[key], f"{place}{key}.")


def test_the_load_balancer_leads_to_the_proxy_that_all_gateways_share() -> None:
    service = gateway.entrance(GatewayAddressOutputs())
    assert gateway.proxy()["mergeGateways"] is True
    assert service["selector"]["gateway.envoyproxy.io/owning-gatewayclass"] == gateway.gateway()["gatewayClassName"]  # type: ignore[index]
    assert [(port["port"], port["target_port"]) for port in service["ports"]] == [(80, 10080), (443, 10443)]  # type: ignore[union-attr]
    assert gateway.proxy()["provider"]["kubernetes"]["envoyService"] == {"type": "ClusterIP"}


def test_certificates_are_proven_where_plain_http_arrives() -> None:
    (solver,) = certificates.issuer(Support())["acme"]["solvers"]
    (parent,) = solver["http01"]["gatewayHTTPRoute"]["parentRefs"]
    (listener,) = gateway.gateway()["listeners"]
    assert (parent["name"], parent["namespace"]) == (gateway.GATEWAY, gateway.NAMESPACE)
    assert parent["sectionName"] == listener["name"] == gateway.to_https()["parentRefs"][0]["sectionName"]
    assert listener["allowedRoutes"]["namespaces"]["from"] == "All"


def test_the_authority_gets_an_address_only_where_one_is_given() -> None:
    assert "email" not in certificates.issuer(Support())["acme"]
    asked = Support(certificate_email="hubs@example.org", certificate_authority="https://ca.example.org/directory")
    acme = certificates.issuer(asked)["acme"]
    assert (acme["email"], acme["server"]) == ("hubs@example.org", "https://ca.example.org/directory")


def test_measurements_leave_room_on_their_disk() -> None:
    server = monitoring.prometheus_values(Monitoring(keep_days=30, size_gib=100))["server"]
    assert server["retention"] == "30d"
    assert server["persistentVolume"]["size"] == "100Gi"
    assert server["retentionSize"] == "81920MB"


def test_grafana_finds_dashboards_and_where_they_ask() -> None:
    values = monitoring.grafana_values()
    (source,) = values["datasources"]["datasources.yaml"]["datasources"]
    panels = dashboard()["panels"]
    assert {panel["datasource"]["uid"] for panel in panels} == {source["uid"]}
    assert len({panel["id"] for panel in panels}) == len({str(panel["gridPos"]) for panel in panels}) == len(panels)
    assert values["sidecar"]["dashboards"]["enabled"] is True
    assert not [word for word in ("adminPassword", "admin-password") if word in json.dumps(values)]


def test_the_device_plugin_goes_where_gpus_are_whatever_keeps_others_away() -> None:
    values = device_plugin.values()
    required = values["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert at(required, "nodeSelectorTerms[0].matchExpressions[0].key") == "gpu-kind"
    assert values["tolerations"] == [{"operator": "Exists"}]


def test_the_autoscaler_is_who_the_cloud_gave_its_rights_to() -> None:
    values = VALUES["autoscaler"]
    assert at(values, "rbac.serviceAccount.name") == autoscaler.SERVICE_ACCOUNT
    assert at(values, "autoDiscovery.clusterName") == "demo"
