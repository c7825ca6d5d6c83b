"""Who does it: a person at a machine, or somebody who started a workflow."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody to ask."""

    who: str
    run_url: str = ""


def actor(environment: Mapping[str, str] = os.environ) -> Actor:
    """From the variables that GitHub Actions and GitLab CI set in each run; else the user and the machine."""
    github = environment.get("GITHUB_ACTOR") if environment.get("GITHUB_ACTIONS") else None
    if github:
        parts = [environment.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
        return Actor(who=github, run_url="{}/{}/actions/runs/{}".format(*parts) if all(parts) else "")
    gitlab = environment.get("GITLAB_USER_LOGIN") if environment.get("GITLAB_CI") else None
    if gitlab:
        return Actor(who=gitlab, run_url=environment.get("CI_JOB_URL", ""))
    return Actor(who=f"{getpass.getuser()}@{socket.gethostname()}")
