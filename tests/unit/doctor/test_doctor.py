"""`deployer doctor`: each thing that can be amiss is named, with what mends it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployer.doctor import Finding, Verdict, examine, machine
from deployer.project import Project

ROOT = Path(__file__).parents[3]
DEPLOYER = Path(sys.executable).with_name("deployer")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in (
        "PULUMI_BACKEND_URL",
        "PULUMI_SECRETS_PROVIDER",
        "PULUMI_CONFIG_PASSPHRASE",
        "PULUMI_CONFIG_PASSPHRASE_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "checkout"
    root.mkdir()
    shutil.copy(ROOT / "Pulumi.yaml", root)
    for folder in ("communities", "clusters", "images", "schemas"):
        shutil.copytree(ROOT / folder, root / folder)
    return Project(root)


def found(project: Project | None, subject: str) -> Finding:
    return next(finding for finding in examine(project) if finding.subject == subject)


def test_this_checkout_on_this_machine_is_fit() -> None:
    """What `make test` has just set up; a root user is warned, no more."""
    faults = [finding for finding in examine(Project(ROOT)) if finding.verdict is Verdict.FAULT]
    assert faults == []


def test_it_looks_at_all_that_a_deploy_needs(project: Project) -> None:
    subjects = {finding.subject for finding in examine(project)}
    assert subjects >= {
        *("python", "pulumi SDK", "pulumi", "node", "configurable-http-proxy", "git", "disk", "memory"),
        *("cache folder", "limits", "user", "state", "secrets", "communities", "generated files"),
    }


def test_it_changes_nothing(project: Project) -> None:
    before = sorted(project.root.rglob("*"))
    list(examine(project))
    assert sorted(project.root.rglob("*")) == before


def test_outside_a_checkout_the_machine_is_looked_over_all_the_same(tmp_path: Path) -> None:
    done = subprocess.run([DEPLOYER, "doctor", "--json"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    findings = json.loads(done.stdout)
    assert {"python", "git", "checkout"} <= {finding["subject"] for finding in findings}
    assert findings[-1]["remedy"] == "change into your checkout, or name it: deployer --project DIR doctor"


def test_for_people_it_ends_with_a_summary(project: Project) -> None:
    (project.root / ".state").write_text("a file where the state's folder should be")
    done = subprocess.run([DEPLOYER, "doctor"], cwd=project.root, capture_output=True, text=True)
    assert done.returncode == 1
    assert "fault    state: " in done.stdout
    assert "PULUMI_BACKEND_URL" in done.stdout
    assert "1 to mend" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("file://.state", "can be written"),
        ("ftp://example.org/state", "the state cannot live at 'ftp://example.org/state'"),
    ],
)
def test_the_states_place(project: Project, monkeypatch: pytest.MonkeyPatch, url: str, said: str) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)
    finding = found(project, "state")
    assert said in finding.said
    assert (finding.verdict is Verdict.OK) == (said == "can be written")


def test_the_passphrase_is_made_given_or_gone(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "the first deploy makes a passphrase" in found(project, "secrets").said
    stack = project.root / ".state" / ".pulumi" / "stacks" / "hubs" / "demo-staging.json"
    stack.parent.mkdir(parents=True)
    stack.write_text("{}")
    gone = found(project, "secrets")
    assert gone.verdict is Verdict.FAULT
    assert "put the file back from your backup" in gone.remedy
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
    given = found(project, "secrets")
    assert given.verdict is Verdict.OK
    assert "correct horse" not in given.said


def test_a_bucket_needs_a_passphrase_of_ones_own(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from deployer.doctor.checkout import passphrase

    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://state.example.org")
    [finding] = passphrase(project)
    assert finding.verdict is Verdict.FAULT
    assert "PULUMI_CONFIG_PASSPHRASE" in finding.remedy


def test_a_broken_community_is_a_fault(project: Project) -> None:
    (project.communities / "broken.yaml").write_text("name: broken\nnonsense: 1\n")
    finding = found(project, "communities")
    assert finding.verdict is Verdict.FAULT
    assert "deployer validate" in finding.remedy


def test_stale_schemas_are_a_warning(project: Project) -> None:
    schema = project.root / "schemas" / "community.schema.json"
    schema.write_text("{}\n")
    finding = found(project, "generated files")
    assert finding.verdict is Verdict.WARNING
    assert "community.schema.json" in finding.said
    assert finding.remedy == "deployer schema"


def test_tools_that_are_missing_but_can_be_had_are_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path / "cache"))
    findings = {finding.subject: finding for finding in machine.tools()}
    assert findings["pulumi"].verdict is Verdict.WARNING
    assert findings["pulumi"].remedy == "deployer tools install"
    assert findings["node"].verdict is Verdict.OK, "the Python package brings one"
    [git] = machine.git()
    assert git.verdict is Verdict.FAULT


def test_a_cache_that_cannot_be_written_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HUBS_CACHE_DIR", str(tmp_path / "file" / "cache"))
    [finding] = machine.cache()
    assert finding.verdict is Verdict.FAULT
    assert "HUBS_CACHE_DIR" in finding.remedy


def test_root_is_warned() -> None:
    [finding] = machine.user()
    assert (finding.verdict is Verdict.WARNING) == (os.geteuid() == 0)


def test_one_check_that_stumbles_does_not_end_the_others(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble() -> Iterator[Finding]:
        raise RuntimeError("no such luck")

    monkeypatch.setattr(machine, "CHECKS", (stumble, *machine.CHECKS))
    first, *others = examine(project)
    assert first.verdict is Verdict.FAULT
    assert "no such luck" in first.said
    assert len(others) > 10
