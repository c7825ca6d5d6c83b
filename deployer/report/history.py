"""What was done to hubs and clusters; what a rollback goes back to; what was announced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deployer.report.columns import aligned
from deployer.report.console import errors, output, print_event, print_json

if TYPE_CHECKING:
    from deployer.rollout.history.entry import Entry
    from deployer.rollout.rollback import Earlier
    from deployer.rollout.target import Target

STYLES = {"well": "green", "under way": "yellow", "interrupted": "yellow", "held": "yellow", "failed": "red"}
COMMIT = 12
"""Characters of a commit that tell it apart."""


def show_history(entries: Sequence[Entry], target: Target, *, as_json: bool) -> None:
    """A line for each entry, newest first, and below it why it did not go well."""
    if as_json:
        print_json([_data(entry) for entry in entries])
        return
    if not entries:
        output().print(f"nothing was done to {target.name} yet", markup=False)
        return
    headings = ("number", "stack", "what", "when (UTC)", "who", "commit", "result", "took")
    rows = [headings, *(_row(entry) for entry in entries)]
    for position, line in enumerate(aligned(rows, right=(0, len(headings) - 1))):
        entry = entries[position - 1] if position else None
        output().print(line, markup=False, style=STYLES[entry.outcome] if entry else "bold")
        for detail in _details(entry) if entry else ():
            output().print(f"    {detail}", markup=False)


def show_earlier(there: Earlier, *, as_json: bool) -> None:
    """What a rollback goes back to."""
    if as_json:
        stages = {stage: _data(entry) for stage, entry in there.entries.items()}
        print_event({"event": "goes_back_to", "stages": stages})
        return
    for stage, entry in there.entries.items():
        errors().print(
            f"{stage:8} goes back to rollout {entry.inputs_of}, of {entry.begun.at:%Y-%m-%d %H:%M} UTC by "
            f"{entry.begun.who} ({_commit(entry)}); people's data stays as it is",
            markup=False,
        )


def show_announced(community: str, stage: str, url: str, text: str | None, *, as_json: bool) -> None:
    """Where people read what."""
    if as_json:
        print_json({"community": community, "stage": stage, "url": url, "announced": text})
        return
    said = f"announced on {url}" if text is not None else f"nothing is announced on {url} any more"
    output().print(f"{community}-{stage}: {said}", markup=False)


def _row(entry: Entry) -> tuple[str, ...]:
    begun = entry.begun
    what = begun.kind if begun.origin is None else f"{begun.kind} to {begun.origin}"
    took = f"{entry.ended.seconds:.1f} s" if entry.ended else "-"
    when = f"{begun.at:%Y-%m-%d %H:%M}"
    return str(entry.number), entry.stack, what, when, begun.who, _commit(entry), entry.outcome, took


def _details(entry: Entry) -> list[str]:
    said = [entry.begun.run_url] if entry.begun.run_url else []
    if entry.ended and entry.ended.reason:
        said += entry.ended.reason.splitlines()
    return said


def _commit(entry: Entry) -> str:
    begun = entry.begun
    return f"{begun.commit[:COMMIT]}{'+' if begun.changed else ''}" if begun.commit else "no commit"


def _data(entry: Entry) -> dict[str, Any]:
    begun, ended = entry.begun, entry.ended
    return {
        "number": entry.number,
        "stack": entry.stack,
        "kind": begun.kind,
        "outcome": entry.outcome,
        "reason": ended.reason if ended else "",
        "who": begun.who,
        "run_url": begun.run_url,
        "at": begun.at,
        "seconds": ended.seconds if ended else None,
        "commit": begun.commit,
        "changed": begun.changed,
        "inputs": begun.inputs,
        "kept": begun.kept,
        "origin": begun.origin,
        "changes": ended.changes if ended else "",
        "deployer_version": begun.deployer_version,
    }
