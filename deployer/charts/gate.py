"""Charts are what they were, and nobody slips over a breaking change: said before anything is touched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from components.charts import charts
from deployer import toolchain
from deployer.charts.archive import at_hand, digest_of, fetched, require_digest
from deployer.errors import GateFailed

if TYPE_CHECKING:
    from pathlib import Path

    from deployer.rollout.engine.files import Files

FIRST_SEEN = ".hubs/charts/first-seen.json"
"""Beside the state: digests of charts whose lock entry is `unknown`, as they were when they were first used."""
ACCEPT = "--accept-chart-changes"


def require_charts(
    names: Iterable[str], *, mirror: str | None, project: Path, files: Files, only_at_hand: bool = False
) -> None:
    """Fetch the charts and hold them against the lock file, or against what they were at their first use.

    With `only_at_hand` those that would have to be fetched are passed over: a simulation says so itself.
    Raises GateFailed for one that is another, EngineFailed for one that cannot be had.
    """
    seen: dict[str, str] = json.loads(files.read(FIRST_SEEN) or b"{}")
    new: dict[str, str] = {}
    for name in dict.fromkeys(names):
        chart = charts()[name]
        if only_at_hand:
            archive = at_hand(chart, mirror, project)
            if archive is None:
                continue
        else:
            archive = fetched(chart, lambda: toolchain.ensure(["helm"])["helm"], mirror, project)
        require_digest(name, chart, archive, chart.digest or seen.get(chart.archive))
        if chart.digest is None and chart.archive not in seen:
            new[chart.archive] = digest_of(archive)
    if new and not only_at_hand:
        files.prepare()
        files.write(FIRST_SEEN, json.dumps({**seen, **new}, indent=2, sort_keys=True).encode())


def breaking_on_the_way(installed: Mapping[str, str]) -> list[str]:
    """Breaking changes between the installed charts (versions by chart) and the locked ones, in words."""
    return [
        f"{name} {installed[name]} -> {chart.version}, past {change.version}: {change.what}"
        for name, chart in charts().items()
        if name in installed
        for change in chart.broken_since(installed[name])
    ]


def require_read(stack: str, installed: Mapping[str, str], *, accepted: bool) -> None:
    """See that breaking changes between the installed charts and the locked ones were read.

    `installed` are versions by chart, as the stack's last deploy left them. Raises GateFailed, which names each change.
    """
    unread = [f"\n    {change}" for change in breaking_on_the_way(installed)]
    if unread and not accepted:
        raise GateFailed(
            f"{stack} would go over breaking changes of its charts:{''.join(unread)}",
            left="nothing was changed",
            remedy=f"read the charts' own upgrade notes, see what concerns you in helm_values, then add {ACCEPT}",
        )
