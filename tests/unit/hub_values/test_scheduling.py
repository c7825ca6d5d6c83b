"""Room ahead of people: placeholders as large as the servers they keep it for, scaled on a real API server."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from kubernetes_asyncio import client, config

from components.hub.in_pod.class_service import PLAN, make_room
from components.hub.placeholders import own_stateful_sets, placeholder_sets, scaling_rules
from components.hub.values import Told, foretold, hub_values
from schemas.community import Deployment
from tests.kubernetes import ApiServer
from tests.unit.hub_values.clusters import CLUSTERS
from tests.unit.hub_values.pods import HubOf, Pod, configured, notebook
from tests.unit.hub_values.strategies import resolved

GCP = next(cluster for cluster in CLUSTERS if cluster["provider"] == "gcp" and "gpu" in cluster["node_pools"])
EXISTING = next(cluster for cluster in CLUSTERS if cluster["provider"] == "existing" and "gpu" in cluster["node_pools"])
NOW = datetime.now(UTC)


def class_now(name: str, servers: int, **more: Any) -> dict[str, Any]:
    """One that begins about now, on the clock of a zone in which that is about noon."""
    offset = (12 - NOW.hour + 12) % 24 - 12
    zone = f"Etc/GMT{'-' if offset > 0 else '+'}{abs(offset)}" if offset else "Etc/UTC"
    noon = NOW.astimezone(timezone(timedelta(hours=offset)))
    times = {"start": f"{noon:%H:%M}", "end": f"{noon + timedelta(hours=2):%H:%M}", "timezone": zone}
    return {"name": name, "servers": servers, **times, **more}


def hub(cluster: Mapping[str, Any] = GCP, **fields: Any) -> Deployment:
    profiles = [
        {"slug": "small", "title": "Small", "default": True, "options": {"sizes": ["1/4", 1]}, "node_pool": "user"},
        {"slug": "gpu", "title": "GPU", "node_pool": "gpu", "gpu": 1, "memory_gib": 8},
        {"slug": "large", "title": "Large", "node_pool": "large", "memory_gib": {"guarantee": 8, "limit": 16}},
    ]
    given = {"auth": {"type": "native", "admins": ["ada"]}, "profiles": profiles, **fields}
    return resolved(given, dict(cluster))


def scheduling(deployment: Deployment) -> dict[str, Any]:
    made: dict[str, Any] = hub_values(deployment, foretold(deployment))["jupyterhub"]["scheduling"]
    return made


def test_placeholders_are_as_large_as_the_default_servers_and_on_their_nodes() -> None:
    deployment = hub(scheduling={"placeholders": 5, "pack_servers": False})
    made = scheduling(deployment)
    assert made["userPlaceholder"]["replicas"] == 5
    assert made["userScheduler"]["enabled"] is False
    server = HubOf(deployment).pod()
    _same_room(made["userPlaceholder"]["resources"], server)
    assert made["userPlaceholder"]["extraPodSpec"]["nodeSelector"] == server["spec"]["nodeSelector"]


def test_with_one_pool_the_charts_own_selector_does() -> None:
    deployment = resolved({"auth": {"type": "dummy"}, "scheduling": {"placeholders": 1}}, GCP)
    values = hub_values(deployment, foretold(deployment))["jupyterhub"]
    assert values["singleuser"]["nodeSelector"] == {"hub-pool": "user"}
    assert "extraPodSpec" not in values["scheduling"]["userPlaceholder"]


def test_nodes_that_say_nothing_of_their_purpose_are_not_asked_for_it() -> None:
    assert scheduling(hub())["userPods"]["nodeAffinity"]["matchNodePurpose"] == "require"
    assert scheduling(hub(EXISTING))["userPods"]["nodeAffinity"]["matchNodePurpose"] == "ignore"


@pytest.mark.parametrize("cluster", [GCP, EXISTING], ids=["gcp", "existing"])
def test_each_profile_that_a_class_comes_for_has_placeholders_like_its_servers(cluster: dict[str, Any]) -> None:
    classes = [class_now("a", 30), class_now("b", 3, profile="gpu"), class_now("c", 4, profile="gpu")]
    deployment = hub(cluster, classes=classes, scheduling={"placeholders": 2})
    sets = own_stateful_sets(deployment, Told())
    assert list(sets) == ["class-placeholder-gpu"]
    pod = sets["class-placeholder-gpu"]["template"]["spec"]
    server = HubOf(deployment, Told()).pod({"profile": "gpu"})
    _same_room(pod["containers"][0]["resources"], server)
    assert pod["nodeSelector"] == server["spec"]["nodeSelector"]
    assert pod["tolerations"] == server["spec"]["tolerations"]
    assert pod["priorityClassName"] == "demo-staging-jupyterhub-user-placeholder-priority"
    (rule,) = scaling_rules(deployment)
    assert rule["resourceNames"] == ["user-placeholder", "class-placeholder-gpu"]


def test_the_longest_profile_has_placeholders_that_kubernetes_can_label() -> None:
    longest = "a-profile-whose-name-takes-all-there-is"
    profiles = [{"slug": slug, "title": slug, "default": slug == "a"} for slug in ("a", longest, f"{longest}s")]
    classes = [class_now(name, 1, profile=f"{longest}{name}") for name in ("", "s")]
    classes[0]["name"] = "other"
    names = list(own_stateful_sets(hub(profiles=profiles, classes=classes), Told()))
    assert len(set(names)) == 2
    assert max(map(len, names)) + len("-0123456789") <= 63


def _same_room(resources: Pod, server: Pod) -> None:
    asked = notebook(server)["resources"]
    assert int(resources["requests"]["cpu"].removesuffix("m")) == round(float(asked["requests"]["cpu"]) * 1000)
    assert int(resources["requests"]["memory"]) == asked["requests"]["memory"]
    assert resources.get("limits", {}).get("nvidia.com/gpu") == asked["limits"].get("nvidia.com/gpu")


def test_without_classes_there_is_no_service_and_no_right() -> None:
    assert scaling_rules(hub()) == []
    assert "classes" not in [service["name"] for service in configured(hub()).JupyterHub.services]


def test_the_hub_runs_the_service_with_what_it_needs() -> None:
    deployment = hub(classes=[class_now("a", 30)])
    (service,) = (each for each in configured(deployment).JupyterHub.services if each["name"] == "classes")
    assert service["command"][1:] == ["-m", "hubs_in_pod.class_service"]
    plan = json.loads(service["environment"][PLAN])
    assert plan == {each.name: each.plan() for each in placeholder_sets(deployment) if each.classes}


def test_the_service_starts_from_what_is_mounted_and_ends_where_there_is_no_cluster() -> None:
    (service,) = (
        each for each in configured(hub(classes=[class_now("a", 30)])).JupyterHub.services if each["name"] == "classes"
    )
    environment = {"PATH": os.environ["PATH"], "POD_NAMESPACE": "here", **service["environment"]}
    ran = subprocess.run(service["command"], env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1
    assert "Service host/port is not set" in ran.stderr


@pytest.fixture
def namespace(api_server: ApiServer) -> str:
    name = f"classes-{uuid.uuid4().hex[:8]}"
    api = api_server.api
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    api.request("POST", api.path("v1", "Namespace", None, ""), body=body)
    return name


def test_sets_follow_the_calendar_and_people_take_their_room(api_server: ApiServer, namespace: str) -> None:
    deployment = hub(classes=[class_now("a", 30), class_now("b", 3, profile="gpu")], scheduling={"placeholders": 2})
    plan = {each.name: each.plan() for each in placeholder_sets(deployment) if each.classes}
    sets = own_stateful_sets(deployment, Told())

    async def story() -> list[dict[str, int]]:
        await config.load_kube_config(str(api_server.home.kubeconfig))
        async with client.ApiClient() as api:
            spec = sets["class-placeholder-gpu"]
            for name in plan:
                # The chart's own, as far as scaling goes, is like ours.
                body = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name}, "spec": spec}
                await client.AppsV1Api(api).create_namespaced_stateful_set(namespace, body)
            told = [await make_room(api, namespace, plan, NOW), await make_room(api, namespace, plan, NOW)]
            for profile, name in (("small", "one"), ("small", "two"), ("gpu", "three")):
                await client.CoreV1Api(api).create_namespaced_pod(namespace, _server(name, profile))
            told.append(await make_room(api, namespace, plan, NOW))
            told.append(await make_room(api, namespace, plan, NOW + timedelta(hours=1)))
            return told

    assert asyncio.run(story()) == [
        {"user-placeholder": 32, "class-placeholder-gpu": 3},
        {},
        {"user-placeholder": 30, "class-placeholder-gpu": 2},
        {"user-placeholder": 2, "class-placeholder-gpu": 0},
    ]


def _server(name: str, profile: str) -> dict[str, Any]:
    labels = {"component": "singleuser-server", "hubs-profile": profile}
    container = {"name": "notebook", "image": "registry.example.org/hubs/base:1"}
    return {"metadata": {"name": name, "labels": labels}, "spec": {"containers": [container]}}
