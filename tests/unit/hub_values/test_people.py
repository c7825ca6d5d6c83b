"""Who comes in, who may what, and what they see: of a JupyterHub that is configured as in its pod."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from jupyterhub import dbutil, orm

from components.hub.values import foretold, hub_values
from components.hub.values.auth import secret_values
from components.hub.values.secrets import PROXY_TOKEN
from components.jupyterhub.roles import HEALTH_SCOPES
from schemas.community import Deployment
from schemas.secrets import StageSecrets
from tests.unit.hub_values.hub_in_pod import HEALTH_TOKEN
from tests.unit.hub_values.strategies import resolved
from tests.unit.local_settings.deployments import SIGN_INS

CHECKOUT = Path(__file__).parents[3]
PROGRAMS = Path(sys.executable).parent
"""Where alembic is, which JupyterHub calls by its name."""
SECRETS = {
    PROXY_TOKEN: "a" * 64,
    "hub.config.JupyterHub.cookie_secret": "c" * 64,
    "hub.config.CryptKeeper.keys": "e" * 64,
    "hub.services.health.apiToken": HEALTH_TOKEN,
    "hub.services.dask-gateway.apiToken": "1" * 32,
    "hub.services.binder.apiToken": "2" * 32,
}
HEALTH = {"Authorization": f"token {HEALTH_TOKEN}"}
HUB: dict[str, Any] = {
    "auth": {"type": "native", "admins": ["ada"], "allowed_users": ["alan"]},
    "groups": {"instructors": ["Grace", "ada"], "students": []},
    "roles": [{"name": "instructor", "scopes": ["list:users", "access:servers"], "groups": ["instructors"]}],
    "homepage": {
        "text": "The hub of <the> spring course.",
        "announcement": "Maintenance on Friday",
        "organization": {"name": "Example University", "url": "https://www.example.org"},
    },
}

Start = Callable[..., dict[str, Any]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Brings a hub up in one folder, again and again, and tells what it knows and answers."""

    def start(
        deployment: Deployment, asked: Sequence[Mapping[str, Any]] = (), secrets: Mapping[str, str] = SECRETS
    ) -> dict[str, Any]:
        kept = {
            "values.yaml": json.dumps(
                secret_values(deployment, StageSecrets(client_secret="a client's secret"), "a password")
            )
        }
        values = hub_values(deployment, foretold(deployment))["jupyterhub"]
        given = {"values": values, "secrets": {**secrets, **kept}, "asked": list(asked)}
        (tmp_path / "given.json").write_text(json.dumps(given), encoding="utf-8")
        run = subprocess.run(
            [sys.executable, "-m", "tests.unit.hub_values.hub_in_pod", str(tmp_path)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PATH": f"{PROGRAMS}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert run.returncode == 0, run.stderr[-3000:]
        told: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
        return told

    return start


def test_people_groups_roles_pages_and_the_health_checks_token(start: Start) -> None:
    told = start(
        resolved(HUB),
        [
            {"path": "login"},
            {"path": "metrics"},
            {"path": "api/users"},
            {"path": "api/users", "headers": HEALTH},
            {"path": "api/users/health-check-1", "headers": HEALTH, "method": "POST", "body": ""},
        ],
    )
    assert told["users"] == ["ada", "alan", "grace"]
    assert told["admins"] == ["ada"]
    assert told["groups"] == {"instructors": ["ada", "grace"], "students": []}
    assert told["roles"]["instructor"] == ["access:servers", "list:users"]
    assert told["roles"]["hubs-health"] == sorted(HEALTH_SCOPES)
    assert told["services"]["health"] == ["hubs-health"]
    assert told["services"]["jupyterhub-idle-culler"] == ["jupyterhub-idle-culler"]
    assert told["proxy_token"] == SECRETS[PROXY_TOKEN]

    login, metrics, refused, users, added = told["answers"]
    assert [answer["status"] for answer in (login, metrics, refused, users, added)] == [200, 200, 403, 200, 201]
    words = {"Demo community", "The hub of &lt;the&gt; spring course.", "Maintenance on Friday", "Example University"}
    assert [word for word in words if word not in login["text"]] == []
    assert [user["name"] for user in json.loads(users["text"])] == ["ada", "alan", "grace"]

    changed = {**HUB, "auth": {**HUB["auth"], "admins": ["grace"]}, "groups": {"instructors": ["grace"]}}
    told = start(resolved(changed))
    assert told["admins"] == ["grace"]
    assert told["groups"] == {"instructors": ["grace"]}, "who left a group, and a group that is gone"


def test_the_proxy_starts_with_the_same_token_as_the_hub(tmp_path: Path) -> None:
    deployment = resolved({})
    chp = hub_values(deployment, foretold(deployment))["jupyterhub"]["proxy"]["chp"]
    ((variable, told),) = chp["extraEnv"].items()
    assert told == {"valueFrom": {"secretKeyRef": {"name": "hub-secrets", "key": PROXY_TOKEN}}}
    # The proxy's own command, with a program of its name that tells what it was started with.
    proxy = tmp_path / "configurable-http-proxy"
    proxy.write_text('#!/bin/sh\necho "$CONFIGPROXY_AUTH_TOKEN" "$@"\n')
    proxy.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", variable: "the-secret", "CONFIGPROXY_AUTH_TOKEN": "-"}
    arguments = ["--ip=", "--port=8000", "--error-target=http://hub:8081/hub/error"]
    run = subprocess.run([*chp["command"], *arguments], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["the-secret", *arguments]


def test_groups_of_the_sign_in_service_need_no_groups_of_the_hub(start: Start) -> None:
    told = start(resolved({**HUB, "auth": SIGN_INS["oidc"]}), [{"path": "login"}])
    assert told["answers"][0]["status"] == 200
    assert told["groups"].keys() <= {"instructors"}, "JupyterHub makes what a role names; members come with sign-in"


@pytest.mark.parametrize("missing", ["JupyterHub.cookie_secret", "CryptKeeper.keys"])
def test_what_stands_in_a_releases_place_of_a_secret_is_never_taken_for_one(start: Start, missing: str) -> None:
    deployment = resolved({"auth": SIGN_INS["oidc"]})
    section, _, trait = missing.partition(".")
    word = hub_values(deployment, foretold(deployment))["jupyterhub"]["hub"]["config"][section][trait]
    # The chart falls back on it where the Secret has no such key.
    with pytest.raises(AssertionError, match=r"hexadecimal|bytes"):
        start(deployment, secrets={**SECRETS, f"hub.config.{missing}": word if isinstance(word, str) else word[0]})


def test_an_older_database_is_upgraded_and_a_copy_of_it_stays(start: Start, tmp_path: Path) -> None:
    database = tmp_path / "jupyterhub.sqlite"
    url = f"sqlite:///{database}"
    with closing(orm.new_session_factory(url)()) as session:
        session.add(orm.User(name="somebody-from-before"))
        session.commit()
    newest = revision(database)
    with dbutil._temp_alembic_ini(url) as settings:
        subprocess.run([sys.executable, "-m", "alembic", "-c", settings, "downgrade", "-1"], check=True)
    older, before = revision(database), database.read_bytes()
    assert older != newest

    hub = {**HUB, "groups": {}}
    assert "somebody-from-before" in start(resolved(hub))["users"]
    assert revision(database) == newest
    (copy,) = tmp_path.glob("jupyterhub.sqlite.*")
    assert copy.read_bytes() == before

    start(resolved(hub))
    assert list(tmp_path.glob("jupyterhub.sqlite.*")) == [copy], "nothing to upgrade, and so nothing to copy"


def revision(database: Path) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
