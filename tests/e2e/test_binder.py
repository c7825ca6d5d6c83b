"""Servers in repositories, as people start them: by the form, by link, and what they are told when it cannot be."""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.person import START_SECONDS, Person, person
from tests.e2e.runtime_hub import PASSWORD, RuntimeHub, until
from tests.environments import kept
from tests.git_server import GitServer, git_server

pytestmark = [pytest.mark.hub, pytest.mark.browser]

PYTHON_PROGRAM = [sys.executable, "-P", "-m", "providers.local.repository_program"]
WAITS = "import time\ntime.sleep(600)\n"
"""A build that never ends by itself."""
SLOW = {
    "pyproject.toml": '[project]\nname = "slow"\nversion = "1"\n'
    '[build-system]\nrequires = []\nbuild-backend = "slow"\nbackend-path = ["."]\n',
    "slow.py": WAITS,
}


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with git_server(tmp_path_factory.mktemp("git")) as server:
        yield server


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, code: GitServer) -> Iterator[RuntimeHub]:
    asked = {
        "auth": {"type": "dummy"},
        "resources": {"cpu": {"guarantee": 0.1, "limit": 2}, "memory_gib": {"guarantee": 0.25, "limit": 1}},
        "named_servers_per_user": 3,
        "profiles": [
            {"slug": "course", "title": "Course", "default": True},
            {"slug": "own", "title": "Your own", "options": {"build_image": True}},
        ],
        "binder": {"allowed_repositories": [f"{code.url}/*"], "max_builds_per_user": 1, "login": False},
    }
    machine = tmp_path_factory.mktemp("machine")
    running = RuntimeHub(machine, asked)
    cache, base = machine / "cache", kept("base")
    running.places |= {
        "environments": {"base": str(base), "data-science": str(base)},
        "builder": PYTHON_PROGRAM,
        "cache": str(cache),
    }
    (running.folder / "places.json").write_text(json.dumps(running.places))
    trusted = os.environ.get("GIT_SSL_CAINFO")
    os.environ["GIT_SSL_CAINFO"] = str(code.certificate)
    try:
        running.start()
        yield running
    finally:
        running.close()
        os.environ.pop("GIT_SSL_CAINFO")
        if trusted:
            os.environ["GIT_SSL_CAINFO"] = trusted


@pytest.fixture
def ada(hub: RuntimeHub, browser: Browser) -> Iterator[Person]:
    someone = person(browser, hub.url, f"ada-{secrets.token_hex(3)}", PASSWORD)
    someone.go("hub/login")
    someone.log_in()
    expect(someone.page.get_by_role("heading", name="Choose your server")).to_be_visible()
    yield someone
    someone.page.context.close()
    for name, server in hub.api.get(f"/users/{someone.name}").json().get("servers", {}).items():
        if server["ready"] or server["pending"]:
            hub.api.delete(f"/users/{someone.name}/servers/{name}" if name else f"/users/{someone.name}/server")


def name_repository(who: Person, repository: str, ref: str = "") -> None:
    page = who.page
    page.get_by_role("radio", name="Your own", exact=True).check()
    page.get_by_label("Repository").fill(repository)
    page.get_by_label("Branch, tag or commit").fill(ref)
    page.get_by_role("button", name="Start").click()


def see_folder(who: Person, name: str) -> None:
    who.page.wait_for_url(re.compile(rf"/lab/tree/{name}$"), timeout=START_SECONDS * 1000)
    expect(who.page.locator("#jp-main-dock-panel")).to_be_visible(timeout=START_SECONDS * 1000)
    expect(who.page.locator(".jp-DirListing-itemName", has_text="requirements.txt")).to_be_visible()


def command_of(hub: RuntimeHub, name: str) -> psutil.Process:
    lease = until(lambda: hub.lease(name), f"{name} has a server", hub.log)
    return psutil.Process(lease.process.pid)


def test_by_the_form_and_again_at_once_by_link(hub: RuntimeHub, code: GitServer, ada: Person) -> None:
    address = code.repository("first", {"requirements.txt": "idna==3.10\n", "lesson.md": "# Lesson\n"})
    name_repository(ada, address, "main")
    log = ada.page.locator("#progress-log")
    expect(log).to_contain_text("Building its environment")
    expect(log).to_contain_text("Installed")
    see_folder(ada, "first")

    ada.new_notebook()
    told = ada.run_cell("import idna, os; print(idna.__version__, os.path.basename(os.getcwd()), os.listdir())")
    assert told.startswith("3.10 first")
    assert "lesson.md" in told
    (hub.home(ada.name) / "first" / "mine.txt").write_text("kept")
    leaked = [name for name in command_of(hub, ada.name).environ() if "PASSPHRASE" in name or name.startswith("HUBS_")]
    assert leaked == []

    ada.stop_server()
    ada.go(f"hub/binder/git/{quote(address, safe='')}/main")
    see_folder(ada, "first")
    assert (hub.home(ada.name) / "first" / "mine.txt").read_text() == "kept"
    assert hub.log().count("Building its environment") <= 1
    # Whoever follows the link again comes to the server that runs.
    ada.go(f"hub/binder/git/{quote(address, safe='')}/main")
    see_folder(ada, "first")


