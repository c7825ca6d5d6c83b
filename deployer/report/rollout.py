"""How rollouts ended: deploys, refreshes, destroys, unlocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from deployer.errors import DeployerError
from deployer.report.console import output, print_event, print_json
from deployer.report.errors import error_data

if TYPE_CHECKING:
    from deployer.rollout.doomed import Doomed
    from deployer.rollout.engine.lock import Lock
    from deployer.rollout.reconcile import Refreshed
    from deployer.rollout.result import Rollout, StageResult
    from deployer.rollout.target import Target
    from deployer.rollout.teardown import Destroyed


def show_rollout(rollout: Rollout, *, as_json: bool) -> None:
    """Where the hubs are, and how to log in; of a cluster alone, what became of it."""
    if as_json:
        print_event({"event": "result", "changed": rollout.changed, **asdict(rollout)})
        return
    said = f"{rollout.name}: {_became(rollout)} ({rollout.seconds:.1f} s)"
    output().print(said, markup=False, style="bold green")
    for stage in rollout.stages:
        output().print(f"  {stage.stage:8} {' '.join(_where(stage))}".rstrip(), markup=False)
    if rollout.waits:
        output().print(f"  prod waits: {rollout.waits}", markup=False, style="yellow")
    for line in _how_to_log_in(rollout):
        output().print(f"  {line}", markup=False)


def show_failure(error: DeployerError) -> None:
    """An error at the end of a stream of events."""
    print_event({"event": "error", **error_data(error)})


def show_refreshed(found: Sequence[Refreshed], target: Target, *, as_json: bool) -> None:
    """What a refresh found in each stack."""
    if as_json:
        print_json(
            [
                {
                    "part": entry.part,
                    "stack": entry.stack,
                    "drifted": [
                        {"type": change.type, "name": change.name, "found": change.operation}
                        for change in entry.drifted
                    ],
                }
                for entry in found
            ]
        )
        return
    if not found:
        output().print(f"{target.name} is not deployed", markup=False)
    for entry in found:
        output().print(f"{entry.stack}: {'differs' if entry.drifted else 'as recorded'}", markup=False)
        for change in entry.drifted:
            what = "is gone" if change.operation == "delete" else f"was changed: {', '.join(change.properties)}"
            output().print(f"  {change.kind} {change.name} {what}", markup=False, style="yellow")
    if any(entry.drifted for entry in found):
        output().print(f"mend it: deployer deploy {target}", markup=False)


def show_doomed(doomed: Doomed) -> None:
    """What a destroy will take down, before it is confirmed."""
    stacks = ", ".join(doomed.stacks.values())
    output().print(f"this takes down: {stacks}", markup=False)
    for line in doomed.goes:
        output().print(f"  goes, for good: {line}", markup=False, style="bold red")
    for line in doomed.stays:
        output().print(f"  stays: {line}", markup=False)


def show_destroyed(destroyed: Destroyed, *, as_json: bool) -> None:
    """What was taken down, and what is left where."""
    if as_json:
        print_event({"event": "result", **asdict(destroyed)})
        return
    if destroyed.stacks:
        said = f"{destroyed.name}: taken down ({destroyed.seconds:.1f} s)"
        output().print(said, markup=False, style="bold green")
    else:
        output().print(f"{destroyed.name} is not deployed; nothing to take down", markup=False)
    if destroyed.cluster_stays:
        output().print(f"  its cluster stays: {destroyed.cluster_stays}", markup=False)
    if destroyed.kept:
        output().print("  kept, and found again by the next deploy:", markup=False)
        for place in destroyed.kept:
            output().print(f"    {place}", markup=False)


def show_unlocked(locks: Sequence[Lock], target: Target, *, as_json: bool) -> None:
    """Which locks were cleared."""
    if as_json:
        print_json([{"stack": lock.stack, "held_by": str(lock)} for lock in locks])
        return
    for lock in locks:
        output().print(f"{lock.stack}: lock cleared ({lock})", markup=False)
    if not locks:
        output().print(f"{target.name} is not locked", markup=False)


def _became(rollout: Rollout) -> str:
    if not rollout.changed:
        return "nothing changed"
    if not rollout.stages:
        return f"up: {', '.join(rollout.done.values())}"
    return "up and healthy" if not any(stage.note for stage in rollout.stages) else "up"


def _where(stage: StageResult) -> list[str]:
    checked = f" checked in {stage.health_seconds:.1f} s" if stage.health_seconds is not None else ""
    return [part for part in (stage.url, checked, stage.note) if part]


def _how_to_log_in(rollout: Rollout) -> list[str]:
    if not rollout.stages or rollout.stages[-1].note:
        return []
    name, stage = rollout.name, rollout.stages[-1].stage
    opening = f"open it: deployer open {name} --stage {stage}"
    ways = {
        "dummy": f"log in with any user name and this password: deployer password {name} --stage {stage}",
        "native": "people sign up on the login page; an admin lets them in",
    }
    return [opening, ways.get(rollout.auth_type, "people log in with their own accounts")]
