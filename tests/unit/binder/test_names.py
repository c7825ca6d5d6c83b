"""Repositories by the names that forms and links give them."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from providers.local.runtime.binder_names import RefusedError, Wish, is_allowed, read_link, read_wish

ELSEWHERE = "https://git.example.org/group/project"


@pytest.mark.parametrize(
    ("written", "ref", "wish"),
    [
        ("example-org/example", "", Wish("https://github.com/example-org/example", "HEAD")),
        (
            " https://github.com/example-org/example.git/ ",
            "main",
            Wish("https://github.com/example-org/example", "main"),
        ),
        (ELSEWHERE, "feature/one", Wish(ELSEWHERE, "feature/one")),
        ("https://git.example.org:8443/a/b", "v1.0", Wish("https://git.example.org:8443/a/b", "v1.0")),
    ],
)
def test_what_people_type(written: str, ref: str, wish: Wish) -> None:
    assert read_wish(written, ref) == wish


@pytest.mark.parametrize(
    ("written", "ref"),
    [
        ("", ""),
        ("example", ""),
        ("ssh://git@example.org/a/b", ""),
        ("git@github.com:example-org/example", ""),
        ("https://ada:secret@example.org/a/b", ""),
        ("file:///etc", ""),
        ("https://example.org", ""),
        ("https://example.org/a/../../b", ""),
        ("--upload-pack=touch", ""),
        ("a/b", "--output=x"),
        ("a/b", "main..other"),
        ("a/b", "with space"),
    ],
)
def test_what_is_no_repository(written: str, ref: str) -> None:
    with pytest.raises(RefusedError):
        read_wish(written, ref)


@pytest.mark.parametrize(
    ("link", "wish"),
    [
        ("gh/example-org/example/main", Wish("https://github.com/example-org/example", "main")),
        ("v2/gh/example-org/example/HEAD", Wish("https://github.com/example-org/example", "HEAD")),
        ("gh/example-org/example", Wish("https://github.com/example-org/example", "HEAD")),
        ("gh/example-org/example/feature/one", Wish("https://github.com/example-org/example", "feature/one")),
        ("gl/group%2Fsub%2Fproject/main", Wish("https://gitlab.com/group/sub/project", "main")),
        (f"git/{quote(ELSEWHERE + '.git', safe='')}/v1", Wish(ELSEWHERE, "v1")),
    ],
)
def test_links_are_binders(link: str, wish: Wish) -> None:
    assert read_link(link) == wish
    assert read_link(wish.link) == wish


@pytest.mark.parametrize("link", ["gh/only-one", "zenodo/10.5281/x", "git/", "", "git/file%3A%2F%2F%2Fetc/main"])
def test_links_that_are_none(link: str) -> None:
    with pytest.raises(RefusedError):
        read_link(link)


@pytest.mark.parametrize(
    ("address", "patterns", "allowed"),
    [
        (ELSEWHERE, [], True),
        (ELSEWHERE, ["https://git.example.org/group/*"], True),
        (ELSEWHERE, ["https://git.example.org/group/project.git"], True),
        (ELSEWHERE, ["https://GIT.example.org/Group/Project"], True),
        ("https://git.example.org/grouped/project", ["https://git.example.org/group/*"], False),
        ("https://git-example.org/group/project", ["https://git.example.org/*"], False),
        ("https://evil.example/?https://git.example.org/x", ["https://git.example.org/*"], False),
    ],
)
def test_allowed_repositories(address: str, patterns: list[str], allowed: bool) -> None:
    assert is_allowed(address, patterns) is allowed


def test_a_folders_name() -> None:
    assert Wish("https://example.org/a/some project%20x").name == "some-project-x"
    assert Wish("https://example.org/a/..").name == "repository"
