"""A change on its way from a fork to people, and three that must not arrive: the workflows' own commands, for real.

GitHub's part is played by git, by a server that answers as its API does, and by this file, which runs the steps.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import CHECKOUT, DEPLOYER, Checkout, Run, checkout
from tests.unit.workflows.files import Step, workflows
from tests.unit.workflows.github_server import REPOSITORY, TOKEN, GitHub, serving

pytestmark = [pytest.mark.engine, pytest.mark.hub]

COMMUNITY = "communities/demo.yaml"
NAMED = ("-c", "user.name=Example", "-c", "user.email=example@example.org")
BRANCH = "more-memory"
ACTOR = "ada"
RUN = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_ACTOR": ACTOR,
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": REPOSITORY,
    "GITHUB_RUN_ID": "1",
}
"""What GitHub tells each step of a run."""


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *NAMED, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@dataclass(frozen=True)
class Story:
    """A repository on a server, the machine that deploys what is merged, and somebody's fork."""

    machine: Checkout
    fork: Path
    github: GitHub

    def step(self, workflow: str, job: str, name: str, *, folder: Path, **environment: str) -> Run:
        """Run the command of one step as its workflow has it."""
        (found,) = (each for each in workflows()[workflow]["jobs"][job]["steps"] if each["name"] == name)
        done = subprocess.run(
            ["bash", "-e", "-c", Step(workflow, found).run],
            cwd=folder,
            env={**os.environ, **RUN, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
        )
        return Run(code=done.returncode, out=done.stdout, err=done.stderr)

    def change(self, message: str, **texts: tuple[str, str]) -> int:
        """Replace a text of the community's file in the fork, and push; the line that changed."""
        file = self.fork / COMMUNITY
        (before, after), text = texts["demo"], file.read_text()
        assert text.count(before) == 1
        file.write_text(text.replace(before, after))
        self.push(message)
        return text[: text.index(before)].count("\n") + 1

    def push(self, message: str) -> None:
        git(self.fork, "add", "--all")
        git(self.fork, "commit", "--quiet", "--message", message)
        git(self.fork, "push", "--quiet", "origin", f"HEAD:{BRANCH}")

    def merge(self) -> None:
        """What the button does, and what the workflow's checkout does after it."""
        git(self.fork, "push", "--quiet", "origin", "HEAD:main")
        git(self.machine.root, "fetch", "--quiet", "origin")
        git(self.machine.root, "reset", "--quiet", "--hard", "origin/main")

    def roll_out(self) -> tuple[Run, Run | None]:
        """The two jobs of rollout.yaml; the second only after the first went well."""
        staging = self.step("rollout.yaml", "staging", "Deploy", folder=self.machine.root, NAMES="demo")
        if staging.code:
            return staging, None
        return staging, self.step("rollout.yaml", "prod", "Deploy", folder=self.machine.root, NAMES="demo")

    def memory(self, stage: str) -> str:
        """What the hub that runs offers in its first profile, as it tells people who start a server."""
        run = self.machine.run("status", "demo", "--json")
        (found,) = (each for each in run.json if each["stage"] == stage)
        assert httpx.get(f"{found['url'].rstrip('/')}/hub/health").status_code == 200, "it answers"
        settings = json.loads((self.machine.root / ".state" / ".hubs" / f"demo-{stage}.json").read_text())["settings"]
        return str(settings["hub"]["profiles"][0]["memory_gib"]["limit"])

    def message(self, commit: str) -> str:
        return git(self.machine.root, "log", "-1", "--format=%s", commit)

    def history(self, stage: str) -> list[Mapping[str, Any]]:
        run = self.machine.run("history", "demo", "--stage", stage, "--json")
        assert run.code == 0, run.text
        return list(run.json)


@pytest.fixture(scope="module")
def story(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The demo community is up from `main`, as it stands in this project."""
    folder = tmp_path_factory.mktemp("story")
    with ExitStack() as stack:
        machine = stack.enter_context(checkout())
        for path in (machine.root / "communities").iterdir():
            if path.name != "demo.yaml":
                path.unlink()
        for name in (".gitignore", "policy.yaml"):
            shutil.copy(CHECKOUT / name, machine.root)
        git(machine.root, "init", "--quiet", "--initial-branch", "main")
        git(machine.root, "add", "--all")
        git(machine.root, "commit", "--quiet", "--message", "The first hub")
        git(folder, "clone", "--quiet", "--bare", str(machine.root), "origin.git")
        git(machine.root, "remote", "add", "origin", str(folder / "origin.git"))
        git(folder, "clone", "--quiet", str(folder / "origin.git"), "fork")
        told = Story(machine, folder / "fork", stack.enter_context(serving(GitHub())))
        for each in (machine.root, told.fork):
            (each / ".venv" / "bin").mkdir(parents=True)
            (each / ".venv" / "bin" / "deployer").symlink_to(DEPLOYER)
        first = told.roll_out()
        assert [run.code for run in first if run] == [0, 0], "\n".join(run.text for run in first if run)
        yield told


def test_a_forks_change_is_commented_right_to_the_line(story: Story, tmp_path: Path) -> None:
    line = story.change("More memory", demo=("    memory_gib: 1\n", "    memory_gib: 1.5\n"))
    preview = story.step("preview.yaml", "preview", "Preview", folder=story.fork, BASE="main")
    assert preview.code == 0, preview.text

    said = commented(story, tmp_path)
    assert f"**`profile Small: memory`**: `1 GiB` → `1.5 GiB` (`{COMMUNITY}:{line}`)" in said
    assert (story.memory("staging"), story.memory("prod")) == ("1.0", "1.0"), "nothing was deployed"


def commented(story: Story, folder: Path) -> str:
    """What comment.yaml puts below the pull request."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(story.fork / "preview.md", "preview.md")
    (story.fork / "preview.md").unlink()
    sha, fork = git(story.fork, "rev-parse", "HEAD"), {"full_name": "somebody/hubs", "owner": {"login": "somebody"}}
    head = {"sha": sha, "ref": BRANCH, "owner": "somebody", "repo": fork}
    story.github.pulls = [{"number": 1, "head": head, "base": {"repo": {"full_name": REPOSITORY}}}]
    story.github.artifacts = [{"id": 1, "name": "preview", "expired": False, "size_in_bytes": 1}]
    story.github.archive = packed.getvalue()
    run = {"id": 1, "head_sha": sha, "head_branch": BRANCH, "head_repository": fork, "html_url": "https://example.org"}
    (folder / "event.json").write_text(json.dumps({"workflow_run": run}))
    done = subprocess.run(
        [sys.executable, CHECKOUT / ".github" / "scripts" / "comment.py"],
        env={
            "GITHUB_API_URL": story.github.address,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return str(story.github.comments[-1]["body"])


def test_merged_it_reaches_staging_and_then_prod(story: Story) -> None:
    story.merge()
    staging, prod = story.roll_out()
    assert staging.code == 0, staging.text
    assert "staging" in staging.out
    assert prod
    assert prod.code == 0, prod.text
    assert (story.memory("staging"), story.memory("prod")) == ("1.5", "1.5")


def test_an_image_that_cannot_be_built_ends_at_staging(story: Story) -> None:
    shutil.copytree(story.fork / "images" / "base", story.fork / "images" / "physics")
    with (story.fork / "images" / "physics" / "requirements.txt").open("a") as file:
        file.write("idna==999\n")
    story.change("Physics", demo=("hub:\n", "hub:\n  image: physics\n"))
    assert story.machine.run("validate", "demo").code == 0
    story.merge()
    staging, prod = story.roll_out()
    assert prod is None
    assert staging.code == 4, staging.text
    assert "idna==999, we can conclude that your requirements are unsatisfiable" in staging.err
    assert story.memory("prod") == "1.5", "and it answers"
    refused = story.machine.run("deploy", "demo", "--stage", "prod")
    assert refused.code == 3, refused.text


def test_a_prod_that_fails_its_check_goes_back_by_itself(story: Story) -> None:
    (story.fork / "images" / "physics" / "requirements.txt").write_text(
        (story.fork / "images" / "base" / "requirements.txt").read_text()
    )
    override = "stages:\n  prod:\n    hub:\n      environment: {PYTHONHOME: /opt/nowhere}\nhub:\n  image: physics\n"
    story.change("Physics again", demo=("hub:\n  image: physics\n", override))
    story.merge()
    assert story.machine.run("validate", "demo").code == 0
    staging, prod = story.roll_out()
    assert staging.code == 0, staging.text
    assert prod
    assert prod.code in (3, 4), prod.text
    assert "server starts" in prod.err
    assert "went back" in prod.err
    assert story.memory("prod") == "1.5"
    healthy = story.machine.run("health", "--all", "--json")
    assert [(each["stage"], each["healthy"]) for each in healthy.json] == [("staging", True), ("prod", True)], (
        healthy.text
    )
    assert healthy.code == 0


def test_the_history_tells_it_all(story: Story) -> None:
    def told(stage: str) -> list[tuple[str, str, str]]:
        entries = reversed(story.history(stage))
        return [(each["kind"], each["outcome"], story.message(each["commit"])) for each in entries]

    assert told("staging") == [
        ("deploy", "well", "The first hub"),
        ("deploy", "well", "More memory"),
        ("deploy", "failed", "Physics"),
        ("deploy", "well", "Physics again"),
    ]
    assert told("prod") == [
        ("deploy", "well", "The first hub"),
        ("deploy", "well", "More memory"),
        ("deploy", "failed", "Physics again"),
        ("went back", "well", "Physics again"),
    ]
    failed, back = story.history("prod")[1], story.history("prod")[0]
    assert "server starts" in failed["reason"]
    assert back["origin"] == story.history("prod")[2]["number"]
    assert {each["who"] for each in story.history("prod")} == {ACTOR}
    assert failed["run_url"] == f"https://github.example/{REPOSITORY}/actions/runs/1"
    assert "idna==999" in story.history("staging")[1]["reason"]

    page = story.machine.run("history", "demo").out
    assert ACTOR in page
    assert "went back to" in page
