"""What is deleted, and what is forgotten."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from pathlib import Path

import pytest

from providers.local.runtime.membership import DECLARED, forget_former_members, groups_reader
from providers.local.runtime.sweep import sweep

DAY = 86_400


def test_the_sweeper_deletes_what_nobody_changed_and_keeps_the_rest(tmp_path: Path) -> None:
    scratch, outside = tmp_path / "scratch", tmp_path / "outside"
    deep = scratch / "ada" / "data" / "deep"
    deep.mkdir(parents=True)
    outside.mkdir()
    (outside / "precious").touch()
    (deep / "old").touch()
    (scratch / "ada" / "link").symlink_to(outside)
    now = (deep / "old").stat().st_ctime
    assert sweep(scratch, DAY, now=now + DAY - 60) == 0
    assert sweep(scratch, DAY, now=now + DAY + 60) == 2
    assert not (deep / "old").exists()
    assert (outside / "precious").exists()
    assert (scratch / "ada").is_dir()


def test_what_came_today_with_an_old_date_is_new(tmp_path: Path) -> None:
    unpacked = tmp_path / "ada" / "unpacked"
    unpacked.parent.mkdir()
    unpacked.touch()
    os.utime(unpacked, (0, 0))
    assert sweep(tmp_path, 7 * DAY) == 0
    assert unpacked.exists()


def test_empty_folders_go_and_peoples_own_stay(tmp_path: Path) -> None:
    (tmp_path / "ada" / "empty").mkdir(parents=True)
    sweep(tmp_path, DAY, now=(tmp_path / "ada" / "empty").stat().st_ctime + 2 * DAY)
    assert [path.name for path in tmp_path.rglob("*")] == ["ada"]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A hub's database with two declared groups and one of the admin page's."""
    from jupyterhub import orm

    path = tmp_path / "jupyterhub.sqlite"
    session = orm.new_session_factory(f"sqlite:///{path}")()
    users = {name: orm.User(name=name) for name in ("ada", "alan", "grace")}
    for name, properties in (("instructors", DECLARED), ("dropped", DECLARED), ("by-hand", {})):
        session.add(orm.Group(name=name, properties=properties, users=list(users.values())))
    session.commit()
    session.close()
    return path


def members(database: Path) -> dict[str, set[str]]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        groups = {name: set() for (name,) in connection.execute("SELECT name FROM groups")}
        rows = connection.execute(
            "SELECT groups.name, users.name FROM user_group_map JOIN groups ON groups.id = group_id "
            "JOIN users ON users.id = user_id"
        )
        for group, user in rows:
            groups[group].add(user)
    return groups


def test_groups_of_the_file_have_its_members_and_no_others(database: Path) -> None:
    forget_former_members(database, {"instructors": ["Grace"]})
    assert members(database) == {"instructors": {"grace"}, "by-hand": {"ada", "alan", "grace"}}
    forget_former_members(database, {"instructors": []})
    assert members(database)["instructors"] == set()


def test_a_hub_that_never_ran_has_nothing_to_forget(tmp_path: Path) -> None:
    forget_former_members(tmp_path / "jupyterhub.sqlite", {"instructors": ["ada"]})
    assert not (tmp_path / "jupyterhub.sqlite").exists()


def test_teams_of_github_join_the_files_groups() -> None:
    source = {"service": "github", "names": "teams", "user": "github_user.login"}
    read = groups_reader(source, {"instructors": ["Ada"], "others": ["alan"]})
    auth_state = {
        "github_user": {"login": "ada"},
        "teams": [{"slug": "staff", "organization": {"login": "example-org"}}],
    }
    assert read(auth_state) == {"example-org:staff", "instructors"}
    assert read({"github_user": {"login": "alan"}}) == {"others"}


def test_groups_of_a_claim_may_lie_deep_or_be_missing() -> None:
    source = {"service": "oidc", "names": "oauth_user.realm.groups", "user": "oauth_user.name"}
    read = groups_reader(source, {})
    assert read(json.loads('{"oauth_user": {"name": "ada", "realm": {"groups": ["a", "b"]}}}')) == {"a", "b"}
    assert read({"oauth_user": {"name": "ada"}}) == set()
