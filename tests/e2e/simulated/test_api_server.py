"""Kubernetes objects and releases under the real engine, on a real API server with simulated nodes."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
import pytest

from components.cluster_pools import cluster_pools
from components.machines.offers import offer
from providers.simulated.kubernetes.kubeconfig import read_access, written
from tests.e2e.simulated.conftest import Simulation, Stack
from tests.kubernetes import CLUSTER, ApiServer, api_server, chart, container, kubernetes_tools

__all__ = ["api_server", "kubernetes_tools"]

# With the other file that uses its API server.
pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("api-server")]
Declare = Callable[[pulumi.ResourceOptions], None]
Make = Callable[..., Stack]


@pytest.fixture
def make(simulation: Simulation, api_server: ApiServer) -> Make:
    """A stack of a program that declares objects of the simulated cluster, found by its name."""
    api_server.join(simulation.world)

    def of(name: str, declare: Declare, **settings: Any) -> Stack:
        def program() -> None:
            provider = kubernetes.Provider("cluster", kubeconfig=api_server.cloud_kubeconfig, **settings)
            declare(pulumi.ResourceOptions(provider=provider))

        return simulation.stack(name, program, {})

    return of


def web(namespace: str, *, cpu: str = "100m", replicas: int = 1, notes: Mapping[str, str] = {}, **spec: Any) -> Declare:
    """A namespace, a secret, a Deployment, a Service with an address from outside, a claim that a pod mounts."""

    def declare(there: pulumi.ResourceOptions) -> None:
        made = kubernetes.core.v1.Namespace(namespace, metadata={"name": namespace}, opts=there)
        here = {"name": "web", "namespace": made.metadata.name, "annotations": dict(notes)}
        labels = {"app": "web"}
        kubernetes.core.v1.Secret(
            "token", metadata=here, string_data={"token": pulumi.Output.secret("open-sesame")}, opts=there
        )
        claim = kubernetes.core.v1.PersistentVolumeClaim(
            "claim",
            metadata=here,
            spec={
                "access_modes": ["ReadWriteOnce"],
                "storage_class_name": disk_class(there).metadata.name,
                "resources": {"requests": {"storage": "1Gi"}},
            },
            opts=there,
        )
        volume = {"name": "data", "persistent_volume_claim": {"claim_name": claim.metadata.name}}
        pod = {
            "containers": [container(resources={"requests": {"cpu": cpu}}, volume_mounts=[MOUNT])],
            "volumes": [volume],
            **spec,
        }
        kubernetes.apps.v1.Deployment(
            "web",
            metadata=here,
            spec={
                "replicas": replicas,
                "selector": {"match_labels": labels},
                "template": {"metadata": {"labels": labels}, "spec": pod},
            },
            opts=there,
        )
        service = kubernetes.core.v1.Service(
            "service",
            metadata=here,
            spec={"type": "LoadBalancer", "selector": labels, "ports": [{"port": 80}]},
            opts=there,
        )
        pulumi.export("ingress", service.status.load_balancer.ingress)

    def disk_class(there: pulumi.ResourceOptions) -> kubernetes.storage.v1.StorageClass:
        return kubernetes.storage.v1.StorageClass(
            "disk",
            metadata={"name": f"disk-{namespace}"},
            provisioner="disk.example.org",
            volume_binding_mode="WaitForFirstConsumer",
            opts=there,
        )

    return declare


MOUNT = {"name": "data", "mount_path": "/data"}


def config(namespace: str, text: str = "one", **notes: str) -> Declare:
    """One object in a namespace of its own."""

    def declare(there: pulumi.ResourceOptions) -> None:
        made = kubernetes.core.v1.Namespace(namespace, metadata={"name": namespace}, opts=there)
        about = {"name": "words", "namespace": made.metadata.name, "annotations": notes}
        kubernetes.apps.v1.Deployment(
            "words",
            metadata=about,
            spec={
                "replicas": 0,
                "selector": {"match_labels": {"app": text}},
                "template": {
                    "metadata": {"labels": {"app": text}},
                    "spec": {"containers": [container(env=[{"name": "TEXT", "value": text}])]},
                },
            },
            opts=there,
        )

    return declare


def test_nodes_are_as_the_catalogue_says(api_server: ApiServer) -> None:
    offered = offer("gcp")
    wanted = {f"{pool.name}-{n}" for pool in cluster_pools(CLUSTER, offered) for n in range(1, pool.min_nodes + 1)}
    assert {node["metadata"]["name"] for node in api_server.api.items("/api/v1/nodes")} == {*wanted, "gpu-1"}
    (pool,) = (one for one in cluster_pools(CLUSTER, offered) if one.name == "gpu")
    node = api_server.object("v1", "Node", None, "gpu-1")
    assert node is not None
    allocatable = offered.allocatable(pool.choice.machine)
    assert node["status"]["allocatable"] == {
        "cpu": f"{allocatable.millicores}m",
        "memory": str(allocatable.memory_bytes),
        "pods": str(allocatable.pods or 110),
        "nvidia.com/gpu": "1",
    }
    assert node["metadata"]["labels"].items() >= pool.labels.items()
    assert {(one["key"], one["value"], one["effect"]) for one in node["spec"]["taints"]} == {
        (one.key, one.value, one.effect) for one in pool.taints
    }


def test_goes_from_nothing_to_ready_to_nothing(make: Make, simulation: Simulation, api_server: ApiServer) -> None:
    tolerations = [{"key": "hub.jupyter.org_dedicated", "value": "user"}]
    onto = {"node_selector": {"hub-pool": "user"}, "tolerations": tolerations}
    stack = make("all", web("all", cpu="1000m", replicas=2, **onto))
    made = stack.up()
    assert not made.failed, made.text
    assert made.outputs["ingress"][0]["ip"].startswith("203.0.113.")
    pods = api_server.api.items(api_server.api.path("v1", "Pod", "all"))
    assert {pod["spec"]["nodeName"].rpartition("-")[0] for pod in pods} == {"user"}
    assert {pod["status"]["phase"] for pod in pods} == {"Running"}
    claim = api_server.object("v1", "PersistentVolumeClaim", "all", "web")
    assert claim is not None
    assert claim["status"]["phase"] == "Bound"
    state = "".join(file.read_text() for file in (simulation.root / "state").rglob("*.json"))
    assert '"stringData"' in state
    assert not any(word in state for word in ("open-sesame", b64encode(b"open-sesame").decode()))
    # "1000m" cores are "1" there: that is no drift.
    assert stack.refresh().changes == []
    assert stack.up().changes == []
    assert not stack.destroy().failed
    assert api_server.object("v1", "Namespace", None, "all") is None
    volumes = api_server.api.items("/api/v1/persistentvolumes")
    assert not [one for one in volumes if one["spec"]["claimRef"]["namespace"] == "all"]


def test_what_happens_behind_its_back_is_seen_and_mended(make: Make, api_server: ApiServer) -> None:
    stack = make("drift", config("drift"))
    assert not stack.up().failed
    container_now = {"name": "main", "image": "registry.example.org/main:1"}
    env = [{"name": "TEXT", "value": "two"}]
    change = {"spec": {"template": {"spec": {"containers": [{**container_now, "env": env}]}}}}
    api_server.edit("apps/v1", "Deployment", "drift", "words", change)
    seen = stack.refresh()
    assert not seen.failed, seen.text
    assert '"two"' in json.dumps(stack.state()["words"]["inputs"])

    refused = stack.up()
    assert 'conflict with "kubectl-edit"' in refused.text
    mended = make("drift", config("drift", **{"pulumi.com/patchForce": "true"})).up()
    assert not mended.failed, mended.text
    words = api_server.api.path("apps/v1", "Deployment", "drift", "words")
    live = api_server.api.get(words)
    assert live is not None
    assert live["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] == "one"

    api_server.api.request("DELETE", words)
    assert not stack.refresh().failed
    assert not make("drift", config("drift")).up().failed
    assert api_server.api.get(words)


def test_what_never_becomes_ready_is_said_with_its_reason_and_goes_on(make: Make) -> None:
    quick = {"pulumi.com/timeoutSeconds": "2"}
    refused = make("never", web("never", notes=quick, node_selector={"hub-pool": "nowhere"})).up()
    assert refused.failed
    assert "failed to fully initialize or become live" in refused.text
    assert "timed out waiting to be Ready after 2 s" in refused.text
    assert "didn't match Pod's node affinity/selector" in refused.text
    assert "Service does not target any Pods" in refused.text
    mended = make("never", web("never", notes=quick)).up()
    assert not mended.failed, mended.text


def test_nobody_waits_who_does_not_want_to(make: Make, api_server: ApiServer) -> None:
    calm = {"pulumi.com/skipAwait": "true"}
    made = make("calm", web("calm", notes=calm, node_selector={"hub-pool": "nowhere"})).up()
    assert not made.failed, made.text
    deployment = api_server.object("apps/v1", "Deployment", "calm", "web")
    assert deployment is not None
    assert "availableReplicas" not in deployment["status"]


def test_the_preview_hears_what_the_server_would_refuse(make: Make) -> None:
    def declare(there: pulumi.ResourceOptions) -> None:
        about = {"name": "Not_A_Name", "namespace": "default"}
        kubernetes.core.v1.ConfigMap("words", metadata=about, data={"a": "b"}, opts=there)

    refused = make("refused", declare).preview()
    assert "a lowercase RFC 1123 subdomain must consist of" in refused.text


def test_what_others_made_is_not_taken_over(make: Make, api_server: ApiServer) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theirs", "namespace": "default"}}
    api_server.api.apply(body, manager="somebody")

    def declare(there: pulumi.ResourceOptions) -> None:
        about = {"name": "theirs", "namespace": "default"}
        kubernetes.core.v1.ConfigMap("words", metadata=about, data={"a": "b"}, opts=there)

    assert 'configmaps "theirs" already exists' in make("theirs", declare).up().text
    assert not make("theirs", declare, upsert_existing_objects=True).up().failed


def released(namespace: str, folder: Path, *, atomic: bool = False, **values: Any) -> Declare:
    def declare(there: pulumi.ResourceOptions) -> None:
        made = kubernetes.helm.v3.Release(
            "hub",
            name="hub",
            chart=str(folder),
            namespace=namespace,
            create_namespace=True,
            atomic=atomic,
            timeout=4,
            values=values,
            opts=there,
        )
        pulumi.export("status", made.status)
        pulumi.export("made", made.resource_names)

    return declare


def text_of(api_server: ApiServer, namespace: str) -> str | None:
    found = api_server.object("v1", "ConfigMap", namespace, "hub")
    return found["data"]["text"] if found else None


def test_a_chart_is_installed_upgraded_and_taken_away(make: Make, api_server: ApiServer, tmp_path: Path) -> None:
    folder = chart(tmp_path / "chart")
    stack = make("chart", released("chart", folder, atomic=True, text="one"))
    made = stack.up()
    assert not made.failed, made.text
    assert made.outputs["status"]["status"] == "deployed"
    assert made.outputs["status"]["version"] == "0.1.0"
    assert made.outputs["made"] == {"ConfigMap/v1": ["chart/hub"], "Deployment.apps/apps/v1": ["chart/hub"]}
    assert text_of(api_server, "chart") == "one"
    assert stack.refresh().changes == []
    assert stack.up().changes == []

    nowhere = {"hub-pool": "nowhere"}
    refused = make("chart", released("chart", folder, atomic=True, text="two", nodeSelector=nowhere)).up()
    assert "went back to what it was" in refused.text
    assert "context deadline exceeded" in refused.text
    assert text_of(api_server, "chart") == "one"

    updated = make("chart", released("chart", folder, atomic=True, text="three")).up()
    assert updated.changes == [("update", "hub")]
    assert updated.outputs["status"]["revision"] == 4
    assert text_of(api_server, "chart") == "three"
    assert not stack.destroy().failed
    assert text_of(api_server, "chart") is None


def test_a_release_that_fails_is_in_the_state_and_goes_on(make: Make, api_server: ApiServer, tmp_path: Path) -> None:
    folder = chart(tmp_path / "chart")
    refused = make("half", released("half", folder, nodeSelector={"hub-pool": "nowhere"})).up()
    assert "was created, but failed to initialize completely" in refused.text
    mended = make("half", released("half", folder, text="now")).up()
    assert not mended.failed, mended.text
    assert text_of(api_server, "half") == "now"


def test_what_the_chart_says_reaches_the_reader(make: Make, tmp_path: Path) -> None:
    refused = make("words", released("words", chart(tmp_path / "chart", required="token"))).up()
    assert "token is needed" in refused.text


def test_a_chart_that_cannot_be_had_is_recorded_as_not_applied(
    make: Make, api_server: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBS_OFFLINE", "1")

    def declare(there: pulumi.ResourceOptions) -> None:
        repository = {"repo": "https://charts.example.org"}
        made = kubernetes.helm.v3.Release(
            "hub", name="hub", chart="web", version="1.0.0", namespace="far", repository_opts=repository, opts=there
        )
        pulumi.export("status", made.status.status)

    stack = make("far", declare)
    made = stack.up()
    assert not made.failed, made.text
    assert made.outputs["status"] == "not-applied"
    assert api_server.object("v1", "Namespace", None, "far") is None
    assert stack.up().changes == []
    assert not stack.destroy().failed


def test_a_kubeconfig_of_this_machine_is_enough(
    simulation: Simulation, api_server: ApiServer, kubernetes_tools: dict[str, Path]
) -> None:
    def program() -> None:
        provider = kubernetes.Provider("cluster", kubeconfig=written(api_server.api.access))
        there = pulumi.ResourceOptions(provider=provider)
        kubernetes.core.v1.ConfigMap("near", metadata={"name": "near", "namespace": "default"}, opts=there)

    stack = simulation.stack("near", program, {})
    assert not stack.up().failed
    assert api_server.object("v1", "ConfigMap", "default", "near")
    assert not stack.destroy().failed


def test_a_dead_server_is_said(simulation: Simulation, api_server: ApiServer, tmp_path: Path) -> None:
    dead = simulation.world / "kubernetes" / "tests"
    dead.mkdir(parents=True)
    access = read_access({"kubeconfig": str(api_server.home.kubeconfig)})
    assert access is not None
    text = written(access).replace(access.server, "https://127.0.0.1:1")
    (dead / "kubeconfig").write_text(text)

    def program() -> None:
        provider = kubernetes.Provider("cluster", kubeconfig=api_server.cloud_kubeconfig)
        kubernetes.core.v1.Namespace("dead", opts=pulumi.ResourceOptions(provider=provider))

    refused = simulation.stack("dead", program, {}).up()
    assert "was started and does not answer" in refused.text
    assert "deployer simulate up tests" in refused.text
