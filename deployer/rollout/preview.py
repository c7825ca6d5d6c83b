"""A look ahead: what a deploy would change, touching nothing."""

from __future__ import annotations

from collections.abc import Sequence

from deployer.project import Project
from deployer.rollout.interruption import Interruption
from deployer.rollout.opening import open_engine
from deployer.rollout.plan import CLUSTER, Plan, make_plan
from deployer.rollout.progress import Listener
from deployer.rollout.subject import load_subject
from schemas.stage import STAGES


def preview(
    project: Project, name: str, *, stages: Sequence[str] = STAGES, interruption: Interruption, listen: Listener
) -> Plan:
    """The real engine's preview of the cluster and the stages; works before anything exists.

    Raises BadInput, and EngineFailed for what the engine or a provider refuses.
    """
    subject = load_subject(project, name)
    engine = open_engine(project, name, tools=subject.cloud.tools, interruption=interruption, listen=listen)
    return make_plan(subject, engine, (CLUSTER, *stages))
