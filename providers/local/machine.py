"""This machine: a folder for everything, and a budget of cpu and memory for people's servers."""

# ruff: noqa: ARG002 - the arguments are those of every resource

from __future__ import annotations

import getpass
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from providers.engine.values import Failure, Fault, Task, Unknown, Values
from providers.local.files import read_json, remove_if_empty, write_json
from providers.local.ownership import mark_of, why_not_ours

MARK = "machine.json"
PORT_LOCK = ".ports.lock"
"""Held while a hub of this machine chooses its ports."""
GIB = 2**30


class Machine:
    """Inputs: `folder` (absolute), `cpu` and `memory_gib` (all that the machine has, when not given), `owner`.

    `owner` is the root of the checkout, so that two copies of the project never share a folder. Outputs: the budget as
    it counts, `user` that servers run as, and `limits` ("enforced" or "advisory") with `limits_reason`.
    """

    replaced_by = frozenset({"folder"})
    deleted_before_replaced = False
    secret_outputs: frozenset[str] = frozenset()

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        failures = [*_budget_failures(news)]
        folder = news.get("folder")
        if not isinstance(folder, Unknown):
            reason = _folder_fault(folder, mark_of(task.urn, news.get("owner")))
            if reason:
                failures.append(Failure("folder", reason))
        return news, failures

    def foretell(self, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:
        return _facts(inputs)

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        folder = Path(inputs["folder"])
        folder.mkdir(parents=True, exist_ok=True)
        mark = mark_of(task.urn, inputs.get("owner"))
        reason = why_not_ours(folder, MARK, mark)
        if reason:
            raise Fault(reason, "choose another folder")
        write_json(folder / MARK, mark)
        return str(folder), _facts(inputs)

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values | None:
        mark = read_json(Path(outputs["folder"]) / MARK)
        return _facts(inputs) if mark and mark.get("urn") == task.urn else None

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        return self.create(task, inputs)[1]

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        """Takes away what it made; people's data, and the mark that lets a later run adopt it, stay."""
        folder = Path(outputs["folder"])
        mark = read_json(folder / MARK)
        if not mark or mark.get("urn") != task.urn:
            return
        left = _clear_hubs(task, folder / "hubs")
        if left:
            task.warn(f"kept: {folder}, where hubs are deployed: {', '.join(left)}")
            return
        # What hubs share here means nothing without them.
        shutil.rmtree(folder / "leases", ignore_errors=True)
        (folder / PORT_LOCK).unlink(missing_ok=True)
        for emptied in ("hubs", "scratch", "shared", "homes"):
            _remove_empty_tree(folder / emptied)
        if [entry.name for entry in folder.iterdir()] == [MARK]:
            (folder / MARK).unlink()
            remove_if_empty(folder)
        else:
            task.say(f"kept: {folder} still holds files")


def _facts(inputs: Values) -> Values:
    if isinstance(inputs.get("folder"), Unknown):
        return {}
    limits, reason = _limits()
    return {
        "cpu": inputs.get("cpu") or _cores(),
        "memory_gib": inputs.get("memory_gib") or _memory_gib(),
        "limits": limits,
        "limits_reason": reason,
        "user": getpass.getuser(),
    }


def _cores() -> int:
    """Cores that this process may use: a container may have fewer than its machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory_gib() -> float:
    import psutil

    return int(psutil.virtual_memory().total / GIB * 100) / 100


def _limits() -> tuple[str, str]:
    """Whether servers' limits hold on this machine, and why (not)."""
    from providers.local.runtime import limits

    kind, reason = limits.detect()
    return "advisory" if kind == "advisory" else "enforced", reason


def _budget_failures(news: Values) -> list[Failure]:
    has = {"cpu": (_cores(), "cores"), "memory_gib": (_memory_gib(), "GiB of memory")}
    failures = []
    for name, (most, unit) in has.items():
        asked = news.get(name)
        if asked is None or isinstance(asked, Unknown):
            continue
        if not isinstance(asked, int | float) or asked <= 0:
            failures.append(Failure(name, f"{asked!r} is not a number above 0"))
        elif asked > most:
            reason = f"asks for {asked:g}, but this machine has {most:g} {unit}; ask for at most that, or for nothing"
            failures.append(Failure(name, reason))
    return failures


def _folder_fault(folder: Any, mark: dict[str, str]) -> str | None:
    if not isinstance(folder, str) or not Path(folder).is_absolute():
        return f"{folder!r} is not an absolute path"
    try:
        reason = why_not_ours(Path(folder), MARK, mark)
    except OSError as error:
        reason = f"{folder} cannot be read: {error.strerror}"
    if reason:
        return f"{reason}; choose another folder"
    standing = next(step for step in (Path(folder), *Path(folder).parents) if step.exists())
    if not standing.is_dir():
        return f"{standing} is not a directory; choose another folder"
    if not os.access(standing, os.W_OK | os.X_OK):
        return f"{standing} cannot be written to by {getpass.getuser()}; choose another folder or mend its permissions"
    return None


def _clear_hubs(task: Task, hubs: Path) -> list[str]:
    """Take away hubs that no state knows of, left by a deployer that was killed; names of those that are deployed."""
    if not hubs.is_dir():
        return []
    from providers.local.hub import is_deployed, take_away

    deployed = []
    for folder in sorted(hubs.iterdir()):
        if is_deployed(folder):
            deployed.append(folder.name)
        else:
            task.progress(f"taking away what was left of hub {folder.name}")
            take_away(folder)
    return deployed


def _remove_empty_tree(folder: Path) -> None:
    for root, _, _ in os.walk(folder, topdown=False):
        remove_if_empty(Path(root))


RESOURCE = Machine()
