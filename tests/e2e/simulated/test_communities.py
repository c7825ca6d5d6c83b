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
from tests.e2e.simulated.rollouts import Rollouts, rollouts

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("without_checkpoints")]


def examples() -> dict[str, str]:
    """The first example of each cloud that is simulated."""
    found: dict[str, str] = {}
    for path in sorted((CHECKOUT / "communities").glob("*.yaml")):
        cluster = yaml.safe_load(path.read_text(encoding="utf-8"))["cluster"]
        if isinstance(cluster, str):
            cluster = yaml.safe_load((CHECKOUT / f"clusters/{cluster}.yaml").read_text(encoding="utf-8"))
        if cloud(cluster["provider"]).has_stand_in:
            found.setdefault(cluster["provider"], path.stem)
    return found


EXAMPLES = examples()
AROUND_CLAIMS = {"Namespace", "PersistentVolume"}
"""What a claim on somebody's cluster cannot be without, and nobody pays for; all else goes but the data itself."""


@pytest.fixture(scope="module", params=sorted(EXAMPLES))
def example(
    request: pytest.FixtureRequest, tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Rollouts, str]:
    """A project with the examples, and the name of one."""
    return rollouts(tmp_path_factory.mktemp(request.param), examples=True), EXAMPLES[request.param]


def test_an_example_goes_from_nothing_to_ready(example: tuple[Rollouts, str]) -> None:
    made, name = example
    target = made.community(name)
    first = made.deploy(target)
    assert list(first.done) == ["cluster", "staging", "prod"]
    assert {stage.note for stage in first.stages} == {NOT_CHECKED}
    assert {part.note for part in made.plans[0].stacks} == {"", NOT_CHECKED}
    assert f"{name}-prod: {NOT_CHECKED}" in made.notes

    again = made.deploy(target)
    assert (again.changed, again.engine_seconds) == (False, 0)
    assert {(one.state, one.up_to_date) for one in status(target, [name])} == {("up", True)}
    assert cluster_status(made.cluster(first.cluster)).communities == [name]


def test_an_example_leaves_only_what_is_protected(example: tuple[Rollouts, str]) -> None:
    made, name = example
    target = made.community(name)
    subject = load_subject(target, secrets_needed=False)
    backend = Backend(target.settings)
    stacks = [subject.stack(part) for part in PARTS]
    data = {one.urn for one in of(backend, stacks) if one.type in subject.cloud.data_types and not is_scratch(one)}
    gone = [made.destroy(target)]
    if gone[0].cluster_stays:
        gone.append(made.destroy(made.cluster(subject.cluster_name)))

    left = of(backend, stacks)
    precious = [one for one in left if one.type in subject.cloud.data_types]
    assert {one.urn for one in precious} == data
    assert all(one.protect for one in precious)
    beside = {record["urn"] for record in made.world()} - data
    assert {urn.rpartition("::")[0].rpartition(":")[2] for urn in beside} <= AROUND_CLAIMS
    assert {f"{one.words}: {one.id}" for one in precious} <= {place for each in gone for place in each.kept}
    assert {one.state for one in status(target, [name])} == {"not deployed"}
    assert cluster_status(made.cluster(subject.cluster_name)).state == "not deployed"


def of(backend: Backend, stacks: Sequence[str]) -> list[Recorded]:
    """What the states of these stacks hold of what is really there."""
    return [one for stack in stacks if (state := backend.stack(stack)) for one in state.resources if one.id]


def is_scratch(resource: Recorded) -> bool:
    """It goes with its hub: what is in it goes after some days anyway."""
    return resource.urn.endswith("-scratch")
