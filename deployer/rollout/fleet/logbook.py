"""Keeps the journal of a run under way, and tells whoever comes second of the first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from deployer.errors import DeployerError
from deployer.rollout.engine.backend import Backend
from deployer.rollout.fleet.journal import Journal, Journals, this_process
from deployer.rollout.progress import Listener, Note

Entry = tuple[str, Journal]
"""A journal and its path."""


class Logbook:
    """One run's."""

    def __init__(self, backend: Backend, listen: Listener) -> None:
        self._journals = Journals(backend)
        self._listen = listen
        self._entry: Entry | None = None
        self.lost: DeployerError | None = None
        """What kept it from being written, or from being forgotten at the end: nothing more is to be begun then."""

    @property
    def goes_on(self) -> bool:
        """Whether there is something that `--resume` would go on with."""
        return self._entry is not None

    def open(self, journal: Journal, resumed: Entry | None) -> None:
        """Begin one, or go on with that of an earlier run."""
        self._tell_of_others(journal.names)
        if resumed is not None:
            path, earlier = resumed
            journal = earlier.model_copy(update={"holder": this_process(), "at_work": True})
        else:
            path = self._journals.path(journal.began_at)
        self._keep(path, journal)
        if self.lost is None:
            self._journals.supersede(journal, path)

    def close(self, *, remains: bool) -> None:
        """The run is over; `remains` tells whether there is something that another may go on with."""
        if self._entry is None:
            return
        path, journal = self._entry
        if remains:
            self._keep(path, journal.model_copy(update={"at_work": False}))
        else:
            self.forget(path)

    def forget(self, path: str) -> None:
        """Nothing remains of a run."""
        try:
            self._journals.forget(path)
            self._entry = None
        except DeployerError as error:
            self.lost = error

    def _tell_of_others(self, names: Sequence[str]) -> None:
        for lock, other in self._journals.living():
            both = _shared(other.names, names)
            if both and lock.process != this_process().process:
                text = f"another run rolls out {both} of these, too ({lock}); what it holds is waited for"
                self._listen(Note(text=text, severity="warning"))

    def _keep(self, path: str, journal: Journal) -> None:
        self._entry = (path, journal)
        try:
            self._journals.write(path, journal)
        except DeployerError as error:
            self.lost = error


def _shared(some: Collection[str], others: Collection[str]) -> int:
    return len(set(some) & set(others))
