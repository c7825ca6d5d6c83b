"""The example communities on every cloud with Kubernetes, from nothing to ready and back, in simulated clouds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from components.clouds import cloud
from deployer.rollout.engine.backend import Backend, Recorded
from deployer.rollout.plan import NOT_CHECKED
from deployer.rollout.status import cluster_status, status
from deployer.rollout.subject import PARTS, load_subject
from tests.conftest import CHECKOUT
from tests.contract.identities import assert_found_again
from tests.e2e.simulated.rollouts import Rollouts, rollouts

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("without_checkpoints")]


def examples() -> dict[str, list[str]]:
    """The examples on each cluster, by the first of them, on clouds that are simulated."""
    found: dict[str, list[str]] = {}
    for path in sorted((CHECKOUT / "communities").glob("*.yaml")):
        cluster = yaml.safe_load(path.read_text(encoding="utf-8"))["cluster"]
        name = cluster if isinstance(cluster, str) else None
        if name:
            cluster = yaml.safe_load((CHECKOUT / f"clusters/{cluster}.yaml").read_text(encoding="utf-8"))
        if cloud(cluster["provider"]).has_stand_in:
            found.setdefault(str(name or path.stem), []).append(path.stem)
    return found


EXAMPLES = examples()
AROUND_CLAIMS = {"Namespace", "PersistentVolume"}
"""What a claim on somebody's cluster cannot be without, and nobody pays for; all else goes but the data itself."""


@pytest.fixture(scope="module", params=sorted(EXAMPLES))
def example(
    request: pytest.FixtureRequest, tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Rollouts, list[str]]:
    """A project with the examples, and the names of those on one cluster."""
    return rollouts(tmp_path_factory.mktemp(request.param), examples=True), EXAMPLES[request.param]


def test_examples_go_from_nothing_to_ready(example: tuple[Rollouts, list[str]]) -> None:
    made, names = example
    for position, name in enumerate(names):
        target = made.community(name)
        first = made.deploy(target)
        assert list(first.done) == [*([] if position else ["cluster"]), "staging", "prod"]
        assert {stage.note for stage in first.stages} == {NOT_CHECKED}
        assert f"{name}-prod: {NOT_CHECKED}" in made.notes
        assert cluster_status(made.cluster(first.cluster)).communities == names[: position + 1]
    assert {part.note for part in made.plans[0].stacks} == {"", NOT_CHECKED}

    for name in names:
        again = made.deploy(made.community(name))
        assert (again.changed, again.engine_seconds) == (False, 0)
        assert {(one.state, one.up_to_date) for one in status(made.community(name), [name])} == {("up", True)}
    provider = load_subject(made.community(names[0]), secrets_needed=False).cluster.provider
    assert bool(assert_found_again(provider, made.root)) == (provider != "existing")


def test_examples_leave_only_what_is_protected(example: tuple[Rollouts, list[str]]) -> None:
    made, names = example
    targets = [made.community(name) for name in names]
    target, subjects = targets[0], [load_subject(one, secrets_needed=False) for one in targets]
    subject = subjects[0]
    backend = Backend(target.settings)
    stacks = list(dict.fromkeys(one.stack(part) for one in subjects for part in PARTS))
    data = {one.urn for one in of(backend, stacks) if one.type in subject.cloud.data_types and not is_scratch(one)}
    gone = [made.destroy(one) for one in targets]
    if gone[-1].cluster_stays:
        gone.append(made.destroy(made.cluster(subject.cluster_name)))

    left = of(backend, stacks)
    precious = [one for one in left if one.type in subject.cloud.data_types]
    assert {one.urn for one in precious} == data
    assert all(one.protect for one in precious)
    beside = {record["urn"] for record in made.world()} - data
    assert {urn.rpartition("::")[0].rpartition(":")[2] for urn in beside} <= AROUND_CLAIMS
    assert {f"{one.words}: {one.id}" for one in precious} <= {place for each in gone for place in each.kept}
    assert {one.state for one in status(target, names)} == {"not deployed"}
    assert cluster_status(made.cluster(subject.cluster_name)).state == "not deployed"


def of(backend: Backend, stacks: Sequence[str]) -> list[Recorded]:
    """What the states of these stacks hold of what is really there."""
    return [one for stack in stacks if (state := backend.stack(stack)) for one in state.resources if one.id]


def is_scratch(resource: Recorded) -> bool:
    """It goes with its hub: what is in it goes after some days anyway."""
    return resource.urn.endswith("-scratch")
