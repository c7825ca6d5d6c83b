"""The demo community, deployed once for all tests, and people with browsers."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser

from tests.conftest import CHECKOUT, Checkout, checkout
from tests.e2e.browser import NoBrowserError, open_browser
from tests.e2e.person import Person, person

ANNOUNCEMENT = "The hubs rest on Friday at 18:00"
ADMIN = "ada"
SCREENSHOTS = "HUBS_SCREENSHOTS"
FAILED = pytest.StashKey[bool]()


@dataclass(frozen=True)
class Demo:
    """A deployed demo community."""

    checkout: Checkout
    urls: Mapping[str, str]
    passwords: Mapping[str, str]
    """Of both, by stage."""

    def home(self, stage: str, user: str) -> Path:
        return self.checkout.root / ".local-cloud" / "demo" / "homes" / f"demo-{stage}" / user


@pytest.fixture(scope="session")
def demo(tools: Mapping[str, Path]) -> Iterator[Demo]:
    """`deployer deploy demo`, as it stands in communities/, with an admin and an announcement."""
    with checkout() as made:
        file = made.root / "communities" / "demo.yaml"
        community = yaml.safe_load(file.read_text())
        hub = community["hub"]
        hub.setdefault("auth", {})["admins"] = [ADMIN]
        hub["homepage"]["announcement"] = ANNOUNCEMENT
        file.write_text(yaml.safe_dump(community, sort_keys=False))
        deployed = made.run("deploy", "demo", timeout_seconds=500)
        assert deployed.code == 0, deployed.text
        status = {entry["stage"]: entry for entry in made.run("status", "demo", "--json").json}
        passwords = {stage: made.run("password", "demo", "--stage", stage).out.strip() for stage in status}
        yield Demo(made, {stage: entry["url"] for stage, entry in status.items()}, passwords)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; without one the tests fail, they do not pass by.

    Playwright keeps an event loop running in this thread: it must be gone before other modules' tests.
    """
    try:
        with open_browser() as opened:
            yield opened
    except NoBrowserError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Lets fixtures see how their test went."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def at(demo: Demo, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """Somebody at a stage's hub; at the end nobody's browser may have complained of the hub's own pages.

    Of a test that failed, what each of them saw last is kept in test-results/.
    """
    people: list[Person] = []

    def come(stage: str, name: str, *, password: str | None = None) -> Person:
        people.append(person(browser, demo.urls[stage], name, password or demo.passwords[stage]))
        return people[-1]

    yield come
    if request.node.stash.get(FAILED, True):
        for each in people:
            each.page.screenshot(path=CHECKOUT / "test-results" / f"{request.node.name}-{each.name}.png")
    faults = [fault for each in people for fault in each.faults]
    for each in people:
        each.page.context.close()
    assert faults == []


@pytest.fixture
def screenshot() -> Callable[[Person, str], None]:
    """Keeps a picture of what a person sees in the folder that HUBS_SCREENSHOTS names; does nothing without it."""
    folder = os.environ.get(SCREENSHOTS)

    def take(who: Person, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            who.page.screenshot(path=Path(folder) / f"{name}.png")

    return take
