"""Profiles as people get them: the right node, size and image for each choice, and nothing that is not theirs."""

from __future__ import annotations

import html
from typing import Any

import pytest
from tornado import web

from components.hub.values import Told, foretold, hub_values
from components.server_sizes import pool_of, server_sizes
from schemas.community import Deployment
from tests.unit.hub_values.clusters import CLUSTERS
from tests.unit.hub_values.examples import NAMES, stages
from tests.unit.hub_values.pods import HubOf, notebook, variables
from tests.unit.hub_values.strategies import resolved

GCP = next(cluster for cluster in CLUSTERS if cluster["provider"] == "gcp" and "gpu" in cluster["node_pools"])
EXISTING = next(cluster for cluster in CLUSTERS if cluster["provider"] == "existing" and "gpu" in cluster["node_pools"])
ADA = {"type": "native", "admins": ["ada"]}
REFERENCE = "registry.example.org/hubs/base:2026-01-05"


def hub(*profiles: dict[str, Any], **fields: Any) -> Deployment:
    return resolved({"auth": ADA, "profiles": list(profiles), **fields}, GCP)


@pytest.mark.parametrize("name", NAMES)
def test_every_size_of_every_example_has_its_node_and_its_figures(name: str) -> None:
    for deployment in stages(name):
        there = HubOf(deployment)
        for profile in deployment.hub.profiles or (None,):
            for size in server_sizes(deployment, profile):
                options = {"profile": profile.slug, **({"size": size.slug} if size.slug else {})} if profile else {}
                pod = there.pod(options, groups=tuple(profile.groups) if profile else ())
                pool = pool_of(deployment, profile)
                pools = deployment.cluster.node_pools
                assert pool is not None
                own = pools[pool].node_selector or {}
                selector = own if deployment.cluster.existing else {"hub-pool": pool}
                assert pod["spec"].get("nodeSelector", {}) == selector
                resources = notebook(pod)["resources"]
                assert float(resources["requests"]["cpu"]) == pytest.approx(size.cpu.guarantee)
                assert resources["requests"]["memory"] == size.guarantee.memory_bytes
                assert resources["limits"].get("nvidia.com/gpu", "0") == str(size.gpu)
                assert resources["limits"].get("cpu") == size.cpu.limit
                tolerated = {toleration["key"] for toleration in pod["spec"]["tolerations"]}
                assert ("nvidia.com/gpu" in tolerated) == (pools[pool].gpu is not None)


def test_profiles_and_choices_keep_the_files_order_though_helm_sorts() -> None:
    sizes = [{"slug": "z", "memory_gib": 1}, {"slug": "a", "memory_gib": 2, "default": True}]
    images = [{"image": "data-science"}, {"image": "base"}]
    deployment = hub(
        {"slug": "second", "title": "Z", "options": {"sizes": sizes, "images": images}},
        {"slug": "first", "title": "A", "default": True},
    )
    offered = HubOf(deployment).ask(lambda spawner: spawner.offered())
    assert [profile["slug"] for profile in offered] == ["second", "first"]
    assert list(offered[0]["profile_options"]) == ["image", "size"]
    assert list(offered[0]["profile_options"]["size"]["choices"]) == ["z", "a"]
    assert list(offered[0]["profile_options"]["image"]["choices"]) == ["data-science", "base"]


def test_images_are_containers_and_open_where_they_say() -> None:
    images = [{"image": "data-science"}, {"image": REFERENCE, "title": "Plain <base>"}]
    there = HubOf(hub({"slug": "a", "title": "A", "options": {"images": images}}))
    first, other = there.pod(), there.pod({"profile": "a", "image": "registry-example-org-hubs-base-2026-01-05"})
    assert notebook(first)["image"] == "registry.example.org/hubs/data-science@sha256:" + "1" * 64
    assert variables(first)["JUPYTERHUB_DEFAULT_URL"] == "/rstudio"
    assert notebook(other)["image"] == REFERENCE
    assert variables(other)["JUPYTERHUB_DEFAULT_URL"] == "/lab"
    form = there.ask(lambda spawner: spawner.get_options_form())
    assert html.escape("Plain <base>") in form


def test_without_profiles_everybody_gets_the_hubs_own_server() -> None:
    resources = {"cpu": {"guarantee": 0.5}, "memory_gib": {"guarantee": 1, "limit": 2}}
    pod = HubOf(resolved({"auth": ADA, "resources": resources, "image": "data-science"}, GCP)).pod()
    assert notebook(pod)["resources"] == {"requests": {"cpu": 0.5, "memory": 2**30}, "limits": {"memory": 2**31}}
    assert pod["spec"]["nodeSelector"] == {"hub-pool": "user"}
    assert notebook(pod)["image"].startswith("registry.example.org/hubs/data-science@sha256:")
    assert variables(pod)["JUPYTERHUB_DEFAULT_URL"] == "/rstudio"


