"""Who is written into the history."""

from __future__ import annotations

import getpass
import socket

from deployer.rollout.history.actor import Actor, actor


def test_a_person_at_a_machine() -> None:
    assert actor({}) == Actor(who=f"{getpass.getuser()}@{socket.gethostname()}")
    assert actor({"GITHUB_ACTOR": "somebody-who-set-it"}).who.endswith(f"@{socket.gethostname()}")


def test_whoever_started_a_workflow() -> None:
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "ada",
        "GITHUB_SERVER_URL": "https://git.example.org",
        "GITHUB_REPOSITORY": "example/hubs",
        "GITHUB_RUN_ID": "42",
    }
    assert actor(variables) == Actor(who="ada", run_url="https://git.example.org/example/hubs/actions/runs/42")
    assert actor({**variables, "GITHUB_RUN_ID": ""}) == Actor(who="ada")


def test_the_other_kind_of_workflow() -> None:
    variables = {"GITLAB_CI": "true", "GITLAB_USER_LOGIN": "ada", "CI_JOB_URL": "https://git.example.org/jobs/7"}
    assert actor(variables) == Actor(who="ada", run_url="https://git.example.org/jobs/7")
