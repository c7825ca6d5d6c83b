"""What a rollout's charts must be before it begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from deployer.charts.gate import require_charts, require_read
from deployer.rollout.engine.files import Files
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.subject import CLUSTER, Subject

INSTALLED = {True: "support", False: "charts"}
"""Which of a stack's facts tells versions by chart: of a cluster, and of a hub."""


def installed(part: str, record: Record | None) -> Mapping[str, str]:
    """Versions of a part's charts as its last deploy left them; none where it was never deployed."""
    return (record.facts if record else {}).get(INSTALLED[part == CLUSTER]) or {}


def require_charts_of(
    subject: Subject, parts: Collection[str], ledger: Ledger, files: Files, *, accepted: bool
) -> None:
    """See that charts of these parts are the locked ones, and that breaking changes on the way to them were read.

    Raises GateFailed; EngineFailed where a chart cannot be had. A simulation looks at charts that are here.
    """
    for part in parts:
        require_read(subject.stack(part), installed(part, ledger.read(subject.stack(part))), accepted=accepted)
    # Clouds that are asked for their charts bring their SDKs along: previews at once must find these whole.
    from deployer.rollout.engine.lazy_modules import guard_lazy_modules

    guard_lazy_modules()
    cloud = subject.cloud
    names = [
        *(cloud.cluster_charts(subject.cluster) if CLUSTER in parts else ()),
        *(name for stage in subject.stages if stage in parts for name in cloud.charts(subject.deployments[stage])),
    ]
    require_charts(
        names,
        mirror=subject.cluster.chart_mirror,
        project=subject.project.root,
        files=files,
        only_at_hand=subject.target.simulated,
    )
