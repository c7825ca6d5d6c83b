"""Where a rollback goes: found out of the history and what it kept, ahead of any engine."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from deployer.errors import BadInput, Interrupted
from deployer.rollout.deploy import outlook
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.files import Files
from deployer.rollout.history.chronicle import Chronicle
from deployer.rollout.history.entry import Kind
from deployer.rollout.history.pages import History
from deployer.rollout.history.writing import begun_now, written
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger, Record, now
from deployer.rollout.progress import Event
from deployer.rollout.promotion import Manner
from deployer.rollout.rollback import earlier, roll_back
from deployer.rollout.subject import CLUSTER, load_subject
from deployer.rollout.target import Target
from tests.unit.fleet.subjects import community, project_of, write

SITE = {"account": "example-hubs", "zone": "us-central1-b"}


@pytest.fixture
def coral(tmp_path: Path) -> Target:
    """Three rollouts of it went well, each with other inputs."""
    target = Target(project=project_of(tmp_path, community("coral")), name="coral", simulated=True)
    for page in ("/lab", "/tree", "/retro"):
        write(tmp_path, community("coral", default_url=page))
        rolled_out(target)
    return target


def files(target: Target) -> Files:
    return Backend(target.settings).files


def rolled_out(
    target: Target,
    *,
    kind: Kind = "deploy",
    to: int | None = None,
    stages: Sequence[str] = ("staging", "prod"),
    fails: str = "",
    error: type[BaseException] = KeyboardInterrupt,
) -> None:
    """As the history tells of a rollout, of whose stages one may fail."""
    chronicle = Chronicle(
        subject=load_subject(target) if to is None else earlier(target, to=to).subject, files=files(target), kind=kind
    )
    for stage in stages:
        with suppress(error), chronicle.entry(stage, listen=print, origin=to):
            if stage == fails:
                raise error


def origins(target: Target) -> dict[str, int]:
    return dict(earlier(target).origins)


def test_a_number_that_was_never_given_is_refused(coral: Target) -> None:
    with pytest.raises(BadInput, match="no rollout 99 yet: the newest is 3"):
        earlier(coral, to=99)
    assert dict(earlier(coral, to=3).origins) == {"staging": 3, "prod": 3}


def test_the_one_before(coral: Target) -> None:
    assert origins(coral) == {"staging": 2, "prod": 2}
    rolled_out(coral, kind="rollback", to=2)
    assert origins(coral) == {"staging": 1, "prod": 1}


def test_an_interrupted_one_goes_on_to_where_it_led(coral: Target) -> None:
    rolled_out(coral, kind="rollback", to=2, fails="prod")

    assert origins(coral) == {"staging": 2, "prod": 2}
    chronicle = Chronicle(subject=load_subject(coral), files=files(coral))
    assert (chronicle.stands_on("staging"), chronicle.stands_on("prod")) == (2, 3), "what prod had before"


def test_a_way_back_that_failed_by_itself_is_gone_again(coral: Target) -> None:
    write(coral.project.root, community("coral", default_url="/bad"))
    rolled_out(coral, fails="prod")
    rolled_out(coral, kind="went back", to=3, stages=["prod"], fails="prod")
    assert origins(coral) == {"staging": 3, "prod": 3}


def test_it_does_not_look_past_a_destroy_unless_it_is_named(coral: Target) -> None:
    with written(History(files(coral)), "coral-prod", begun_now(coral.project, 4, "destroy")):
        pass
    with pytest.raises(BadInput, match="history of coral-prod has no earlier rollout"):
        earlier(coral)
    with pytest.raises(BadInput, match="history of coral-prod has no rollout up to 4 that was well"):
        earlier(coral, to=4)
    assert dict(earlier(coral, to=3).origins) == {"staging": 3, "prod": 3}


def test_an_interrupt_tells_the_command_that_goes_on(coral: Target) -> None:
    def listen(_: Event) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted) as interrupted:
        roll_back(earlier(coral, stages=["prod"]), show_plan=print, interruption=Interruption(print), listen=listen)

    assert interrupted.value.remedy.endswith(": deployer rollback coral --simulate --to 2 --stage prod")


def test_a_destroyed_cluster_is_brought_up_again(coral: Target) -> None:
    ledger = Ledger(files(coral))
    there = earlier(coral)
    stack = there.subject.cluster_stack

    def work() -> Sequence[str]:
        manner = Manner(kind="rollback", origins=there.origins)
        return outlook(there.subject, stages=["prod"], ledger=ledger, listen=print, manner=manner).parts

    up = Record(cluster_stack=stack, provider="gcp", facts={"site": SITE, "kubeconfig": "x"}, deployed_at=now())
    ledger.write(stack, up.unfinished())  # its last deploy did not end well
    assert work() == ["prod"]
    gone = up.destroyed(["Disk example: homes"])
    ledger.write(stack, gone)
    assert work() == [CLUSTER, "prod"]
    ledger.write(stack, gone.unfinished())  # nor did the first after that
    assert work() == [CLUSTER, "prod"]
