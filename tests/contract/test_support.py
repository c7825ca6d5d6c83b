"""What runs beside hubs, on every cloud with Kubernetes, as the engine was given it."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.charts import charts
from components.support import autoscaler, device_plugin, home_server
from components.support.home_server import server_address
from tests.contract.conftest import CLOUDS, NAME, Standing, asked, little, resources, stack_of
from tests.e2e.simulated.conftest import Simulation

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("contract")]
DOCS = Path(__file__).parents[2] / "docs/support.md"
RESOURCE = re.compile(r"^\| `([A-Z]\w+)` \| ")


def kubernetes(standing: Standing) -> list[dict[str, Any]]:
    """Everything that is made in the cluster."""
    return [one for one in standing.resources if one["type"].startswith("kubernetes:")]


def releases(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Inputs of releases, by their names."""
    return {one["inputs"]["name"]: one["inputs"] for one in found if one["type"].endswith(":Release")}


def test_charts_are_those_of_the_lock_file(standing: Standing) -> None:
    made = releases(standing.resources)
    assert set(standing.facts["support"]) == set(made)
    for name, inputs in made.items():
        chart = charts()[name]
        assert inputs["version"] == chart.version == standing.facts["support"][name]
        place = chart.found()
        assert inputs["chart"] == place.reference
        assert (inputs.get("repositoryOpts") or {}).get("repo") == place.repository


def test_people_come_in_under_the_fact_that_dns_records_are_made_of(standing: Standing) -> None:
    way_in = standing.facts["gateway"]
    (service,) = standing.of("Service", f"{NAME}-entrance")
    assert service["inputs"]["spec"]["type"] == "LoadBalancer"
    assert service["inputs"]["spec"]["externalTrafficPolicy"] == "Local"
    assert {"address", "hostname", "class", "issuer"} <= set(way_in)
    static = service["inputs"]["spec"].get("loadBalancerIP")
    assert way_in["address"] == static or static is None
    if static:
        address = [one for one in standing.resources if one["urn"].endswith(f"::{NAME}-gateway") and one["custom"]]
        assert [one for one in address if one.get("protect") and static in one["outputs"].values()]
    else:
        kinds = service["inputs"]["metadata"]["annotations"]
        assert [name for name in kinds if not name.startswith("pulumi.com/")]
    (gateway,) = standing.of("Gateway")
    assert gateway["inputs"]["spec"]["gatewayClassName"] == way_in["class"]
    (issuer,) = standing.of("ClusterIssuer")
    assert issuer["inputs"]["metadata"]["name"] == way_in["issuer"]


def test_homes_on_a_disk_are_served_at_an_address_that_stays(standing: Standing) -> None:
    homes = standing.facts["homes"]
    (volume,) = standing.of("PersistentVolume")
    (service,) = standing.of("Service", f"{NAME}-home-server")
    assert homes["nfs_server"] == service["inputs"]["spec"]["clusterIP"] == server_address("10.8.0.0/20")
    assert volume["inputs"]["spec"]["csi"] == {
        "driver": homes["csi_driver"],
        "volumeHandle": homes["volume_handle"],
        "fsType": "xfs",
    }
    assert volume["inputs"]["spec"]["claimRef"] == {"namespace": "homes", "name": "home-nfs"}
    assert volume["inputs"]["spec"]["persistentVolumeReclaimPolicy"] == "Retain"
    enforcer = releases(standing.resources)[home_server.CHART]["values"]["quotaEnforcer"]
    assert enforcer["config"]["QuotaManager"]["hard_quota"] == homes["user_quota_gib"]


def test_a_cloud_gets_what_it_lacks_and_nothing_else(standing: Standing) -> None:
    parts = import_module(f"components.clouds.{standing.cloud}.parts").PARTS
    made = releases(standing.resources)
    assert (autoscaler.CHART in made) == (parts.autoscaler is not None)
    assert (device_plugin.CHART in made) == parts.needs.device_plugin
    assert bool(standing.of("StorageClass")) == (parts.needs.default_disk is not None)


