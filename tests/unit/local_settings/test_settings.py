"""From a resolved community to a hub's settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.clouds.local.settings import hub_settings
from components.size_titles import size_title
from schemas.amount import Amount
from tests.unit.local_settings.deployments import FULL_HUB, SIGN_INS, deployment

GIB = 1024**3


def profiles(hub: dict[str, Any]) -> dict[str, Any]:
    rendered = hub_settings(deployment(hub))["traits"]["LocalHubSpawner"]["profile_list"]
    return {profile["slug"]: profile for profile in rendered}


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


@pytest.mark.parametrize("auth", SIGN_INS.values(), ids=SIGN_INS)
def test_settings_are_plain_data_without_nulls_secrets_or_places_of_this_machine(auth: dict[str, Any]) -> None:
    settings = hub_settings(deployment({**FULL_HUB, "auth": auth}))
    assert json.loads(json.dumps(settings)) == settings
    assert None not in list(leaves(settings))
    texts = [leaf for leaf in leaves(settings) if isinstance(leaf, str)]
    assert "SECRET" not in texts
    assert not [text for text in texts if text.startswith(("/home", "/root", "/tmp", "/work"))]


def test_a_profile_inherits_what_it_does_not_say() -> None:
    small = profiles(FULL_HUB)["small"]
    assert small["kubespawner_override"] == {
        "node_pool": "",
        "image": "base",
        "default_url": "/lab",
        "cpu_guarantee": 0.25,
        "cpu_limit": 1,
        "mem_guarantee": GIB,
        "mem_limit": GIB,
    }
    assert small["size_title"] == "1 GiB of memory, up to 1 CPU"


def test_a_guarantee_alone_takes_the_hubs_limit_away() -> None:
    override = profiles(FULL_HUB)["staff"]["kubespawner_override"]
    assert (override["mem_guarantee"], override["mem_limit"]) == (GIB // 2, 0)


def test_texts_are_html_safe_as_kubespawner_asks() -> None:
    assert profiles(FULL_HUB)["small"]["display_name"] == "Small &amp; &lt;neat&gt;"


def test_choices_tell_their_place_and_exactly_one_default() -> None:
    options = profiles(FULL_HUB)["large"]["profile_options"]
    assert [(options[name]["position"]) for name in ("image", "size")] == [0, 1]
    images, sizes = options["image"]["choices"], options["size"]["choices"]
    assert {name: (choice["position"], choice["default"]) for name, choice in images.items()} == {
        "data-science": (0, False),
        "base": (1, True),
    }
    assert {name: (choice["position"], choice["default"]) for name, choice in sizes.items()} == {
        "z-first": (0, True),
        "a-second": (1, False),
    }


def test_a_size_keeps_the_profiles_cpu_and_is_named_by_its_size() -> None:
    sizes = profiles(FULL_HUB)["large"]["profile_options"]["size"]["choices"]
    assert sizes["z-first"]["display_name"] == "2 GiB of memory, 2 CPUs or more"
    assert sizes["a-second"]["display_name"] == "Big (4 GiB of memory, 2 CPUs or more)"
    assert sizes["z-first"]["kubespawner_override"] == {
        "cpu_guarantee": 2,
        "cpu_limit": 0,
        "mem_guarantee": 2 * GIB,
        "mem_limit": 2 * GIB,
    }


@pytest.mark.parametrize(
    ("profile_url", "image_url", "opens"),
    [("/tree", "/rstudio", "/tree"), (None, "/rstudio", "/rstudio"), (None, None, "/lab")],
)
def test_a_server_opens_where_the_profile_says_or_the_image_or_the_hub(
    profile_url: str | None, image_url: str | None, opens: str
) -> None:
    image = {"name": "base", "folder": "images/base", "digest": "0" * 64, "title": "B", "default_url": image_url}
    hub = {"profiles": [{"slug": "one", "title": "One", "default_url": profile_url}]}
    rendered = hub_settings(deployment(hub, images={"base": image}))["traits"]["LocalHubSpawner"]["profile_list"]
    assert rendered[0]["kubespawner_override"]["default_url"] == opens


def test_servers_count_to_the_first_user_pool_unless_the_profile_names_one() -> None:
    pools = {
        "core": {"role": "core", "cpu": 1, "memory_gib": 1},
        "users": {"cpu": 2, "memory_gib": 4},
        "big": {"cpu": 2, "memory_gib": 8},
    }
    hub = {"profiles": [{"slug": "a", "title": "A", "default": True}, {"slug": "b", "title": "B", "node_pool": "big"}]}
    settings = hub_settings(deployment(hub, cluster={"provider": "local", "node_pools": pools}))
    rendered = settings["traits"]["LocalHubSpawner"]["profile_list"]
    assert [profile["kubespawner_override"]["node_pool"] for profile in rendered] == ["users", "big"]
    assert settings["node_pools"] == {"big": {"cpu": 2, "memory_gib": 8}, "users": {"cpu": 2, "memory_gib": 4}}


def test_news_of_activity_comes_several_times_within_the_timeout() -> None:
    settings = hub_settings(deployment(FULL_HUB))
    assert settings["culling"] == {
        "idle_timeout_seconds": 120,
        "maximum_age_seconds": 3600,
        "look_every_seconds": 30,
    }
    assert settings["traits"]["JupyterHub"]["last_activity_interval"] == 30
    assert settings["traits"]["LocalHubSpawner"]["environment"] == {
        "JUPYTERHUB_ACTIVITY_INTERVAL": "30",
        "TZ": "Europe/Berlin",
    }


@pytest.mark.parametrize(
    ("sign_in", "everyone", "named"),
    [
        ("dummy", True, ["ada"]),
        ("dummy-listed", False, ["ada", "alan"]),
        ("native", True, ["ada"]),  # nativeauthenticator's own list of approved accounts decides
        ("github", False, ["ada"]),
        ("google", True, []),  # hosted_domains keeps everybody else out
        ("cilogon", False, []),
        ("auth0", False, ["alan"]),
        ("oidc", False, []),
    ],
)
def test_who_is_let_in(sign_in: str, everyone: bool, named: list[str]) -> None:
    traits = hub_settings(deployment({"auth": SIGN_INS[sign_in]}))["traits"]["Authenticator"]
    assert traits == {"allow_all": everyone, "allowed_users": named, "allow_existing_users": False} | (
        {"enable_auth_state": True, "manage_groups": True} if sign_in == "oidc" else {}  # it tells groups
    )


@pytest.mark.parametrize(
    ("cpu", "memory_gib", "title"),
    [
        (1, 2, "2 GiB of memory, 1 CPU"),
        ({"guarantee": 0.5, "limit": 1}, 0.5, "512 MiB of memory, up to 1 CPU"),
        ({"guarantee": 2}, {"guarantee": 1, "limit": 2.5}, "1 GiB to 2.5 GiB of memory, 2 CPUs or more"),
        (1.5, {"guarantee": 8}, "8 GiB or more of memory, 1.5 CPUs"),
    ],
)
def test_sizes_in_words(cpu: Any, memory_gib: Any, title: str) -> None:
    assert size_title(Amount.model_validate(cpu), Amount.model_validate(memory_gib)) == title
