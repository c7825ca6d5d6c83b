"""Plain `pulumi preview` and `pulumi up` on a stack that the deployer knows: the right to do without the deployer.

An entry point and not a module, so it alone may look up at `deployer.config`; without gates, checks or records.

    pulumi stack select demo-staging
    pulumi preview
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pulumi

from deployer.config import load_cluster, load_deployments
from deployer.project import find_project
from stacks.cluster import cluster_program
from stacks.hub import hub_program

CLUSTER_SUFFIX = "-cluster"


def _program(stack: str) -> Callable[[], None]:
    project = find_project(Path(__file__).parent)
    if stack.endswith(CLUSTER_SUFFIX):
        name = stack.removesuffix(CLUSTER_SUFFIX)
        return cluster_program(name, load_cluster(project, name).cluster, project.root)
    community, _, stage = stack.rpartition("-")
    for name, deployment in load_deployments(project, community).deployments.items():
        if name == stage:
            client = deployment.hub.auth.client
            secret = os.environ.get(client.client_secret_env) if client else None
            return hub_program(deployment, project.root, client_secret=secret)
    raise pulumi.RunError(f"stack {stack!r} is neither <community>-staging, <community>-prod nor <cluster>-cluster")


_program(pulumi.get_stack())()
