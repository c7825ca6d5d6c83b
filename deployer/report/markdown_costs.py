"""What a change costs, in a sentence and in lines."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.comparison.costs import Amount, CostDifference, Hour, MonthItem, ServerHour
from deployer.report.markdown_text import span


def month_sentence(cost: CostDifference) -> str:
    """How the month in which nobody computes changes; empty where it does not."""
    before, after = cost.month.before, cost.month.after
    if before == after and not cost.items:
        return ""
    if before.usd is None or after.usd is None:
        return f"a month while nobody computes: {_usd(before)} → {_usd(after)}"
    more = after.usd - before.usd
    sign = "more" if more > 0 else "less"
    changed = f"${abs(more):,.2f} {sign} a month while nobody computes" if more else "a month costs the same"
    return f"{changed} ({_usd(before)} → {_usd(after)})"


def cost_lines(cost: CostDifference) -> Iterator[str]:
    """Items of the month, then hours, that are not as they were."""
    sentence = month_sentence(cost)
    if sentence:
        yield f"- {sentence}"
    yield from (f"  - {_item(item)}" for item in cost.items)
    yield from (f"- {_hour(hour)}" for hour in cost.hours if hour.changed)
    if cost.elsewhere:
        yield f"- {span(cost.elsewhere)}"


def _item(item: MonthItem) -> str:
    return f"{span(item.item)}: {_usd(item.before)} → {_usd(item.after)}"


def _hour(hour: ServerHour) -> str:
    what = span(f"{hour.profile} {hour.size}".strip())
    if hour.before is None:
        return f"an hour in {what}: {_full(hour.after)} (new)"
    if hour.after is None:
        return f"an hour in {what}: {_full(hour.before)} → it is gone"
    return f"an hour in {what}: {_full(hour.before)} → {_full(hour.after)}"


def _full(hour: Hour | None) -> str:
    if hour is None or hour.alone is None:
        return "unknown"
    alone = f"${hour.alone:.3f} alone on a node"
    return alone if hour.full is None else f"${hour.full:.4f} on a full node, {alone}"


def _usd(amount: Amount) -> str:
    if amount.usd is None:
        return "unknown"
    return f"${amount.usd:,.2f}" + (" and what is unknown" if amount.unknown else "")
