"""Files of secrets through the real sops: made, changed, opened by those who may and by nobody else."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deployer import toolchain
from deployer.errors import BadInput
from deployer.project import Project
from deployer.secrets.changing import change_recipients, edit, get_value, new_data_key, synchronise
from deployer.secrets.encrypted import EncryptedFile, read_encrypted
from deployer.secrets.opening import opened
from deployer.secrets.recipients import recipient
from deployer.secrets.sops import Sops
from deployer.secrets.sops_config import up_to_date
from tests.unit.secrets.conftest import Person, Put

CANARY = "canary-5d1f\nof two lines, with 'quotes' and \"more\": {x}"


def read(project: Project, community: str = "reef") -> EncryptedFile:
    file = read_encrypted(project, community)
    assert file is not None
    return file


def test_a_value_is_set_without_being_seen_and_comes_back_whole(project: Project, sops: Sops, put: Put) -> None:
    file = put("reef", "client_secret", CANARY)
    put("reef", "environment.CATALOG_TOKEN", "of prod", "prod")
    put("reef", "traits.GitHubOAuthenticator.extra", "a trait", "staging")
    put("reef", "helm_values.custom.ldap.password", "of ldap")
    assert "canary" not in file.read_text()
    assert oct(file.stat().st_mode & 0o777) == "0o644"
    assert [one.name for one in file.parent.iterdir()] == ["reef.yaml"], "nothing half is left behind"

    secrets = opened(read(project), sops)
    assert secrets.of("prod").client_secret == secrets.of("staging").client_secret == CANARY
    assert secrets.of("prod").environment == {"CATALOG_TOKEN": "of prod"}
    assert secrets.of("staging").environment == {}
    assert secrets.of("staging").traits == {"GitHubOAuthenticator": {"extra": "a trait"}}
    assert secrets.of("prod").helm_values == {"custom": {"ldap": {"password": "of ldap"}}}
    assert CANARY not in repr(secrets)
    assert get_value(project, "reef", "client_secret", stage="prod", sops=sops) == CANARY
    put("reef", "client_secret", "of staging", "staging")
    assert get_value(project, "reef", "client_secret", stage="staging", sops=sops) == "of staging"
    assert get_value(project, "reef", "client_secret", stage="prod", sops=sops) == CANARY
    with pytest.raises(BadInput, match="gives no password for prod"):
        get_value(project, "reef", "password", stage="prod", sops=sops)


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("client_secrt", "no 'client_secrt'"),
        ("environment", "names no single value"),
        ("traits.Spawner", "names no single value"),
        ("client_secret.x", "names no single value"),
        ("helm_values..x", "names no single value"),
        ("environment.1", "1 problem"),
        ("traits.spawner.x", "1 problem"),
    ],
)
def test_keys_that_no_file_has_are_refused_before_anything_is_written(
    project: Project, put: Put, key: str, fault: str
) -> None:
    with pytest.raises(BadInput, match=fault) as raised:
        put("reef", key, CANARY)
    assert "canary" not in str(raised.value.problems) + raised.value.fault
    assert list((project.root / "secrets").glob("*") if (project.root / "secrets").exists() else []) == []


def test_each_opens_its_own_alone(
    project: Project, sops: Sops, put: Put, people: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("reef", "client_secret", "of reef")
    put("demo", "password", "of demo")
    reef, demo = people("reef"), people("demo")
    change_recipients(project, "reef", add=[recipient(reef.recipient)], sops=sops)
    change_recipients(project, "demo", add=[recipient(demo.recipient)], sops=sops)
    for community, key in (("reef", "client_secret"), ("demo", "password")):
        assert get_value(project, community, key, stage="prod", sops=sops) == f"of {community}"

    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(reef.file))
    assert get_value(project, "reef", "client_secret", stage="prod", sops=sops) == "of reef"
    with pytest.raises(BadInput, match="none of the keys on this machine opens it"):
        get_value(project, "demo", "password", stage="prod", sops=sops)
    put("reef", "client_secret", "of reef again")
    assert "on-call" not in (project.root / ".sops.yaml").read_text()
    assert up_to_date(project)

    executable = toolchain.ensure(["sops"])["sops"]
    plain = subprocess.run([executable, "decrypt", "secrets/reef.yaml"], capture_output=True, text=True, timeout=30)
    assert "of reef again" in plain.stdout
    new = project.root / "secrets" / "other.yaml"
    new.write_text("both: {client_secret: other}\n")
    made = subprocess.run([executable, "encrypt", "-i", "secrets/other.yaml"], capture_output=True, timeout=30)
    assert made.returncode == 0, made.stderr
    assert [one.identifier for one in read(project, "other").recipients] == [people("operator").recipient]


def test_who_is_taken_away_cannot_open_what_comes_after(
    project: Project, sops: Sops, put: Put, people: Callable[[str], Person], operator: Person
) -> None:
    put("reef", "client_secret", "first")
    ada = recipient(people("ada").recipient)
    change_recipients(project, "reef", add=[ada], sops=sops)
    before = read(project)
    change_recipients(project, "reef", remove=[ada], sops=sops)
    after = read(project)
    assert (ada in before.recipients, ada in after.recipients) == (True, False)
    assert before.stamp("prod") != after.stamp("prod"), "it has another data key"
    with pytest.raises(BadInput, match="cannot open"):
        change_recipients(project, "reef", remove=[ada], sops=sops)
    with pytest.raises(BadInput, match="is the operators' on-call"):
        change_recipients(project, "reef", remove=[recipient(operator.recipient)], sops=sops)


def test_operators_come_and_go_in_all_files(
    project: Project, sops: Sops, put: Put, people: Callable[[str], Person], operator: Person
) -> None:
    put("reef", "client_secret", "first")
    put("demo", "password", "second")
    own = recipient(people("reef").recipient)
    change_recipients(project, "reef", add=[own], sops=sops)
    deputy, first = people("deputy").recipient, operator.recipient
    (project.root / "operators.yaml").write_text(f"recipients: {{on-call: {first}, deputy: {deputy}}}\n")
    assert not up_to_date(project)
    assert synchronise(project, (), sops=sops) == ["demo", "reef"]
    assert synchronise(project, (), sops=sops) == []
    (project.root / "operators.yaml").write_text(f"recipients: {{on-call: {first}}}\n")
    put("demo", "password", "third")  # nobody forgets meanwhile who was an operator
    assert synchronise(project, (), sops=sops) == ["demo", "reef"]
    assert {one.identifier for one in read(project).recipients} == {first, own.identifier}
    assert {one.identifier for one in read(project, "demo").recipients} == {first}
    assert up_to_date(project)


def test_what_keeps_a_change_from_its_place_is_told_of_the_community_and_not_of_the_draft(
    project: Project, put: Put, people: Callable[[str], Person]
) -> None:
    put("reef", "client_secret", "first")
    operators = project.root / "operators.yaml"
    operators.write_text(operators.read_text() + f"  deputy: {people('deputy').recipient}\n")
    with pytest.raises(BadInput) as refused:
        put("reef", "client_secret", "second")
    assert [problem.remedy for problem in refused.value.problems] == ["deployer secrets recipients sync reef"]


def test_stamps_change_with_the_content_and_only_then(project: Project, sops: Sops, put: Put) -> None:
    put("reef", "client_secret", "one")
    put("reef", "environment.A", "x", "staging")
    first = read(project)
    put("reef", "client_secret", "one")
    assert read(project).stamp("prod") == first.stamp("prod")
    put("reef", "environment.A", "y", "staging")
    second = read(project)
    assert second.stamp("prod") == first.stamp("prod")
    assert second.stamp("staging") != first.stamp("staging")
    new_data_key(project, "reef", sops=sops)
    assert read(project).stamp("prod") != first.stamp("prod")
    assert get_value(project, "reef", "environment.A", stage="staging", sops=sops) == "y"


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Somebody who writes these texts, one after another."""

    def writes(*texts: str) -> None:
        for number, text in enumerate(texts):
            (tmp_path / f"text-{number}").write_text(text)
        script = tmp_path / "editor"
        script.write_text(
            f"#!/bin/sh\nn=$(cat {tmp_path}/turn 2>/dev/null || echo 0)\n"
            f'cp {tmp_path}/text-$n "$1"\necho $((n + 1)) > {tmp_path}/turn\n'
        )
        script.chmod(0o755)
        monkeypatch.setenv("EDITOR", str(script))
        monkeypatch.delenv("SOPS_EDITOR", raising=False)

    return writes


def test_what_is_edited_is_judged_before_it_is_in_place(
    project: Project, sops: Sops, put: Put, editor: Callable[..., None]
) -> None:
    file = put("reef", "client_secret", "before")
    kept = file.read_bytes()
    wrong = "both:\n  client_secrt: canary-7\n"
    editor(wrong, "both:\n  client_secret: after\n")
    with pytest.raises(BadInput) as raised:
        edit(project, "reef", sops=sops, again=lambda _: False)
    (problem,) = raised.value.problems
    assert (problem.path, problem.place.line) == ("both.client_secrt", 2)
    assert "client_secret" in problem.remedy
    assert file.read_bytes() == kept

    editor(wrong, "both:\n  client_secret: after\n")
    (project.root.parent / "turn").unlink()
    asked = []
    assert edit(project, "reef", sops=sops, again=lambda problems: asked.append(problems) is None) == (file, True)
    assert len(asked) == 1
    assert get_value(project, "reef", "client_secret", stage="prod", sops=sops) == "after"
    assert [one.name for one in file.parent.iterdir()] == ["reef.yaml"]
