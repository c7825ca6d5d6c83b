"""Whether a rollout may go on to prod by itself, now: by the community's own rules, and by what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from deployer.rollout.subject import Subject
from deployer.rollout.window import opens_at
from schemas.rollout import MaintenanceWindow

Kind = Literal["deploy", "rollback"]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a rollout is to go about prod."""

    kind: Kind = "deploy"
    by_hand: bool = False
    """Prod was asked for by its name: it waits for nobody else's word."""
    windows: Sequence[MaintenanceWindow] | None = None
    """In place of the community's own; empty for any time."""
    goes_back: bool = True
    """Whether a prod that fails goes back to its last good inputs."""
    gated: bool = True
    """Whether prod needs a staging with the very same inputs; only a rollback of prod alone does not."""
    origins: tuple[tuple[str, int], ...] = ()
    """Of a rollback: for each stage the number of the rollout whose inputs it goes back to."""

    def origin(self, stage: str) -> int | None:
        """Which rollout's inputs a stage goes back to."""
        return dict(self.origins).get(stage)


AS_FILED: Final = Manner()
"""As the community's file has it."""


def why_prod_waits(subject: Subject, manner: Manner, now: datetime | None = None) -> str:
    """Why prod is left alone for now, and what brings it on its way; empty when nothing holds it."""
    if manner.kind == "rollback":
        return ""  # what is broken is not to stay so until Saturday
    rules = subject.rollout
    promote = f"deployer promote {subject.target}"
    if rules.prod == "by_hand" and not manner.by_hand:
        return f"it is promoted by hand: {promote}"
    windows = rules.maintenance if manner.windows is None else manner.windows
    moment = now or datetime.now(UTC)
    opening = opens_at(windows, moment)
    if opening is None:
        return ""
    opens = f"{opening:%a %Y-%m-%d %H:%M} {opening.tzinfo} ({_ahead(opening, moment)})"
    return f"its next maintenance window opens {opens}; sooner: {promote} --window now"


def _ahead(opening: datetime, now: datetime) -> str:
    minutes = max(1, round((opening - now.astimezone(opening.tzinfo)).total_seconds() / 60))
    if minutes < 120:
        return f"in {minutes} min"
    hours = round(minutes / 60)
    return f"in {hours} h" if hours < 48 else f"in {round(hours / 24)} days"
