"""Values that a chart's own schema refuses: said before the engine is asked, which would only say so half-way."""

from __future__ import annotations

from collections.abc import Sequence

from deployer.errors import BadInput
from deployer.rollout.subject import Subject


def refuse_bad_values(subject: Subject, parts: Sequence[str]) -> None:
    """Judge the parts' values by the charts that are on this machine. Raises BadInput with all that they refuse."""
    chosen = [part for part in parts if part in subject.deployments]
    if not any(subject.cloud.charts(subject.deployments[part]) for part in chosen):
        return
    from deployer.config.chart_complaints import chart_problems
    from deployer.config.values_judged import rules_for

    found = [
        problem
        for part in chosen
        for problem in chart_problems(
            subject.deployments[part], subject.layers[part], rules_for(subject.deployments[part], subject.project)
        )
    ]
    if found:
        raise BadInput(list(dict.fromkeys(found)), fault=f"{subject.name} has values that its charts refuse")
