"""Records take over the digests of code that makes nothing else of what is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployer.project import Project
from deployer.rollout.adopting import adoptions, keep, with_adoptions
from deployer.rollout.engine.files import Files
from deployer.rollout.engine.settings import EngineSettings
from deployer.rollout.ledger import Ledger, Record, now
from deployer.rollout.rendered import rendered
from deployer.rollout.standing import Standing
from deployer.rollout.subject import CLUSTER, Subject, load_subject
from deployer.rollout.target import Target
from tests.unit.affected.conftest import make_fork

PARTS = (CLUSTER, "staging", "prod")


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    fork = make_fork(tmp_path / "fork")
    return load_subject(Target(project=Project(fork.root), name="alone"))


def records(subject: Subject) -> dict[str, Record]:
    """As older code left them: made from the same that is asked today."""
    digests = subject.digests
    asked = {CLUSTER: digests.asked_cluster, **digests.asked_stages}
    return {
        part: Record(
            cluster_stack=subject.cluster_stack,
            provider="local",
            inputs=f"{part} by older code",
            asked=asked[part],
            asked_rollout=digests.asked_rollout,
            rendered=rendered(subject, part),
            rollout="rollout by older code",
            deployed_at=now(),
        )
        for part in PARTS
    }


def test_what_would_be_the_same_is_settled(subject: Subject) -> None:
    known = records(subject)

    found = adoptions(subject, known)
    standings = with_adoptions({subject.stack("prod"): Standing(record=known["prod"])}, found)

    assert set(found) == {subject.stack(part) for part in PARTS}
    assert not Standing(record=known["prod"]).settled("prod", subject.digests, checked=False)
    assert standings["alone-prod"].settled("prod", subject.digests, checked=False)
    assert found["alone-cluster"].after.inputs == subject.digests.cluster


@pytest.mark.parametrize(
    "otherwise",
    [
        {"rendered": "something else"},
        {"rendered": None},
        {"asked": "something else"},
        {"inputs": None},
    ],
)
def test_what_may_be_another_thing_is_not(subject: Subject, otherwise: dict[str, str | None]) -> None:
    known = {part: record.model_copy(update=otherwise) for part, record in records(subject).items()}

    assert adoptions(subject, known) == {}


def test_a_check_made_in_another_rollout_is_no_check_of_this_one(subject: Subject) -> None:
    known = records(subject)
    known["staging"] = known["staging"].model_copy(update={"asked_rollout": "with another prod"})

    found = adoptions(subject, known)

    assert found["alone-staging"].after.inputs == subject.digests.stages["staging"]
    assert not Standing(record=found["alone-staging"].after).settled("staging", subject.digests, checked=False)


def test_a_record_that_somebody_changed_meanwhile_is_left_alone(subject: Subject, tmp_path: Path) -> None:
    place = EngineSettings(project="p", backend_url=f"file://{tmp_path}/state", secrets_provider="passphrase")
    ledger = Ledger(Files(place))
    known = records(subject)
    for part, record in known.items():
        ledger.write(subject.stack(part), record)
    found = adoptions(subject, known)
    ledger.write("alone-prod", known["prod"].unfinished())

    keep(ledger, found)

    prod, staging = ledger.read("alone-prod"), ledger.read("alone-staging")
    assert prod is not None
    assert prod.inputs is None
    assert staging == found["alone-staging"].after
    assert prod.rendered is None


def test_a_rendering_is_the_same_each_time_and_tells_stages_apart(subject: Subject) -> None:
    assert rendered(subject, "prod") == rendered(subject, "prod")
    assert len({rendered(subject, part) for part in PARTS}) == len(PARTS)
