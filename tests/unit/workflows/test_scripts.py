"""The scripts that write to GitHub, as the workflows start them, against a server that answers as GitHub does."""

from __future__ import annotations

import io
import json
import os
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.workflows.files import GITHUB
from tests.unit.workflows.github_server import REPOSITORY, TOKEN, GitHub, serving, written

SHA, FORK = "c0ffee" * 6 + "c0ff", "somebody/hubs"
RUN = {
    "id": 7,
    "head_sha": SHA,
    "head_branch": "more-memory",
    "head_repository": {"full_name": FORK, "owner": {"login": "somebody"}},
    "html_url": "https://github.example/runs/7",
    "pull_requests": [],  # as GitHub has it for forks
}
MARKER = "<!-- hubs: preview -->"


def pull(number: int, *, sha: str = SHA, repository: str | None = FORK, base: str = REPOSITORY) -> dict[str, Any]:
    return {
        "number": number,
        "head": {
            "sha": sha,
            "ref": "more-memory",
            "owner": "somebody",
            "repo": {"full_name": repository} if repository else None,
        },
        "base": {"repo": {"full_name": base}},
    }


def packed(**files: str | bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.md", content)
    return buffer.getvalue()


@pytest.fixture
def github() -> Iterator[GitHub]:
    artifact = {"id": 3, "name": "preview", "expired": False, "size_in_bytes": 500}
    with serving(GitHub(pulls=[pull(12)], artifacts=[artifact], archive=packed(preview="## demo\nsmaller"))) as server:
        yield server


def run(github: GitHub, script: str, *words: str, folder: Path, **environment: str) -> str:
    done = started(github, script, *words, folder=folder, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def started(
    github: GitHub, script: str, *words: str, folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["python3", str(GITHUB / "scripts" / script), *words],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "GITHUB_API_URL": github.address,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_RUN_ID": "7",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=30,
    )


def comment(github: GitHub, folder: Path, **event: Any) -> str:
    (folder / "event.json").write_text(json.dumps({"workflow_run": {**RUN, **event}}))
    return run(github, "comment.py", folder=folder, GITHUB_EVENT_PATH=str(folder / "event.json"))


def test_the_first_preview_is_a_comment_and_the_next_takes_its_place(github: GitHub, tmp_path: Path) -> None:
    github.comments = [written(1, "mine"), written(2, f"{MARKER}\nnot the bot's", by="somebody")]
    comment(github, tmp_path)
    assert len(github.comments) == 3
    body = github.comments[2]["body"]
    assert body.startswith(f"{MARKER}\nOf c0ffeec0ffee, as this pull request's own code says it")
    assert "## demo\nsmaller" in body
    assert "POST issues/12/comments" in github.asked

    assert "as it was" in comment(github, tmp_path)
    github.archive = packed(preview="## demo\nlarger")
    comment(github, tmp_path)
    assert len(github.comments) == 3
    assert "larger" in github.comments[2]["body"]
    assert [each["body"] for each in github.comments[:2]] == ["mine", f"{MARKER}\nnot the bot's"]
    assert github.tokens_at_the_store == [None, None, None], "whoever serves files does not see the token"


def test_a_comment_on_a_later_page_is_found(github: GitHub, tmp_path: Path) -> None:
    github.comments = [written(number, "talk", by="somebody") for number in range(1, 101)] + [written(101, MARKER)]
    comment(github, tmp_path)
    assert len(github.comments) == 101
    assert "smaller" in github.comments[-1]["body"]


@pytest.mark.parametrize(
    "others",
    [
        [],
        [pull(12, sha="0" * 40)],  # a newer commit came in the meantime
        [pull(12, repository="nobody/hubs")],  # a branch of the same name, of somebody else's
        [pull(12, repository=None)],  # the fork is gone
        [pull(12, base="somebody/hubs")],  # within the fork
    ],
)
def test_no_other_pull_request_is_ever_written_to(github: GitHub, tmp_path: Path, others: list[Any]) -> None:
    github.pulls = others
    assert "no comment: no open pull request is at the commit of this run" in comment(github, tmp_path)
    assert github.comments == []


def test_a_fork_that_is_gone_is_said(github: GitHub, tmp_path: Path) -> None:
    assert comment(github, tmp_path, head_repository=None) == "no comment: the fork is gone\n"
    assert github.asked == []


@pytest.mark.parametrize("script", ["comment.py", "issue.py"])
def test_a_refusal_of_githubs_is_one_line_and_a_red_run(github: GitHub, tmp_path: Path, script: str) -> None:
    github.refusal = 403
    (tmp_path / "event.json").write_text(json.dumps({"workflow_run": RUN}))
    words = ["drift", "By hand", "drift.txt"] if script == "issue.py" else []
    event = str(tmp_path / "event.json")
    done = started(github, script, *words, folder=tmp_path, GITHUB_EVENT_PATH=event, OUTCOME="failure")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"GitHub did not answer GET /repos/{REPOSITORY}/")
    assert line.endswith("HTTP Error 403: Forbidden")


@pytest.mark.parametrize(
    ("archive", "reason"),
    [
        (b"no archive", "BadZipFile"),
        (packed(preview="x", more="y"), "is not preview.md alone"),
        (packed(other="x"), "is not preview.md alone"),
        (packed(preview=b"\xff\xfe"), "UnicodeDecodeError"),
        (packed(preview=" \n"), "the preview is empty"),
        (b"x" * 1_000_001, "more than 1000000 bytes"),
    ],
    # Archives hold the time they were made: as part of a test's name, each worker would see a test of its own.
    ids=["no archive", "two files", "another name", "no text", "empty", "too large"],
)
def test_what_is_no_preview_is_refused(github: GitHub, tmp_path: Path, archive: bytes, reason: str) -> None:
    github.archive = archive
    assert reason in comment(github, tmp_path)
    assert github.comments == []


def test_a_size_that_is_told_is_enough_to_refuse(github: GitHub, tmp_path: Path) -> None:
    github.artifacts[0]["size_in_bytes"] = 10**9
    comment(github, tmp_path)
    assert github.comments == []
    assert not any("artifacts/" in asked for asked in github.asked), "it is not even fetched"


def test_a_run_without_a_preview(github: GitHub, tmp_path: Path) -> None:
    github.artifacts = []
    assert "the run handed no preview over" in comment(github, tmp_path)


def test_a_long_one_is_linked_to_however_small_it_is_packed(github: GitHub, tmp_path: Path) -> None:
    github.archive = packed(preview="x" * 50_000_000)
    assert len(github.archive) < 100_000
    comment(github, tmp_path)
    assert "longer than a comment may be" in github.comments[0]["body"]
    assert len(github.comments[0]["body"]) < 1000


def test_what_a_fork_writes_reaches_nobody(github: GitHub, tmp_path: Path) -> None:
    github.archive = packed(
        preview="@everyone ![i](https://example.org/x.png) <img src=x> <IMG src=x> <a href=x>b</a>\x1b[0m \u202e"
        + MARKER
    )
    comment(github, tmp_path)
    body = github.comments[0]["body"]
    assert "@everyone" not in body
    assert "![i]" not in body
    assert "<img" not in body.lower()
    assert "<a " not in body
    assert not {"\x1b", "\u202e"} & set(body)
    assert body.count(MARKER) == 1
    kept = "<details>\n<summary>ocean</summary>\n\n| a | b |\n| - | - |\n| 1 → 2 | **lost** |\n</details>"
    github.archive = packed(preview=kept)
    comment(github, tmp_path)
    assert kept in github.comments[0]["body"]


def test_one_issue_is_opened_updated_and_closed(github: GitHub, tmp_path: Path) -> None:
    github.issues = [written(1, "<!-- hubs: drift -->\nsomebody's own", by="somebody")]
    file = tmp_path / "drift.txt"

    def tell(outcome: str) -> str:
        return run(github, "issue.py", "drift", "By hand", "drift.txt", folder=tmp_path, OUTCOME=outcome)

    tell("success")
    assert len(github.issues) == 1
    file.write_text("ocean-prod: replicas 1 -> 3\n```\nfenced\n")
    assert "ocean-prod: replicas" in tell("failure")
    assert (len(github.issues), github.issues[1]["title"]) == (2, "By hand")
    assert "````text\nocean-prod: replicas 1 -> 3\n```\nfenced\n````" in github.issues[1]["body"]
    assert "/actions/runs/7" in github.issues[1]["body"]
    file.write_text("ocean-prod: replicas 1 -> 4\n")
    tell("failure")
    assert len(github.issues) == 2
    assert "1 -> 4" in github.issues[1]["body"]
    markdown = tmp_path / "drift.md"
    markdown.write_text("## ocean\nby @somebody\n")
    run(github, "issue.py", "drift", "By hand", "drift.md", folder=tmp_path, OUTCOME="failure")
    assert "\n## ocean\nby @\u200bsomebody\n" in github.issues[1]["body"]
    file.unlink()
    tell("failure")
    assert "without saying what it saw" in github.issues[1]["body"]
    tell("success")
    assert [issue["state"] for issue in github.issues] == ["open", "closed"]
