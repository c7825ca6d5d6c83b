"""What people find on a hub whose servers are pods of a real node."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from deployer.rollout.health import check_hub
from deployer.rollout.health.target import Expectations, HubTarget, SharedExpectation
from tests.e2e.node.hub_on_node import ADMIN, HubOnNode, until
from tests.e2e.person import Person

# One node on a machine: whatever needs it runs in one worker.
pytestmark = [pytest.mark.engine, pytest.mark.hub, pytest.mark.browser, pytest.mark.xdist_group("node")]

At = Callable[[str], Person]
GIB = 1024**3


def test_the_hub_is_fit_to_be_used(hub: HubOnNode, idle: str) -> None:
    expects = Expectations(shared_directories=(SharedExpectation(name="shared"),))
    target = HubTarget(url=hub.url, api_token=hub.token, expects=expects)
    result = check_hub(target, on_step=lambda _: None)
    assert result.fault is None, f"{result.fault}\n{hub.log('hub')[-3000:]}"


def test_from_login_to_a_cell_and_back(at: At, hub: HubOnNode) -> None:
    alan = come(at, "alan", "large")
    assert "shared" in alan.files()
    assert "shared-readwrite" not in alan.files()
    pod = hub.server("alan")
    assert pod is not None
    (container,) = pod["spec"]["containers"]
    assert container["resources"]["limits"] == {"cpu": "2", "memory": str(GIB)}
    assert pod["spec"]["serviceAccountName"] == "user-sa"

    alan.new_notebook()
    assert alan.run_cell("6 * 7") == "42"
    assert alan.run_cell("import os; os.environ['MEM_LIMIT'], os.getuid()") == f"('{GIB}', 1000)"
    kept = secrets.token_hex(8)
    assert alan.run_cell(f"open('kept.txt', 'w').write('{kept}')") == str(len(kept))
    assert "Read-only file system" in alan.run_cell("open('shared/mine.txt', 'w')")

    alan.stop_server()
    until(lambda: hub.server("alan") is None, "the pod is gone")
    start(alan, "small")
    alan.go("user/alan/files/kept.txt")
    assert alan.page.inner_text("body") == kept
    pod = hub.server("alan")
    assert pod is not None
    assert pod["spec"]["containers"][0]["resources"]["limits"]["memory"] == str(GIB // 2)
    alan.stop_server()


def test_what_admins_share_everybody_reads(at: At, hub: HubOnNode) -> None:
    text = secrets.token_hex(8)
    ada = come(at, ADMIN, "small")
    assert {"shared", "shared-readwrite"} <= set(ada.files())
    ada.new_notebook()
    assert ada.run_cell(f"open('shared-readwrite/lecture.txt', 'w').write('{text}')") == str(len(text))
    assert ada.run_cell("print(open('shared/lecture.txt').read())") == text
    ada.stop_server()

    hedy = come(at, "hedy", "small")
    hedy.new_notebook()
    assert hedy.run_cell("print(open('shared/lecture.txt').read())") == text
    hedy.stop_server()


def test_too_much_memory_ends_the_kernel_and_is_told(at: At, hub: HubOnNode) -> None:
    grace = come(at, "grace", "small")
    grace.new_notebook()
    editor = grace.page.locator(".jp-Notebook .jp-CodeCell .cm-content").first
    editor.fill("much = bytearray(2 * 1024**3)")
    editor.press("Shift+Enter")
    # Where Kubernetes ends the whole container at once, what people are told is that the server is gone.
    told = re.compile("appears to have died|Server Connection Error|Server Not Running|automatically restart")
    expect(grace.page.locator(".jp-Dialog-content").filter(has_text=told)).to_be_visible(timeout=60_000)
    pod = hub.server("grace")
    assert pod is not None
    assert pod["status"]["phase"] == "Running", "only what was too large is gone"


def test_after_an_upgrade_servers_go_on_and_idle_ones_are_culled(hub: HubOnNode, idle: str) -> None:
    hub.start_server("mary", "small")
    before = hub.server("mary")
    hub.deploy(culling={"idle_timeout_minutes": 1}, helm_values={"cull": {"every": 5}})
    after = hub.server("mary")
    assert before
    assert after
    assert before["metadata"]["uid"] == after["metadata"]["uid"]
    until(lambda: hub.server(idle) is None, "the idle server is culled", seconds=120)
    assert f"Culling server {idle}" in hub.log("hub")


def come(at: At, name: str, profile: str) -> Person:
    """Somebody who signed in and whose server is there."""
    who = at(name)
    who.go("")
    who.log_in()
    start(who, profile)
    return who


def start(who: Person, profile: str) -> None:
    """Choose a profile by its short name."""
    who.go("hub/spawn")
    who.page.locator(f"#profile-{profile}").click()
    who.page.get_by_role("button", name="Start").click()
    who.see_lab()
