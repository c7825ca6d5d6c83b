"""Every profile of every example, started by KubeSpawner itself: on its pool, and as many on a node as computed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product, zip_longest
from typing import Any

import pytest

from components.machines.capacity import Capacity
from components.machines.offers import clouds, offer
from components.server_sizes import ServerSize, pool_of, server_sizes
from components.survey.quantity import capacity
from schemas.profile import Profile
from tests.e2e.scheduling.conftest import COMMUNITIES, Place

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("scheduling")]
GPU = "nvidia.com/gpu"
BY_SHARES = COMMUNITIES[:1]
"""Those whose sizes are shares of a node, not figures of the file's own."""


def people(place: Place) -> Iterator[tuple[Profile | None, Mapping[str, Any]]]:
    """Somebody for each profile with each of its choices, who may use it."""
    rendered = place.values["singleuser"].get("profileList") or []
    profiles = place.deployment.hub.profiles
    if not profiles:
        yield None, {"name": "plain", "groups": [], "form": {}}
    for profile, entry in zip(profiles, rendered, strict=True):
        options = entry.get("profile_options") or {}
        for number, chosen in enumerate(product(*(option["choices"] for option in options.values()))):
            form = {f"profile-option-{entry['slug']}--{name}": [one] for name, one in zip(options, chosen, strict=True)}
            who = {
                "name": f"{entry['slug']}-{number}",
                "groups": list(profile.groups),
                "form": {"profile": [entry["slug"]], **form},
            }
            yield profile, who


def test_each_server_lands_on_its_pool(place: Place) -> None:
    assert bool(shares(place)) == (place.deployment.community in BY_SHARES)
    asked = list(people(place))
    try:
        for (profile, who), pod in zip(asked, place.spawn([one for _, one in asked]), strict=True):
            assert "error" not in pod, (who, pod)
            node = place.node(pod["spec"]["nodeName"])
            pool = pool_of(place.deployment, profile)
            assert pool is not None
            assert node["metadata"]["name"].rpartition("-")[0] == pool, who
            limits = pod["spec"]["containers"][0]["resources"]["limits"]
            requests = capacity(pod["spec"]["containers"][0]["resources"]["requests"])
            wants = promised(place, profile, who)
            assert (requests.millicores, requests.memory_bytes) == (wants.millicores, wants.memory_bytes), who
            wanted = profile.gpu if profile else 0
            assert int(limits.get(GPU, 0)) == wanted
            assert (GPU in node["status"]["allocatable"]) == bool(wanted), "GPUs are for those who asked for one"
            assert pod["status"]["phase"] == "Running"
    finally:
        place.clear()


def promised(place: Place, profile: Profile | None, who: Mapping[str, Any]) -> Capacity:
    """What the size that somebody chose promises."""
    sizes = server_sizes(place.deployment, profile)
    chosen = who["form"].get(f"profile-option-{profile.slug}--size", [None])[0] if profile else None
    (size,) = [size for size in sizes if size.slug == chosen or (chosen is None and size.default)]
    return size.guarantee


@pytest.mark.parametrize("place", BY_SHARES, indirect=True, scope="module")
def test_as_many_fill_a_node_as_computed(place: Place) -> None:
    """N fit beside what every node's daemonsets take, all on one node while it has room; the next goes to another."""
    _daemonsets(place)
    for sizes in zip_longest(*shares(place).values()):
        crowd = [who for share in sizes if share for who in one_too_many(*share)]
        for pod in place.spawn(crowd, wait=False):
            assert "error" not in pod, pod
        nodes = Counter(pod["spec"].get("nodeName") for pod in place.settled(len(crowd)))
        for profile, size in filter(None, sizes):
            on_pool = sorted(nodes.pop(f"{pool_of(place.deployment, profile)}-{number}", 0) for number in (1, 2))
            assert on_pool == [1, size.per_node], (profile.slug, size.slug)
        assert not nodes, "of other pools, or of none"
        place.clear()


def shares(place: Place) -> Mapping[str, list[tuple[Profile, ServerSize]]]:
    """Sizes that are a share of a node, by pool: those of one pool would take each other's room."""
    found: dict[str, list[tuple[Profile, ServerSize]]] = {}
    for profile in place.deployment.hub.profiles:
        for size in server_sizes(place.deployment, profile):
            if size.per_node:
                found.setdefault(str(pool_of(place.deployment, profile)), []).append((profile, size))
    return found


def one_too_many(profile: Profile, size: ServerSize) -> list[Mapping[str, Any]]:
    """People for one node, and one more."""
    assert size.per_node is not None
    form = {"profile": [profile.slug], f"profile-option-{profile.slug}--size": [size.slug]}
    return [
        {"name": f"{profile.slug}-{size.slug}-{number}", "groups": list(profile.groups), "form": form}
        for number in range(size.per_node + 1)
    ]


def test_what_is_not_for_somebody_is_not_started(place: Place) -> None:
    closed = [who for profile, who in people(place) if profile is not None and profile.groups]
    nobodys = {"name": "nobody", "groups": [], "form": {"profile": ["nothing-of-the-kind"]}}
    for pod in place.spawn([nobodys, *({**who, "groups": ["strangers"]} for who in closed)]):
        assert re.search("no profile|None of this hub", pod.get("error", "")), pod
    assert place.pods() == []


def _daemonsets(place: Place) -> None:
    """What the catalogue says every node carries before the first server, on each node."""
    provider = place.deployment.cluster.provider
    if provider not in clouds():
        return
    taken = offer(provider).catalogue.daemonsets
    for node in place.api.items("/api/v1/nodes"):
        name = node["metadata"]["name"]
        container = {
            "name": "all",
            "image": "registry.example.org/daemons:1",
            "resources": {"requests": {"cpu": f"{round(taken.cpu * 1000)}m", "memory": f"{taken.memory_mib}Mi"}},
        }
        spec = {"nodeName": name, "containers": [container], "tolerations": [{"operator": "Exists"}]}
        about = {"name": f"daemons-{name}", "namespace": "kube-system"}
        place.api.apply({"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": spec}, manager="tests")
