"""Prods that fail in a cloud: they go back by themselves, data stays, the history tells it; by the real engine.

One community on one small cluster, through a bad week: tests build on each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deployer.errors import BadInput, EngineFailed, GateFailed
from deployer.rollout.deploy import deploy
from deployer.rollout.engine.backend import Backend
from deployer.rollout.history import Entry, History
from deployer.rollout.interruption import Interruption
from deployer.rollout.key_rotation import rotate_keys
from deployer.rollout.progress import Event, Listener, Note
from deployer.rollout.promotion import Manner
from deployer.rollout.result import Rollout
from deployer.rollout.rollback import earlier, roll_back
from deployer.rollout.status import status
from deployer.rollout.window import read_window
from deployer.secrets.generations import Generations
from tests.conftest import Checkout
from tests.e2e.simulated.rollouts import Rollouts, rollouts

pytestmark = pytest.mark.engine

CANARY = "canary-of-somebody's-api"
UPDATE = {"type": "kubernetes:helm.sh/v3:Release", "name": "coral-prod-*", "operation": "update"}
NOT_ALLOWED = {**UPDATE, "kind": "permission"}
CLUSTER = {
    "provider": "gcp",
    "gcp": {"project": "example-hubs", "zone": "us-central1-b"},
    "kubernetes_minor": "1.33",
    "node_pools": {"user": {"cpu": 4, "memory_gib": 32}},
    "home_storage": {"size_gib": 100},
    "support": {"monitoring": {"enabled": False}},
}
CHANGED = {"default_url": "/tree", "buckets": [{"name": "data"}, {"name": "more"}], "database_size_gib": 5}


def coral(rollout: Mapping[str, Any] | None = None, **hub: Any) -> dict[str, Any]:
    own = {
        "domain": "coral.example.org",
        "auth": {"type": "native", "admins": ["ada"]},
        "buckets": [{"name": "data"}],
        "scratch": {"delete_after_days": 7},
        "environment": {"API_TOKEN": CANARY},
    }
    asked = {"name": "coral", "title": "Coral", "cluster": CLUSTER, "hub": {**own, **hub}}
    return asked if rollout is None else {**asked, "rollout": rollout}


@pytest.fixture(scope="module")
def made(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Rollouts:
    project = rollouts(tmp_path_factory.mktemp("coral"))
    project.write("communities/coral.yaml", coral())
    go(project)
    return project


@pytest.fixture(autouse=True)
def faults(made: Rollouts, monkeypatch: pytest.MonkeyPatch) -> None:
    made.order()
    monkeypatch.setenv("HUBS_SIMULATED_FAULTS", str(made.root / "faults.yaml"))


def go(project: Rollouts, *, listen: Listener | None = None, **manner: Any) -> Rollout:
    return deploy(
        project.community("coral"),
        manner=Manner(**manner),
        show_plan=project.plans.append,
        interruption=Interruption(print),
        listen=listen or project.events.append,
    )


def back(project: Rollouts, **which: Any) -> Rollout:
    return roll_back(
        earlier(project.community("coral"), **which),
        show_plan=project.plans.append,
        interruption=Interruption(print),
        listen=project.events.append,
    )


def history(project: Rollouts, stack: str = "coral-prod") -> list[Entry]:
    return History(Backend(project.community("coral").settings).files).entries(stack)


def told(project: Rollouts) -> list[tuple[int, str, str, int | None]]:
    return [(each.number, each.begun.kind, each.outcome, each.begun.origin) for each in history(project)]


def reason(entry: Entry) -> str:
    assert entry.ended is not None
    return entry.ended.reason


def notes(project: Rollouts) -> dict[str, str]:
    return {one.stage: one.note for one in status(project.community("coral"), ["coral"])}


def state_of(project: Rollouts, stage: str) -> list[dict[str, Any]]:
    folder = Path(project.community("coral").settings.folder or "")
    state = json.loads((folder / f".pulumi/stacks/hubs/coral-{stage}.json").read_text(encoding="utf-8"))
    resources: list[dict[str, Any]] = state["checkpoint"]["latest"]["resources"]
    return resources


def released(project: Rollouts, stage: str) -> dict[str, Any]:
    """The values of the stage's hub, as its state has them."""
    (release,) = [one for one in state_of(project, stage) if one["type"] == UPDATE["type"] and "hub" in one["urn"]]
    values: dict[str, Any] = release["inputs"]["values"]
    return values


def url(project: Rollouts, stage: str) -> str:
    return str(released(project, stage)["singleuser"]["defaultUrl"])


def buckets(project: Rollouts) -> list[str]:
    """Of prod, by the last word of their names in the program."""
    urns = [one["urn"] for one in project.world() if one["token"].endswith(":Bucket") and "coral-prod" in one["urn"]]
    return sorted(urn.rpartition("-")[2] for urn in urns)