def test_what_cannot_be_built_is_told(hub: RuntimeHub, code: GitServer, ada: Person) -> None:
    name_repository(ada, "https://elsewhere.example.org/a/b")
    expect(ada.page.locator(".spawn-error-msg")).to_contain_text(f"This hub builds only {code.url}/*")
    name_repository(ada, "nonsense")
    expect(ada.page.locator(".spawn-error-msg")).to_contain_text("is not the https address of a repository")

    name_repository(ada, code.repository("faulty", {"requirements.txt": "no-such-package-of-ours==1.0\n"}))
    expect(ada.page.locator("#progress-message")).to_contain_text(
        "Requirement 'no-such-package-of-ours==1.0' cannot be installed", timeout=30_000
    )
    ada.go("hub/spawn")
    name_repository(ada, code.repository("container", {"Dockerfile": "FROM scratch\n"}))
    expect(ada.page.locator("body")).to_contain_text("which needs a container, and this machine has none")
    assert "Traceback" not in ada.page.locator("body").inner_text()


def test_a_second_build_of_one_person_waits_its_turn(hub: RuntimeHub, code: GitServer) -> None:
    name = f"grace-{secrets.token_hex(3)}"
    hub.user(name)
    slow = {"profile": "own", "repository": code.repository("slow", SLOW), "ref": "main"}
    other = {**slow, "repository": code.repository("other", {"requirements.txt": "idna==3.9\n"})}
    assert hub.api.post(f"/users/{name}/servers/one", json=slow).status_code == 202

    def builds() -> list[psutil.Process]:
        return [each for each in psutil.process_iter(["cmdline"]) if "slow.py" in " ".join(each.info["cmdline"] or [])]

    progress = f"/users/{name}/servers/one/progress"
    with hub.api.stream("GET", progress) as told:
        assert any("Building its environment" in line for line in told.iter_lines())
    refused = hub.api.post(f"/users/{name}/servers/two", json=other)
    assert refused.status_code == 400
    assert refused.json()["message"] == "You have 1 build running, and 1 may run at once: try again when one is done"

    hub.api.delete(f"/users/{name}/servers/one").raise_for_status()
    until(lambda: not builds(), "the build has ended with its server", hub.log)
    answer = hub.api.post(f"/users/{name}/servers/two", json=other)
    assert answer.status_code in (201, 202), answer.text
    hub.api.delete(f"/users/{name}/servers/two").raise_for_status()


def test_without_signing_in_and_leaving_nothing(hub: RuntimeHub, code: GitServer, browser: Browser) -> None:
    code.repository("open", {"requirements.txt": "idna==3.10\n"})
    visitor = person(browser, hub.url, "nobody", "")
    visitor.go(f"hub/binder/v2/git/{quote(code.url + '/open', safe='')}/HEAD")
    see_folder(visitor, "open")
    name = re.search(r"/user/([^/]+)/", visitor.page.url)
    assert name
    assert name[1].startswith("visitor-")
    home = Path(command_of(hub, name[1]).cwd())
    assert [path.name for path in home.iterdir()] == ["open"] or (home / "open").is_dir()
    assert not hub.home(name[1]).exists()
    hub.stop(name[1])
    assert not home.exists()
    visitor.page.context.close()


def test_the_hub_has_a_repository_that_was_never_built(hub: RuntimeHub) -> None:
    name = f"hubs-health-{secrets.token_hex(3)}"
    hub.api.post(f"/users/{name}").raise_for_status()
    address = f"{hub.url}hub/never-built/{secrets.token_hex(8)}"
    options = {"profile": "own", "repository": address, "ref": "HEAD"}
    answer = hub.api.post(f"/users/{name}/server", json=options)
    assert answer.status_code in (201, 202), answer.text
    with hub.api.stream("GET", f"/users/{name}/server/progress", timeout=httpx.Timeout(START_SECONDS)) as told:
        lines = list(told.iter_lines())
    assert any("Building its environment" in line for line in lines), lines
    assert any('"ready": true' in line for line in lines), lines
    hub.stop(name)
    hub.api.delete(f"/users/{name}").raise_for_status()
