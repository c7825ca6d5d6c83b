"""What to do about what a cloud says, where its words are known; each cloud's own are in its folder's `remedies`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Remedy:
    """An error in a cloud's words, and what helps."""

    pattern: str
    """A regular expression; its named groups may stand in the text."""
    text: str
    """Ends so that ", then run the same command again" may follow."""


KUBERNETES = (
    Remedy(
        r'is forbidden: User "(?P<user>[^"]+)" cannot (?P<verb>\w+) resource "(?P<kind>[^"]+)"',
        "give {user} the right to {verb} {kind} in the cluster (a Role, or admin_principals of its file)",
    ),
    Remedy(r"exceeded quota: (?P<quota>[^,\s]+)", "raise the ResourceQuota {quota}, or remove what uses it"),
    Remedy(r"received too many requests", "wait a minute: the cluster's API is busy"),
    Remedy(
        r"failed, and has been (rolled back|uninstalled) due to atomic being set.*deadline exceeded",
        "see what its pods waited for (kubectl get events in its namespace): most often an image that nobody has, in "
        "hub.image, a profile's image or helm_values, or nodes without room",
    ),
    Remedy(
        r"cannot re-use a name that is still in use",
        "free the name of the release, whose installation was cut off (helm uninstall in its namespace, which leaves a "
        "hub's database where it is)",
    ),
    Remedy(
        r"nodes are available|timed out waiting for the condition",
        "look at the pods' events for what they wait for (deployer credentials signs kubectl in)",
    ),
)


def remedy(complaint: str, known: Sequence[Remedy]) -> str | None:
    """The first that fits, filled in; None for what nobody knows more about."""
    for one in known:
        found = re.search(one.pattern, complaint)
        if found is not None:
            return one.text.format_map(found.groupdict())
    return None
