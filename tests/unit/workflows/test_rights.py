"""What each workflow may do, and what it is given."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from schemas.kubernetes import Workflows
from tests.unit.workflows.files import GITHUB, ROOT, steps, uses, workflows

WRITING = {
    ("comment.yaml", "comment"): {"pull-requests"},
    ("deploy.yaml", "rollout"): {"id-token"},
    ("drift.yaml", "drift"): {"id-token", "issues"},
    ("health.yaml", "health"): {"id-token", "issues"},
    ("rollout.yaml", "staging"): {"id-token"},
    ("rollout.yaml", "prod"): {"id-token"},
}
"""All that any job may write. `id-token` is who it is, towards clouds."""
OF_PULL_REQUESTS = ("validate.yaml", "preview.yaml", "test.yaml")
"""These run a pull request's own code."""
READS_PULL_REQUESTS = "review.yaml"
"""This one runs the default branch's code on a pull request's files."""
JOBS = [(name, job) for name, workflow in workflows().items() for job in workflow["jobs"]]


def triggers(name: str) -> Any:
    return workflows()[name][True]


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_a_job_writes_nothing_but_what_it_is_there_for(name: str, job: str) -> None:
    workflow = workflows()[name]
    assert workflow["permissions"] == {}
    permissions = workflow["jobs"][job]["permissions"]
    assert {right for right, extent in permissions.items() if extent == "write"} == WRITING.get((name, job), set())


@pytest.mark.parametrize("name", OF_PULL_REQUESTS)
def test_code_of_a_fork_gets_no_secret_and_no_identity(name: str) -> None:
    text = (GITHUB / "workflows" / name).read_text()
    assert "pull_request" in triggers(name)
    assert not re.search(r"secrets\.|vars\.|github\.token|id-token|sign-in", text)
    assert set(re.findall(r"environment: (\S+)", text)) <= {"operators"}


def test_no_other_workflow_starts_with_a_pull_request() -> None:
    begun = {name for name in workflows() for trigger in triggers(name) if "pull_request" in trigger}
    assert begun == {*OF_PULL_REQUESTS, READS_PULL_REQUESTS}


def test_who_decides_is_said_by_the_code_that_is_to_be_changed_and_not_by_the_change() -> None:
    text = (GITHUB / "workflows" / READS_PULL_REQUESTS).read_text()
    assert not re.search(r"secrets\.|vars\.|github\.token|id-token|sign-in", text)
    job = workflows()[READS_PULL_REQUESTS]["jobs"]["review"]
    base, setup, change, said = job["steps"]
    assert not {"ref", "repository", "path"} & set(base["with"])
    assert (setup["uses"], change["with"]["path"]) == ("./.github/actions/setup", "change")
    # The change as this repository has it: in a checkout of the fork, `origin/main` would be the fork's.
    assert "repository" not in change["with"]
    # The commit on which the check is reported. actions/checkout refuses it of a fork without the second line.
    assert change["with"]["ref"] == "${{ github.event.pull_request.head.sha }}"
    assert change["with"]["allow-unsafe-pr-checkout"] is True
    assert [step["run"] for step in job["steps"] if "run" in step] == [said["run"]]
    assert said["run"].startswith(".venv/bin/deployer --project change review --base ")


def test_a_review_that_failed_needs_an_operator() -> None:
    """GitHub counts a job that is skipped as one that passed, and skips those whose condition names no status."""
    jobs = workflows()[READS_PULL_REQUESTS]["jobs"]
    assert jobs["operators"]["needs"] == "review"
    assert jobs["operators"]["if"] == "${{ !cancelled() && needs.review.outputs.operators != 'success' }}"
    assert jobs["review"]["outputs"]["operators"] == "${{ steps.operators.outcome }}"
    contexts = re.search(r'"contexts": (\[.*?\])', (ROOT / "docs" / "forking.md").read_text())
    assert contexts
    assert {job["name"] for job in jobs.values()} <= set(json.loads(contexts[1]))


