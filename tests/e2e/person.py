"""A person at a browser of their own: what they click on, and what they must not see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response, expect

START_SECONDS = 90
"""For a server on a loaded machine; warm it takes 3 to 6."""


@dataclass
class Person:
    """Somebody at a hub's pages."""

    page: Page
    hub: str
    name: str
    password: str
    faults: list[str] = field(default_factory=list)
    """What the browser complained of on the hub's own pages."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(30_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._see_error)
        self.page.on("response", self._see_response)

    def go(self, path: str) -> None:
        """Open a page of the hub, or of the person's server."""
        self.page.goto(self.hub + path)

    def log_in(self) -> None:
        """Fill in the login page, which must be the one that is open."""
        self.page.get_by_label("Username").fill(self.name)
        self.page.get_by_label("Password").fill(self.password)
        self.page.get_by_role("button", name="Sign in").click()

    def choose(self, profile: str, **options: str) -> None:
        """Choose a profile by its title, and its options by their labels; then start the server."""
        self.page.get_by_role("radio", name=profile, exact=True).check()
        entry = self.page.locator(".hub-profile", has=self.page.get_by_role("radio", name=profile, exact=True))
        for label, title in options.items():
            entry.get_by_label(label).select_option(label=title)
        self.page.get_by_role("button", name="Start").click()

    def see_lab(self) -> None:
        """Wait for JupyterLab to be there, ready to be used."""
        self.page.wait_for_url(re.compile(rf"/user/{quote(self.name)}/lab"), timeout=START_SECONDS * 1000)
        expect(self.page.locator("#jp-main-dock-panel")).to_be_visible(timeout=START_SECONDS * 1000)
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0, timeout=START_SECONDS * 1000)

    def new_notebook(self) -> None:
        """A notebook from the launcher, with its kernel running."""
        self.page.locator(".jp-LauncherCard[data-category=Notebook]").first.click()
        expect(self.page.locator(".jp-Notebook")).to_be_visible()
        # The notebook's own indicator is idle before it has a kernel at all; the status bar is not.
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text(
            re.compile(r"Python 3 .*\| Idle"), timeout=START_SECONDS * 1000
        )

    def run_cell(self, code: str) -> str:
        """Type into the notebook's last cell, run it, and read what comes out."""
        number = self.page.locator(".jp-Notebook .jp-CodeCell").count() - 1
        editor = self.page.locator(".jp-Notebook .jp-CodeCell").nth(number).locator(".cm-content")
        editor.fill(code)
        expect(editor).to_have_text(code)
        editor.press("Shift+Enter")
        ran = self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)
        expect(ran.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"), timeout=60_000)
        return "\n".join(ran.locator(".jp-OutputArea-output").all_inner_texts()).strip()

    def files(self) -> list[str]:
        """What the file browser lists."""
        return self.page.locator(".jp-DirListing-itemName").all_inner_texts()

    def stop_server(self) -> None:
        """Stop it on the hub's own page."""
        self.go("hub/home")
        # The page's buttons do nothing before its scripts are there.
        self.page.wait_for_load_state("networkidle")
        self.page.get_by_role("button", name="Stop My Server").or_(
            self.page.get_by_role("link", name="Stop My Server")
        ).click()
        expect(self.page.get_by_role("button", name="Start My Server")).to_be_visible(timeout=60_000)

    def _on_the_hubs_page(self) -> bool:
        return self.page.url.startswith(self.hub + "hub/")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and self._on_the_hubs_page():
            self.faults.append(f"{self.page.url}: console: {message.text}")

    def _see_error(self, error: Error) -> None:
        if self._on_the_hubs_page():
            self.faults.append(f"{self.page.url}: script: {error.message}")

    def _see_response(self, response: Response) -> None:
        if response.status >= 400 and response.url.startswith(self.hub + "hub/"):
            self.faults.append(f"{response.url}: {response.status}")


def person(browser: Browser, hub: str, name: str, password: str) -> Person:
    """Somebody with a browser that knows nothing yet."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    return Person(page, hub, name, password)
