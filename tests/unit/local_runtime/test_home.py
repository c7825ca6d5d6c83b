"""What people find in their homes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from providers.local.runtime import launch
from providers.local.runtime.home import Home, Shared
from providers.local.runtime.person import KEPT_VARIABLES, clean_environment, may_write, views_possible


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    (tmp_path / "shared" / "course").mkdir(parents=True)
    (tmp_path / "shared" / "course" / "lesson.txt").write_text("one", encoding="utf-8")
    return tmp_path


def home(machine: Path, *, may_write: bool, views: bool = True) -> Home:
    return Home(
        folder=machine / "homes" / "ada",
        shared=(Shared(name="course", folder=machine / "shared" / "course", may_write=may_write),),
        scratch=machine / "scratch" / "ada",
        views=machine / "views" if views else None,
        owned=machine,
    )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_readers_and_writers_find_what_is_theirs(machine: Path) -> None:
    home(machine, may_write=False).prepare()
    assert names(machine / "homes" / "ada") == {"course", "scratch"}
    home(machine, may_write=True).prepare()
    assert names(machine / "homes" / "ada") == {"course", "course-readwrite", "scratch"}


def test_who_no_longer_writes_loses_the_link_and_keeps_their_own(machine: Path) -> None:
    home(machine, may_write=True).prepare()
    (machine / "homes" / "ada" / "elsewhere").symlink_to("/usr")
    home(machine, may_write=False).prepare()
    assert names(machine / "homes" / "ada") == {"course", "scratch", "elsewhere"}


def test_a_persons_own_file_of_that_name_stays(machine: Path) -> None:
    own = machine / "homes" / "ada" / "course"
    own.mkdir(parents=True)
    assert home(machine, may_write=False).prepare() == ["course"]
    assert own.is_dir()
    assert not own.is_symlink()


def test_removing_a_home_leaves_what_it_links_to(machine: Path) -> None:
    mine = home(machine, may_write=True)
    mine.prepare()
    mine.remove()
    assert not mine.folder.exists()
    assert (machine / "shared" / "course" / "lesson.txt").read_text(encoding="utf-8") == "one"


def test_a_temporary_home_starts_empty(machine: Path) -> None:
    mine = Home(folder=machine / "temporary", temporary=True)
    mine.prepare()
    (mine.folder / "left").touch()
    mine.prepare()
    assert names(mine.folder) == set()


def in_server(home: Home, script: str) -> subprocess.CompletedProcess[str]:
    plan = {
        "enter": [],
        "views": [[str(folder), str(view)] for folder, view in home.read_only().items()],
        "closed": [str(folder) for folder in home.closed()],
        "folder": str(home.folder),
        "command": ["/bin/sh", "-c", script],
    }
    return subprocess.run(launch.launcher(json.dumps(plan)), capture_output=True, text=True, check=False)


@pytest.mark.skipif(not views_possible(), reason="this machine lets nobody mount: read-only is by agreement")
@pytest.mark.parametrize("may_write", [True, False])
def test_shared_directories_are_read_only_except_for_writers(machine: Path, may_write: bool) -> None:
    mine = home(machine, may_write=may_write)
    mine.prepare()
    assert in_server(mine, "cat course/lesson.txt").stdout == "one"
    assert in_server(mine, "touch course/no").returncode != 0
    assert in_server(mine, f"touch {machine}/shared/course/by-its-path").returncode == (0 if may_write else 1)
    assert (in_server(mine, "touch course-readwrite/yes").returncode == 0) is may_write
    assert in_server(mine, "touch own scratch/own").returncode == 0
    # What one server mounts, nobody else sees.
    assert names(machine / "views" / "course") == set()


@pytest.mark.parametrize(
    ("writers", "is_admin", "groups", "may"),
    [
        ("admins", False, {"staff"}, False),
        ("admins", True, set(), True),
        ("everyone", False, set(), True),
        (["staff"], False, {"staff"}, True),
        (["staff"], False, {"students"}, False),
        (["staff"], True, set(), True),
    ],
)
def test_who_may_write(writers: str | list[str], is_admin: bool, groups: set[str], may: bool) -> None:
    assert may_write(writers, is_admin=is_admin, groups=groups) is may


def test_servers_inherit_nothing_of_the_deployers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "secret")
    monkeypatch.setenv("HUBS_HUB_FOLDER", "/somewhere")
    monkeypatch.setenv("LANG", "C.UTF-8")
    variables = clean_environment(Path("/environments/one"), Path("/homes/ada"), "ada")
    assert set(variables) <= {"HOME", "USER", "LOGNAME", "SHELL", "PATH", "JUPYTER_CONFIG_PATH", *KEPT_VARIABLES}
    assert variables["PATH"].startswith("/environments/one/bin:")
    assert (variables["HOME"], variables["USER"], variables["LANG"]) == ("/homes/ada", "ada", "C.UTF-8")
