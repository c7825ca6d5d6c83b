"""Repositories by the names that people and links give them: pure, and the same in every hub.

As in Binder links: `gh/<organisation>/<repository>/<ref>`, `gl/<escaped path>/<ref>` and `git/<escaped address>/<ref>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

HOSTS = {"gh": "github.com", "gl": "gitlab.com"}
DEFAULT_REF = "HEAD"
"""What git calls a repository's default branch."""
REF = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$")
SHORT = re.compile(r"^[A-Za-z0-9][\w.-]*/[\w.-]+$")
ADDRESS = re.compile(r"^https?://[A-Za-z0-9.:\[\]-]+(/[\w.~%+@-]+)+/?$")
# Of a person's own: what stands before an @ would be a password in everybody's sight.
HOW_TO_WRITE = "write e.g. https://github.com/example-org/example, or example-org/example for one on GitHub"


class RefusedError(ValueError):
    """A wish that cannot be; the text is for people."""


@dataclass(frozen=True)
class Wish:
    """A repository, at a branch, tag or commit."""

    address: str
    """Without .git and without a slash at its end."""
    ref: str = DEFAULT_REF

    @property
    def name(self) -> str:
        """Of the repository's folder."""
        return re.sub(r"[^A-Za-z0-9._-]", "-", unquote(self.address).rpartition("/")[2]).lstrip(".-") or "repository"

    @property
    def link(self) -> str:
        """As a link names it: provider, repository, ref."""
        parts = urlsplit(self.address)
        path = parts.path.strip("/")
        if parts.hostname == HOSTS["gh"] and path.count("/") == 1:
            return f"gh/{path}/{self.ref}"
        if parts.hostname == HOSTS["gl"]:
            return f"gl/{quote(path, safe='')}/{self.ref}"
        return f"git/{quote(self.address, safe='')}/{self.ref}"


def read_wish(repository: str, ref: str = "") -> Wish:
    """What somebody typed into the form. Raises RefusedError."""
    written = repository.strip()
    if SHORT.match(written):
        written = f"https://{HOSTS['gh']}/{written}"
    written = written.rstrip("/").removesuffix(".git")
    if "@" in urlsplit(written).netloc:
        raise RefusedError("An address with a name or a password in it is not taken: only open repositories are built")
    if not ADDRESS.match(written) or ".." in written:
        raise RefusedError(f"{repository.strip()!r} is not the https address of a repository; {HOW_TO_WRITE}")
    wanted = ref.strip() or DEFAULT_REF
    if not REF.match(wanted) or ".." in wanted:
        raise RefusedError(f"{wanted!r} is not a branch, tag or commit")
    return Wish(written, wanted)


def read_link(path: str) -> Wish:
    """What stands in a link behind `binder/`, as it was sent: still escaped. Raises RefusedError."""
    provider, _, rest = path.removeprefix("v2/").partition("/")
    if provider == "gh":
        parts = rest.split("/", 2)
        if len(parts) >= 2:
            return read_wish("/".join(map(unquote, parts[:2])), unquote(parts[2]) if len(parts) == 3 else "")
    elif provider in ("gl", "git"):
        repository, _, ref = rest.partition("/")
        host = f"https://{HOSTS['gl']}/" if provider == "gl" else ""
        return read_wish(host + unquote(repository), unquote(ref))
    raise RefusedError(
        "links are gh/<organisation>/<repository>/<ref>, gl/<escaped path>/<ref> or git/<escaped address>/<ref>"
    )


def is_allowed(address: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns is the address; in a pattern * stands for any part. Without patterns all are."""
    allowed = [_plain(pattern) for pattern in patterns]
    return not allowed or any(re.fullmatch(_expression(pattern), address, re.IGNORECASE) for pattern in allowed)


def _plain(pattern: str) -> str:
    return pattern.rstrip("/").removesuffix(".git")


def _expression(pattern: str) -> str:
    return ".*".join(map(re.escape, pattern.split("*")))
