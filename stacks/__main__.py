"""Plain `pulumi preview` and `pulumi up` on a stack that the deployer knows: the right to do without the deployer.

An entry point and not a module, so it alone may look up at `deployer.config`; without gates, checks or records.

    pulumi stack select demo-staging
    pulumi preview
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pulumi

from deployer.project import find_project
from deployer.rollout.plan import program
from deployer.rollout.subject import CLUSTER, load_subject
from deployer.rollout.target import Target

CLUSTER_SUFFIX = "-cluster"


def _program(stack: str) -> Callable[[], None]:
    project = find_project(Path(__file__).parent)
    if stack.endswith(CLUSTER_SUFFIX):
        name = stack.removesuffix(CLUSTER_SUFFIX)
        return program(load_subject(Target(project=project, name=name, alone=True)), CLUSTER)
    community, _, stage = stack.rpartition("-")
    subject = load_subject(Target(project=project, name=community), secrets_needed=False)
    if stage in subject.stages:
        return program(subject, stage)
    raise pulumi.RunError(f"stack {stack!r} is neither <community>-staging, <community>-prod nor <cluster>-cluster")


_program(pulumi.get_stack())()