def test_nobody_chooses_what_a_change_is_compared_with() -> None:
    """Neither by a pull request that is turned to another branch, nor by a tag: git takes tags before branches."""
    assert triggers(READS_PULL_REQUESTS) == {
        "pull_request_target": {"branches": ["main"], "types": ["opened", "synchronize", "reopened", "edited"]}
    }
    against = [step for step in steps() if "--base" in step.run]
    assert {step.place for step in against} == {"preview.yaml: preview", "review.yaml: review"}
    for step in against:
        assert '--base "refs/remotes/origin/$BASE"' in step.run
        assert step.content["env"]["BASE"] == "${{ github.base_ref }}"


def test_names_end_the_options_of_a_deploy() -> None:
    runs = [step.run for step in steps() if "$NAMES" in step.run and step.place.startswith("rollout.yaml")]
    assert len(runs) == 2
    assert all(run.endswith(" -- $NAMES") for run in runs)


def test_the_workflow_that_comments_runs_the_default_branch_alone() -> None:
    jobs = workflows()["comment.yaml"]["jobs"]
    (job,) = jobs.values()
    used = [step for step in job["steps"] if "uses" in step]
    assert [step["uses"].partition("@")[0] for step in used] == ["actions/checkout"]
    assert not {"ref", "repository"} & set(used[0]["with"])
    assert [step["run"] for step in job["steps"] if "run" in step] == ["python3 .github/scripts/comment.py"]


def test_environments_are_those_that_clouds_trust() -> None:
    named = {
        job["environment"] for each in workflows().values() for job in each["jobs"].values() if "environment" in job
    }
    trusted = set(Workflows.model_fields["environments"].default)
    assert named == trusted | {"operators"}
    operators = workflows()[READS_PULL_REQUESTS]["jobs"]["operators"]
    assert (operators["environment"], operators["permissions"]) == ("operators", {})
    signing_in = {
        (name, job)
        for name, each in workflows().items()
        for job, content in each["jobs"].items()
        if any(step.get("uses") == "./.github/actions/sign-in" for step in content.get("steps", ()))
    }
    assert signing_in == {place for place, rights in WRITING.items() if "id-token" in rights} - {
        ("deploy.yaml", "rollout")
    }
    assert all(workflows()[name]["jobs"][job].get("environment") for name, job in signing_in)


def test_nobody_is_waited_for_at_night() -> None:
    for name in ("drift.yaml", "health.yaml"):
        (job,) = workflows()[name]["jobs"].values()
        assert job["environment"] == "staging", "prod's reviewers would be asked every time"


def test_a_rollout_that_is_under_way_is_never_cancelled() -> None:
    for name, workflow in workflows().items():
        if name not in (*OF_PULL_REQUESTS, READS_PULL_REQUESTS):
            assert workflow.get("concurrency", {"cancel-in-progress": False})["cancel-in-progress"] is False
    rollout = workflows()["deploy.yaml"]["jobs"]["rollout"]
    assert rollout["concurrency"] == {"group": "rollout-${{ matrix.lane.name }}", "cancel-in-progress": False}
    assert rollout["strategy"]["fail-fast"] is False


def test_three_variables_and_no_more() -> None:
    text = "".join(path.read_text() for path in (GITHUB / "workflows").iterdir())
    assert set(re.findall(r"vars\.(\w+)", text)) == {"HUBS_GCP", "HUBS_AWS", "HUBS_AZURE"}
    assert set(re.findall(r"secrets\.(\w+)", text)) == {"SOPS_AGE_KEY"}


def test_every_action_is_pinned_as_the_table_says() -> None:
    table = (ROOT / "docs" / "workflows.md").read_text()
    rows = re.findall(r"^\| `([\w./-]+)` \| (v[\w.]+) \| `([0-9a-f]{40})` \|", table, re.MULTILINE)
    assert {f"{action}@{commit}" for action, _, commit in rows} == set(uses())
    texts = "".join(path.read_text() for path in GITHUB.rglob("*.y*ml"))
    for action, version, commit in rows:
        assert texts.count(f"{action}@{commit} # {version}\n") == texts.count(f"{action}@")


def test_no_expression_stands_in_a_command() -> None:
    assert [step.place for step in steps() if "${{" in step.run] == []


def test_no_checkout_leaves_a_token_behind() -> None:
    for step in steps():
        if step.content.get("uses", "").startswith("actions/checkout@"):
            assert step.content["with"]["persist-credentials"] is False, step.place
