"""Writes down what a look at a fleet adopted, so that the next look is a short one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from deployer.errors import DeployerError, Held
from deployer.rollout.adopting import Adoption, keep
from deployer.rollout.claim import claimed
from deployer.rollout.engine.backend import Backend
from deployer.rollout.ledger import Ledger
from deployer.rollout.progress import Listener, Note
from deployer.rollout.target import Target

AT_ONCE = 32
"""A few small files each: nearly all of it is waiting."""
Adopted = tuple[Target, Mapping[str, Adoption]]
"""A community or a cluster, and the adoptions of its own stacks."""


def keep_adopted(found: Sequence[Adopted], backend: Backend, listen: Listener) -> None:
    """Each under its claim; one that another run holds is that run's to adopt. What goes wrong costs time alone."""
    ledger = Ledger(backend.files)

    def kept(each: Adopted) -> DeployerError | None:
        target, adoptions = each
        try:
            with claimed(backend, target, listen):
                keep(ledger, adoptions)
        except Held:
            return None
        except DeployerError as error:
            return error
        return None

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        failed = [error for error in pool.map(kept, found) if error is not None]
    if failed:
        text = f"other code makes nothing else of {len(failed)} that could not be written down: {failed[0].fault}"
        listen(Note(text=text, severity="warning"))
