"""When a fleet's rollout begins no more: what is wrong is then hardly the fault of single communities."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from deployer.rollout.fleet.result import WELL, Member

LEAST = 3
SHARE = 0.1
"""Of all that there is to do. The usual budget is this or LEAST, whichever is more."""


def reason_to_stop(members: Sequence[Member], earlier: Collection[str], *, budget: int | None, of: int) -> str:
    """Why no more are to be begun, from how `members` have fared so far; empty when the rest may.

    `earlier` names those of waves before this one: without a budget, each of them must be well. `of` is how much there
    was to do in all.
    """
    failed = sum(member.state == "failed" for member in members)
    unwell = [member.name for member in members if member.name in earlier and member.state not in WELL]
    if unwell and (budget is None or failed > budget):
        return f"the wave before is not healthy: {', '.join(unwell[:3])}" + (" and others" if len(unwell) > 3 else "")
    allowed = max(LEAST, math.ceil(SHARE * of)) if budget is None else budget
    return f"{failed} failed, and the failure budget is {allowed}" if failed > allowed else ""
