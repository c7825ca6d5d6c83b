"""People and teams, as GitHub names them."""

from __future__ import annotations

from typing import Annotated

from schemas.model import text

GitHubName = Annotated[
    str,
    text(
        r"^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*(/[a-z0-9]+([-_]+[a-z0-9]+)*)?$",
        "a login on GitHub, or a team as organisation/team, without @",
        max_length=140,
    ),
]
