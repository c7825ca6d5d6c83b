"""A real hub, as its settings make it: people sign in, choose, work, share, and meet limits."""

from __future__ import annotations

import json
import re
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from websockets.sync.client import connect

from providers.local.runtime import limits
from providers.local.runtime.hub_folder import FOLDER_VARIABLE
from tests.e2e.runtime_hub import RuntimeHub, until, xsrf

pytestmark = pytest.mark.hub

GIB = 1024**3
HUB: dict[str, Any] = {
    "homepage": {
        "text": "The hub of the <spring> course.",
        "announcement": "Maintenance & more on Friday",
        "organization": {"name": "Example University"},
    },
    "auth": {"type": "dummy", "admins": ["root"]},
    "resources": {"cpu": {"guarantee": 0.1, "limit": 2}, "memory_gib": {"guarantee": 0.25, "limit": 0.5}},
    "environment": {"COURSE": "spring"},
    "profiles": [
        {"slug": "small", "title": "Small", "default": True},
        {
            "slug": "large",
            "title": "Large",
            "options": {
                "images": [{"image": "base"}, {"image": "data-science"}],
                "sizes": [{"slug": "normal", "memory_gib": 1}, {"slug": "big", "memory_gib": 3}],
            },
        },
        {"slug": "staff", "title": "For instructors", "groups": ["instructors"]},
    ],
    "groups": {"instructors": ["grace"]},
    "shared_directories": [{"name": "shared"}],
    "scratch": {"delete_after_days": 7},
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RuntimeHub]:
    running = RuntimeHub(tmp_path_factory.mktemp("machine"), HUB)
    running.start()
    yield running
    running.close()


def environment_of(hub: RuntimeHub, name: str) -> dict[str, str]:
    lease = hub.lease(name)
    assert lease is not None
    return dict(psutil.Process(lease.process.pid).environ())


def test_the_login_page_says_whose_hub_it_is(hub: RuntimeHub) -> None:
    page = httpx.get(f"{hub.url}hub/login").text
    assert "<h1>Demo community</h1>" in page
    assert "The hub of the &lt;spring&gt; course." in page
    assert "Maintenance &amp; more on Friday" in page
    assert "Example University" in page
    assert '<span class="hub-stage">staging</span>' in page
    logo = httpx.get(f"{hub.url}hub/logo")
    assert logo.headers["content-type"].startswith("image/svg")


def test_a_wrong_password_is_refused(hub: RuntimeHub) -> None:
    browser = httpx.Client(base_url=hub.url, follow_redirects=True)
    form = {"username": "ada", "password": "wrong", "_xsrf": xsrf(browser.get("/hub/login").text)}
    answer = browser.post("/hub/login", data=form)
    assert answer.status_code == 403
    assert "Invalid username or password" in answer.text


def test_people_are_offered_what_their_groups_may_use(hub: RuntimeHub) -> None:
    def offered(name: str) -> list[str]:
        return re.findall(r'name="profile" id="[^"]*" value="([^"]*)"', hub.user(name).get("/hub/spawn").text)

    assert offered("alan") == ["small", "large"]
    assert offered("grace") == ["small", "large", "staff"]
    # Admins too are offered only what their groups may use.
    assert offered("root") == ["small", "large"]


def test_what_is_not_offered_cannot_be_had(hub: RuntimeHub) -> None:
    alan = hub.user("alan")
    assert hub.spawn(alan, profile="staff").status_code == 400
    unknown = {"profile": "large", "profile-option-large--size": "enormous"}
    assert hub.spawn(alan, **unknown).status_code == 400
    assert hub.lease("alan") is None


def test_a_chosen_size_is_what_the_server_gets(hub: RuntimeHub) -> None:
    ada = hub.user("ada")
    form = {"profile": "large", "profile-option-large--image": "data-science", "profile-option-large--size": "normal"}
    page = hub.spawn(ada, **form)
    assert "Your server is starting" in page.text
    hub.ready("ada")
    lease = hub.lease("ada")
    assert lease is not None
    assert (lease.memory_gib, lease.cpu) == (1, 0.1)
    environment = environment_of(hub, "ada")
    assert (environment["MEM_LIMIT"], environment["CPU_LIMIT"]) == (str(GIB), "2.0")
    assert (environment["HOME"], environment["COURSE"]) == (str(hub.home("ada")), "spring")
    assert not [name for name in environment if name.startswith(("PULUMI_", "HUBS_"))]
    assert not [value for value in environment.values() if value in (*hub.secrets.values(), "leaked")]
    if lease.group:
        # The server is in its group, so that its limits hold for it and for all that it starts.
        assert lease.process.pid in lease.group.pids()


def test_shared_and_scratch_are_there(hub: RuntimeHub) -> None:
    hub.ready("ada")
    headers = {"Authorization": f"token {hub.token('ada')}"}
    shared = Path(hub.places["directories"]["shared"]["shared"])
    (shared / "lesson.txt").write_text("one", encoding="utf-8")
    contents = f"{hub.url}user/ada/api/contents"
    assert httpx.get(f"{contents}/shared/lesson.txt", headers=headers).json()["content"] == "one"
    note = {"type": "file", "format": "text", "content": "mine"}
    assert httpx.put(f"{contents}/scratch/note.txt", headers=headers, json=note).status_code == 201
    assert httpx.get(f"{contents}/shared-readwrite", headers=headers).status_code == 404


