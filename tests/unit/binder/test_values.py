"""Binder on a cluster: what the charts are told, and the code that goes there with it.

BinderHub is on no package index, so its own classes cannot be asked here.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import types
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from components.hub.in_pod.binder_servers import start_in_repository
from components.hub.values import Told, foretold, hub_values
from deployer.config.checks.binder import check_binder
from schemas.community import Deployment
from tests.unit.hub_values.charts import complaints
from tests.unit.hub_values.strategies import resolved

PROFILES = [{"slug": "plain", "title": "Plain", "default": True}, {"slug": "own", "title": "Own"}]
BUILT = "registry.example.org/hubs/demo-staging-"


def values(**hub: Any) -> dict[str, Any]:
    deployment = resolved(hub)
    return hub_values(deployment, foretold(deployment))


def palette(**hub: Any) -> dict[str, dict[str, Any]]:
    return {profile["slug"]: profile for profile in values(**hub)["jupyterhub"]["singleuser"].get("profileList", [])}


def builds(profile: Mapping[str, Any]) -> bool:
    option = profile.get("profile_options", {}).get("image", {})
    # jupyterhub-fancy-profiles shows the field where both are so (src/utils/index.ts).
    return bool(option.get("dynamic_image_building", {}).get("enabled") and option["unlisted_choice"]["enabled"])


def test_nothing_of_it_without_binder() -> None:
    made = values(profiles=PROFILES)
    assert "binderhub-service" not in made
    assert "binder" not in made["jupyterhub"]["custom"]["hubs"]


@pytest.mark.parametrize(
    "settings",
    [
        True,
        {"registry": "registry.example.org/hubs", "build": {"memory_gib": {"guarantee": 2}, "cpu": 1}},
        {"login": False, "home": "ephemeral", "allowed_repositories": ["https://github.com/example-org/*"]},
    ],
)
def test_both_charts_accept_it(settings: Any) -> None:
    made = values(binder=settings, dask=True)
    assert [line for chart, own in made.items() for line in complaints(chart, own)] == []
    scopes = made["jupyterhub"]["hub"]["loadRoles"]["user"]["scopes"]
    assert sorted(scopes) == ["access:services!service=binder", "access:services!service=dask-gateway", "self"]


def test_what_is_asked_for_is_told() -> None:
    made = values(
        binder={
            "registry": "registry.example.org/hubs",
            "build": {"memory_gib": {"guarantee": 2, "limit": 8}, "cpu": {"guarantee": 0.5}},
            "max_builds": 7,
            "max_builds_per_user": 3,
            "build_timeout_minutes": 20,
        }
    )
    service = made["binderhub-service"]
    assert service["config"]["BinderHub"]["image_prefix"] == BUILT
    assert made["jupyterhub"]["custom"]["hubs"]["built_images"] == BUILT
    assert service["config"]["KubernetesCleaner"] == {"max_age": 1200}
    assert service["custom"]["hubs"]["max_builds"] == 7
    assert service["custom"]["hubs"]["max_builds_per_user"] == 3
    executor = service["config"]["KubernetesBuildExecutor"]
    assert executor["resources"] == {"requests": {"cpu": "500m", "memory": "2048Mi"}}
    assert service["dockerApi"]["resources"] == {
        "requests": {"cpu": "0", "memory": "0"},
        "limits": {"memory": "8192Mi"},
    }
    assert executor["node_selector"] == service["dockerApi"]["nodeSelector"]


def test_builds_keep_off_gpus() -> None:
    pools = {
        "gpu": {"cpu": 8, "memory_gib": 30, "gpu": {"kind": "t4"}},
        "spot": {"cpu": 8, "memory_gib": 30, "spot": True},
        "user": {"cpu": 8, "memory_gib": 30},
    }
    deployment = resolved({"binder": True}).model_dump(mode="json")
    deployment["cluster"]["node_pools"] = pools
    asked = Deployment.model_validate(deployment)
    made = hub_values(asked, foretold(asked))["binderhub-service"]
    assert made["config"]["KubernetesBuildExecutor"]["node_selector"] == {"hub-pool": "user"}


def test_the_field_is_where_it_was_asked_for() -> None:
    marked = [PROFILES[0], {**PROFILES[1], "options": {"build_image": True}}]
    assert {slug: builds(profile) for slug, profile in palette(profiles=marked, binder=True).items()} == {
        "plain": False,
        "own": True,
    }
    # The flag alone means all of them, and one where there are none.
    assert all(map(builds, palette(profiles=PROFILES, binder=True).values()))
    assert [builds(profile) for profile in palette(binder=True).values()] == [True]


def test_leaves_of_the_place_go_through_unread() -> None:
    unreadable = [object() for _ in range(3)]
    told = Told(
        built_images=unreadable[0],
        builder_annotations={"who": unreadable[1]},
        builder_labels={"label": unreadable[2]},
    )
    service = hub_values(resolved({"binder": True}), told)["binderhub-service"]
    assert service["config"]["BinderHub"]["image_prefix"] is unreadable[0]
    assert service["serviceAccount"]["annotations"]["who"] is unreadable[1]
    assert service["podLabels"]["label"] is unreadable[2]


@pytest.mark.parametrize(
    ("binder", "path"),
    [
        ({"max_builds": 1, "max_builds_per_user": 2}, "max_builds_per_user"),
        ({"build": {"cpu": {"guarantee": 2, "limit": 1}}}, "limit"),
        ({"login": False}, "login"),
    ],
)
def test_what_does_not_fit_is_said(binder: Mapping[str, Any], path: str) -> None:
    assert [finding.path[-1] for finding in check_binder(resolved({"binder": binder}))] == [path]


def test_what_fits_is_not() -> None:
    assert list(check_binder(resolved({"binder": True}))) == []


# In the hub's pod.


def spawner(image: str, user: str = "ada") -> Any:
    return SimpleNamespace(
        image=image,
        user=SimpleNamespace(name=user),
        cmd=["jupyterhub-singleuser"],
        volumes=["home"],
        volume_mounts=["home"],
        init_containers=["make-folders"],
    )


def hubs(home: str = "persistent") -> dict[str, Any]:
    return {"built_images": BUILT, "binder": {"home": home}}


def start(made: Any, folder: Path, repository: Path | None) -> tuple[str, str]:
    """Run the server's command with another program in the server's place: where it is, and where it would open."""
    shell, *words = made.cmd
    show = ["sh", "-c", 'pwd; echo "$JUPYTERHUB_DEFAULT_URL"; echo "$@"', "server", "--port=8888"]
    told = subprocess.check_output(
        [shell, *words[:-1], *show],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **({"REPO_DIR": str(repository)} if repository else {})},
        cwd="/",
        text=True,
    )
    where, url, arguments = told.splitlines()
    assert arguments == "--port=8888"
    return where, url


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    (folder / ".git").mkdir(parents=True)
    origin = '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://github.com/example-org/lesson one.git\n'
    (folder / ".git" / "config").write_text(origin)
    (folder / "notebook.ipynb").write_text("{}")
    return folder


def test_other_images_start_as_they_are() -> None:
    made = spawner("registry.example.org/hubs/base:1")
    start_in_repository(made, hubs())
    assert made.cmd == ["jupyterhub-singleuser"]


def test_a_home_gets_the_files_once(tmp_path: Path, repository: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    made = spawner(f"{BUILT}x:1")
    start_in_repository(made, hubs())
    start_in_repository(made, hubs())
    assert made.volumes == ["home"]
    assert start(made, home, repository) == (str(home), "/lab/tree/lesson one")
    assert (home / "lesson one" / "notebook.ipynb").is_file()
    (home / "lesson one" / "notebook.ipynb").write_text("mine")
    start(made, home, repository)
    assert (home / "lesson one" / "notebook.ipynb").read_text() == "mine"
    assert start(made, home, None) == ("/", "")


@pytest.mark.parametrize(("user", "home"), [("ada", "ephemeral"), ("visitor-0123", "persistent")])
def test_alone_with_the_files(user: str, home: str, tmp_path: Path, repository: Path) -> None:
    made = spawner(f"{BUILT}x:1", user)
    start_in_repository(made, hubs(home))
    assert (made.volumes, made.volume_mounts, made.init_containers) == ([], [], [])
    assert start(made, tmp_path, repository) == (str(repository), "")


# In BinderHub's pod.


@pytest.fixture
def logins(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The code's names; of BinderHub it needs a base class alone, and an empty one stands for it."""
    registry = types.ModuleType("binderhub.registry")
    registry.DockerRegistry = type("DockerRegistry", (), {})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "binderhub", types.ModuleType("binderhub"))
    monkeypatch.setitem(sys.modules, "binderhub.registry", registry)
    names: dict[str, Any] = {}
    exec(files("components.hub.in_binder").joinpath("registry_logins.py").read_text(encoding="utf-8"), names)
    return names


def test_amazon_would_take_the_signature(logins: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    keys = {"AccessKeyId": "an-id", "SecretAccessKey": "a-secret", "Token": "a-token"}
    made = logins["ecr_request"]("eu-west-1", keys, now)
    own = {"Authorization", "x-amz-date", "x-amz-security-token", "host"}
    theirs = AWSRequest(
        "POST", made.url, headers={k: v for k, v in made.headers.items() if k not in own}, data=made.body
    )
    monkeypatch.setattr(auth, "get_current_datetime", lambda: now)
    auth.SigV4Auth(Credentials("an-id", "a-secret", "a-token"), "ecr", "eu-west-1").add_auth(theirs)
    assert made.headers["Authorization"] == theirs.headers["Authorization"]


@pytest.mark.parametrize(
    ("host", "login"),
    [
        ("europe-west1-docker.pkg.dev", "google"),
        ("000000000000.dkr.ecr.eu-west-1.amazonaws.com", "aws"),
        ("examples.azurecr.io", "azure"),
        ("registry.example.org", None),
    ],
)
def test_each_clouds_registry_has_its_way_in(logins: dict[str, Any], host: str, login: str | None) -> None:
    found = logins["login_of"](host)
    assert (found and found.__name__) == login
