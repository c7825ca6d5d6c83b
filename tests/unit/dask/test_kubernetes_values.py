"""Values of Dask's chart and of the hub's, judged by the charts' schemas and by Dask Gateway's own classes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from dask_gateway_server.backends.kubernetes.controller import KubeController
from dask_gateway_server.models import User
from dask_gateway_server.utils import FrozenAttrDict
from kubernetes_asyncio.config import kube_config
from kubernetes_validate import validate
from kubespawner import KubeSpawner

from components.dask_workers import worker_sizes
from components.hub import layout
from components.hub.policies import network_policies
from components.hub.values import foretold, hub_values
from components.hub.values.dask import values as dask_values
from components.kubeconfig import single_context
from schemas.community import Deployment
from tests.unit.dask.deployments import CLUSTERS, IMAGE, with_dask
from tests.unit.dask.gateway_config import gateway, gateway_config, schema, whole_values

GIB = 2**30
RELEASE = "ocean-prod-dask-gateway"


def values_of(deployment: Deployment) -> dict[str, Any]:
    return dask_values(deployment, foretold(deployment))


async def _pods_of(deployment: Deployment, user: str = "Ada Lovelace", **chosen: Any) -> dict[str, Any]:
    """The pods that a person's cluster is made of, by component: from the gateway, through JSON, to the controller."""
    config = gateway_config(values_of(deployment)["dask-gateway"], release=RELEASE)
    backend = gateway(config).backend
    _, made = await backend.process_cluster_options(User(user), chosen)
    stored = FrozenAttrDict(json.loads(json.dumps(made.to_dict())))
    controller = KubeController(gateway_instance=RELEASE, api_url="http://api")
    pods = {
        "worker": controller.make_pod("ocean-prod", "c1", stored, is_worker=True),
        "scheduler": controller.make_pod("ocean-prod", "c1", stored),
    }
    for pod in pods.values():
        validate({**pod, "metadata": {"name": "pod", **pod["metadata"]}}, "1.33", strict=True)
    return {**pods, "most": made.cluster_max_workers, "idle_timeout": made.idle_timeout}


def pods_of(deployment: Deployment, **chosen: Any) -> dict[str, Any]:
    return asyncio.run(_pods_of(deployment, **chosen))


@pytest.mark.parametrize("provider", CLUSTERS)
def test_the_charts_accept_them(provider: str) -> None:
    deployment = with_dask(provider, {"max_cpu_per_cluster": 64, "max_memory_gib_per_cluster": 256})
    for chart, values in hub_values(deployment, foretold(deployment)).items():
        jsonschema.Draft7Validator(schema(chart)).validate(whole_values(chart, values))


def test_without_dask_there_is_nothing() -> None:
    assert values_of(with_dask(dask=False)) == {}


def test_the_gateway_asks_the_hub_and_is_found_by_servers() -> None:
    values = values_of(with_dask())
    auth = values["dask-gateway"]["gateway"]["auth"]["jupyterhub"]
    assert auth["apiTokenFromSecretName"] == "hub-secrets"
    assert auth["apiTokenFromSecretKey"] == "hub.services.dask-gateway.apiToken"
    hub = values["jupyterhub"]["hub"]
    assert hub["services"]["dask-gateway"]["url"] == f"http://traefik-{RELEASE}"
    assert len(f"traefik-{RELEASE}") <= 63
    scope = "access:services!service=dask-gateway"
    assert all(scope in hub["loadRoles"][role]["scopes"] for role in ("user", "server"))
    assert layout.release(with_dask(), "dask-gateway") == RELEASE


def test_kubespawner_gives_servers_the_variables_as_the_client_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # KubeSpawner will not be made without a cluster to speak to; it never does here.
    anywhere = tmp_path / "kubeconfig"
    anywhere.write_text(single_context("x", {"server": "https://203.0.113.9"}, {"token": "x"}))
    monkeypatch.setattr(kube_config, "KUBE_CONFIG_DEFAULT_LOCATION", str(anywhere))
    variables = values_of(with_dask())["jupyterhub"]["singleuser"]["extraEnv"]

    async def variables_of_a_server() -> dict[str, str]:
        return dict(KubeSpawner(_mock=True, environment=variables, image=IMAGE).get_env())

    seen = asyncio.run(variables_of_a_server())
    assert seen["DASK_GATEWAY__ADDRESS"] == f"http://traefik-{RELEASE}/services/dask-gateway"
    assert seen["DASK_GATEWAY__PROXY_ADDRESS"] == f"gateway://traefik-{RELEASE}:80"
    assert seen["DASK_GATEWAY__PUBLIC_ADDRESS"] == "https://hub.example.org/services/dask-gateway"
    assert seen["DASK_GATEWAY__AUTH__TYPE"] == "jupyterhub"
    # The client fills the place in from this variable.
    assert seen["DASK_GATEWAY__CLUSTER__OPTIONS__IMAGE"].format(**seen) == IMAGE