def test_a_link_fetches_course_material_from_git(hub: RuntimeHub, tmp_path: Path) -> None:
    hub.ready("ada")
    material = tmp_path / "material"
    git = ["git", "-C", str(material), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", "init", "-q", "-b", "main", str(material)], check=True)
    (material / "lesson.ipynb").write_text("{}", encoding="utf-8")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "Lesson one"], check=True)
    headers = {"Authorization": f"token {hub.token('ada')}"}
    asked = {"repo": f"file://{material}", "branch": "main", "targetpath": "material"}
    page = httpx.get(f"{hub.url}user/ada/git-pull", params=asked, headers=headers)
    assert page.status_code == 200
    with httpx.stream("GET", f"{hub.url}user/ada/git-pull/api", params=asked, headers=headers, timeout=60) as events:
        told = "".join(events.iter_text())
    assert '"phase": "finished"' in told
    assert (hub.home("ada") / "material" / "lesson.ipynb").is_file()


def test_a_start_that_does_not_fit_is_refused_in_words(hub: RuntimeHub) -> None:
    hub.ready("ada")
    wanting = {"profile": "large", "profile-option-large--size": "big"}
    first = hub.user("first")
    hub.spawn(first, **wanting)
    hub.ready("first")
    page = hub.spawn(hub.user("second"), **wanting)
    assert page.status_code == 503
    assert "4 of 4 GiB of memory of this machine are promised to running servers; this one needs 3." in page.text
    hub.stop("first")


def test_a_restarted_hub_finds_the_servers_of_before(hub: RuntimeHub) -> None:
    started = hub.ready("ada")["started"]
    lease = hub.lease("ada")
    assert lease is not None
    for kill in (False, True):
        hub.end_hub(kill=kill)
        assert lease.process.alive()
        assert httpx.get(f"{hub.url}user/ada/api").status_code == 200, "reachable without a hub"
        hub.start()
        assert hub.ready("ada")["started"] == started
    until(lambda: len(_housekeeping(hub)) == 1, "one housekeeping is left")
    hub.stop("ada")
    assert not lease.process.alive()


def _housekeeping(hub: RuntimeHub) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if "runtime.housekeeping" in process.cmdline() and process.environ()[FOLDER_VARIABLE] == str(hub.folder):
                found.append(process)
        except (psutil.Error, KeyError):
            continue
    return found


def test_the_health_check_leaves_nothing(hub: RuntimeHub) -> None:
    name = "health-check-1"
    hub.api.post(f"/users/{name}").raise_for_status()
    # Without a form: the default profile.
    hub.api.post(f"/users/{name}/server").raise_for_status()
    hub.ready(name)
    assert environment_of(hub, name)["MEM_LIMIT"] == str(GIB // 2)
    assert hub.home(name).is_dir()
    hub.stop(name)
    hub.api.delete(f"/users/{name}").raise_for_status()
    assert not hub.home(name).exists()
    assert not (Path(hub.places["directories"]["scratch"]) / name).exists()


def test_a_removed_persons_files_stay(hub: RuntimeHub) -> None:
    hub.home("alan").mkdir(exist_ok=True)
    (hub.home("alan") / "thesis.txt").touch()
    hub.api.post("/users/alan")
    hub.api.delete("/users/alan").raise_for_status()
    assert (hub.home("alan") / "thesis.txt").is_file()


def test_who_uses_up_the_memory_is_told(hub: RuntimeHub) -> None:
    if limits.detect()[0] == "advisory":
        pytest.skip(f"limits are advisory here: {limits.detect()[1]}")
    alan = hub.user("alan")
    hub.spawn(alan, profile="small")
    hub.ready("alan")
    _run_in_kernel(hub, "alan", "held = []\nwhile True: held.append(bytearray(8 << 20))")
    notice = "A notebook or program on your server used more than the server&#39;s 512 MiB of memory and was stopped."
    until(lambda: notice in alan.get("/hub/home").text, "the notice is shown", hub.log)
    assert hub.lease("alan"), "the server itself lives on"
    hub.stop("alan")
    assert notice in alan.get("/hub/home").text
    hub.spawn(alan, profile="small")
    hub.ready("alan")
    assert notice not in alan.get("/hub/home").text
    hub.stop("alan")


def _run_in_kernel(hub: RuntimeHub, name: str, code: str) -> None:
    headers = {"Authorization": f"token {hub.token(name)}"}
    kernel = httpx.post(f"{hub.url}user/{name}/api/kernels", headers=headers, timeout=60).json()["id"]
    address = f"{hub.url.replace('http', 'ws')}user/{name}/api/kernels/{kernel}/channels"
    message = {
        "header": {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3", "session": "test"},
        "parent_header": {},
        "metadata": {},
        "channel": "shell",
        "content": {"code": code, "silent": False, "store_history": False, "allow_stdin": False},
    }
    with connect(address, additional_headers=headers, open_timeout=30) as channel:
        channel.send(json.dumps(message))
        for text in channel:
            if json.loads(text).get("content", {}).get("execution_state") in ("restarting", "dead"):
                return


def test_a_server_that_cannot_start_says_why(hub: RuntimeHub) -> None:
    home = hub.home("broken")
    (home / ".jupyter").mkdir(parents=True)
    (home / ".jupyter" / "jupyter_server_config.py").write_text("raise SystemExit('no such course')", encoding="utf-8")
    broken = hub.user("broken")
    hub.spawn(broken, profile="small")
    page = until(
        lambda: (shown := broken.get("/hub/spawn-pending/broken").text) and "ended while starting" in shown and shown,
        "the fault is shown",
        hub.log,
    )
    assert "no such course" in page
    assert hub.lease("broken") is None


def test_metrics_can_be_read_on_this_machine(hub: RuntimeHub) -> None:
    assert "jupyterhub_running_servers" in httpx.get(f"{hub.url}hub/metrics").text
