"""Settings, records and digests: what a rollout knows without the engine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deployer.config import load_deployments
from deployer.errors import BadInput, DeployerError, EngineFailed
from deployer.project import Project
from deployer.rollout.digest import digests
from deployer.rollout.engine.files import Files
from deployer.rollout.engine.settings import EngineSettings, read_settings
from deployer.rollout.ledger import CheckedStep, Health, Ledger, Record
from deployer.rollout.standing import Standing
from deployer.rollout.subject import load_subject
from deployer.rollout.target import Target

CHECKOUT = Path(__file__).parents[3]


def project(folder: Path, text: str) -> Project:
    (folder / "communities").mkdir()
    (folder / "Pulumi.yaml").write_text(text, encoding="utf-8")
    return Project(folder)


@pytest.mark.parametrize(
    ("text", "environment", "url", "provider"),
    [
        ("name: hubs", {}, "file://{root}/.state", "passphrase"),
        ("name: hubs\nbackend: {url: 'file://elsewhere'}", {}, "file://{root}/elsewhere", "passphrase"),
        ("name: hubs", {"PULUMI_BACKEND_URL": "file:///srv/state"}, "file:///srv/state", "passphrase"),
        ("name: hubs\nbackend: {url: 'gs://states'}", {}, "gs://states", "passphrase"),
        ("name: hubs\nsecretsProvider: gcpkms://key", {}, "file://{root}/.state", "gcpkms://key"),
        ("name: hubs\nsecretsProvider: a", {"PULUMI_SECRETS_PROVIDER": "b"}, "file://{root}/.state", "b"),
    ],
)
def test_settings(tmp_path: Path, text: str, environment: dict[str, str], url: str, provider: str) -> None:
    settings = read_settings(project(tmp_path, text), environment)

    assert settings.backend_url == url.format(root=tmp_path.resolve())
    assert settings.secrets_provider == provider


@pytest.mark.parametrize(
    ("text", "fault"), [("- a\n- b", "cannot be read as a Pulumi project"), ("", "cannot be read")]
)
def test_settings_that_are_none(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(DeployerError, match=fault):
        read_settings(project(tmp_path, text), {})


def test_a_backend_that_holds_no_records(tmp_path: Path) -> None:
    with pytest.raises(DeployerError, match=r"the state cannot live at 'https://api.example.org'"):
        read_settings(project(tmp_path, "name: hubs\nbackend: {url: 'https://api.example.org'}"), {})


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Files(EngineSettings(project="p", backend_url=f"file://{tmp_path}/s", secrets_provider="passphrase")))


def test_records_come_back_as_they_were(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.read("demo-prod") is None
    assert ledger.stacks() == []
    assert not (tmp_path / "s").exists()
    health = Health(
        passed=True,
        at=datetime(2026, 11, 20, tzinfo=UTC),
        seconds=1.5,
        steps=(CheckedStep(name="hub answers", seconds=0.1, passed=True),),
    )
    record = Record(
        cluster_stack="demo-cluster", provider="local", inputs="abc", url="http://127.0.0.1:1/", facts={"a": 1}
    )

    ledger.write("demo-prod", record.checked(health, "def"))

    assert ledger.read("demo-prod") == record.checked(health, "def")
    assert ledger.stacks() == ["demo-prod"]
    ledger.forget("demo-prod")
    ledger.forget("demo-prod")
    assert ledger.stacks() == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"format": 4, "deployer_version": "9.1"}, "written by a newer version of the deployer (9.1, format 4;"),
        ({"format": 1}, "cannot be read"),
        ({}, "cannot be read"),
        ([], "cannot be read"),
    ],
)
def test_records_that_cannot_be_read(ledger: Ledger, tmp_path: Path, content: Any, fault: str) -> None:
    path = tmp_path / "s/.hubs/demo-prod.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(DeployerError) as raised:
        ledger.read("demo-prod")
    assert fault in raised.value.fault


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "s").write_text("", encoding="utf-8")
    files = Files(EngineSettings(project="p", backend_url=f"file://{tmp_path}/s", secrets_provider="passphrase"))

    with pytest.raises(EngineFailed, match="cannot be used"):
        files.write("a", b"")


def copy(tmp_path: Path, text: str, *, image: str = "jupyterhub==5.5.0\n") -> Project:
    made = project(tmp_path, "name: hubs")
    (tmp_path / "communities/demo.yaml").write_text(f"name: demo\ntitle: Demo\ncluster: {{provider: local}}\n{text}")
    (tmp_path / "images/base").mkdir(parents=True)
    (tmp_path / "images/base/image.yaml").write_text("title: Base\n", encoding="utf-8")
    (tmp_path / "images/base/requirements.txt").write_text(image, encoding="utf-8")
    return made


def of(folder: Path, text: str = "", **more: Any) -> Any:
    folder.mkdir()
    deployments = load_deployments(copy(folder, text, **more), "demo").deployments
    shared = deployments["staging"]
    return digests(shared.cluster_name, shared.cluster, deployments, {})


def test_digests_tell_what_changed(tmp_path: Path) -> None:
    plain = of(tmp_path / "plain")
    same = of(tmp_path / "same")
    prod = of(tmp_path / "prod", "stages: {prod: {hub: {max_running_servers: 9}}}\n")
    image = of(tmp_path / "image", image="jupyterhub==5.5.0\nnumpy\n")

    assert plain == same
    assert plain.stages["staging"] != plain.stages["prod"]
    assert prod.stages["staging"] == plain.stages["staging"]
    assert prod.stages["prod"] != plain.stages["prod"]
    assert prod.rollout != plain.rollout  # prod's overrides ask for a new check of staging too
    assert image.cluster == plain.cluster
    assert {image.stages["staging"], image.stages["prod"]}.isdisjoint(plain.stages.values())


def test_a_sign_in_secret_counts_and_is_not_told(tmp_path: Path) -> None:
    auth = "hub: {auth: {type: github, admins: [ada], github: {client_id: x, client_secret_env: SECRET}}}\n"
    made = copy(tmp_path, auth)
    one = load_subject(Target(project=made, name="demo"), environment={"SECRET": "one-secret"})
    other = load_subject(Target(project=made, name="demo"), environment={"SECRET": "other-secret"})

    assert one.digests.stages["prod"] != other.digests.stages["prod"]
    assert "one-secret" not in repr(one)
    with pytest.raises(BadInput) as raised:
        load_subject(Target(project=made, name="demo"), environment={})
    assert raised.value.fault == (
        "demo: the sign-in secret is neither in secrets/demo.yaml nor in the environment: SECRET is not set"
    )
    without = load_subject(Target(project=made, name="demo"), environment={}, secrets_needed=False)
    assert [without.secrets.has_client_secret(stage) for stage in without.stages] == [False, False]


def test_only_a_healthy_check_of_these_inputs_settles_a_stage(tmp_path: Path) -> None:
    current = of(tmp_path / "plain")
    passed = Health(passed=True, at=datetime(2026, 11, 20, tzinfo=UTC), seconds=1)
    failed = passed.model_copy(update={"passed": False})
    record = Record(cluster_stack="c", provider="local", inputs=current.stages["staging"])
    good = record.checked(passed, current.rollout)

    assert Standing(record=good).settled("staging", current)
    assert not Standing(record=None).settled("staging", current)
    assert not Standing(record=record).settled("staging", current)
    assert not Standing(record=good, drift=("the hub is not running",)).settled("staging", current)
    assert not Standing(record=record.checked(failed, current.rollout)).settled("staging", current)
    assert not Standing(record=record.checked(passed, "of other inputs")).settled("staging", current)
    assert not Standing(record=good.unfinished()).settled("staging", current)
