"""Brings a rollout's parts up, each written into the history; prod with a last look at staging, and a way back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.errors import DeployerError, EngineFailed, GateFailed, Held
from deployer.rollout.announcement import while_updated
from deployer.rollout.gate import refuse_unless_fit
from deployer.rollout.history.chronicle import Chronicle
from deployer.rollout.history.going_back import GoingBack
from deployer.rollout.history.writing import Writing
from deployer.rollout.promotion import Manner

if TYPE_CHECKING:
    from deployer.rollout.stage import Builder


@dataclass(frozen=True, kw_only=True)
class BringingUp:
    """Of one community's parts."""

    builder: Builder
    chronicle: Chronicle
    manner: Manner
    make: Callable[[str, Builder], str]
    """Brings a part up and checks it; says in a few words what was done."""

    def part(self, part: str) -> None:
        """Raises whatever kept it from being well, and of prod what became of it then."""
        if part == "prod":
            self._prod()
            return
        with self._entry(part) as writing:
            writing.changes = self.make(part, self.builder)

    def _prod(self) -> None:
        builder = self.builder
        touched: Writing | None = None
        made = False
        try:
            with self._entry("prod") as writing:
                self._see_that_staging_is_well(writing)
                touched = writing
                with while_updated(builder.subject, builder.ledger, builder.listen):
                    writing.changes = self.make("prod", builder)
                    made = True
        except Held:
            raise  # somebody else is at work on it, who is in the way of going back, too
        except (GateFailed, EngineFailed) as error:
            if touched is None or made or not self.manner.goes_back:
                raise
            raise self._back(error, touched.number) from None

    def _entry(self, part: str) -> AbstractContextManager[Writing]:
        return self.chronicle.entry(part, listen=self.builder.listen, origin=self.manner.origin(part))

    def _back(self, error: DeployerError, number: int) -> DeployerError:
        return GoingBack(stage="prod", builder=self.builder, failed=number, make=self.make).after(error)

    def _see_that_staging_is_well(self, writing: Writing) -> None:
        if not self.manner.gated:
            return
        builder = self.builder
        stack = builder.subject.stack("staging")
        writing.result = "held"
        refuse_unless_fit(
            builder.subject, builder.ledger, lambda: builder.check("staging", builder.engine.outputs(stack))
        )
        writing.result = "well"