@contextmanager
def moved_scratch(project: Rollouts) -> Iterator[None]:
    """Somebody has made prod's scratch bucket anew in another place: the program would replace it."""
    (path,) = [
        path
        for path in project.root.glob(".state/.simulated/*/*/*/*/*.json")
        if json.loads(path.read_text(encoding="utf-8"))["urn"].endswith("::coral-prod-scratch")
        and json.loads(path.read_text(encoding="utf-8"))["token"].endswith(":Bucket")
    ]
    before = path.read_text(encoding="utf-8")
    record = json.loads(before)
    record["properties"]["location"] = "EU"
    path.write_text(json.dumps(record), encoding="utf-8")
    yield
    assert json.loads(path.read_text(encoding="utf-8")) == record, "it was touched"
    path.write_text(before, encoding="utf-8")


def test_an_update_that_fails_half_way_goes_back(made: Rollouts) -> None:
    made.write("communities/coral.yaml", coral(**CHANGED))
    made.order({**NOT_ALLOWED, "times": 1})

    with pytest.raises(GateFailed) as failed:
        go(made)

    assert failed.value.exit_code == 3
    assert "could not be updated" in failed.value.fault
    assert "went back to rollout 1 (" in failed.value.fault
    assert "staging stays as it is, for you to look at" in failed.value.left
    assert told(made) == [(3, "went back", "well", 1), (2, "deploy", "failed", None), (1, "deploy", "well", None)]
    assert "is forbidden" in reason(history(made)[1])
    assert (url(made, "staging"), url(made, "prod")) == ("/tree", "/lab")
    assert notes(made)["prod"].endswith("rolled back from 2 to 1")
    assert "rolled back" not in notes(made)["staging"]
    # Data is as it is now: what the failed update made of it stays, and so does the size of the database.
    assert buckets(made) == ["data", "more", "scratch"]
    assert released(made, "prod")["hub"]["db"]["pvc"]["storage"] == "5Gi"
    assert released(made, "prod")["singleuser"]["extraEnv"]["API_TOKEN"] == CANARY


def test_prod_by_hand_and_in_its_window_and_for_those_who_want_to_look(made: Rollouts) -> None:
    made.write("communities/coral.yaml", coral({"prod": "by_hand"}, **CHANGED))
    assert go(made).waits == "it is promoted by hand: deployer promote coral --simulate"
    closed = {"prod": "by_itself", "maintenance": [{"start": "02:00", "end": "02:01", "timezone": "Etc/GMT+12"}]}
    made.write("communities/coral.yaml", coral(closed, **CHANGED))
    held = go(made, windows=read_window("mon 02:00-02:01 UTC") + read_window("mon 02:01-02:02 UTC"))
    assert held.waits.startswith("its next maintenance window opens Mon ")
    assert not held.done
    assert told(made)[0] == (3, "went back", "well", 1)
    made.order(NOT_ALLOWED)

    with pytest.raises(EngineFailed, match="could not be updated") as failed:
        go(made, windows=read_window("now"), goes_back=False)

    assert "go back" not in failed.value.fault
    assert told(made)[0] == (4, "deploy", "failed", None)
    (plan,) = made.plans[-1].stacks  # staging is as it should be
    assert plan.part == "prod"
    assert "rolled back from 2 to 1" in plan.note
    made.write("communities/coral.yaml", coral(**CHANGED))


def test_a_way_back_that_would_lose_data_is_not_gone(made: Rollouts) -> None:
    made.order(NOT_ALLOWED)
    moving = moved_scratch(made)

    def listen(event: Event) -> None:
        if isinstance(event, Note) and "coral-prod goes back to rollout 1" in event.text:
            moving.__enter__()

    with pytest.raises(GateFailed) as failed:
        go(made, listen=listen)

    moving.__exit__(None, None, None)
    assert failed.value.exit_code == 3
    assert "could not be updated" in failed.value.fault
    assert "coral-prod could not go back to rollout 1 (" in failed.value.fault
    assert "that would replace Bucket coral-prod-scratch, which holds people's data" in failed.value.fault
    assert "nothing was changed by going back" in failed.value.left
    assert told(made)[0] == (5, "deploy", "failed", None)


