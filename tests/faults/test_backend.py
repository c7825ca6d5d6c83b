"""The state's place in trouble: a bucket that goes away or is read-only, two at once, a clock that is wrong."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deployer.errors import EngineFailed, Held
from deployer.project import Project
from deployer.rollout import claim as claim_module
from deployer.rollout import heartbeat
from deployer.rollout.claim import claim, claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.engine import Engine
from deployer.rollout.engine.settings import EngineSettings
from deployer.rollout.progress import Event, Note
from deployer.rollout.target import Target
from deployer.rollout.unlock import unlock
from deployer.state.overview import overview
from tests.conftest import CHECKOUT
from tests.faults.bucket_server import BUCKET, Bucket, bucket
from tests.unit.rollout.conftest import Bench, _bench

DEMO = "name: demo\ntitle: Demo\ncluster: {provider: local}\n"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "example",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PULUMI_CONFIG_PASSPHRASE": "tests",
    }.items():
        monkeypatch.setenv(name, value)
    with bucket() as made:
        yield made


@pytest.fixture
def target(store: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A community whose state is in the bucket."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", store.url)
    return demo(tmp_path)


def demo(folder: Path) -> Target:
    (folder / "communities").mkdir()
    (folder / "clusters").mkdir()
    (folder / "images").symlink_to(CHECKOUT / "images")
    (folder / "Pulumi.yaml").write_text("name: hubs\nruntime: python\n", encoding="utf-8")
    (folder / "communities/demo.yaml").write_text(DEMO, encoding="utf-8")
    return Target(project=Project(folder), name="demo")


def nobody(event: Event) -> None:
    """Who listens."""


@pytest.fixture
def bench(tmp_path: Path, tools: Mapping[str, Path], store: Bucket) -> Bench:
    """The real engine on the bucket."""
    made = _bench(tmp_path, tools)
    settings = EngineSettings(project="trial", backend_url=store.url, secrets_provider="passphrase")
    made.engine = Engine(
        settings,
        executable=tools["pulumi"],
        home=tmp_path / "home",
        search_path=[tmp_path / "bin"],
        interruption=made.interruption,
        listen=made.events.append,
        unlock="deployer unlock trial",
    )
    return made


@pytest.mark.engine
def test_a_bucket_that_goes_away_in_the_middle_of_a_deploy(bench: Bench, store: Bucket) -> None:
    program = bench.program(one={}, two={})
    written = 0

    def after_some_words(method: str, key: str) -> bool:
        nonlocal written
        written += method == "PUT" and key.endswith("trial-staging.json")
        return written > 2

    store.fails, store.passing = after_some_words, False
    with pytest.raises(EngineFailed) as raised:
        bench.engine.up("trial-staging", program)
    assert "trial-staging" in raised.value.fault
    assert "Traceback" not in f"{raised.value.fault} {raised.value.left}"

    with pytest.raises(EngineFailed, match="cannot be used"):
        bench.engine.backend.files.read(".pulumi/meta.yaml")

    store.fails = lambda method, key: False
    for lock in bench.engine.backend.locks("trial-staging"):
        bench.engine.backend.clear(lock)  # as `deployer unlock` does: in a bucket, nobody can be sure
    outcome = bench.engine.up("trial-staging", program)
    assert all(bench.file(name).exists() for name in ("one", "two"))
    assert outcome.outputs["facts"] == {"number": 1}
    again = bench.engine.preview("trial-staging", program)
    assert {change.operation for change in again.changes if change.custom} == {"same"}
    assert b"pssst" not in b"".join(content for content, _ in store.objects.values())


@pytest.mark.engine
def test_a_bucket_that_asks_for_time_is_given_some(bench: Bench, store: Bucket) -> None:
    refused = 0

    def three_times(method: str, key: str) -> bool:
        nonlocal refused
        written = method == "PUT" and key.endswith("trial-staging.json")
        refused += written
        return written and 2 < refused < 6

    store.fails = three_times
    outcome = bench.engine.up("trial-staging", bench.program(one={}))
    assert refused > 5
    assert [change.operation for change in outcome.changes if change.custom] == ["create"]


@pytest.mark.engine
def test_a_read_only_bucket_stops_it_before_anything_is_made(bench: Bench, store: Bucket) -> None:
    store.refuses_writes = True
    with pytest.raises(EngineFailed) as raised:
        bench.engine.up("trial-staging", bench.program(one={}))
    assert store.url.partition("?")[0] in raised.value.fault
    assert "credentials" in raised.value.remedy
    assert not bench.file("one").exists()


def test_no_claim_in_a_bucket_that_does_not_answer(target: Target, store: Bucket) -> None:
    store.fails = lambda method, key: True
    with pytest.raises(EngineFailed, match="cannot be used"), claimed(Backend(target.settings), target, nobody):
        pytest.fail("nothing may be done without a claim")
    store.fails = lambda method, key: False
    assert store.objects == {}


def test_an_error_is_not_hidden_by_a_claim_that_cannot_be_given_back(target: Target, store: Bucket) -> None:
    told: list[Event] = []

    def work() -> None:
        with claimed(Backend(target.settings), target, told.append):
            store.fails = lambda method, key: True
            raise EngineFailed("of the work itself")

    with pytest.raises(EngineFailed, match="of the work"):
        work()
    notes = [event.text for event in told if isinstance(event, Note)]
    assert any("could not be given back" in text and "deployer unlock demo" in text for text in notes)


def elsewhere(backend: Backend, since: datetime, **more: Any) -> None:
    words = {"pid": 1, "username": "ada", "hostname": "elsewhere", "since": since.isoformat(), **more}
    backend.files.write(".hubs/claims/demo.json", json.dumps(words).encode())


@pytest.mark.parametrize("skew", [timedelta(days=-400), timedelta(0), timedelta(days=5000)])
def test_whoever_is_at_work_elsewhere_is_named_whatever_their_clock_says(target: Target, skew: timedelta) -> None:
    backend = Backend(target.settings)
    url = "https://ci.example.org/runs/7"
    elsewhere(backend, datetime.now(UTC) + skew, doing="deployer deploy --all", run_url=url)
    with pytest.raises(Held) as raised, claimed(backend, target, nobody):
        pytest.fail("two at once")
    for words in ("ada on elsewhere", "process 1", "since 2", "deployer deploy --all", url):
        assert words in raised.value.fault
    assert "deployer unlock demo" in raised.value.remedy
    assert [held.doing for held in overview(target).at_work] == ["deployer deploy --all"]
    assert [held.username for held in unlock(target)] == ["ada"]
    with claimed(backend, target, nobody):
        held = claim(backend, target)
        assert held is not None
        assert held.pid == os.getpid()


def test_two_at_once_one_gets_it(target: Target) -> None:
    got, refused = threading.Event(), []

    def second() -> None:
        got.wait(30)
        try:
            with claimed(Backend(target.settings), target, nobody):
                refused.append("nobody")
        except Held as error:
            refused.append(error.fault)

    other = threading.Thread(target=second)
    other.start()
    with claimed(Backend(target.settings), target, nobody):
        got.set()
        other.join(30)
    assert len(refused) == 1
    assert f"on {socket.gethostname()}, process {os.getpid()}" in refused[0]


def test_a_heart_that_beats_elsewhere_keeps_its_claim(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(heartbeat, "WATCH_SECONDS", 5.0)
    monkeypatch.setattr(socket, "gethostname", lambda: "elsewhere")
    backend = Backend(target.settings)
    with claimed(backend, target, nobody):
        monkeypatch.setattr(socket, "gethostname", lambda: "here")
        with pytest.raises(EngineFailed, match="is being worked on"):
            unlock(target)
        assert claim(backend, target) is not None
        cleared = unlock(target, force=True)
        assert [held.hostname for held in cleared] == ["elsewhere"]
        elsewhere(backend, datetime.now(UTC))
    left = claim(backend, target)
    assert left is not None, "somebody else's claim is not taken along"
    assert backend.files.list(heartbeat.FOLDER) == []


def test_a_heart_that_stopped_does_not(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(heartbeat, "WATCH_SECONDS", 0.5)
    backend = Backend(target.settings)
    elsewhere(backend, datetime.now(UTC), id="abc")
    backend.files.write(heartbeat.path("abc"), b"7")
    assert len(unlock(target)) == 1
    assert backend.files.list(heartbeat.FOLDER) == []


@pytest.mark.parametrize("skew", [timedelta(days=-400), timedelta(days=400)])
def test_in_a_folder_the_process_settles_it_and_not_the_clock(tmp_path: Path, skew: timedelta) -> None:
    target = demo(tmp_path)
    backend = Backend(target.settings)
    mine = json.loads(claim_module._words("abc"))
    mine["since"] = (datetime.now(UTC) + skew).isoformat()
    backend.files.write(".hubs/claims/demo.json", json.dumps(mine).encode())
    with pytest.raises(Held, match="is locked by another run"), claimed(backend, target, nobody):
        pytest.fail("it lives")
    mine["process"] = "another boot:1"
    backend.files.write(".hubs/claims/demo.json", json.dumps(mine).encode())
    told: list[Event] = []
    with claimed(backend, target, told.append):
        pass
    assert any("an earlier run was killed" in event.text for event in told if isinstance(event, Note))


def test_the_overview_of_a_bucket(target: Target, store: Bucket) -> None:
    backend = Backend(target.settings)
    backend.files.write(backend.path("demo-staging"), b'{"version": 3, "checkpoint": {"latest": {}}}')
    assert overview(target).keeps_versions is None
    store.versioned = True
    seen = overview(target)
    assert seen.keeps_versions is True
    assert seen.place == f"s3://{BUCKET}?endpoint=http://127.0.0.1:{store.port}"
    assert [(line.stack, line.resources) for line in seen.stacks] == [("demo-staging", 0)]
