"""What was changed behind the deployer's back: what, by whom as far as anybody knows, and what a deploy would do."""

from __future__ import annotations

from deployer.state.drift.finding import Difference, ResourceDrift, StackDrift
from deployer.state.drift.fleet import drift

__all__ = ["Difference", "ResourceDrift", "StackDrift", "drift"]
