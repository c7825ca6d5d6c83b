"""What a stack's program registers, as a digest: whether other code would make anything else of the same inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from deployer.rollout.digest import acting_digest
from deployer.rollout.engine.lazy_modules import guard_lazy_modules
from deployer.rollout.subject import CLUSTER, Subject
from schemas.cluster import Cluster
from schemas.community import Deployment
from stacks.cluster import cluster_program
from stacks.hub import hub_program

guard_lazy_modules()


def rendered(subject: Subject, part: str) -> str | None:
    """Digest of a part's registrations, and of what acts on them; None where its program cannot run by itself."""
    project, root = subject.target.settings.project, subject.project.root
    try:
        own, facts = _cluster(project, root, subject.cluster_name, subject.cluster.model_dump_json())
        if part == CLUSTER:
            shown = own
        else:
            deployment = subject.deployments[part]
            shown = _hub(project, root, deployment, subject.secrets.generations, facts)
    except Exception:  # noqa: BLE001 - then the code itself decides, as without any rendering
        return None
    return hashlib.sha256(f"{shown} {acting_digest(subject.cluster.provider)}".encode()).hexdigest()


@cache
def _cluster(project: str, root: Path, name: str, cluster_json: str) -> tuple[str, Mapping[str, Any]]:
    """Digest and facts of a cluster: communities share it."""
    from deployer.affected.rendering.registrations import render

    cluster = Cluster.model_validate_json(cluster_json)
    program = cluster_program(name, cluster, root, simulated=True)  # no look at a cluster that is there already
    rendering = render(program, project=project, stack=f"{name}-{CLUSTER}", folder=str(root))
    return rendering.digest, rendering.outputs["facts"]


def _hub(
    project: str, root: Path, deployment: Deployment, generations: Mapping[str, int], facts: Mapping[str, Any]
) -> str:
    from deployer.affected.rendering.placeholders import given
    from deployer.affected.rendering.registrations import render

    # With marks for secrets: that one of them is another shows in what is asked.
    program = hub_program(deployment, root, **given(root, deployment), key_generations=generations)
    stack = deployment.stack
    return render(program, project=project, stack=stack, folder=str(root), facts=facts).digest
