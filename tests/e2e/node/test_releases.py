"""What becomes of a hub when its release is upgraded: well, badly, and never in time."""

from __future__ import annotations

import httpx
import pytest

from deployer.errors import EngineFailed
from tests.e2e.node.hub_on_node import NAMESPACE, HubOnNode, until

pytestmark = [pytest.mark.engine, pytest.mark.hub, pytest.mark.xdist_group("node")]

RELEASE = f"{NAMESPACE}-jupyterhub"
NOWHERE = {"hub": {"image": {"name": "localhost/nobody-made-this", "tag": "1"}}}
SOON_SECONDS = 12


def history(hub: HubOnNode) -> list[str]:
    """The release's revisions, oldest first."""
    secrets = hub.api.items(hub.api.path("v1", "Secret", NAMESPACE), labelSelector=f"owner=helm,name={RELEASE}")
    labels = [secret["metadata"]["labels"] for secret in secrets]
    return [label["status"] for label in sorted(labels, key=lambda label: int(label["version"]))]


def page(hub: HubOnNode) -> str:
    """What people see who come."""
    return httpx.get(f"{hub.url}hub/login", timeout=30).text


def test_an_upgrade_that_fails_goes_back_to_what_was(hub: HubOnNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes to its timeout: nobody has the image that its hub should run."""
    monkeypatch.setattr("components.hub.releases.TIMEOUT_SECONDS", SOON_SECONDS)
    with pytest.raises(EngineFailed) as failed:
        hub.deploy(homepage={"announcement": "No chairs"}, helm_values=NOWHERE)
    assert f"{NAMESPACE}-jupyterhub" in failed.value.fault
    assert "went back to what it was" in failed.value.fault
    assert "an image that nobody has, in hub.image" in failed.value.remedy
    until(lambda: history(hub)[-2:] == ["failed", "deployed"], "the release before is back")
    until(lambda: "Reef" in page(hub), "the hub is as it was")
    assert "No chairs" not in page(hub)

    monkeypatch.undo()
    hub.deploy(homepage={"announcement": "New chairs"})
    assert history(hub)[-1] == "deployed"
    assert "New chairs" in page(hub)
