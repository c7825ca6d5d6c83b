"""A hub's stack on a real API server, its release made by helm: with a small chart of zero-to-jupyterhub's name."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from components.charts import charts
from components.clouds import cloud
from components.contract import HubArgs
from components.hub import policies, releases
from providers.simulated.kubernetes.api import Refused
from schemas.community import Deployment
from tests.e2e.simulated.conftest import Stack, simulated
from tests.kubernetes import ApiServer, api_server, container, kubernetes_tools

__all__ = ["api_server", "kubernetes_tools"]

# With the other files that use its API server.
pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("api-server")]

HERE = "lagoon-prod"
HUB: dict[str, Any] = {
    "domain": "lagoon.example.org",
    "auth": {"type": "dummy", "admins": ["ada"]},
    "image": "registry.example.org/base:2026-01-05",
    "home": {"type": "none"},
    "profiles": [{"slug": "small", "title": "Small", "default": True}, {"slug": "large", "title": "Large"}],
    "classes": [
        {
            "name": "waves",
            "servers": 2,
            "start": "09:15",
            "end": "10:45",
            "timezone": "Europe/Berlin",
            "profile": "large",
        }
    ],
}
TEMPLATE = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: hub-db-dir
  annotations: {{ toJson .Values.hub.db.pvc.annotations }}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: {{ .Values.hub.db.pvc.storage }}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: hub}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hub}
spec:
  selector: {matchLabels: {component: hub}}
  template:
    metadata: {labels: {component: hub}, annotations: {{ toJson .Values.hub.annotations }}}
    spec:
      nodeSelector: {{ toJson .Values.hub.nodeSelector }}
      containers: [{name: hub, image: "registry.example.org/hub:1", volumeMounts: [{name: db, mountPath: /srv}]}]
      volumes: [{name: db, persistentVolumeClaim: {claimName: hub-db-dir}}]
"""
DEFAULTS = {"hub": {"nodeSelector": {}, "annotations": {}, "db": {"pvc": {"annotations": {}, "storage": "1Gi"}}}}
NOWHERE = {"jupyterhub": {"hub": {"nodeSelector": {"hub-pool": "nowhere"}}}}


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the chart, as a place without internet has it."""
    folder, chart = tmp_path_factory.mktemp("mirror"), charts()["jupyterhub"]
    files = {
        "Chart.yaml": f"apiVersion: v2\nname: {chart.chart}\nversion: {chart.version}\n",
        "values.yaml": json.dumps(DEFAULTS),
        "templates/hub.yaml": TEMPLATE,
    }
    with tarfile.open(folder / chart.archive, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"{chart.chart}/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return folder


Make = Callable[..., Stack]


@pytest.fixture(scope="module")
def make(
    tools: Mapping[str, Path], api_server: ApiServer, mirror: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Make]:
    """One hub, through its whole life in the order of the tests, on a cluster that is there already."""
    simulation = simulated(tmp_path_factory.mktemp("lagoon"), tools)
    api_server.join(simulation.world)
    facts = {
        "kubeconfig": api_server.cloud_kubeconfig,
        "pools": {"user": {"role": "user", "node_selector": {"hub-pool": "user"}, "tolerations": []}},
        "homes": {},
        "registry": None,
        "entrance": {"ingress_class": None},
    }

    def of(**changes: Any) -> Stack:
        asked_for = deployment({**HUB, **changes}, mirror)
        return simulation.stack(HERE, hub_program(asked_for, facts), {})

    with pytest.MonkeyPatch.context() as patched:
        # Nobody waits for half an hour here.
        patched.setattr(releases, "TIMEOUT_SECONDS", 10)
        yield of
        assert not of().destroy().failed


def deployment(hub: Mapping[str, Any], mirror: Path) -> Deployment:
    cluster = {
        "provider": "existing",
        "existing": {"context": "tests"},
        "chart_mirror": str(mirror),
        "node_pools": {"user": {"cpu": 4, "memory_gib": 16, "max_nodes": 2, "node_selector": {"hub-pool": "user"}}},
    }
    return Deployment.model_validate(
        {
            "community": "lagoon",
            "stage": "prod",
            "title": "Lagoon",
            "archetype": "research",
            "contacts": [],
            "cluster_name": "tests",
            "cluster": cluster,
            "hub": hub,
            "images": {},
        }
    )


def hub_program(asked_for: Deployment, facts: Mapping[str, Any]) -> Callable[[], None]:
    def program() -> None:
        import pulumi

        args = HubArgs(
            deployment=asked_for,
            project=Path.cwd(),
            cluster_facts=facts,
            protect=False,
            keep_data=False,
        )
        outputs = cloud("existing").hub(asked_for.stack, args)
        pulumi.export("health_token", outputs.health_token)
        pulumi.export("password", outputs.password)

    return program


def secret(api_server: ApiServer, name: str) -> dict[str, bytes]:
    found = api_server.object("v1", "Secret", HERE, name)
    assert found is not None
    return {key: b64decode(value) for key, value in found["data"].items()}


def disk(api_server: ApiServer) -> str:
    """Which one the hub's is: another of the same name would be empty."""
    found = api_server.object("v1", "PersistentVolumeClaim", HERE, "hub-db-dir")
    assert found is not None
    return str(found["metadata"]["uid"])


