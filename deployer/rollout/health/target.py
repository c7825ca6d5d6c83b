"""What to check, and what must be found there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.contract import HubRuntime
    from schemas.community import Deployment


DEADLINE_SECONDS = 300.0
"""For a whole check, unless told otherwise."""
CLEARING_SECONDS = 20.0
"""For removing the check's user after a check that failed or was interrupted."""


@dataclass(frozen=True, kw_only=True)
class SharedExpectation:
    """A shared directory as somebody without any rights of their own must find it."""

    name: str
    everyone_writes: bool = False
    """Whether `<name>-readwrite` is there for them; otherwise it must not be."""


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What the community asked for that a session can see."""

    shared_directories: tuple[SharedExpectation, ...] = ()
    scratch: bool = False

    @classmethod
    def of(cls, deployment: Deployment) -> Expectations:
        """What a resolved deployment promises to anybody who signs in."""
        hub = deployment.hub
        return cls(
            shared_directories=tuple(
                SharedExpectation(name=directory.name, everyone_writes=directory.writers == "everyone")
                for directory in hub.shared_directories
            ),
            scratch=hub.scratch is not None,
        )


@dataclass(frozen=True, kw_only=True)
class HubTarget:
    """A running hub, and the means to use it."""

    url: str
    """Where people go, ending in a slash."""
    api_token: str = field(repr=False)
    """Of a service whose scopes are at least `admin:users` and `tokens`."""
    password: str | None = field(default=None, repr=False)
    """The shared password of `auth.type: dummy`: the check then signs in through the login page too."""
    expects: Expectations = field(default_factory=Expectations)
    logs: HubRuntime | None = field(default=None, repr=False)
    """Where the last lines of the part at fault come from."""
