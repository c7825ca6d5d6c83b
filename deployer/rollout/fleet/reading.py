"""Records for a look at many: communities share clusters, and each record is read once."""

from __future__ import annotations

from deployer.rollout.ledger import Ledger, Record


class ReadOnce(Ledger):
    """Remembers what it read: for a look alone, never for work."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger.files)
        self._known: dict[str, Record | None] = {}

    def read(self, stack: str) -> Record | None:
        """As it was at the first look."""
        if stack not in self._known:
            self._known[stack] = super().read(stack)
        return self._known[stack]
