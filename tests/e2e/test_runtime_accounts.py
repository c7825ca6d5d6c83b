"""A hub with accounts of its own, temporary homes, no profiles, and little patience with idle servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.runtime_hub import RuntimeHub, until, xsrf

pytestmark = pytest.mark.hub

PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RuntimeHub]:
    running = RuntimeHub(
        tmp_path_factory.mktemp("machine"),
        {
            "auth": {"type": "native", "admins": ["ada"]},
            "home": {"type": "none"},
            "resources": {"cpu": {"guarantee": 0.1, "limit": 2}, "memory_gib": 0.5},
        },
        culling={"idle_timeout_seconds": 4, "maximum_age_seconds": 0, "look_every_seconds": 1},
    )
    running.start()
    yield running
    running.close()


def sign_up(hub: RuntimeHub, name: str) -> str:
    browser = httpx.Client(base_url=hub.url, follow_redirects=True)
    form = {
        "username": name,
        "signup_password": PASSWORD,
        "signup_password_confirmation": PASSWORD,
        "_xsrf": xsrf(browser.get("/hub/signup").text),
    }
    return browser.post("/hub/signup", data=form).text


def test_accounts_wait_for_an_admin_and_admins_do_not(hub: RuntimeHub) -> None:
    assert "Sign up" in httpx.get(f"{hub.url}hub/login").text
    assert "has been sent to the admin" in sign_up(hub, "alan")
    with pytest.raises(AssertionError, match="has not been authorized"):
        hub.user("alan", PASSWORD)
    assert "The signup was successful" in sign_up(hub, "ada")
    ada = hub.user("ada", PASSWORD)
    assert "Approve accounts" in ada.get("/hub/home").text
    ada.get("/hub/authorize/alan")
    assert "Approve accounts" not in hub.user("alan", PASSWORD).get("/hub/home").text


def test_an_idle_server_is_stopped_and_its_temporary_home_removed(hub: RuntimeHub) -> None:
    ada = hub.user("ada", PASSWORD)
    # No profiles, no form: asking for a server starts it.
    ada.get("/hub/spawn")
    hub.ready("ada")
    homes = hub.folder / "temporary-homes"
    assert (homes / "ada--").is_dir()
    until(lambda: not hub.lease("ada"), "the idle server is stopped", hub.log)
    until(lambda: not list(homes.iterdir()), "its home is gone", hub.log)
    assert list(Path(hub.places["directories"]["homes"]).iterdir()) == []
