"""Keeps one issue open while something is wrong: python3 issue.py NAME TITLE FILE

OUTCOME is how the step went that wrote FILE: after `success` the issue is closed. Says what it did, and writes the file
to the log too, where it is read without an issue.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from github import BOT, GitHubError, Repository

MOST_CHARACTERS = 60_000
"""GitHub takes 65,536 in an issue."""


def main(name: str, title: str, file: str) -> None:
    """Open, update or close."""
    text = Path(file).read_text(encoding="utf-8") if Path(file).is_file() else ""
    print(text)
    repository = Repository()
    marker = f"<!-- hubs: {name} -->"
    found = [
        issue
        for issue in repository.every("issues?state=open")
        if issue["user"]["login"] == BOT and (issue["body"] or "").startswith(marker)
    ]
    if os.environ["OUTCOME"] == "success":
        for issue in found:
            repository.write("PATCH", f"issues/{issue['number']}", state="closed", state_reason="completed")
            print(f"closed: {issue['html_url']}")
        return
    seen = said(text, markdown=file.endswith(".md"))
    body = f"{marker}\n{seen}\n\n[The run]({run_address(repository)}) has the whole of it.\n"
    if found:
        issue = repository.write("PATCH", f"issues/{found[0]['number']}", title=title, body=body)
    else:
        issue = repository.write("POST", "issues", title=title, body=body)
    print(f"told in: {issue['html_url']}")


def said(text: str, *, markdown: bool) -> str:
    """What a command printed: Markdown that notifies nobody, other text as it stands."""
    if not text.strip():
        return "The command ended without saying what it saw."
    if markdown:
        return text[:MOST_CHARACTERS].rstrip().replace("@", "@\u200b")
    # A fence that is longer than any within.
    fence = "`" * max(3, 1 + max((len(line) - len(line.lstrip("`")) for line in text.splitlines()), default=0))
    return f"{fence}text\n{text[:MOST_CHARACTERS].rstrip()}\n{fence}"


def run_address(repository: Repository) -> str:
    """The page of this run."""
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    return f"{server}/{repository.name}/actions/runs/{os.environ['GITHUB_RUN_ID']}"


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except GitHubError as failed:
        sys.exit(str(failed))
