"""A cluster that is there already: a real API server with nodes, under the real engine and the real commands."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from components.clouds import cloud
from components.cluster_changes import change_refusals
from deployer.access.inspection import inspect_cluster
from deployer.errors import EngineFailed
from deployer.project import Project
from deployer.rollout.target import Target
from schemas.cluster import Cluster
from tests.conftest import DEPLOYER, Checkout
from tests.contract.conftest import asked
from tests.contract.test_clusters import FORBIDDEN, ROLES
from tests.kubernetes import ApiServer, api_server, kubernetes_tools

__all__ = ["api_server", "kubernetes_tools"]

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("kubernetes")]

CLASSES = "/apis/storage.k8s.io/v1/storageclasses"
SHARED, SINGLE = "tests-shared", "tests-single"
FILE = "clusters/theirs.yaml"


@pytest.fixture(scope="module")
def storage(api_server: ApiServer) -> Iterator[None]:
    """One class whose volumes all nodes can write, and a default one whose volumes they cannot."""
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    for name, provisioner, notes in (
        (SHARED, "nfs.csi.k8s.io", {}),
        (SINGLE, "rancher.io/local-path", default),
    ):
        made = {"metadata": {"name": name, "annotations": notes}, "provisioner": provisioner}
        api_server.api.apply({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", **made}, manager="tests")
    yield
    for name in (SHARED, SINGLE):
        api_server.api.request("DELETE", f"{CLASSES}/{name}")


@pytest.fixture
def theirs(project: Checkout, api_server: ApiServer, storage: None) -> Checkout:
    """A checkout with a cluster file, on a machine with a kubeconfig that holds a token."""
    loaded = yaml.safe_load(api_server.home.kubeconfig.read_text(encoding="utf-8"))
    loaded["contexts"][0]["name"] = "somebodys"
    for name, user in (("nobody", {}), ("expired", {"token": "expired-long-ago"})):
        loaded["users"].append({"name": name, "user": user})
        loaded["contexts"].append({"name": name, "context": {"cluster": loaded["clusters"][0]["name"], "user": name}})
    project.write("kubeconfig", yaml.safe_dump(loaded))
    write(project)
    path = f"{DEPLOYER.parent}{os.pathsep}{os.environ['PATH']}"
    return Checkout(root=project.root, environment={"KUBECONFIG": str(project.root / "kubeconfig"), "PATH": path})


def write(project: Checkout, **changes: Any) -> None:
    project.write(FILE, yaml.safe_dump(asked("existing", **changes), sort_keys=False))


def facts_of(project: Checkout, state: str = ".state") -> dict[str, Any]:
    record = json.loads((project.root / state / ".hubs/theirs-cluster.json").read_text(encoding="utf-8"))
    facts: dict[str, Any] = record["facts"]
    return facts


def test_is_deployed_left_alone_and_reached_again(theirs: Checkout, api_server: ApiServer) -> None:
    deployed = theirs.run("deploy", "--cluster", "theirs")
    assert deployed.code == 0, deployed.text
    again = theirs.run("deploy", "--cluster", "theirs")
    assert again.out.startswith("theirs: nothing changed"), again.text

    # Nothing of the login is in what is kept, neither in the record nor in the engine's state.
    token = yaml.safe_load(api_server.home.kubeconfig.read_text(encoding="utf-8"))["users"][0]["user"]["token"]
    kept = [path for path in (theirs.root / ".state").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if token in path.read_text(encoding="utf-8", errors="replace")]

    facts = facts_of(theirs)
    assert not [word for word in FORBIDDEN if word in facts["kubeconfig"].replace("certificate-authority-data", "")]
    assert facts["registry"] == {"host": "registry.example.org", "prefix": "registry.example.org/hubs"}
    assert (facts["homes"]["storage_class"], facts["homes"]["size_gib"]) == (SHARED, 500)
    cluster = Cluster.model_validate(asked("existing"))
    assert set(facts["pools"]) == {"core", *cluster.node_pools}
    for name, pool in cluster.node_pools.items():
        told = facts["pools"][name]
        found = {(one["key"], one.get("value", ""), one["effect"]) for one in told["tolerations"]}
        assert ROLES["user"][1] <= found
        assert told["node_selector"] == pool.node_selector
        assert told["free"]["gpu"] == (1 if pool.gpu else 0)
        promised = cloud("existing").allocatable(cluster, name)
        assert promised is not None
        assert told["free"]["cpu_millis"] >= promised.cpu * 1000
        assert told["free"]["memory_mib"] >= promised.memory_gib * 1024
    assert list(change_refusals(facts, cluster)) == []

    # The kubeconfig that is given out reaches the cluster by the program that it names.
    printed = theirs.run("credentials", "theirs")
    assert printed.code == 0, printed.text
    assert printed.err == ""
    assert token not in printed.out
    config = theirs.root / "my-config"
    for told in ("has now context theirs", "has already context theirs"):
        merged = theirs.run("credentials", "theirs", "--path", str(config), "--use")
        assert told in merged.out, merged.text
    assert yaml.safe_load(config.read_text(encoding="utf-8"))["current-context"] == "theirs"
    assert _survey(theirs, yaml.safe_load(printed.out)).nodes


def _survey(theirs: Checkout, kubeconfig: dict[str, Any]) -> Any:
    from components.survey.survey import survey

    with pytest.MonkeyPatch.context() as patched:
        for name, value in theirs.environment.items():
            patched.setenv(name, value)
        return survey(kubeconfig)


def test_destroying_leaves_the_cluster_untouched_and_does_not_need_it(theirs: Checkout, api_server: ApiServer) -> None:
    assert theirs.run("deploy", "--cluster", "theirs").code == 0
    nodes = api_server.api.get("/api/v1/nodes")
    unreachable = {"KUBECONFIG": str(theirs.root / "nothing")}
    gone = theirs.run("destroy", "--cluster", "theirs", "--yes", environment=unreachable)
    assert gone.code == 0, gone.text
    after = api_server.api.get("/api/v1/nodes")
    assert nodes is not None
    assert after is not None
    assert [one["metadata"]["uid"] for one in after["items"]] == [one["metadata"]["uid"] for one in nodes["items"]]
    assert theirs.run("credentials", "theirs").code == 1


def test_is_simulated_without_any_cluster(project: Checkout, api_server: ApiServer) -> None:
    write(project)
    nowhere = {"KUBECONFIG": str(project.root / "nothing")}
    for _ in range(2):
        deployed = project.run("deploy", "--cluster", "theirs", "--simulate", environment=nowhere)
        assert deployed.code == 0, deployed.text
    facts = facts_of(project, ".state/simulated")
    assert facts["pools"]["user"]["free"] == {"cpu_millis": 3000, "memory_mib": 20480, "gpu": 0, "pods": 0}
    assert json.loads(facts["kubeconfig"])["current-context"] == "theirs"

    # Its kubeconfig is that of the API server which runs for it, if one does.
    without = project.run("credentials", "theirs", "--simulate")
    assert without.code == 1, without.text
    assert "deployer simulate up theirs" in without.err
    servers = project.root / ".state/.simulated/kubernetes"
    servers.mkdir(parents=True, exist_ok=True)
    (servers / "theirs").symlink_to(api_server.home.folder)
    printed = project.run("credentials", "theirs", "--simulate", "--json")
    assert printed.code == 0, printed.text
    assert (printed.json["context"], printed.json["program"]) == ("theirs-simulated", None)
    (cluster,) = printed.json["kubeconfig"]["clusters"]
    assert cluster["cluster"]["server"] == api_server.api.access.server


def test_credentials_are_for_clusters_that_are_deployed(project: Checkout) -> None:
    write(project)
    not_yet = project.run("credentials", "theirs")
    assert not_yet.code == 1
    assert "cluster theirs is not deployed" in not_yet.err
    assert "deployer deploy --cluster theirs" in not_yet.err
    nowhere = project.run("credentials", "thiers")
    assert nowhere.code == 2
    assert "did you mean 'theirs'?" in nowhere.err
    assert project.run("credentials", "theirs", "--use").code == 2


def test_an_inspection_tells_what_is_there(theirs: Checkout) -> None:
    run = theirs.run("inspect", "--cluster", "theirs", "--json")
    assert run.code == 0, run.text
    found = run.json
    assert found["version"].startswith("v1.")
    by_pool = {node["labels"].get("hub-pool"): node for node in found["nodes"]}
    assert (by_pool["gpu"]["gpu_kind"], by_pool["gpu"]["for_servers"]["gpu"]) == ("t4", 1)
    classes = {one["name"]: one for one in found["storage_classes"]}
    assert (classes[SHARED]["shared"], classes[SHARED]["default"]) == (True, False)
    assert (classes[SINGLE]["shared"], classes[SINGLE]["default"]) == (False, True)
    assert found["autoscaler"] is None
    assert found["missing_permissions"] == []
    assert found["problems"] == []


def test_what_the_cluster_cannot_give_is_said_at_its_place(theirs: Checkout) -> None:
    values = asked("existing")
    values["node_pools"] = {
        "user": {"cpu": 64, "memory_gib": 20, "node_selector": {"hub-pool": "user"}},
        "gpu": {"cpu": 1, "memory_gib": 1, "gpu": {"kind": "l4"}, "node_selector": {"hub-pool": "gpu"}},
        "odd": {"cpu": 1, "memory_gib": 1, "node_selector": {"hub-pool": "users"}},
    }
    values["existing"]["home_storage_class"] = SINGLE
    theirs.write(FILE, yaml.safe_dump(values, sort_keys=False))
    run = theirs.run("inspect", "--cluster", "theirs")
    assert run.code == 2, run.text
    for words in (
        "node_pools.user: 64 cores and 20 GiB are asked for, and the largest such node has",
        "node_pools.gpu.gpu: no node of the pool has 1 l4 GPU(s); nodes of the cluster have: 1 t4;",
        "node_pools.odd.node_selector: no node that is ready has hub-pool=users",
        f"existing.home_storage_class: volumes of storage class '{SINGLE}' can be written from one node alone",
    ):
        assert words in run.err, run.text
    assert "from several nodes" in run.out, run.text
    for command in ("deploy", "preview"):
        refused = theirs.run(command, "--cluster", "theirs")
        assert refused.code == 2, refused.text
        assert f"{FILE}:" in refused.err, refused.text
        assert "no node of the pool has 1 l4 GPU(s)" in refused.err, refused.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"context": "somebody"}, "did you mean 'somebodys'? (contexts: somebodys, nobody, expired)"),
        ({"context": "expired"}, "does not accept the login of 'expired'"),
        ({"kubeconfig": "nothing.yaml"}, "there is no kubeconfig"),
        ({"kubeconfig": "Pulumi.yaml"}, "is named 'somebodys'"),
    ],
)
def test_no_way_to_the_cluster_is_explained(
    changes: dict[str, str], words: str, theirs: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(theirs, existing={**asked("existing")["existing"], **changes})
    monkeypatch.setenv("KUBECONFIG", theirs.environment["KUBECONFIG"])
    with pytest.raises(EngineFailed) as failed:
        inspect_cluster(Target(project=Project(theirs.root), name="theirs", alone=True))
    assert words in f"{failed.value.fault}; {failed.value.remedy}"


def test_a_login_without_rights_is_told_which_it_lacks(theirs: Checkout) -> None:
    write(theirs, existing={**asked("existing")["existing"], "context": "nobody"})
    run = theirs.run("inspect", "--cluster", "theirs", "--json")
    # Whether the server lets anybody in without a name is its own to say; what it then may not is listed.
    assert run.code in (2, 4), run.text
    if run.code == 2:
        (problem,) = run.json["problems"]
        assert "create namespaces" in problem["fault"]
