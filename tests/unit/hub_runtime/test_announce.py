"""What is announced on a cluster: a ConfigMap on a real API server, whose two slots never take each other's place."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from components.hub.layout import ANNOUNCEMENTS
from components.hub.runtime import KubernetesRuntime
from components.survey.errors import ClusterUnseenError
from tests.kubernetes import ApiServer
from tests.unit.hub_runtime.namespace import HubNamespace

pytestmark = [pytest.mark.xdist_group("api-server")]
STACK = "reef-prod"


@pytest.fixture
def hub(api_server: ApiServer) -> Iterator[HubNamespace]:
    place = HubNamespace(api_server, STACK)
    place.make()
    yield place
    place.remove()


def announced(api_server: ApiServer) -> dict[str, str]:
    found = api_server.object("v1", "ConfigMap", STACK, ANNOUNCEMENTS)
    assert found is not None
    return dict(found.get("data") or {})


def test_two_slots(api_server: ApiServer, hub: HubNamespace) -> None:
    runtime = KubernetesRuntime(hub.facts)
    words = json.dumps({"text": "No chairs <b>", "until": None})
    runtime.announce("by-hand", words)
    runtime.announce("rollout", "{}")
    assert announced(api_server) == {"by-hand": words, "rollout": "{}"}
    runtime.announce("rollout", None)
    assert announced(api_server) == {"by-hand": words}
    runtime.announce("by-hand", None)
    assert announced(api_server) == {}


def test_a_hub_that_is_gone(api_server: ApiServer, hub: HubNamespace) -> None:
    runtime = KubernetesRuntime({**hub.facts, "namespace": "reef-nowhere"})
    with pytest.raises(ClusterUnseenError, match=r"does not take announcements: .*reef-nowhere"):
        runtime.announce("rollout", "{}")
