"""How a hub on Kubernetes stands, from what a real API server tells."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from components.hub.runtime import KubernetesRuntime
from tests.kubernetes import ApiServer
from tests.unit.hub_runtime.namespace import HubNamespace, kubeconfig_text

pytestmark = [pytest.mark.xdist_group("api-server")]


@pytest.fixture
def namespace(api_server: ApiServer, request: pytest.FixtureRequest) -> Iterator[HubNamespace]:
    place = HubNamespace(api_server, f"hub-{abs(hash(request.node.name)) % 10**8}")
    place.make()
    yield place
    place.remove()


def test_a_hub_as_it_was_deployed_tells_nothing(namespace: HubNamespace) -> None:
    namespace.hub()
    began = time.monotonic()
    assert namespace.runtime.observe() == []
    assert time.monotonic() - began < 1
    assert namespace.runtime.parts() == ["hub", "proxy"]


def test_what_is_gone_or_switched_off(namespace: HubNamespace) -> None:
    namespace.deployment("hub", replicas=0)
    assert namespace.runtime.observe() == [
        f"the release {namespace.release} is gone: somebody took it away",
        "the proxy is gone: there is no deployment of it",
        "hub: somebody switched it off (it is scaled to 0)",
    ]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("failed", "its last upgrade failed (revision 2)"),
        ("pending-upgrade", "an upgrade is under way, or was cut off (revision 2)"),
        ("uninstalling", "it is being taken away (revision 2)"),
    ],
)
def test_releases_by_helms_own_word(namespace: HubNamespace, status: str, words: str) -> None:
    namespace.hub()
    namespace.helm_release(2, status)
    assert namespace.runtime.observe() == [f"the release {namespace.release} does not stand: {words}"]


def test_another_version_than_was_deployed(namespace: HubNamespace) -> None:
    namespace.hub(version="4.0.0")
    assert namespace.runtime.observe() == [
        f"the release {namespace.release} was deployed at version 4.3.1, and runs jupyterhub-4.0.0"
    ]


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (
            {"waiting": {"reason": "ImagePullBackOff", "message": "manifest unknown"}},
            "its image registry.example.org/main:1 cannot be fetched: manifest unknown",
        ),
        (
            {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}},
            "starts and ends again and again (7 times): exit code 1, no such table: users",
        ),
        (
            {"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "hub-secrets" not found'}},
            'cannot be started: secret "hub-secrets" not found',
        ),
    ],
)
def test_pods_that_do_not_run(namespace: HubNamespace, state: dict[str, Any], line: str) -> None:
    namespace.hub()
    namespace.pod("hub-broken", "hub")
    ended = {"exitCode": 1, "reason": "Error", "message": "Traceback\nno such table: users"}
    namespace.container_state("hub-broken", state, restarts=7, last={"terminated": ended})
    assert namespace.runtime.observe() == [f"hub: {line}"]


def test_too_little_memory(namespace: HubNamespace) -> None:
    namespace.hub()
    namespace.pod("hub-broken", "hub")
    killed = {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}
    namespace.container_state("hub-broken", {"waiting": {"reason": "CrashLoopBackOff"}}, restarts=2, last=killed)
    assert namespace.runtime.observe() == [
        "hub: starts and ends again and again (2 times): it took more memory than it may"
    ]


def test_no_node_for_the_hub(namespace: HubNamespace) -> None:
    namespace.hub()
    namespace.pod("hub-waiting", "hub", nodeSelector={"hubs/pool": "nowhere"})
    namespace.until(lambda: any("hub: finds no node: 0/" in line for line in namespace.runtime.observe()))


def test_a_quota_that_is_used_up(namespace: HubNamespace) -> None:
    namespace.hub()
    namespace.apply(
        {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "hub"}, "spec": {"hard": {"pods": "0"}}}
    )
    namespace.deployment("user-scheduler")
    namespace.until(lambda: any(line.startswith("user-scheduler: no pod") for line in namespace.runtime.observe()))
    [line] = namespace.runtime.observe()
    assert line.startswith("user-scheduler: no pod of it may be made: exceeded quota: hub, requested: pods=1")


def test_people_and_placeholders_are_nobodys_fault(namespace: HubNamespace) -> None:
    namespace.hub()
    for component in ("singleuser-server", "user-placeholder"):
        namespace.pod(component, component, nodeSelector={"hubs/pool": "nowhere"})
    namespace.until(
        lambda: namespace.unschedulable("singleuser-server") and namespace.unschedulable("user-placeholder")
    )
    assert namespace.runtime.observe() == []


def test_a_volume_that_is_not_there(namespace: HubNamespace) -> None:
    namespace.hub()
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": "none",
    }
    namespace.apply(
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "hub-db-dir"}, "spec": claim}
    )
    assert namespace.runtime.observe() == ["the claim hub-db-dir has no volume yet"]


def test_certificate_and_gateway(namespace: HubNamespace) -> None:
    namespace.hub()
    namespace.kind("cert-manager.io", "certificates", "Certificate")
    namespace.kind("gateway.networking.k8s.io", "gateways", "Gateway")
    namespace.custom("cert-manager.io/v1", "Certificate", "hub", "Ready", "False", "Issuing certificate")
    namespace.custom(
        "gateway.networking.k8s.io/v1", "Gateway", "hub", "Programmed", "Unknown", "Waiting for controller"
    )
    assert namespace.runtime.observe() == [
        "the certificate hub is not there yet: Issuing certificate",
        "the gateway hub does not lead here yet: Waiting for controller",
    ]
    namespace.custom("cert-manager.io/v1", "Certificate", "hub", "Ready", "True", "")
    namespace.custom("gateway.networking.k8s.io/v1", "Gateway", "hub", "Programmed", "True", "")
    assert namespace.runtime.observe() == []


def test_parts_by_the_words_of_people(namespace: HubNamespace) -> None:
    for component, name in (
        ("hub", "hub-1"),
        ("proxy", "proxy-1"),
        ("continuous-image-puller", "p"),
        ("gateway", "api"),
    ):
        namespace.pod(name, component)
    notes = {"hub.jupyter.org/username": "ada@example.org"}
    namespace.pod("jupyter-ada", "singleuser-server", annotations=notes)
    namespace.pod("jupyter-ada-2", "singleuser-server", annotations={**notes, "hub.jupyter.org/servername": "gpu"})
    namespace.pod("scheduler", "dask-scheduler", labels={"gateway.dask.org/cluster": "abc"})
    namespace.pod("stranger", "something-else")
    assert namespace.runtime.parts() == [
        "hub",
        "proxy",
        "dask-gateway",
        "dask:abc",
        "image-puller",
        "server:ada@example.org",
        "server:ada@example.org/gpu",
    ]


def test_a_pod_that_wrote_nothing_has_an_empty_log(namespace: HubNamespace) -> None:
    namespace.pod("hub-waiting", "hub", nodeSelector={"hubs/pool": "nowhere"})
    assert namespace.runtime.log("hub", lines=10) == ""
    assert namespace.runtime.log("proxy", lines=10) == ""


def test_nobody_answers(api_server: ApiServer) -> None:
    dead = {"namespace": "x", "kubeconfig": kubeconfig_text(api_server, server="https://127.0.0.1:9")}
    [line] = KubernetesRuntime(dead).observe()
    assert line.startswith("nobody knows how it stands: the API server https://127.0.0.1:9 does not answer: ")


def test_a_login_that_is_not_accepted(api_server: ApiServer) -> None:
    stranger = {"namespace": "x", "kubeconfig": kubeconfig_text(api_server, token="guessed")}
    [line] = KubernetesRuntime(stranger).observe()
    assert "does not accept the login" in line
    assert "guessed" not in line


def test_signs_in_by_the_clouds_program(namespace: HubNamespace, tmp_path: Any) -> None:
    namespace.hub()
    told = namespace.server.home.folder / "kubeconfig"
    program = tmp_path / "cloud-login"
    program.write_text(f"#!/bin/sh\nprintf '%s' \"$KUBERNETES_EXEC_INFO\" > {tmp_path}/asked\ncat {tmp_path}/answer\n")
    program.chmod(0o755)
    (tmp_path / "answer").write_text(namespace.exec_credential(told))
    facts = {**namespace.facts, "kubeconfig": kubeconfig_text(namespace.server, program=str(program))}
    assert KubernetesRuntime(facts).observe() == []
    assert '"server": "https://' in (tmp_path / "asked").read_text()
    program.write_text("#!/bin/sh\necho 'no such account' >&2\nexit 1\n")
    [line] = KubernetesRuntime(facts).observe()
    assert line.startswith(f"nobody knows how it stands: {program} did not sign in: no such account; sign in again")
    program.unlink()
    assert "which is not here" in KubernetesRuntime(facts).observe()[0]


def test_a_record_of_before_hubs_ran_there() -> None:
    [line] = KubernetesRuntime({"namespace": "x"}).observe()
    assert line.endswith("an older deployer wrote it; deploy it again")
