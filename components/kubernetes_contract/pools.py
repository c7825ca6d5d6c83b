"""What node pools are for, and what keeps pods away from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["core", "user", "worker"]
Effect = Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


@dataclass(frozen=True, kw_only=True)
class Taint:
    """Keeps pods away that do not tolerate it."""

    key: str
    value: str
    effect: Effect = "NoSchedule"
