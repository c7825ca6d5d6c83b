"""A look ahead: what a deploy would change, touching nothing."""

from __future__ import annotations

from collections.abc import Sequence

from deployer.rollout.engine.backend import Backend
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.opening import begin_to_open, open_engine
from deployer.rollout.plan import Plan, make_plan
from deployer.rollout.possible import refuse_impossible, refuse_unfit
from deployer.rollout.progress import Listener
from deployer.rollout.subject import CLUSTER, load_subject
from deployer.rollout.target import Target
from schemas.stage import STAGES


def preview(target: Target, *, stages: Sequence[str] = STAGES, interruption: Interruption, listen: Listener) -> Plan:
    """The real engine's preview of the cluster and a community's stages; works before anything exists.

    Raises BadInput, also for an edit that the standing cluster cannot follow; EngineFailed for what the engine or a
    provider refuses.
    """
    subject = load_subject(target)
    refuse_impossible(subject, Ledger(Backend(target.settings).files))
    refuse_unfit(subject)
    begin_to_open(subject.secrets, listen)
    engine = open_engine(
        target, provider=subject.cluster.provider, tools=subject.cloud.tools, interruption=interruption, listen=listen
    )
    return make_plan(subject, engine, (CLUSTER, *(stage for stage in subject.stages if stage in stages)))