@pytest.mark.parametrize("provider", CLUSTERS)
def test_workers_fill_nodes_of_their_pool_and_schedulers_stay_off_them(provider: str) -> None:
    deployment = with_dask(provider)
    sizes = {size.name: size for size in worker_sizes(deployment)}
    assert list(sizes) == ["1/16", "1/8", "1/4", "1/2", "1"]
    pods = pods_of(deployment, worker_size="1/4")
    worker, scheduler = pods["worker"]["spec"], pods["scheduler"]["spec"]
    resources = worker["containers"][0]["resources"]
    size = sizes["1/4"]
    assert resources["requests"] == {"cpu": f"{size.cpu:.3f}", "memory": str(size.memory_bytes)}
    assert resources["limits"]["memory"] == str(size.memory_bytes)
    own = provider == "existing"
    assert worker["nodeSelector"] == ({"example.org/nodes": "dask"} if own else {"hub-pool": "dask"})
    assert scheduler["nodeSelector"] == ({"example.org/nodes": "people"} if own else {"hub-pool": "user"})
    keys = {toleration["key"] for toleration in worker["tolerations"]} if not own else {"k8s.dask.org_dedicated"}
    assert "k8s.dask.org_dedicated" in keys
    if provider == "azure":
        assert "kubernetes.azure.com/scalesetpriority" in keys


def test_a_cluster_is_its_owners_in_image_variables_rights_and_bill() -> None:
    archive = {"name": "archive", "url": "gs://example-archive"}
    deployment = with_dask(environment={"COURSE": "spring"}, external_buckets=[archive])
    pods = pods_of(deployment, image="registry.example.org/own:1", environment={"MINE": 1, "COURSE": "autumn"})
    for part in ("worker", "scheduler"):
        spec, labels = pods[part]["spec"], pods[part]["metadata"]["labels"]
        container = spec["containers"][0]
        variables = {one["name"]: one.get("value") for one in container["env"]}
        assert container["image"] == "registry.example.org/own:1"
        assert (variables["MINE"], variables["COURSE"]) == ("1", "autumn")
        assert variables["ARCHIVE_BUCKET"] == "gs://example-archive"
        # The name is filled in, since pods of Dask have no variable of it; the cloud tells what is in brackets.
        assert variables["PANGEO_SCRATCH"] == "<bucket scratch>/Ada Lovelace"
        assert spec["serviceAccountName"] == "user-sa"
        assert not spec["automountServiceAccountToken"]
        assert spec["securityContext"]["runAsUser"] == 1000
        assert labels["hubs-community"] == "ocean"
        assert labels["app.kubernetes.io/component"] == f"dask-{part}"


def test_nobody_chooses_and_gets_the_smallest_with_the_hubs_image() -> None:
    deployment = with_dask(dask={"worker_sizes": ["1/2", 1, "1/8"], "idle_timeout_minutes": 5})
    pods = pods_of(deployment)
    smallest = worker_sizes(deployment)[0]
    assert smallest.per_node == 8
    container = pods["worker"]["spec"]["containers"][0]
    assert container["image"] == IMAGE
    assert container["resources"]["requests"]["memory"] == str(smallest.memory_bytes)
    assert pods["idle_timeout"] == 300


@pytest.mark.parametrize(
    ("limits", "size", "most"),
    [
        ({"max_workers_per_cluster": 7}, "1/8", 7),
        # Cores of all workers together, whatever the scheduler has.
        ({"max_cpu_per_cluster": 8}, "1/4", 2),
        ({"max_memory_gib_per_cluster": 120, "max_cpu_per_cluster": 1000}, "1/2", 2),
    ],
)
def test_limits_of_a_cluster_are_workers_of_the_chosen_size(limits: dict[str, Any], size: str, most: int) -> None:
    assert (pods_of(with_dask(dask=limits), worker_size=size))["most"] == most


def test_a_worker_beyond_the_limits_is_refused_in_words() -> None:
    with pytest.raises(Exception, match="more than one cluster may have"):
        pods_of(with_dask(dask={"max_cpu_per_cluster": 3}), worker_size="1")


def test_workers_of_nodes_with_gpus_have_them() -> None:
    pools = {**CLUSTERS["gcp"]["node_pools"]}
    pools["dask"] = {"role": "worker", "cpu": 8, "memory_gib": 32, "gpu": {"kind": "l4"}, "spot": True}
    deployment = with_dask(pools=pools)
    assert [size.name for size in worker_sizes(deployment)] == ["1"]
    worker = (pods_of(deployment))["worker"]["spec"]
    assert worker["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert "nvidia.com/gpu" in {toleration["key"] for toleration in worker["tolerations"]}


def test_options_are_told_with_what_they_amount_to() -> None:
    config = gateway_config(values_of(with_dask())["dask-gateway"], release=RELEASE)
    said = {option["field"]: option for option in config.Backend.cluster_options.get_specification()}
    assert list(said) == ["worker_size", "image", "environment"]
    assert said["worker_size"]["spec"]["options"][0] == "1/16"
    assert "GiB" in said["worker_size"]["label"]


def test_clusters_reach_what_lends_them_their_rights_in_the_cloud() -> None:
    def blocks(**known: bool) -> set[str]:
        rules = network_policies(with_dask(), own_gateway=True, **known)["dask-clusters"]["egress"]
        return {to["ipBlock"]["cidr"] for rule in rules for to in rule["to"] if "ipBlock" in to}

    assert blocks() == {"169.254.170.23/32", "0.0.0.0/0"}
    assert blocks(metadata_server=True) == {"169.254.170.23/32", "169.254.169.254/32", "0.0.0.0/0"}


def test_nothing_secret_is_in_them() -> None:
    values = values_of(with_dask())
    assert "apiToken" not in values["dask-gateway"]["gateway"]["auth"]["jupyterhub"]
