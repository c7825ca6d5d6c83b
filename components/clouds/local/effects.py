"""When people notice a change of a local hub's configuration."""

from __future__ import annotations

from collections.abc import Sequence

NEXT_START = "counts from a server's next start; running servers keep what they have until they are restarted"
HUB_RESTARTS = "the hub restarts, which takes some seconds; running servers stay"
NEW_ENVIRONMENT = "a new environment is built; running servers keep theirs until they are restarted"


def effect(path: Sequence[str | int]) -> str:
    """`path` leads into `LocalCloud.configuration`."""
    if path[:1] == ("environments",):
        return NEW_ENVIRONMENT
    return NEXT_START if path[:3] == ("settings", "traits", "LocalHubSpawner") else HUB_RESTARTS
