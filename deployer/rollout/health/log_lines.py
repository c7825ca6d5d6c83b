"""The last lines of the log of the part at fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from components.survey.errors import ClusterUnseenError, ForbiddenError
from deployer.rollout.health.hub_api import HUB
from deployer.rollout.health.result import ENTRANCE

if TYPE_CHECKING:
    from components.contract import HubRuntime

LINES = 15
LINES_READ = 200


def last_lines(logs: HubRuntime | None, part: str) -> tuple[str, Sequence[str]]:
    """Which part's log tells most, and its last lines: the hub's when the part itself wrote nothing.

    None where nothing of the hub was reached: its logs would tell of something else.
    """
    if logs is None or part == ENTRANCE:
        return "", ()
    try:
        written = logs.parts()
        for asked in dict.fromkeys((part, HUB)):
            text = logs.log(asked, lines=LINES_READ) if asked in written else ""
            if lines := list(_without_requests(text)):
                return asked, lines[-LINES:]
    except (ClusterUnseenError, ForbiddenError) as error:
        return part, (f"its log cannot be read: {error}",)
    return "", ()


def _without_requests(text: str) -> Iterator[str]:
    """Lines without the headers that Jupyter's servers add to a failed request: they bury the reason."""
    inside = False
    for line in text.splitlines():
        if inside:
            inside = line.strip() != "}"
        elif line.endswith("] {"):
            inside = True
        elif line.strip():
            yield line
