"""Clusters first, then the hubs on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rendering.registrations import run_against  # type: ignore[import-not-found]  # on the path of this process

from .monitor import Monitor
from .state import write_state

CLUSTER = "cluster"


def build(
    folder: Path,
    root: Path,
    project: str,
    clusters: Sequence[str],
    communities: Sequence[str],
    *,
    stands_for: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """Bring clusters and both stages of communities up.

    `stands_for` are folders, and those whose part they have, the narrowest first.
    Returns `failures`, the stacks that could not be, each with the reason, `facts` of clusters, by stack, and
    `guarded`, the URNs of what is protected.
    """
    from deployer.project import Project
    from deployer.rollout.subject import load_subject, load_subjects
    from deployer.rollout.target import Target

    here = Project(root)
    builder = _Builder(folder, project, stands_for)
    for name in clusters:
        try:
            builder.bring_up(load_subject(Target(project=here, name=name, alone=True, simulated=True)), CLUSTER)
        except Exception as error:  # noqa: BLE001 - told, and no other stack is kept from it
            builder.failures[f"{name}-{CLUSTER}"] = _said(error)
    targets = [Target(project=here, name=name, simulated=True) for name in communities]
    for name, subject in load_subjects(targets).items():
        for stage in getattr(subject, "stages", ()):
            try:
                builder.bring_up(subject, stage)
            except Exception as error:  # noqa: BLE001
                builder.failures[f"{name}-{stage}"] = _said(error)
    return {
        "failures": builder.failures,
        "guarded": builder.guarded,
        "facts": {f"{name}-{CLUSTER}": facts for name, facts in builder.facts.items()},
    }


class _Builder:
    def __init__(self, folder: Path, project: str, moved: Sequence[tuple[str, str]]) -> None:
        self.failures: dict[str, str] = {}
        self.facts: dict[str, Mapping[str, Any]] = {}
        """By cluster."""
        self.guarded: list[str] = []
        self._folder = folder
        self._project = project
        self._moved = moved

    def bring_up(self, subject: Any, part: str) -> None:
        """Raises whatever the program or a stand-in raises."""
        from deployer.rollout.plan import program

        stack = subject.stack(part)
        monitor = Monitor(self._project, stack, self.facts.get(subject.cluster_name, {}))
        run_against(monitor, program(subject, part))
        write_state(self._folder, self._project, stack, monitor.resources.values(), self._moved)
        self.guarded += monitor.guarded
        if part == CLUSTER:
            self.facts[subject.cluster_name] = monitor.outputs.get("facts") or {}


def _said(error: Exception) -> str:
    # Only the kind where it is not ours: words of others may quote what somebody wrote.
    return str(error) if type(error).__name__ == "RefusedError" else type(error).__name__
