"""A real hub that goes back, is promoted by hand, and tells people what goes on."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from deployer.errors import GateFailed
from deployer.project import Project
from deployer.rollout.announcement import UPDATING
from deployer.rollout.gate import CHECK_HOLDS, refuse_unless_fit
from deployer.rollout.health import target as health_target
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger, Record, now
from deployer.rollout.opening import open_engine
from deployer.rollout.stage import Builder
from deployer.rollout.subject import Subject, load_subject
from deployer.rollout.target import Target
from tests.conftest import DEPLOYER
from tests.e2e.browser import open_browser
from tests.unit.health.test_broken_hubs import answering

pytestmark = [pytest.mark.engine, pytest.mark.hub]

CANARY = "canary-of-somebody's-api"
ENVIRONMENT = f"  environment: {{API_TOKEN: {CANARY}}}\n"
BROKEN_PROD = "stages:\n  prod:\n    hub:\n      environment: {PYTHONHOME: /nowhere}\n"


@pytest.fixture(scope="module")
def up(shared_project: Any) -> Any:
    """Both stages are up, from a commit."""
    demo = shared_project.root / "communities/demo.yaml"
    demo.write_text(demo.read_text(encoding="utf-8") + ENVIRONMENT, encoding="utf-8")
    (shared_project.root / ".gitignore").write_text(".state\n.local-cloud\n", encoding="utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "A hub"]):
        subprocess.run(
            ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *words],
            cwd=shared_project.root,
            check=True,
        )
    made = shared_project.run("deploy", "demo", "--json", timeout_seconds=400)
    assert made.code == 0, made.text
    return shared_project


def record(project: Any, stage: str) -> dict[str, Any]:
    path = project.root / f".state/.hubs/demo-{stage}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def page(project: Any) -> str:
    """The login page of prod."""
    return httpx.get(f"{record(project, 'prod')['url']}hub/login", trust_env=False).text


def history(project: Any, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.run("history", "demo", "--json", *more).json
    return found


@pytest.fixture
def seen(up: Any) -> Iterator[list[str]]:
    """Pages of prod, as somebody sees them who looks all the time."""
    pages: list[str] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            try:
                pages.append(page(up))
            except httpx.HTTPError:
                continue

    looking = threading.Thread(target=look)
    looking.start()
    yield pages
    over.set()
    looking.join()


def test_what_is_announced_by_hand(up: Any, tmp_path: Path) -> None:
    said = up.run("announce", "demo", "--stage", "prod", "<b>No chairs</b> on Friday & Monday")
    assert said.code == 0, said.text

    with open_browser() as browser:
        view = browser.new_page()
        view.goto(f"{record(up, 'prod')['url']}hub/login")
        told = view.locator(".hub-announcement").inner_text()
        view.screenshot(path=os.environ.get("HUBS_ANNOUNCEMENT_PICTURE", str(tmp_path / "announced.png")))
    assert "<b>No chairs</b> on Friday & Monday" in told  # as text, and no bold

    assert up.run("announce", "demo", "--stage", "prod", "--clear").code == 0
    assert "No chairs" not in page(up)
    assert up.run("announce", "demo", "--stage", "prod").code == 2
    assert up.run("status", "demo", "--json").json[1]["drift"] == []


def test_a_prod_that_fails_its_check_goes_back(up: Any, seen: list[str]) -> None:
    demo, image = up.root / "communities/demo.yaml", up.root / "images/base/image.yaml"
    good, before = demo.read_text(encoding="utf-8"), image.read_text(encoding="utf-8")
    # The text that sounds secret is in no file any more, and neither is the image's folder as it was.
    demo.write_text(good.replace(ENVIRONMENT, "") + BROKEN_PROD, encoding="utf-8")
    image.write_text(before.replace("description:", "description: Changed."), encoding="utf-8")
    folder = Path(record(up, "prod")["facts"]["folder"])
    note = folder.parent / "note-of-ada"
    note.write_text("years of work", encoding="utf-8")

    failed = up.run("deploy", "demo", timeout_seconds=400)

    demo.write_text(good, encoding="utf-8")
    image.write_text(before, encoding="utf-8")
    assert failed.code == 3, failed.text
    assert "demo-prod is up but not healthy: server starts: " in failed.err
    assert re.search(r"demo-prod went back to rollout 1 \(.*\), and passed its check again", failed.err)
    assert CANARY not in failed.text
    assert any(UPDATING in each for each in seen)
    assert UPDATING not in page(up)
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    assert settings["traits"]["LocalHubSpawner"]["environment"]["API_TOKEN"] == CANARY
    assert note.read_text(encoding="utf-8") == "years of work"
    stages = {each["stage"]: each for each in up.run("status", "demo", "--json").json}
    assert stages["prod"]["state"] == "up"
    assert stages["prod"]["note"] == "rolled back from 2 to 1"


def test_the_history_tells_it_all(up: Any) -> None:
    entries = history(up, "--stage", "prod")
    assert [(each["number"], each["kind"], each["outcome"]) for each in entries] == [
        (3, "went back", "well"),
        (2, "deploy", "failed"),
        (1, "deploy", "well"),
    ]
    assert "server starts" in entries[1]["reason"]
    assert [each["changed"] for each in entries] == [True, True, False]
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=up.root, capture_output=True, text=True, check=True)
    assert {each["commit"] for each in entries} == {commit.stdout.strip()}
    assert len(history(up, "-n", "1")) == 1
    for file in (up.root / ".state/.hubs").rglob("*.json"):
        assert CANARY not in file.read_text(encoding="utf-8"), file


def kill_hub(project: Any, stage: str) -> None:
    pid = int((Path(record(project, stage)["facts"]["folder"]) / "supervisord.pid").read_text())
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in family:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)


def test_staging_that_dies_before_prod_begins(up: Any) -> None:
    demo = up.root / "communities/demo.yaml"
    text = demo.read_text(encoding="utf-8").replace("title: Demo community", "title: By hand")
    demo.write_text(text + "rollout: {prod: by_hand}\n", encoding="utf-8")
    stopped = up.run("deploy", "demo", timeout_seconds=400)
    assert stopped.code == 0, stopped.text
    assert "prod waits: it is promoted by hand: deployer promote demo" in stopped.out
    before = record(up, "prod")

    ours, theirs = pty.openpty()
    asked = subprocess.Popen(
        [str(DEPLOYER), "promote", "demo"], cwd=up.root, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    said = b""
    while b"[y/N]" not in said:
        said += os.read(ours, 65536)
    kill_hub(up, "staging")
    os.write(ours, b"y\n")
    while True:
        try:
            said += os.read(ours, 65536)
        except OSError:
            break  # the other side is gone: so it is on Linux; macOS says nothing more
        if asked.poll() is not None:
            break
    assert asked.wait(60) == 3, said.decode()

    assert record(up, "prod") == before
    entry = history(up, "--stage", "prod", "-n", "1")[0]
    assert entry["outcome"] == "held"
    assert "staging is not as it was deployed" in entry["reason"]


@contextmanager
def hanging() -> Iterator[str]:
    """A place that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@dataclass(frozen=True)