def release_text(api_server: ApiServer) -> str:
    """All that helm keeps of all releases in the namespace: values, manifests, notes."""
    kept = api_server.api.items(api_server.api.path("v1", "Secret", HERE))
    stored = [one for one in kept if one["type"] == "helm.sh/release.v1"]
    assert stored
    return "".join(gzip.decompress(b64decode(b64decode(one["data"]["release"]))).decode() for one in stored)


def allowed(
    api_server: ApiServer, account: str, verb: str, resource: str, namespace: str = HERE, name: str = ""
) -> bool:
    """Whether the server would let a service account of the hub's do that."""
    kind, _, group = resource.partition(".")
    kind, _, part = kind.partition("/")
    asked = {"verb": verb, "group": group, "resource": kind, "subresource": part, "namespace": namespace, "name": name}
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": f"system:serviceaccount:{HERE}:{account}", "resourceAttributes": asked},
    }
    path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
    answer: dict[str, Any] = api_server.api.request("POST", path, body=body)
    return bool(answer["status"]["allowed"])


def refused(api_server: ApiServer, body: Mapping[str, Any]) -> str:
    """In the server's words; empty when it takes it."""
    about = {"metadata": {"name": "probe", "namespace": HERE}, **body}
    try:
        api_server.api.request("POST", api_server.api.path(about["apiVersion"], about["kind"], HERE), body=about)
    except Refused as error:
        return str(error)
    api_server.api.request("DELETE", api_server.api.path(about["apiVersion"], about["kind"], HERE, "probe"))
    return ""


def pod(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [container()], **spec}}


def test_a_first_release_that_fails_leaves_the_way_free(make: Make, api_server: ApiServer) -> None:
    first = make(helm_values=NOWHERE).up()
    assert first.failed
    assert "context deadline exceeded" in first.text
    assert api_server.object("apps/v1", "Deployment", HERE, "hub") is None
    assert secret(api_server, "hub-secrets")
    left = disk(api_server)

    made = make().up()
    assert not made.failed, made.text
    assert disk(api_server) == left


def test_a_hub_is_released_by_helm_and_its_secrets_stay_out_of_it(make: Make, api_server: ApiServer) -> None:
    again = make().up()
    assert again.changes == []
    hub = api_server.object("apps/v1", "Deployment", HERE, "hub")
    assert hub is not None
    assert hub["status"]["readyReplicas"] == 1
    content = secret(api_server, "hub-secrets")
    assert content["hub.services.health.apiToken"].decode() == again.outputs["health_token"]
    assert again.outputs["password"] in content["values.yaml"].decode()
    stored = release_text(api_server)
    assert "lagoon.example.org" in stored
    assert not [key for key, value in content.items() if value.decode() in stored]
    assert again.outputs["password"] not in stored
    assert make().refresh().changes == []