def test_gpus_are_given_with_what_makes_them_seen_and_taken_from_choices_without() -> None:
    sizes = [{"slug": "some", "memory_gib": 8}, {"slug": "more", "memory_gib": 16}]
    there = HubOf(
        hub(
            {"slug": "cpu", "title": "CPU", "default": True, "node_pool": "user"},
            {"slug": "gpu", "title": "GPU", "node_pool": "gpu", "gpu": 1, "options": {"sizes": sizes}},
        )
    )
    with_gpu, without = there.pod({"profile": "gpu", "size": "more"}), there.pod({"profile": "cpu"})
    assert notebook(with_gpu)["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert variables(with_gpu)["NVIDIA_DRIVER_CAPABILITIES"] == "compute,utility"
    assert "nvidia.com/gpu" not in str(without)
    assert "NVIDIA_DRIVER_CAPABILITIES" not in variables(without)


def test_variables_mean_what_the_file_says_braces_included() -> None:
    profile = {"slug": "a", "title": "A", "environment": {"PS1": "{username}", "N": "1"}}
    pod = HubOf(hub(profile, environment={"TEMPLATE": "{x} {{y}}", "N": "0"})).pod()
    told = variables(pod)
    assert (told["TEMPLATE"], told["PS1"], told["N"]) == ("{x} {{y}}", "{username}", "1")


def test_taints_of_nodes_that_are_somebody_elses_are_those_that_were_seen() -> None:
    seen = [{"key": "example.org/gpu", "operator": "Exists", "effect": "NoSchedule"}]
    deployment = resolved(
        {"auth": ADA, "profiles": [{"slug": "gpu", "title": "GPU", "node_pool": "gpu", "gpu": 1}]}, EXISTING
    )
    pod = HubOf(deployment, Told(tolerations={"gpu": seen})).pod()
    assert pod["spec"]["tolerations"] == seen
    assert pod["spec"]["nodeSelector"] == {"example.org/nodes": "gpu"}
    assert "node-purpose" not in str(pod["spec"].get("affinity"))


RESTRICTED = (
    {"slug": "open", "title": "Open", "default": True},
    {"slug": "closed", "title": "Closed", "groups": ["staff"]},
    {
        "slug": "mixed",
        "title": "Mixed",
        "options": {
            "sizes": [{"slug": "small", "memory_gib": 1}, {"slug": "large", "memory_gib": 8, "groups": ["staff"]}],
            "images": [{"image": "data-science", "groups": ["staff"], "default": True}, {"image": "base"}],
        },
    },
)
GROUPS = {"groups": {"staff": ["grace"]}}


def refused(there: HubOf, options: dict[str, Any], **who: Any) -> str:
    with pytest.raises(web.HTTPError) as caught:
        there.pod(options, **who)
    assert caught.value.status_code == 403
    return str(caught.value.log_message)


@pytest.mark.parametrize(
    "options",
    [
        {"profile": "closed"},
        {"profile": "mixed", "size": "large"},
        {"profile": "mixed", "image": "data-science"},
        {"profile": "mixed", "size": ["large"]},
        {"profile": "mixed", "image--unlisted-choice": "registry.example.org/other:1"},
        {"image--unlisted-choice": "registry.example.org/other:1", "profile": "nowhere"},
    ],
)
def test_what_is_not_theirs_is_refused_whoever_asks_how(options: dict[str, Any]) -> None:
    there = HubOf(hub(*RESTRICTED, **GROUPS))
    assert refused(there, options)
    # Admins are no exception.
    assert refused(there, options, user="root", admin=True)
    if "unlisted" not in str(options) and options.get("size") != ["large"]:
        assert there.pod(options, user="grace", groups=("staff",))


def test_the_form_shows_what_is_theirs_and_refuses_the_rest_while_they_look() -> None:
    there = HubOf(hub(*RESTRICTED, **GROUPS))
    form = there.ask(lambda spawner: spawner.get_options_form())
    assert 'value="open"' in form
    assert 'value="closed"' not in form
    assert 'value="large"' not in form
    theirs = there.ask(lambda spawner: spawner.get_options_form(), user="grace", groups=("staff",))
    assert 'value="closed"' in theirs
    assert 'value="large"' in theirs
    sent = {"profile": ["mixed"], "profile-option-mixed--size": ["large"]}
    with pytest.raises(web.HTTPError, match="no size 'large'"):
        there.ask(lambda spawner: spawner.run_options_from_form(sent), user="alan")
    options = there.ask(lambda spawner: spawner.run_options_from_form(sent), user="eve", groups=("staff",))
    assert options == {"profile": "mixed", "size": "large"}


def test_the_default_of_those_who_may_not_have_it_is_the_next_they_may() -> None:
    pod = HubOf(hub(*RESTRICTED, **GROUPS)).pod({"profile": "mixed"})
    assert notebook(pod)["image"] == REFERENCE


def test_whoever_may_use_nothing_starts_nothing() -> None:
    there = HubOf(hub({"slug": "closed", "title": "Closed", "groups": ["staff"]}, **GROUPS))
    assert "None of this hub's profiles" in refused(there, {})


def test_a_stale_choice_shows_a_form_all_the_same() -> None:
    there = HubOf(hub(*RESTRICTED, **GROUPS))
    form = there.ask(lambda spawner: spawner.get_options_form(), {"profile": "closed"})
    assert 'value="open"' in form


def test_asking_too_much_again_and_again_does_not_end_the_hub() -> None:
    there = HubOf(hub(*RESTRICTED, **GROUPS))

    async def tried(spawner: Any) -> int:
        with pytest.raises(web.HTTPError):
            await spawner.load_user_options()
        return int(spawner.consecutive_failure_limit)

    # JupyterHub ends after so many failed starts in a row; 0 is never (jupyterhub.handlers.base).
    assert there.ask(tried, {"profile": "closed"}) == 0
    assert there.ask(lambda spawner: spawner.consecutive_failure_limit) == 5


UNLISTED = {"slug": "own", "title": "Own", "options": {"unlisted_image": True}}


@pytest.mark.parametrize(
    ("image", "allowed"),
    [
        ("registry.example.org/hubs/r:4.4", True),
        ("registry.example.org:5000/hubs/r:4.4", True),
        ("r@sha256:" + "a" * 64, True),
        ("registry.example.org/hubs/r", False),
        ("registry.example.org:5000/hubs/r", False),
        ("r:4 4", False),
        ("r:4\n", False),
        ({"name": "r:4"}, False),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_an_image_that_is_not_listed_needs_its_tag(image: Any, allowed: bool, named: bool) -> None:
    there = HubOf(hub(UNLISTED))
    # KubeSpawner itself looks at nothing where no profile is named.
    options = {"image--unlisted-choice": image, **({"profile": "own"} if named else {})}
    if allowed:
        assert notebook(there.pod(options))["image"] == image
    else:
        assert refused(there, options)


@pytest.mark.parametrize(
    ("image", "policy"),
    [("r:4.4", "Always"), ("r@sha256:" + "a" * 64, "IfNotPresent"), (None, "IfNotPresent")],
)
def test_an_image_under_a_tag_that_may_have_moved_is_asked_for_anew(image: str | None, policy: str) -> None:
    there = HubOf(hub(UNLISTED))
    pod = there.pod({"profile": "own", **({"image--unlisted-choice": image} if image else {})})
    assert notebook(pod)["imagePullPolicy"] == policy


def test_servers_have_time_for_a_node_and_a_large_image() -> None:
    waits = HubOf(hub()).ask(lambda spawner: (spawner.start_timeout, spawner.http_timeout))
    assert waits == (600, 120)


def test_images_that_nobody_can_get_are_fetched_nowhere() -> None:
    deployment = hub({"slug": "a", "title": "A", "image": REFERENCE}, image="data-science")
    values = hub_values(deployment, foretold(deployment))["jupyterhub"]
    assert values["singleuser"]["image"] == {
        "name": "registry.example.org/hubs/base",
        "tag": "2026-01-05",
        "pullPolicy": "IfNotPresent",
    }
    assert values["prePuller"]["extraImages"] == {}


def test_who_names_no_image_gets_the_profiles() -> None:
    assert notebook(HubOf(hub({**UNLISTED, "image": REFERENCE})).pod())["image"] == REFERENCE


def test_built_images_come_in_by_the_same_door_and_no_others() -> None:
    built = {"helm_values": {"jupyterhub": {"custom": {"hubs": {"built_images": "registry.example.org/built/"}}}}}
    profile = {"slug": "own", "title": "Own", "options": {"build_image": True}}
    there = HubOf(hub(profile, binder=True, **built))
    mine = {"profile": "own", "image--unlisted-choice": "registry.example.org/built/demo:abc"}
    assert notebook(there.pod(mine))["image"] == "registry.example.org/built/demo:abc"
    assert refused(there, {**mine, "image--unlisted-choice": "registry.example.org/other:abc"})


def test_the_form_is_the_fancy_one_where_its_files_are(tmp_path_factory: pytest.TempPathFactory) -> None:
    from components.hub.profile_form import packed_form

    file = tmp_path_factory.mktemp("form") / "profile-form.zip"
    file.write_bytes(packed_form())
    mounted = {"helm_values": {"jupyterhub": {"custom": {"hubs": {"profile_form": {"file": str(file)}}}}}}
    there = HubOf(hub(*RESTRICTED, **GROUPS, **mounted))
    form = there.ask(lambda spawner: spawner.get_options_form())
    assert "window.profileList = " in form
    assert '"open"' in form
    assert '"closed"' not in form
    ((pattern, handler, settings),) = there.config.JupyterHub.extra_handlers.get_value([])
    assert pattern.startswith("/fancy-profiles/static")
    assert handler.__name__ == "StaticFileHandler"
    from pathlib import Path

    served = Path(settings["path"])
    assert (served / "dist/form.js").stat().st_size > 10**6
    assert not list(served.rglob("*.map"))


def test_the_packed_form_fits_a_config_map_and_is_the_same_each_time() -> None:
    from components.hub.profile_form import packed_form

    assert packed_form() == packed_form()
    assert len(packed_form()) < 2**20 * 0.7
