"""The health check: use a hub as a person would, in a session and as a user of its own."""

from deployer.rollout.health.check import check_hub
from deployer.rollout.health.result import Fault, HealthResult, Step
from deployer.rollout.health.target import DEADLINE_SECONDS, Expectations, GpuExpectation, HubTarget, SharedExpectation

__all__ = [
    "DEADLINE_SECONDS",
    "Expectations",
    "Fault",
    "GpuExpectation",
    "HealthResult",
    "HubTarget",
    "SharedExpectation",
    "Step",
    "check_hub",
]