def test_an_upgrade_that_fails_goes_back(make: Make, api_server: ApiServer) -> None:
    kept, left = secret(api_server, "hub-secrets"), disk(api_server)
    failed = make(helm_values=NOWHERE).up()
    assert "went back to what it was" in failed.text
    hub = api_server.object("apps/v1", "Deployment", HERE, "hub")
    assert hub is not None
    assert "nodeSelector" not in hub["spec"]["template"]["spec"]
    mended = make(homepage={"announcement": "High tide"}).up()
    assert not mended.failed, mended.text
    assert mended.changes == [("update", f"{HERE}-jupyterhub")]
    assert (secret(api_server, "hub-secrets"), disk(api_server)) == (kept, left)


def test_who_may_do_what_in_the_cluster(make: Make, api_server: ApiServer) -> None:
    for verb in ("get", "list", "watch", "create", "delete", "patch"):
        for resource in ("pods", "secrets", "configmaps", "pods/exec", "nodes", "statefulsets/scale.apps"):
            assert not allowed(api_server, "user-sa", verb, resource), f"{verb} {resource}"
    scale = "statefulsets/scale.apps"
    assert allowed(api_server, "hub", "patch", scale, name="class-placeholder-large")
    assert allowed(api_server, "hub", "get", scale, name="user-placeholder")
    assert not allowed(api_server, "hub", "patch", scale, name="hub")
    assert not allowed(api_server, "hub", "patch", scale, namespace="default", name="class-placeholder-large")
    assert not allowed(api_server, "hub", "delete", "statefulsets.apps", name="class-placeholder-large")
    account = api_server.object("v1", "ServiceAccount", HERE, "user-sa")
    assert account is not None
    assert account["automountServiceAccountToken"] is False


def test_the_namespace_keeps_its_walls(make: Make, api_server: ApiServer) -> None:
    assert refused(api_server, pod()) == ""
    assert "violates PodSecurity" in refused(
        api_server, pod(containers=[container(securityContext={"privileged": True})])
    )
    assert "violates PodSecurity" in refused(api_server, pod(volumes=[{"name": "node", "hostPath": {"path": "/"}}]))
    assert "violates PodSecurity" in refused(api_server, pod(hostNetwork=True))
    service = {"apiVersion": "v1", "kind": "Service"}
    for kind in ("LoadBalancer", "NodePort"):
        words = refused(api_server, {**service, "spec": {"type": kind, "ports": [{"port": 80}]}})
        assert "exceeded quota: hub" in words, kind
    assert refused(api_server, {**service, "spec": {"type": "ClusterIP", "ports": [{"port": 80}]}}) == ""


def test_network_policies_are_there_as_they_were_meant(make: Make, api_server: ApiServer, mirror: Path) -> None:
    found = api_server.api.items(api_server.api.path("networking.k8s.io/v1", "NetworkPolicy", HERE))
    meant = policies.network_policies(deployment(HUB, mirror), own_gateway=False)
    assert {one["metadata"]["name"]: one["spec"] for one in found} == meant


def test_a_destroy_ends_servers_that_run_and_leaves_nothing(make: Make, api_server: ApiServer) -> None:
    running = {**pod(), "metadata": {"name": "jupyter-ada", "namespace": HERE}}
    api_server.api.apply(running, manager="tests")
    gone = make().destroy()
    assert not gone.failed, gone.text
    assert api_server.object("v1", "Namespace", None, HERE) is None
    assert api_server.object("v1", "Pod", HERE, "jupyter-ada") is None
