"""The two stages of every hub. Cheap to import: commands offer them before anything else is loaded."""

from __future__ import annotations

from typing import Literal

StageName = Literal["staging", "prod"]
STAGES: tuple[StageName, ...] = ("staging", "prod")
"""In the order of a rollout."""
