"""A small simulated fleet on one cluster, and what is true of it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from deployer.project import Project
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.command import Wish, carry_out
from deployer.rollout.fleet.events import Begun, FleetEvent, Heard, Planned
from deployer.rollout.fleet.result import FleetResult
from deployer.rollout.interruption import Interruption
from deployer.rollout.plan import Plan
from deployer.rollout.progress import Note
from deployer.rollout.status import status
from deployer.rollout.target import Target
from tests.conftest import Checkout
from tests.contract.conftest import asked
from tests.contract.identities import DRAWN
from tests.unit.fleet.subjects import community, project_of, write

THEIRS = "theirs"
OF_THE_ENGINE = ("pulumi:", "hubkeys:")
"""Providers, references to other stacks, keys: they are in the state alone, and no cloud has anything of them."""


@dataclass
class Fleet:
    """One project's, and what it told."""

    checkout: Checkout
    names: list[str]
    cluster: str = "example-gcp"
    events: list[FleetEvent] = field(default_factory=list)
    struck: set[str] = field(default_factory=set)
    """Stacks whose engine or plugin was killed, not the deployer alone."""

    @property
    def project(self) -> Project:
        return Project(self.checkout.root)

    @property
    def place(self) -> Target:
        return Target(project=self.project, name="", simulated=True)

    @property
    def backend(self) -> Backend:
        return Backend(self.place.settings)

    def order(self, *faults: dict[str, Any]) -> None:
        """Have these faults from here on."""
        (self.checkout.root / "faults.yaml").write_text(yaml.safe_dump(list(faults)), encoding="utf-8")

    def title(self, words: str, *names: str) -> None:
        """Change something that makes resources, in these or in all."""
        for name in names or self.names:
            write(self.checkout.root, self.community(name, homepage={"text": words}))

    def community(self, name: str, **hub: Any) -> dict[str, Any]:
        """A file of one of them."""
        values = community(name, self.cluster, **hub)
        if self.cluster == THEIRS:
            del values["hub"]["scratch"], values["hub"]["profiles"]
        return values

    def carry_out(self, **wish: Any) -> FleetResult:
        """In this process."""
        self.events.clear()
        return carry_out(
            self.project, Wish(simulated=True, **wish), interruption=Interruption(print), listen=self.events.append
        )

    @property
    def begun(self) -> list[str]:
        return sorted(event.name for event in self.events if isinstance(event, Begun))

    def plan(self, name: str) -> Plan:
        """What was told to be done to a community."""
        [plan] = [event.plan for event in self.events if isinstance(event, Planned) and event.name == name]
        return plan

    @property
    def notes(self) -> list[str]:
        inner = [event.event for event in self.events if isinstance(event, Heard)]
        return [event.text for event in inner if isinstance(event, Note)]

    def up(self) -> set[tuple[str, str]]:
        """Stages that are up and as their files say."""
        found = status(self.place, self.names)
        return {(each.community, each.stage) for each in found if each.state == "up" and each.up_to_date}

    def assert_whole(self) -> None:
        """All is up; what the state holds exists, and what exists is in the state: nothing lost, nothing twice."""
        assert self.up() == {(name, stage) for name in self.names for stage in ("staging", "prod")}
        world = Counter(record["urn"] for record in self.world())
        twice = {urn: count for urn, count in world.items() if count > 1 and not self._may_be_left_over(urn)}
        assert twice == {}, twice
        stacks = [
            f"{self.cluster}-cluster",
            *(f"{name}-{stage}" for name in self.names for stage in ("staging", "prod")),
        ]
        recorded: set[str] = set()
        for stack in stacks:
            state = self.backend.stack(stack)
            assert state is not None
            assert not state.pending, (stack, state.pending)
            assert not self.backend.locks(stack)
            urns = [each.urn for each in state.resources if each.id and not each.type.startswith(OF_THE_ENGINE)]
            assert len(urns) == len(set(urns)), stack
            recorded.update(urns)
        lost, missing = sorted(set(world) - recorded), sorted(recorded - set(world))
        assert not lost, f"there, and unknown to the state: {lost}"
        assert not missing, f"in the state, and not there: {missing}"
        assert not self.backend.files.list(".hubs/claims")

    def _may_be_left_over(self, urn: str) -> bool:
        """Of a killed engine or plugin: what it was making where clouds draw the ids (docs/rollouts.md)."""
        stack, kind = urn.split("::")[0].rpartition(":")[2], urn.split("::")[2].rpartition("$")[2]
        return stack in self.struck and any(kind in drawn for drawn in DRAWN.values())

    def world(self) -> list[dict[str, Any]]:
        """All that exists in the simulated clouds."""
        paths = sorted(self.checkout.root.glob(".state/.simulated/*/*/*/*/*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def fleet(checkout: Checkout, count: int, *, cluster: str = "example-gcp") -> Fleet:
    """Communities hub-0, hub-1, …, and no others; on THEIRS they have the fewest resources."""
    for path in (checkout.root / "communities").iterdir():
        path.unlink()
    project_of(Path(checkout.root))
    if cluster == THEIRS:
        checkout.environment["KUBECONFIG"] = str(checkout.root / "nothing")
        checkout.write(f"clusters/{THEIRS}.yaml", yaml.safe_dump(asked("existing")))
    made = Fleet(checkout, [f"hub-{number}" for number in range(count)], cluster)
    for name in made.names:
        write(checkout.root, made.community(name))
    made.order()
    return made
