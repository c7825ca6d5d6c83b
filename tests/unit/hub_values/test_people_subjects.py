"""Single values of sign-in, culling, network, database and support, where the schema leaves room to be wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.hub.values import foretold, hub_values
from components.hub.values.homepage import PAGES
from components.hub.values.told import Told
from components.kubernetes_contract import GatewayAddressOutputs
from components.machines.core_pool import HUB_PODS, hub_need
from components.support.gateway import NAMESPACE as GATEWAY
from components.support.gateway import entrance
from components.support.monitoring import NAMESPACE as MONITORING
from components.support.monitoring import prometheus_values
from deployer.config.chart_complaints import laid_over
from schemas.support import Monitoring
from tests.unit.hub_values.charts import read
from tests.unit.hub_values.clusters import CLUSTERS
from tests.unit.hub_values.strategies import resolved

METADATA = "169.254.169.254"


def values(hub: dict[str, Any] | None = None, told: Told | None = None, **fields: Any) -> dict[str, Any]:
    """Of the chart jupyterhub, with its own below."""
    deployment = resolved(hub or {}, **fields)
    made = hub_values(deployment, told or foretold(deployment))["jupyterhub"]
    return laid_over(read("jupyterhub.values.yaml"), made)


def reachable(policy: dict[str, Any], address: str, port: int) -> bool:
    """Whether the chart's policy for servers lets them there, as templates/_helpers-netpol.tpl renders it."""
    rules = policy["egressAllowRules"]
    opened = [{"to": [{"ipBlock": {"cidr": f"{METADATA}/32"}}]}] if rules["cloudMetadataServer"] else []
    assert not rules["nonPrivateIPs"]
    assert not rules["privateIPs"]
    return any(_lets(rule, address, port) for rule in (*opened, *policy["egress"]))


def _lets(rule: dict[str, Any], address: str, port: int) -> bool:
    blocks = [peer["ipBlock"] for peer in rule["to"] if "ipBlock" in peer]
    inside = any(
        ip_address(address) in ip_network(block["cidr"])
        and not any(ip_address(address) in ip_network(closed) for closed in block.get("except", ()))
        for block in blocks
    )
    return inside and ("ports" not in rule or port in [each["port"] for each in rule["ports"]])


@pytest.mark.parametrize(
    ("egress", "needs_metadata", "address", "port", "reached"),
    [
        ("all", False, "192.0.2.1", 22, True),
        ("web", False, "192.0.2.1", 443, True),
        ("web", False, "192.0.2.1", 22, False),
        ("none", False, "192.0.2.1", 443, False),
        ("all", False, "10.0.0.5", 443, False),
        ("all", False, "100.64.0.1", 443, False),
        ("all", False, "168.63.129.16", 80, False),  # Azure's own machinery
        ("all", False, METADATA, 80, False),
        ("none", True, METADATA, 80, True),  # or servers would have no identity in the cloud
        ("none", False, "169.254.170.23", 80, True),  # where EKS lends it
        ("all", False, "169.254.170.2", 80, False),
    ],
)
def test_what_servers_reach(egress: str, needs_metadata: bool, address: str, port: int, reached: bool) -> None:
    policy = values({"network": {"egress": egress}}, Told(needs_metadata_server=needs_metadata))["singleuser"]
    assert reachable(policy["networkPolicy"], address, port) == reached
    # A privileged container, which the namespace does not let in.
    assert not policy["cloudMetadata"]["blockWithIptables"]


def test_people_come_in_through_the_gateway_alone() -> None:
    made = values()
    proxy = made["proxy"]
    assert proxy["service"]["type"] == "ClusterIP"
    assert not any(way["enabled"] for way in (proxy["https"], made["ingress"], made["httpRoute"]))
    policy = proxy["chp"]["networkPolicy"]
    assert policy["allowedIngressPorts"] == []
    assert policy["egress"] == [{"to": [{"podSelector": {}}]}], "Dask and Binder, whatever their addresses"
    ((source,),) = [rule["from"] for rule in policy["ingress"]]
    assert source["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": GATEWAY}
    balancer = entrance(GatewayAddressOutputs(address=None))
    assert source["podSelector"]["matchLabels"] == balancer["selector"], "those that the load balancer leads to"


def test_prometheus_reads_what_the_hub_measures_where_there_is_one() -> None:
    hub = values()["hub"]
    (rule,) = hub["networkPolicy"]["ingress"]
    (source,) = rule["from"]
    assert source["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": MONITORING}
    labels = prometheus_values(Monitoring())["server"]["podLabels"]
    assert source["podSelector"]["matchLabels"].items() <= labels.items()
    assert hub["authenticatePrometheus"] is False

    unmeasured = next(cluster for cluster in CLUSTERS if not cluster["support"]["monitoring"]["enabled"])
    hub = values(cluster=unmeasured)["hub"]
    assert hub["networkPolicy"]["ingress"] == []
    assert hub["authenticatePrometheus"] is True


