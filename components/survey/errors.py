"""Why a cluster could not be looked at."""

from __future__ import annotations


class ClusterUnseenError(Exception):
    """No kubeconfig, no context, no way there, or no login. Holds no credential."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(f"{fault}; {remedy}")
        self.fault = fault
        self.remedy = remedy


class ForbiddenError(Exception):
    """The login may not see one thing; the rest can be looked at all the same."""
