"""A copied state does not act, nor does a login in another account; a state that moved does."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.clouds.aws import credentials as aws
from components.clouds.azure import credentials as azure
from components.clouds.gcp import credentials as gcp
from deployer.errors import BadInput
from deployer.rollout.claim import claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.engine.settings import EngineSettings
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.state_move import move_stack
from deployer.rollout.subject import load_subject
from deployer.state.accounts import note_account, require_own_state
from deployer.state.adopt import adopt
from deployer.state.identity import Identities, Place, place_of
from tests.e2e.simulated.rollouts import Rollouts, rollouts


def settings(folder: Path) -> EngineSettings:
    return EngineSettings(project="hubs", backend_url=f"file://{folder}", secrets_provider="passphrase")


def identities(folder: Path) -> Identities:
    place = settings(folder)
    return Identities(place, Backend(place).files)


def refused(folder: Path) -> str:
    with pytest.raises(BadInput) as raised:
        identities(folder).require_own("deployer state adopt")
    assert raised.value.exit_code == 2
    assert "deployer state adopt" in raised.value.remedy
    return raised.value.fault


def test_a_copy_is_refused_and_a_renamed_folder_is_not(tmp_path: Path) -> None:
    first = tmp_path / "first"
    made = identities(first).settle()
    identities(first).require_own("")
    shutil.copytree(first, tmp_path / "copy")

    said = refused(tmp_path / "copy")
    assert str(first) in said
    assert str(tmp_path / "copy") in said

    renamed = first.rename(tmp_path / "renamed")
    identities(renamed).require_own("")
    assert identities(renamed).settle().place.url == f"file://{renamed}"
    assert identities(renamed).settle().id == made.id


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        (Place(url="s3://a"), Place(url="s3://a"), True),
        (Place(url="s3://a"), Place(url="s3://b"), False),
        (Place(url="file:///s", machine="one", folder=7), Place(url="file:///s", machine="two", folder=7), True),
        (Place(url="file:///s", machine="one", folder=7), Place(url="file:///s", machine="one", folder=8), True),
        (Place(url="file:///s", machine="one", folder=7), Place(url="file:///s", machine="two", folder=8), False),
        (Place(url="file:///s", machine="one", folder=7), Place(url="s3://a"), False),
    ],
)
def test_places(here: Place, there: Place, same: bool) -> None:
    assert here.same_as(there) is same


def test_a_bucket_is_told_by_what_names_it() -> None:
    url = "s3://states/hubs/?region=eu-central-1&endpoint=minio.example.org"
    bucket = EngineSettings(project="hubs", backend_url=url, secrets_provider="passphrase")
    assert place_of(bucket).url == "s3://states/hubs?endpoint=minio.example.org"
    assert place_of(replace(bucket, backend_url="gs://states")).url == "gs://states"


def test_a_move_takes_the_identity_along(tmp_path: Path) -> None:
    here, there = Backend(settings(tmp_path / "here")), Backend(settings(tmp_path / "there"))
    made = Identities(here.settings, here.files).settle()
    stack = "example-account"
    here.files.write(here.path(stack), b'{"version": 3, "checkpoint": {"latest": {}}}')
    Ledger(here.files).write(stack, Record(cluster_stack=stack, provider="gcp"))

    move_stack(here, there, stack, lambda: None)

    moved = Identities(there.settings, there.files)
    moved.require_own("")
    found = moved.read()
    assert found is not None
    assert (found.id, found.made_in) == (made.id, f"file://{tmp_path / 'here'}")
    assert Identities(here.settings, here.files).read() is None


@pytest.fixture
def made(tmp_path: Path) -> Rollouts:
    made = rollouts(tmp_path)
    made.write(
        "clusters/reef.yaml",
        {
            "provider": "aws",
            "aws": {"account_id": "123456789012", "zone": "us-west-2a"},
            "admin_principals": ["arn:aws:iam::123456789012:role/hub-admins"],
            "node_pools": {"user": {"cpu": 4, "memory_gib": 16}},
        },
    )
    return made


def test_a_login_in_another_account_is_refused(made: Rollouts) -> None:
    target = made.cluster("reef")
    subject = load_subject(target)
    backend = Backend(target.settings)
    require_own_state(subject)  # nobody knows who is signed in
    note_account(subject, backend)
    noted = Identities(backend.settings, backend.files).accounts()
    assert {stack: account.account for stack, account in noted.items()} == {"reef-cluster": "123456789012"}

    world = target.settings.world
    assert world is not None
    world.mkdir(parents=True, exist_ok=True)
    (world / "signed-in.yaml").write_text("aws: '123456789012'\n", encoding="utf-8")
    require_own_state(subject)
    (world / "signed-in.yaml").write_text("aws: '210987654321'\n", encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        made.deploy(target)
    assert raised.value.exit_code == 2
    assert "reef-cluster stands in account 123456789012" in raised.value.fault
    assert "account 210987654321" in raised.value.fault
    assert "deployer state adopt --simulate" in raised.value.remedy
    assert made.world() == []


def test_a_copied_state_neither_deploys_nor_writes_until_it_is_adopted(made: Rollouts) -> None:
    target = made.cluster("reef")
    backend = Backend(target.settings)
    identity = Identities(backend.settings, backend.files)
    original = identity.settle()
    moved = original.model_copy(update={"place": Place(url="file:///elsewhere", machine="laptop", folder=1)})
    backend.files.write(".hubs/identity/state.json", moved.model_dump_json().encode())
    before = {entry.path: entry.tag for entry in backend.files.entries()}

    for work in (made.deploy, made.refresh):
        with pytest.raises(BadInput, match="is a copy, or was moved by hand"):
            work(target)
    assert {entry.path: entry.tag for entry in backend.files.entries()} == before

    asked: list[tuple[str, str]] = []
    done = adopt(target, lambda name, place: asked.append((name, place)))
    assert asked == [("hubs", "file:///elsewhere on laptop")]
    assert done.identity.id == original.id
    with claimed(backend, target, lambda event: None):
        pass
    assert adopt(target, lambda name, place: pytest.fail("asked again")).changed is False


def test_who_is_signed_in_to_aws(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "PATH": str(tmp_path)}
    assert aws.signed_in(home).accounts == ()
    role = {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/hubs", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}
    assert aws.signed_in({**home, **role}).accounts == ("123456789012",)
    config = tmp_path / ".aws/config"
    config.parent.mkdir()
    config.write_text("[profile ops]\nsso_session = s\nsso_account_id = 210987654321\n", encoding="utf-8")
    assert aws.signed_in({**home, "AWS_PROFILE": "ops"}).accounts == ("210987654321",)
    program = tmp_path / "aws"
    program.write_text('#!/bin/sh\necho \'{"Account": "111111111111", "Arn": "arn:aws:iam::111111111111:user/ada"}\'\n')
    program.chmod(0o755)
    asked = aws.signed_in({**home, "AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": "example"})
    assert (asked.who, asked.accounts) == ("arn:aws:iam::111111111111:user/ada", ("111111111111",))
    program.write_text("#!/bin/sh\nexit 255\n")
    assert aws.signed_in({**home, "AWS_ACCESS_KEY_ID": "example"}).accounts == ()


def test_who_is_signed_in_to_google_and_azure(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text(json.dumps({"client_email": "ci@example-project.iam.gserviceaccount.com"}), encoding="utf-8")
    told = gcp.signed_in({"GOOGLE_APPLICATION_CREDENTIALS": str(key)})
    assert (told.who, told.accounts) == ("ci@example-project.iam.gserviceaccount.com", ())
    assert gcp.signed_in({}).who == ""
    profile: dict[str, Any] = {
        "subscriptions": [
            {"id": "one", "isDefault": True, "user": {"name": "ada@example.org"}},
            {"id": "two", "isDefault": False, "user": {"name": "ada@example.org"}},
        ]
    }
    (tmp_path / "azureProfile.json").write_text(json.dumps(profile), encoding="utf-8-sig")
    found = azure.signed_in({"AZURE_CONFIG_DIR": str(tmp_path)})
    assert (found.who, found.accounts) == ("ada@example.org", ("one", "two"))
    assert azure.signed_in({"AZURE_CONFIG_DIR": str(tmp_path / "none")}).accounts == ()