@pytest.mark.parametrize(
    ("culling", "expected"),
    [
        ({}, {"timeout": 3600, "every": 600, "maxAge": 0}),
        ({"idle_timeout_minutes": 1}, {"timeout": 60, "every": 15, "maxAge": 0}),
        (
            {"idle_timeout_minutes": 720, "maximum_age_minutes": 1440},
            {"timeout": 43200, "every": 600, "maxAge": 86400},
        ),
    ],
)
def test_servers_are_culled_and_people_are_not(culling: dict[str, int], expected: dict[str, int]) -> None:
    made = values({"culling": culling})
    assert {key: made["cull"][key] for key in expected} == expected
    assert (made["cull"]["enabled"], made["cull"]["users"]) == (True, False)
    interval = made["hub"]["config"]["JupyterHub"]["last_activity_interval"]
    assert made["singleuser"]["extraEnv"]["JUPYTERHUB_ACTIVITY_INTERVAL"] == str(interval)
    assert interval * 4 <= expected["timeout"]


def test_core_pods_ask_for_what_the_core_pool_was_reckoned_with() -> None:
    made = values()
    assert hub_need(made).memory_bytes >= hub_need({}).memory_bytes
    for path, asked in HUB_PODS.items():
        section: Any = made
        for key in path.split("."):
            section = section[key]
        assert section["resources"]["requests"]["cpu"] == f"{asked.millicores}m"
    for section in (made["hub"], made["proxy"]["chp"]):
        assert section["resources"]["limits"]["memory"].endswith("Mi")


SHOWN = """
from jupyter_core.paths import SYSTEM_CONFIG_PATH
from jupyter_server.serverapp import ServerApp

server = ServerApp.instance()
server.initialize(["--port=0", "--allow-root", "--no-browser"], new_httpserver=False)
print(SYSTEM_CONFIG_PATH, server.web_app.settings["jupyter_resource_usage_display_config"].track_cpu_percent)
"""


def test_servers_show_what_they_use(tmp_path: Path) -> None:
    file = values()["singleuser"]["extraFiles"]["jupyter_server_config.json"]
    mounted = Path(file["mountPath"])
    (tmp_path / mounted.name).write_text(json.dumps(file["data"]))
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": str(tmp_path), "HOME": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", SHOWN], env=environment, capture_output=True, text=True, check=True)
    assert str(mounted.parent) in run.stdout
    assert run.stdout.strip().endswith("True")


def test_a_core_pool_of_a_cluster_that_was_there_is_found_by_its_labels() -> None:
    existing = next(cluster for cluster in CLUSTERS if cluster["provider"] == "existing")
    core = {"role": "core", "cpu": 2, "memory_gib": 8, "node_selector": {"example.org/nodes": "services"}}
    made = values(cluster={**existing, "node_pools": {**existing["node_pools"], "services": core}})
    assert made["hub"]["nodeSelector"] == {"example.org/nodes": "services"}
    assert made["proxy"]["chp"]["nodeSelector"] == {"example.org/nodes": "services"}
    assert made["scheduling"]["userScheduler"]["nodeSelector"] == {"example.org/nodes": "services"}


def test_limits_of_the_whole_hub() -> None:
    hub = values({"max_running_servers": 30, "named_servers_per_user": 2, "database_size_gib": 10})["hub"]
    assert (hub["activeServerLimit"], hub["allowNamedServers"], hub["namedServerLimitPerUser"]) == (30, True, 2)
    database = hub["db"]
    assert (database["type"], database["upgrade"], database["pvc"]["storage"]) == ("sqlite-pvc", True, "10Gi")
    assert values()["hub"]["allowNamedServers"] is False


def test_pages_are_those_of_a_hub_on_one_machine() -> None:
    hub = values({"homepage": {"text": "Hello {{ world }}"}})["hub"]
    mounted = {file["mountPath"] for key, file in hub["extraFiles"].items() if key.startswith("page-")}
    assert {f"{PAGES}/{name}" for name in ("page.html", "login.html", "footer.html", "hub.css", "logo.svg")} <= mounted
    assert hub["templatePaths"][0] == PAGES
    assert hub["templateVars"]["homepage"]["text"] == "Hello {{ world }}"


def test_no_secret_is_left_for_the_chart_to_draw() -> None:
    hub = values({"dask": True, "binder": True})["hub"]
    drawn = {
        "auth_token": hub["config"]["ConfigurableHTTPProxy"]["auth_token"],
        "cookie_secret": hub["config"]["JupyterHub"]["cookie_secret"],
        "keys": ";".join(hub["config"]["CryptKeeper"]["keys"]),
        **{name: service["apiToken"] for name, service in hub["services"].items()},
    }
    assert {"health", "dask-gateway", "binder"} <= drawn.keys()
    assert set(drawn.values()) == {"-"}
    assert hub["existingSecret"] == "hub-secrets"


def test_values_survive_helms_yaml() -> None:
    made = values({"homepage": {"text": "a: b # c\n%s '\"\\"}, "groups": {"true": ["null"], "Ärzte": ["ünal"]}})
    assert yaml.safe_load(yaml.safe_dump(made, allow_unicode=True)) == made
    assert all(isinstance(key, str) for key in keys(made))


def keys(value: Any) -> Iterator[Any]:
    """All keys of all mappings in it."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from keys(item)
