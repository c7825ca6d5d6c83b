"""Puts the preview of a pull request below it, in place of the one before.

Started by `workflow_run`, with a token that may write. The preview was made by the pull request's own code, so nothing
in it is believed: neither which pull request it is of, nor that it is a preview at all.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from github import BOT, GitHubError, Repository

ARTIFACT, FILE = "preview", "preview.md"
MARKER = "<!-- hubs: preview -->"
"""In the first line of the comment; with the author, how it is found again."""
MOST_BYTES = 1_000_000
"""Of the artifact, packed."""
MOST_CHARACTERS = 60_000
"""GitHub takes 65,536 in a comment; ours are around it."""
NOBODY_REACHED = "\u200b"


class RefusedError(Exception):
    """No comment is written, and why."""


def main() -> None:
    """Comment, or say in the log why not; exits with 1 where GitHub is why."""
    run = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))["workflow_run"]
    repository = Repository()
    try:
        number = pull_request(repository, run)
        text = preview(repository, run)
        print(place(repository, number, body(text, run)))
    except RefusedError as refused:
        print(f"no comment: {refused}")
    except GitHubError as error:
        sys.exit(str(error))


def pull_request(repository: Repository, run: dict[str, Any]) -> int:
    """The open pull request whose newest commit the run was of, asked of GitHub; raises RefusedError."""
    fork = run["head_repository"]
    if not fork:
        raise RefusedError("the fork is gone")
    owner, branch = fork["owner"]["login"], run["head_branch"]
    found = repository.get(f"pulls?state=open&head={quote(f'{owner}:{branch}', safe='')}&per_page=100")
    for pull in found:
        of_this_run = (
            pull["head"]["sha"] == run["head_sha"]
            and (pull["head"]["repo"] or {}).get("full_name") == fork["full_name"]
            and pull["base"]["repo"]["full_name"] == repository.name
        )
        if of_this_run:
            return int(pull["number"])
    raise RefusedError("no open pull request is at the commit of this run; a newer commit has a run of its own")


def preview(repository: Repository, run: dict[str, Any]) -> str:
    """What the run handed over, as text; raises RefusedError for anything but one small text file."""
    handed = repository.get(f"actions/runs/{int(run['id'])}/artifacts?name={ARTIFACT}")["artifacts"]
    if len(handed) != 1 or handed[0]["expired"]:
        raise RefusedError("the run handed no preview over")
    if handed[0]["size_in_bytes"] > MOST_BYTES:
        raise RefusedError(f"what the run handed over has more than {MOST_BYTES} bytes")
    packed = repository.download(f"actions/artifacts/{int(handed[0]['id'])}/zip", MOST_BYTES + 1)
    if len(packed) > MOST_BYTES:
        raise RefusedError(f"what the run handed over has more than {MOST_BYTES} bytes")
    return unpacked(packed)


def unpacked(packed: bytes) -> str:
    """The text in an archive of one file, which is never written to a disk; raises RefusedError."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            if archive.namelist() != [FILE]:
                raise RefusedError(f"what the run handed over is not {FILE} alone")
            with archive.open(FILE) as file:
                # The size that an archive tells of a file may be a lie.
                content = file.read(4 * MOST_CHARACTERS + 1)
        text = content.decode("utf-8")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise RefusedError(f"what the run handed over cannot be read: {type(error).__name__}") from None
    if not text.strip():
        raise RefusedError("the preview is empty")
    return text if len(text) <= MOST_CHARACTERS else ""


def body(text: str, run: dict[str, Any]) -> str:
    """The comment: whose words these are, then the words, which can reach nobody and load nothing."""
    commit, address = run["head_sha"][:12], run["html_url"]
    if not text:
        text = f"The preview is longer than a comment may be; [the run]({address}) has it as the file `{ARTIFACT}`."
    head = f"Of {commit}, as this pull request's own code says it ([run]({address})).\n\n"
    return f"{MARKER}\n{head}{harmless(text)}\n"


def harmless(text: str) -> str:
    """Without control characters, without anybody being notified, without images and markers of others."""
    text = re.sub(r"[^\S\n\t ]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "", text)
    text = text.replace("@", f"@{NOBODY_REACHED}").replace("![", f"!{NOBODY_REACHED}[")
    text = re.sub(r"<(?=\s*(?:img|picture|source|video|audio|a)\b)", "&lt;", text, flags=re.IGNORECASE)
    return text.replace(MARKER, "")


def place(repository: Repository, number: int, text: str) -> str:
    """Write the comment, over the one that is there; says where it is."""
    for comment in repository.every(f"issues/{number}/comments"):
        if comment["user"]["login"] == BOT and comment["body"].startswith(MARKER):
            if comment["body"].strip() == text.strip():
                return f"as it was: {comment['html_url']}"
            return str(repository.write("PATCH", f"issues/comments/{int(comment['id'])}", body=text)["html_url"])
    return str(repository.write("POST", f"issues/{number}/comments", body=text)["html_url"])


if __name__ == "__main__":
    main()