def test_a_way_back_that_fails_too(made: Rollouts) -> None:
    made.order({**UPDATE, "kind": "crash", "after": True, "times": 2})  # prod has the new values; then the old ones

    with pytest.raises(EngineFailed) as failed:
        go(made)

    assert failed.value.exit_code == 4
    first, _, second = failed.value.fault.partition("\n  coral-prod could not go back to rollout 1 (")
    assert "Release 'coral-prod-jupyterhub' could not be updated: " in first
    assert "Release 'coral-prod-jupyterhub' could not be updated: " in second
    assert "staging stays as it is" in failed.value.left
    assert "the provider plugin ended" in failed.value.remedy
    assert "then run the same command again" in failed.value.remedy
    assert "deployer history coral --simulate" in failed.value.remedy
    assert told(made)[:2] == [(7, "went back", "failed", 1), (6, "deploy", "failed", None)]
    assert {one.stage: one.up_to_date for one in status(made.community("coral"), ["coral"])} == {
        "staging": True,
        "prod": False,
    }


def test_the_same_command_goes_on_and_is_killed_and_goes_on(made: Rollouts) -> None:
    project = Checkout(root=made.root)
    process = project.start("deploy", "coral", "--simulate", "--json")
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "resource_started" and event["stack"] == "coral-prod" and event["kind"] == "Release":
            break
    process.kill()
    _, err = process.communicate(timeout=60)
    assert process.returncode == -9, err
    killed = project.run("history", "coral", "--simulate", "--stage", "prod", "-n", "1", "--json")
    assert [(each["number"], each["outcome"]) for each in killed.json] == [(8, "interrupted")], killed.text

    assert list(go(made).done) == ["prod"]

    assert told(made)[:2] == [(9, "deploy", "well", None), (8, "deploy", "interrupted", None)]
    assert (url(made, "staging"), url(made, "prod")) == ("/tree", "/tree")
    assert notes(made)["prod"] == notes(made)["staging"]
    urns = [record["urn"] for record in made.world()]
    assert len(urns) == len(set(urns))
    assert not go(made).done


def test_a_rollback_that_would_lose_data_is_refused(made: Rollouts) -> None:
    before, entries = made.world(), told(made)
    with moved_scratch(made), pytest.raises(GateFailed, match="cannot go back: that would replace Bucket coral-prod-s"):
        back(made, stages=("prod",))

    assert made.world() == before
    assert told(made) == entries
    assert not go(made).done


def test_back_by_hand(made: Rollouts) -> None:
    file = made.root / "communities/coral.yaml"
    written = file.read_bytes()

    assert list(back(made).done) == ["staging", "prod"]

    # Prod was back in the meantime, and staging was not: both are as one rollout had them.
    assert (url(made, "staging"), url(made, "prod")) == ("/lab", "/lab")
    assert told(made)[0] == (10, "rollback", "well", 1)
    assert notes(made)["prod"].endswith("rolled back from 9 to 1")
    assert buckets(made) == ["data", "more", "scratch"]
    assert released(made, "prod")["hub"]["db"]["pvc"]["storage"] == "5Gi"
    assert file.read_bytes() == written
    with pytest.raises(BadInput, match="no earlier rollout that was well"):
        back(made)
    with pytest.raises(BadInput, match="no rollout up to 0 that was well"):
        earlier(made.community("coral"), to=0)
    forward = earlier(made.community("coral"), to=9)
    assert {stage: one.hub.default_url for stage, one in forward.subject.deployments.items()} == {
        "staging": "/tree",
        "prod": "/tree",
    }


def test_keys_that_were_counted_up_are_drawn_by_the_next_deploy(made: Rollouts) -> None:
    target = made.community("coral")
    generations = Generations(Backend(target.settings).files)
    made.order({**UPDATE, "name": "coral-staging-*", "kind": "permission", "times": 1})

    with pytest.raises(EngineFailed) as failed:
        rotate_keys(
            target,
            ["cookies"],
            show_plan=made.plans.append,
            interruption=Interruption(print),
            listen=made.events.append,
        )

    assert failed.value.left.endswith("keys that were not drawn anew yet are so at the next deploy")
    assert failed.value.remedy.endswith("then deployer deploy coral --simulate goes on with the new keys")
    assert generations.of("coral") == {"cookies": 2}
    drawn = [one for one in state_of(made, "prod") if one["type"].startswith("hubkeys:")]
    assert list(go(made).done) == ["staging", "prod"]
    now = [one for one in state_of(made, "prod") if one["type"].startswith("hubkeys:")]
    assert [one["urn"] for one in drawn if one not in now] != []
    assert generations.of("coral") == {"cookies": 2}


def test_a_secret_that_nobody_has_any_more(made: Rollouts) -> None:
    made.write("communities/coral.yaml", coral(**CHANGED, environment={"API_TOKEN": "another"}))

    with pytest.raises(BadInput) as refused:
        earlier(made.community("coral"), to=9)

    assert "nobody kept the text of hub.environment.API_TOKEN" in refused.value.fault
    kept = Path(made.community("coral").settings.folder or "") / ".hubs"
    assert not [file for file in kept.rglob("*") if file.is_file() and CANARY.encode() in file.read_bytes()]
