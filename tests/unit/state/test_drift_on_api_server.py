"""Drift that people make by hand: on a real API server under their own programs' names, and in a cloud's console."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from components.clouds import cloud
from deployer import simulation
from deployer.report.drift import show_drift
from deployer.rollout.engine.backend import Backend
from deployer.rollout.interruption import Interruption
from deployer.state.drift import Difference, StackDrift, drift
from schemas.cluster import Cluster
from tests.e2e.simulated.rollouts import Rollouts, rollouts
from tests.e2e.simulated.test_on_api_server import COMMUNITY, PLACE
from tests.kubernetes import CLUSTER, NAME, ApiServer, api_server, kubernetes_tools

__all__ = ["api_server", "kubernetes_tools"]

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("api-server")]
CANARY = "canary-of-drift"
IDENTITY = 'metadata.annotations["iam.gke.io/gcp-service-account"]'


@pytest.fixture(scope="module")
def made(
    tools: Mapping[str, Path], api_server: ApiServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rollouts]:
    """A staging that is up on an API server that runs; charts cannot be had."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBS_OFFLINE", "1")
        patch.setenv("PULUMI_EXPERIMENTAL", "1")
        patch.setenv("PULUMI_SKIP_CHECKPOINTS", "1")
        made = rollouts(tmp_path_factory.mktemp("drift"))
        asked = CLUSTER.model_dump(mode="json", exclude_unset=True)
        made.write(f"clusters/{NAME}.yaml", {**asked, "support": {"monitoring": {"enabled": False}}})
        made.write("communities/atoll.yaml", COMMUNITY)
        api_server.join(made.root / ".state" / ".simulated")
        simulation.up(made.project, NAME, installing=lambda _: None)
        made.deploy(made.community("atoll"), stages=["staging"])
        yield made


def looked(made: Rollouts, *names: str) -> dict[str, StackDrift]:
    found = drift(made.community(""), names, interruption=Interruption(print), listen=lambda event: None)
    return {stack.stack: stack for stack in found}


def difference(stack: StackDrift, path: str) -> Difference:
    (found,) = [each for resource in stack.resources for each in resource.differences if each.path == path]
    return found


def edit_pool(made: Rollouts, maximum: int) -> None:
    """In the cloud's console."""
    (path,) = (one for one in made.root.glob(".state/.simulated/gcp/*/*/*_NodePool/*.json") if "gpu" in one.name)
    record = json.loads(path.read_text(encoding="utf-8"))
    record["properties"]["autoscaling"]["totalMaxNodeCount"] = maximum
    path.write_text(json.dumps(record), encoding="utf-8")


def everything(made: Rollouts) -> dict[str, bytes]:
    """The state and the simulated clouds, byte for byte; passing files of locks aside."""
    kept = [*made.root.glob(".state/simulated/**/*"), *made.root.glob(".state/.simulated/gcp/**/*")]
    return {str(path): path.read_bytes() for path in kept if path.is_file() and not path.name.endswith(".lock")}


def test_nothing_was_changed(made: Rollouts) -> None:
    before = everything(made)
    found = looked(made)
    assert set(found) == {f"{NAME}-cluster", PLACE}
    assert [stack.resources for stack in found.values() if stack.drifted or stack.error] == []
    assert everything(made) == before


def test_who_changed_what_and_what_a_deploy_would_do(
    made: Rollouts, api_server: ApiServer, capsys: pytest.CaptureFixture[str]
) -> None:
    edit = {"iam.gke.io/gcp-service-account": "somebody@else", "note": "by hand"}
    api_server.edit("v1", "ServiceAccount", PLACE, "user-sa", {"metadata": {"annotations": edit}})
    api_server.edit("v1", "Secret", PLACE, secret_name(made), {"stringData": {"hub-canary": CANARY}})
    api_server.api.request("DELETE", api_server.api.path("v1", "LimitRange", PLACE, limit_range(made)))
    edit_pool(made, 77)
    before = everything(made)

    found = looked(made, "atoll")

    assert everything(made) == before
    staging, cluster = found[PLACE], found[f"{NAME}-cluster"]
    assert cluster.unforeseen == ""
    assert 'conflict with "kubectl-edit"' in staging.unforeseen
    changed = difference(staging, IDENTITY)
    assert str(changed.old).endswith("@example-project.iam.gserviceaccount.com")
    assert (changed.new, changed.undo) == ("somebody@else", "stops")
    assert changed.editor is not None
    assert (changed.editor.who, changed.editor.operation) == ("kubectl-edit", "Update")
    assert changed.editor.at.endswith("Z")
    added = difference(staging, "metadata.annotations.note")
    assert (added.old, added.new, added.undo) == (None, "by hand", "left")
    (gone,) = [resource for resource in staging.resources if resource.gone]
    assert (gone.kind, gone.undo) == ("LimitRange", "not known")
    pool = difference(cluster, "autoscaling.totalMaxNodeCount")
    assert (pool.old, pool.new, pool.editor, pool.undo) == (CLUSTER.node_pools["gpu"].max_nodes, 77, None, "put back")

    for form in ({"as_json": True}, {"as_json": False}, {"as_json": False, "markdown": True}):
        show_drift(list(found.values()), place=" --simulate", **form)
        said = capsys.readouterr().out
        assert "kubectl-edit" in said
        assert "totalMaxNodeCount" in said
        assert CANARY not in said
    assert "deployer refresh atoll --simulate && deployer deploy atoll --simulate" in said
    assert "| `10` | `77` | the cloud does not tell by whom | a deploy puts it back |" in said


