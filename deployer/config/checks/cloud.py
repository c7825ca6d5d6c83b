"""What the chosen cloud cannot give."""

from __future__ import annotations

from collections.abc import Iterator

from components.clouds import cloud
from deployer.config.checks.finding import Finding
from schemas.community import Deployment


def check_cloud(deployment: Deployment) -> Iterator[Finding]:
    """The cloud's own refusals."""
    for refusal in cloud(deployment.cluster.provider).refusals(deployment):
        yield Finding(refusal.path, refusal.fault, refusal.remedy)
