"""What `deployer validate` sees of files of secrets without any key: place, path, fault; never a value."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

import pytest

from deployer.config import load_fleet
from deployer.project import Project
from deployer.secrets.changing import change_recipients
from deployer.secrets.checking import check_secrets
from deployer.secrets.recipients import recipient
from deployer.secrets.sops import Sops
from tests.unit.secrets.conftest import DEMO, Person, Put

CANARY = "canary-91b2"


def told(project: Project, *, severity: str = "error") -> list[str]:
    """Problems of the project, of files of secrets first of all, as they are printed."""
    fleet = load_fleet(project)
    found = [str(one) for one in (*fleet.problems, *fleet.warnings) if one.severity == severity]
    assert CANARY not in "".join(found)
    return [text for text in found if "secret" in text or "operators" in text]


@pytest.fixture
def sound(
    project: Project, put: Put, sops: Sops, people: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> Project:
    """A file for reef that operators and community can open, and nobody's key at hand."""
    put("reef", "client_secret", "a secret")
    change_recipients(project, "reef", add=[recipient(people("reef").recipient)], sops=sops)
    monkeypatch.delenv("SOPS_AGE_KEY_FILE")
    return project


def change(project: Project, old: str, new: str) -> None:
    file = project.root / "secrets" / "reef.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_sound_file_needs_no_key(sound: Project) -> None:
    assert told(sound) == []
    assert [line for line in told(sound, severity="warning") if "secrets/" in line] == []


def test_a_secret_that_nobody_gives_is_named_where_it_is_needed(project: Project) -> None:
    found = told(project)
    assert found[0].startswith("communities/reef.yaml:13:5: hub.auth.github: nobody gives the secret of the sign-in")
    assert "deployer secrets set reef client_secret" in found[0]
    file = project.communities / "reef.yaml"
    file.write_text(file.read_text().replace("{client_id:", "{client_secret_env: REEF, client_id:"))
    assert told(project) == [], "the environment can give it when deploying"


def test_what_only_staging_has_prod_lacks(project: Project, put: Put) -> None:
    put("reef", "client_secret", "a secret", "staging")
    (found,) = [line for line in told(project) if "nobody gives" in line]
    assert "for prod" in found


@pytest.mark.parametrize(
    ("new", "line", "said"),
    [
        (f"    client_secret: {CANARY}", "2:5: both.client_secret", "THIS VALUE IS NOT ENCRYPTED"),
        (f"    client_secret: ENC[{CANARY}]", "2:5: both.client_secret", "THIS VALUE IS NOT ENCRYPTED"),
        (f"    client_secret: [1, {CANARY}]", " both.client_secret[1]: ", "THIS VALUE IS NOT ENCRYPTED"),
        (f"    client_secrt: {CANARY}", "2:5: both.client_secrt", "did you mean 'client_secret'"),
        ("    client_secret: {a: 1}", "2:21: both.client_secret.a", "THIS VALUE IS NOT ENCRYPTED"),
        (f"    client_secret: @{CANARY}", "2:20: ", "not the YAML that sops writes"),
        ("    client_secret: ''", "communities/reef.yaml:13:5", "nobody gives the secret"),
    ],
)
def test_what_was_written_by_hand_is_shouted_and_not_repeated(sound: Project, new: str, line: str, said: str) -> None:
    lines = (sound.root / "secrets/reef.yaml").read_text().splitlines()
    old = next(text for text in lines if "client_secret" in text)
    change(sound, old, new)
    found = told(sound)
    assert any(line in text and said in text for text in found), found


def test_a_file_that_sops_never_saw_is_one_shout(sound: Project) -> None:
    (sound.root / "secrets/reef.yaml").write_text(f"both:\n  client_secret: {CANARY}\n")
    (found,) = told(sound)
    assert found.startswith("secrets/reef.yaml:1:1: THIS FILE IS NOT ENCRYPTED (1 value can be read by everybody)")


def test_values_that_nothing_reads_are_named(sound: Project) -> None:
    value = (sound.root / "secrets/reef.yaml").read_text().split("client_secret: ")[1].splitlines()[0]
    change(
        sound,
        "sops:",
        f"prod:\n    password: {value}\n    traits: {{JupyterHub: {{cookie_secret: '{value}'}}}}\n"
        f"    helm_values: {{prxy: {{x: '{value}'}}}}\nsops:",
    )
    errors, warnings = told(sound), told(sound, severity="warning")
    assert any("prod.traits.JupyterHub.cookie_secret: this project makes it" in line for line in errors)
    assert any("prod.helm_values.prxy: the chart does not read this" in line for line in errors)
    assert any("prod.password: warning: it has no effect: sign-in is github" in line for line in warnings)


def test_who_cannot_open_it_is_named(sound: Project, people: Callable[[str], Person]) -> None:
    operators = sound.root / "operators.yaml"
    operators.write_text(operators.read_text() + f"  deputy: {people('deputy').recipient}\n")
    (found,) = told(sound)
    assert "the operators' recipient deputy cannot open it; deployer secrets recipients sync reef" in found
    operators.write_text("recipients: {on-call: age1typing, key: 'arn:aws:kms:x'}\n")
    found = told(sound)
    assert [line.split(": ")[:2] for line in found] == [
        ["operators.yaml:1:14", "recipients.on-call"],
        ["operators.yaml:1:35", "recipients.key"],
    ]
    operators.unlink()
    assert "there is no such file" in told(sound)[0]


def test_files_of_nobody_are_named(sound: Project) -> None:
    shutil.copy(sound.root / "secrets/reef.yaml", sound.root / "secrets/reeff.yaml")
    (found,) = told(sound)
    assert found.startswith("secrets/reeff.yaml:1:1: there is no community named 'reeff'; did you mean 'reef'?")


def test_check_opens_what_it_can(sound: Project, put: Put, operator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    states = lambda: {one.community: one.state for one in check_secrets(sound, ()).communities}  # noqa: E731
    assert states() == {"demo": "none", "reef": "locked"}
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(operator.file))
    assert states() == {"demo": "none", "reef": "opened"}
    text = (sound.root / "secrets/reef.yaml").read_text()
    value = text.split("client_secret: ")[1].splitlines()[0]
    put("reef", "environment.A", "other")
    now = (sound.root / "secrets/reef.yaml").read_text()
    other = now.split(" A: ")[1].splitlines()[0]
    (sound.root / "secrets/reef.yaml").write_text(now.replace(other, value, 1))
    assert states()["reef"] == "locked", "values that change places are no longer what was encrypted"
    (sound.root / "secrets/reef.yaml").unlink()
    assert states() == {"demo": "none", "reef": "wrong"}


def test_a_thousand_files_cost_little(sound: Project) -> None:
    text = (sound.root / "secrets/reef.yaml").read_text().replace("client_secret", "password")
    for number in range(100):
        name = f"d{number}"
        (sound.communities / f"{name}.yaml").write_text(DEMO.replace("demo", name))
        (sound.root / "secrets" / f"{name}.yaml").write_text(text)
    load_fleet(sound)
    began = time.process_time()
    assert load_fleet(sound).problems == ()
    with_files = time.process_time() - began
    for number in range(100):
        (sound.root / "secrets" / f"d{number}.yaml").unlink()
    began = time.process_time()
    load_fleet(sound)
    assert (with_files - (time.process_time() - began)) / 100 < 0.01, "seconds for each file"