def test_a_deploy_after_a_refresh_does_what_was_foretold(made: Rollouts, api_server: ApiServer) -> None:
    identity = {"iam.gke.io/gcp-service-account": "users-atoll-staging@example-project.iam.gserviceaccount.com"}
    api_server.edit("v1", "ServiceAccount", PLACE, "user-sa", {"metadata": {"annotations": identity}})
    staging = looked(made, "atoll")[PLACE]
    (gone,) = [resource for resource in staging.resources if resource.gone]
    assert (gone.kind, gone.undo) == ("LimitRange", "made again")
    made.refresh(made.community("atoll"))
    made.deploy(made.community("atoll"), stages=["staging"])

    left = [
        (each.path, each.undo)
        for stack in looked(made).values()
        for resource in stack.resources
        for each in resource.differences
    ]
    assert ("metadata.annotations.note", "left") in left
    assert {undo for _, undo in left} == {"left"}


def test_a_file_that_does_not_pass_keeps_nobody_from_looking(made: Rollouts) -> None:
    edit_pool(made, 78)
    file = made.root / "clusters" / f"{NAME}.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(f"{good}nonsense: 1\n", encoding="utf-8")
    try:
        cluster = looked(made, NAME)[f"{NAME}-cluster"]
    finally:
        file.write_text(good, encoding="utf-8")
        edit_pool(made, CLUSTER.node_pools["gpu"].max_nodes)
    assert difference(cluster, "autoscaling.totalMaxNodeCount").undo == "not known"
    assert "nonsense" in cluster.unforeseen


def test_one_that_is_being_worked_on_is_not_judged(made: Rollouts) -> None:
    claim = made.root / ".state/simulated/.hubs/claims/atoll.json"
    words = {"pid": 1, "username": "ada", "hostname": "elsewhere", "since": "2040-11-20T13:00:00+00:00"}
    claim.parent.mkdir(parents=True, exist_ok=True)
    claim.write_text(json.dumps(words), encoding="utf-8")
    try:
        found = looked(made, "atoll")
    finally:
        claim.unlink()
    assert found[f"{NAME}-cluster"].error is None
    error = found[PLACE].error
    assert error is not None
    assert "ada on elsewhere" in error.fault


def secret_name(made: Rollouts) -> str:
    return str(resource(made, "Secret")["outputs"]["metadata"]["name"])


def limit_range(made: Rollouts) -> str:
    return str(resource(made, "LimitRange")["outputs"]["metadata"]["name"])


def resource(made: Rollouts, kind: str) -> dict[str, Any]:
    backend = Backend(made.community("atoll").settings)
    document = json.loads(backend.files.read(backend.path(PLACE)) or b"")
    found: dict[str, Any] = next(
        one for one in document["checkpoint"]["latest"]["resources"] if one["type"].endswith(f":{kind}")
    )
    return found


def test_a_cluster_is_known_by_its_own_id_and_not_by_its_context(api_server: ApiServer, tmp_path: Path) -> None:
    existing = {"context": NAME, "kubeconfig": str(api_server.home.kubeconfig)}
    cluster = Cluster.model_validate(
        {**CLUSTER.model_dump(exclude={"provider", "gcp"}), "provider": "existing", "existing": existing}
    )
    own = api_server.object("v1", "Namespace", None, "kube-system")
    assert own is not None
    assert cloud("existing").signed_in(cluster, tmp_path, {}).accounts == (own["metadata"]["uid"],)
    gone = cluster.model_copy(update={"existing": cluster.existing.model_copy(update={"context": "nobody"})})  # type: ignore[union-attr]
    assert cloud("existing").signed_in(gone, tmp_path, {}).accounts == ()