@pytest.fixture(scope="module")
def connection(standing: Standing) -> dict[str, Any]:
    """The Kubernetes provider, as the state has it."""
    exported = stack_of(standing.simulation, asked(standing.cloud)).stack.export_stack().deployment or {}
    (found,) = (one for one in exported["resources"] if one["type"] == "pulumi:providers:kubernetes")
    return dict(found)


def test_support_goes_before_the_nodes_it_runs_on(standing: Standing, connection: dict[str, Any]) -> None:
    needed = {urn.rpartition("::")[2] for urn in connection["dependencies"]}
    assert {f"{NAME}-{pool}" for pool in asked(standing.cloud)["node_pools"]} <= needed
    assert kubernetes(standing)
    for one in kubernetes(standing):
        assert one["provider"].startswith(connection["urn"]), one["urn"]


def test_the_cluster_is_told_by_its_identity_and_not_by_the_way_to_it(connection: dict[str, Any]) -> None:
    assert connection["inputs"]["clusterIdentifier"]


def test_every_namespace_says_what_its_pods_may_do(standing: Standing) -> None:
    levels = {
        one["inputs"]["metadata"]["name"]: one["inputs"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        for one in standing.of("Namespace")
    }
    privileged = {name for name, level in levels.items() if level == "privileged"}
    assert set(levels.values()) <= {"restricted", "privileged"}
    assert privileged <= {"homes", "monitoring", "gpus"}


def test_nothing_secret_is_in_the_state(standing: Standing) -> None:
    assert not standing.of("Secret")
    for name, inputs in releases(standing.resources).items():
        text = yaml.safe_dump(inputs["values"])
        assert "assword" not in text, name


def test_every_resource_is_in_the_docs(standing: Standing) -> None:
    lines = DOCS.read_text(encoding="utf-8").partition("## What is made")[2].partition("\n## ")[0].splitlines()
    told = {match[1] for line in lines if (match := RESOURCE.match(line))}
    made = {one["type"].rpartition(":")[2] for one in kubernetes(standing)}
    assert made <= told
    assert told - made <= {"StorageClass"}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_less_is_asked_for_and_less_is_made(cloud: str, strict_simulation: Any) -> None:
    values = little(cloud, support={"monitoring": {"enabled": False}})
    values["home_storage"] = {"size_gib": 100}
    stack = stack_of(strict_simulation, values)
    foretold, made = stack.preview(), stack.up()
    assert not foretold.failed, foretold.text
    assert not made.failed, made.text
    found = releases(resources(stack))
    assert {"prometheus", "grafana", device_plugin.CHART}.isdisjoint(found)
    assert found[home_server.CHART]["values"]["quotaEnforcer"]["enabled"] is False
    namespaces = [one for one in resources(stack) if one["type"] == "kubernetes:core/v1:Namespace"]
    assert "monitoring" not in {one["inputs"]["metadata"]["name"] for one in namespaces}

    mended = stack_of(strict_simulation, {**values, "support": {"certificate_email": "hubs@example.org"}}).up()
    assert not mended.failed, mended.text
    assert ("update", f"{NAME}-issuer") in mended.changes
    assert {f"{NAME}-prometheus", f"{NAME}-grafana"} <= mended.of("create")


@pytest.mark.parametrize("mirror", ["oci://registry.example.org/charts", "mirror/charts"])
def test_charts_come_from_the_mirror_that_the_file_names(simulation: Simulation, mirror: str) -> None:
    stack = stack_of(simulation, little("gcp", chart_mirror=mirror))
    assert not stack.up().failed
    made = releases(resources(stack))
    assert made
    for name, inputs in made.items():
        assert inputs["chart"] == charts()[name].found(mirror, Path.cwd()).reference
        assert not inputs.get("repositoryOpts")