class Staging:
    """Demo's, as the gate looks at it right before prod is touched."""

    subject: Subject
    ledger: Ledger
    record: Record
    builder: Builder
    outputs: Mapping[str, Any]

    def look(self, *, checked: timedelta, url: str) -> None:
        """With a last check so long ago, and a hub at `url` in its place."""
        health = self.record.health
        assert health is not None
        before = self.record.model_copy(update={"health": health.model_copy(update={"at": now() - checked})})
        self.ledger.write("demo-staging", before)
        try:
            refuse_unless_fit(
                self.subject, self.ledger, lambda: self.builder.check("staging", {**self.outputs, "url": url})
            )
        finally:
            self.ledger.write("demo-staging", self.record)


def staging(project: Any) -> Staging:
    subject = load_subject(Target(project=Project(project.root), name="demo"))
    engine = open_engine(
        subject.target,
        provider=subject.cluster.provider,
        tools=subject.cloud.tools,
        interruption=Interruption(print),
        listen=print,
    )
    ledger = Ledger(engine.backend.files)
    record = ledger.read("demo-staging")
    assert record is not None
    builder = Builder(subject=subject, engine=engine, ledger=ledger, listen=print)
    return Staging(subject, ledger, record, builder, engine.outputs("demo-staging"))


def test_staging_that_was_well_long_ago_is_checked_again(up: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mended = up.run("deploy", "demo", timeout_seconds=400)
    assert mended.code == 0, mended.text
    gate, old = staging(up), CHECK_HOLDS + timedelta(seconds=60)
    with answering(200, "text/html", "<p>Something went wrong</p>") as url:
        gate.look(checked=timedelta(0), url=url)  # nobody asks
        with pytest.raises(GateFailed, match=r"may not follow staging: .* no JSON but 'Something went wrong'"):
            gate.look(checked=old, url=url)
    monkeypatch.setattr(health_target, "DEADLINE_SECONDS", 1.0)
    with hanging() as url, pytest.raises(GateFailed, match=r"may not follow staging: .* the check's 1 s were over"):
        gate.look(checked=old, url=url)

    done = up.run("promote", "demo", "--yes", "--json", timeout_seconds=400)

    assert done.code == 0, done.text
    assert [event["step"] for event in done.events if event["event"] == "step_done"][-2:] == ["prod", "prod health"]
    assert "This hub was updated on" in page(up)
