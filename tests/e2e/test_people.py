"""What people do on the demo's hubs, in a real browser."""

from __future__ import annotations

import random
import re
import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import ADMIN, ANNOUNCEMENT, Demo
from tests.e2e.person import Person

pytestmark = [pytest.mark.engine, pytest.mark.hub, pytest.mark.browser, pytest.mark.xdist_group("e2e")]

At = Callable[..., Person]
Screenshot = Callable[[Person, str], None]


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_login_page(at: At, demo: Demo, screenshot: Screenshot, stage: str) -> None:
    grace = at(stage, "grace")
    grace.go("")
    page = grace.page
    expect(page).to_have_title("Demo community")
    expect(page.get_by_role("heading", name="Demo community")).to_be_visible()
    expect(page.get_by_text("A JupyterHub on this machine, from one YAML file.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=ANNOUNCEMENT)).to_be_visible()
    # Nobody takes staging for prod.
    expect(page.locator(".hub-stage")).to_have_count(1 if stage == "staging" else 0)
    logos = page.locator("img").evaluate_all("images => images.map(image => image.naturalWidth)")
    assert logos
    assert all(logos)
    screenshot(grace, f"login-{stage}")


def test_wrong_password(at: At) -> None:
    mallory = at("prod", "mallory", password="guessed-wrong")
    mallory.go("")
    mallory.log_in()
    expect(mallory.page.get_by_text("Invalid username or password")).to_be_visible()
    mallory.faults = [fault for fault in mallory.faults if "403" not in fault]  # which is the right answer


def test_passwords_differ_between_stages(at: At, demo: Demo) -> None:
    grace = at("prod", "grace", password=demo.passwords["staging"])
    grace.go("")
    grace.log_in()
    expect(grace.page.get_by_text("Invalid username or password")).to_be_visible()
    grace.faults = [fault for fault in grace.faults if "403" not in fault]


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_from_login_to_a_notebook_and_back(at: At, demo: Demo, screenshot: Screenshot, stage: str) -> None:
    grace = at(stage, "grace")
    grace.go("")
    grace.log_in()

    expect(grace.page.get_by_role("heading", name="Choose your server")).to_be_visible()
    expect(grace.page.get_by_role("radio", name="Small", exact=True)).to_be_checked()
    screenshot(grace, f"profiles-{stage}")
    grace.choose("Large", Size="4 GiB of memory, up to 2 CPUs")
    grace.see_lab()

    assert {"shared", "scratch"} <= set(grace.files())
    assert "shared-readwrite" not in grace.files()
    grace.new_notebook()
    one, other = random.sample(range(1000, 9999), 2)
    assert grace.run_cell(f"{one} * {other}") == str(one * other)
    assert grace.run_cell("import os; os.environ['MEM_LIMIT']") == f"'{4 * 1024**3}'"
    # The status bar tells how much of how much is used.
    expect(grace.page.get_by_title("Current resource usage")).to_have_text(re.compile(r"Mem:\s+[\d.]+ / 4096\.00 MB"))
    # Nothing asks people to decide about things that are not theirs.
    expect(grace.page.get_by_text("official Jupyter news")).to_have_count(0)
    kept = secrets.token_hex(8)
    assert grace.run_cell(f"open('kept.txt', 'w').write('{kept}')") == str(len(kept))
    screenshot(grace, f"lab-{stage}")

    grace.stop_server()
    grace.go("hub/spawn")
    grace.choose("Small")
    grace.see_lab()
    assert "kept.txt" in grace.files()
    assert (demo.home(stage, "grace") / "kept.txt").read_text() == kept
    grace.stop_server()


def test_what_admins_share_everybody_reads(at: At) -> None:
    text = secrets.token_hex(8)
    ada = at("prod", ADMIN)
    ada.go("")
    ada.log_in()
    ada.choose("Small")
    ada.see_lab()
    assert {"shared", "shared-readwrite"} <= set(ada.files())
    ada.new_notebook()
    assert ada.run_cell(f"open('shared-readwrite/lecture.txt', 'w').write('{text}')") == str(len(text))

    alan = at("prod", "alan")
    alan.go("")
    alan.log_in()
    alan.choose("Small")
    alan.see_lab()
    alan.new_notebook()
    assert alan.run_cell("print(open('shared/lecture.txt').read())") == text
    for who in (ada, alan):
        who.stop_server()


def test_link_that_fetches_course_material(at: At, course: Path, screenshot: Screenshot) -> None:
    link = urlencode({"repo": course.as_uri(), "branch": "main", "urlpath": "lab/tree/course.git/welcome.md"})
    grace = at("prod", "hedy")
    grace.go(f"hub/user-redirect/git-pull?{link}")
    grace.log_in()
    grace.choose("Small")
    grace.page.wait_for_url(re.compile(r"/user/hedy/lab/.*course\.git/welcome\.md"), timeout=90_000)
    grace.see_lab()
    expect(grace.page.get_by_text("Welcome to the course")).to_be_visible(timeout=60_000)
    screenshot(grace, "git-pull")
    grace.stop_server()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A local git repository with a page in it."""
    work, bare = tmp_path / "work", tmp_path / "course.git"
    work.mkdir()
    (work / "welcome.md").write_text("# Welcome to the course\n")
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for arguments in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "."],
        [*identity, "commit", "--quiet", "--message=Start"],
        ["clone", "--quiet", "--bare", ".", str(bare)],
    ):
        subprocess.run(["git", *arguments], cwd=work, check=True)
    return bare
