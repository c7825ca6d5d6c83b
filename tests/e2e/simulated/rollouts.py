"""Rollouts in a project of the test's own, in simulated clouds: the real engine, called as the commands call it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from deployer.project import Project
from deployer.rollout.deploy import deploy
from deployer.rollout.doomed import doomed
from deployer.rollout.interruption import Interruption
from deployer.rollout.plan import Plan
from deployer.rollout.preview import preview
from deployer.rollout.progress import Event, Note
from deployer.rollout.reconcile import Refreshed, refresh
from deployer.rollout.result import Rollout
from deployer.rollout.target import Target
from deployer.rollout.teardown import Destroyed, destroy
from schemas.stage import STAGES
from tests.conftest import CHECKOUT


@dataclass
class Rollouts:
    """One project's, and what they told."""

    root: Path
    events: list[Event] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)

    @property
    def project(self) -> Project:
        return Project(self.root)

    def community(self, name: str) -> Target:
        return Target(project=self.project, name=name, simulated=True)

    def cluster(self, name: str) -> Target:
        return Target(project=self.project, name=name, alone=True, simulated=True)

    def deploy(self, target: Target, *, stages: Sequence[str] = STAGES) -> Rollout:
        return deploy(
            target, stages=stages, show_plan=self.plans.append, interruption=Interruption(print), listen=self._heard
        )

    def preview(self, target: Target) -> Plan:
        return preview(target, interruption=Interruption(print), listen=self._heard)

    def refresh(self, target: Target) -> list[Refreshed]:
        return refresh(target, interruption=Interruption(print), listen=self._heard)

    def destroy(self, target: Target, *, delete_data: bool = False, delete_accounts: bool = True) -> Destroyed:
        plan = doomed(target, delete_data=delete_data, delete_accounts=delete_accounts)
        return destroy(plan, delete_data=delete_data, interruption=Interruption(print), listen=self._heard)

    def _heard(self, event: Event) -> None:
        self.events.append(event)

    @property
    def notes(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Note)]

    def write(self, path: str, values: Any) -> None:
        """A file of the project."""
        file = self.root / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")

    def order(self, *faults: dict[str, Any]) -> None:
        """Have these faults from here on, where HUBS_SIMULATED_FAULTS names the file."""
        (self.root / "faults.yaml").write_text(yaml.safe_dump(list(faults)), encoding="utf-8")

    def world(self) -> list[dict[str, Any]]:
        """All that exists in the simulated clouds."""
        return [
            json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(self.root.glob(".state/.simulated/*/*/*/*/*.json"))
        ]

    def kinds(self) -> list[str]:
        """The last words of the types of what exists, sorted."""
        return sorted(record["token"].rpartition(":")[2] for record in self.world())

    def edit(self, kind: str, **properties: Any) -> None:
        """Drift: somebody changed the only resource of a kind in the cloud."""
        (path,) = self.root.glob(f".state/.simulated/*/*/*/*_{kind}/*.json")
        record = json.loads(path.read_text(encoding="utf-8"))
        record["properties"].update(properties)
        path.write_text(json.dumps(record), encoding="utf-8")


def rollouts(folder: Path, *, examples: bool = False) -> Rollouts:
    """In an empty folder; with `examples`, the checkout's communities and clusters are there."""
    shutil.copy(CHECKOUT / "Pulumi.yaml", folder)
    shutil.copytree(CHECKOUT / "images", folder / "images")
    for name in ("communities", "clusters"):
        if examples:
            shutil.copytree(CHECKOUT / name, folder / name)
        else:
            (folder / name).mkdir()
    made = Rollouts(folder)
    made.order()
    return made
