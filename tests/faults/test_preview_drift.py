"""`deployer preview --base` on what is deployed: a change and a drift are told apart, and nothing is touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from providers.cache_folder import cache_folder
from tests.conftest import CHECKOUT

pytestmark = [pytest.mark.engine, pytest.mark.hub]

NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")
AGAINST = ("preview", "--base", "main")
OTHER = """\
name: other
title: Not deployed
archetype: teaching
cluster: {provider: local}
"""


@pytest.fixture(scope="module")
def changed(shared_project: Any) -> Any:
    """`demo` as main has it is deployed; then a file of its staging hub is edited by hand, and its YAML in git."""
    root = shared_project.root
    for file in (root / "communities").iterdir():
        if file.name != "demo.yaml":
            file.unlink()
    (root / "communities" / "other.yaml").write_text(OTHER)
    (root / ".gitignore").write_text(".state/\n.local-cloud/\n")
    for words in (["init", "--quiet", "--initial-branch=main", "."], ["add", "--all"], ["commit", "-qm", "Examples"]):
        subprocess.run(["git", *NAMED, *words], cwd=root, check=True, capture_output=True)
    nothing = shared_project.run(*AGAINST, "--json", "other")
    assert nothing.code == 0, nothing.text
    assert nothing.json["parts"] == []
    made = shared_project.run("deploy", "demo")
    assert made.code == 0, made.text
    _edit(root / "communities" / "demo.yaml", "memory_gib: 1\n", "memory_gib: 1.5\n")
    _edit(root / "communities" / "other.yaml", "Not deployed", "Not deployed yet")
    _settings(root, "staging").write_text("{}", encoding="utf-8")
    return shared_project


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new, 1))


def _settings(root: Path, stage: str) -> Path:
    record = json.loads((root / f".state/.hubs/demo-{stage}.json").read_text(encoding="utf-8"))
    return Path(record["facts"]["folder"]) / "settings.json"


def test_change_and_drift_are_told_apart(changed: Any) -> None:
    state = {path: path.read_bytes() for path in (changed.root / ".state").rglob("*.json")}
    found = changed.run(*AGAINST, "--json", "demo")
    assert found.code == 0, found.text
    (demo,) = found.json["parts"]
    stacks = {stack["part"]: stack for stack in demo["stacks"]}
    assert found.json["simulated"] is False
    for stack in stacks.values():
        assert not stack["new"]
        assert [setting["setting"] for setting in stack["asked"]["settings"]] == ["profile Small: memory"]
        (hub,) = [each for each in stack["resources"] if each["operation"] != "same"]
        assert (hub["operation"], hub["type"]) == ("update", "localhub:index:Hub")
        assert "settings.traits.LocalHubSpawner.profile_list" in hub["properties"]
    assert [each["name"] for each in stacks["staging"]["drifted"]] == ["demo-staging"]
    assert stacks["prod"]["drifted"] == []
    assert {path: path.read_bytes() for path in (changed.root / ".state").rglob("*.json")} == state
    assert _settings(changed.root, "staging").read_text() == "{}"


def test_the_comment_has_the_drift_under_its_own_heading(changed: Any) -> None:
    said = changed.run(*AGAINST, "--format", "markdown", "demo").out
    change, _, drift = said.partition("**Drift, not of this change**")
    assert "`profile Small: memory`" in change
    assert "`demo-staging`: `Hub demo-staging` is not as it was deployed: `drift`" in drift
    assert "on what is deployed" in drift
    text = changed.run(*AGAINST, "demo").out
    assert "drifted  Hub demo-staging, whatever this change does" in text


def test_what_is_not_deployed_yet_is_new(changed: Any) -> None:
    found = changed.run(*AGAINST, "other")
    assert found.code == 0, found.text
    assert "not deployed yet: all of it is made for the first time" in found.out
    said = changed.run(*AGAINST, "--format", "markdown", "other").out
    assert "Not deployed yet: `other-staging` and `other-prod`." in said
    assert "create   Hub other-prod" in found.out


def test_nobody_signed_in_is_said_plainly(changed: Any) -> None:
    shutil.copy(CHECKOUT / "communities" / "event-azure.yaml", changed.root / "communities")
    nobody = {name: None for name in os.environ if name.startswith(("ARM_", "AZURE_"))}
    found = changed.run(
        *AGAINST,
        "event-azure",
        environment={**nobody, "HOME": str(changed.root), "HUBS_CACHE_DIR": str(cache_folder())},
    )
    assert found.code == 4, found.text
    assert "nobody is signed in to Azure" in found.out
    assert "Traceback" not in found.text
