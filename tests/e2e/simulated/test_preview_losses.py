"""Changes that lose something: the preview shouts, at the very top."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from deployer.comparison.compare import compare
from deployer.comparison.danger import LOST, REFUSED
from deployer.comparison.result import Comparison
from deployer.project import Project
from deployer.report.comparison import comparison_data, show_comparison
from deployer.report.markdown import MARKER, SAFE, comment
from deployer.rollout.interruption import Interruption

CHECKOUT = Path(__file__).parents[3]
NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    root = tmp_path_factory.mktemp("fork")
    for name in ("communities", "clusters"):
        shutil.copytree(CHECKOUT / name, root / name)
    shutil.copytree(CHECKOUT / "images", root / "images")
    shutil.copy(CHECKOUT / "Pulumi.yaml", root)
    (root / "communities" / "intro-course.yaml").unlink()
    (root / "communities" / "workshop.yaml").unlink()
    for words in (["init", "--quiet", "--initial-branch=main", "."], ["add", "--all"], ["commit", "-qm", "Examples"]):
        subprocess.run(["git", *NAMED, *words], cwd=root, check=True, capture_output=True)
    _change_all(root)
    return compare(
        Project(root), "main", simulated=True, interruption=Interruption(lambda _: None), listen=lambda _: None
    )


def _change_all(root: Path) -> None:
    research = root / "communities" / "research-gcp.yaml"
    _edit(research, "  - {name: reference, access: read}\n", "")  # a bucket that is protected
    _edit(research, "  scratch: {delete_after_days: 7}\n", "")  # one that is not
    cluster = root / "clusters" / "example-gcp.yaml"
    (root / "clusters" / "other-gcp.yaml").write_text(cluster.read_text().replace("us-central1-b", "us-central1-c"))
    seminar = root / "communities" / "seminar-gcp.yaml"
    _edit(seminar, "cluster: example-gcp", "cluster: other-gcp")  # moved
    demo = root / "communities" / "demo.yaml"
    _edit(demo, "name: demo\n", "name: trial\n")  # renamed
    demo.rename(demo.with_name("trial.yaml"))
    _edit(root / "communities" / "class-aws.yaml", "us-east-1a", "us-east-1b")
    _edit(root / "communities" / "event-azure.yaml", "size_gib: 100", "kind: managed-nfs, size_gib: 100")


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text, f"{old!r} is not in {file}"
    file.write_text(text.replace(old, new, 1))


def test_losses_come_first(found: Comparison) -> None:
    lines = comment(found).splitlines()
    assert lines[:2] == [MARKER, "### What this change does"]
    assert lines[3:5] == ["> [!CAUTION]", "> **DATA IS AT RISK**"]
    box = lines[5 : lines.index("", 5)]
    for stage in ("prod", "staging"):
        bucket = f"> - `research-gcp-{stage}`: `Bucket research-gcp-{stage}"
        assert f"{bucket}-reference` would be deleted: {REFUSED}" in box
        assert f"{bucket}-scratch` would be deleted: {LOST}" in box
    moved, renamed = (next(line for line in box if word in line) for word in ("MOVED**: `seminar", "RENAMED"))
    assert "`example-gcp (gcp, example-hubs, us-central1, us-central1-b)` to `other-gcp" in moved
    assert "people's data stays behind, and nothing copies it" in moved
    assert "`demo` is now `trial`: new hubs are made; `demo-staging`, `demo-prod` and `demo-cluster` stay as" in renamed
    assert SAFE not in "\n".join(lines)


def test_what_a_standing_cluster_cannot_become_is_refused(found: Comparison) -> None:
    said = {str(problem) for part in found.parts for problem in part.problems}
    assert any("class-aws.yaml:10:" in each and "the cluster stands in us-east-1a" in each for each in said)
    assert any("event-azure.yaml:14:" in each and "people's files are on disk-nfs" in each for each in said)
    assert found.exit_code == 2
    head = comment(found).split("It concerns")[0]
    assert "Checks failed" in head
    assert "would not move to managed-nfs by themselves" in head


def test_a_cluster_that_stays_is_not_told_as_gone(found: Comparison) -> None:
    assert [gone.name for gone in found.gone] == []


def test_what_is_new_does_nothing_to_people(found: Comparison) -> None:
    said = comment(found)
    new = said[said.index("<b><code>trial</code>") :].split("</details>")[0]
    assert "`community`" in new
    assert "running servers" not in new


def test_text_and_data_tell_the_same(found: Comparison, capsys: pytest.CaptureFixture[str]) -> None:
    show_comparison(found, "text")
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("DATA AT RISK: research-gcp-") for line in lines[:4]) == 4
    parts = {part["name"]: part for part in comparison_data(found)["parts"]}
    dangers = [danger for stack in parts["research-gcp"]["stacks"] for danger in stack["dangers"]]
    assert {danger["kind"] for danger in dangers} == {"data"}
    assert parts["trial"]["fate"] == "renamed"
    assert parts["seminar-gcp"]["fate"] == "moved"
