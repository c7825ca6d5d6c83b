"""Says on purpose that a state may act from where it is now, and on the accounts that are signed in to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from deployer.rollout.engine.backend import Backend
from deployer.rollout.target import Target
from deployer.state.identity import Identities, Identity, place_of


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """A state that may act from here."""

    identity: Identity
    before: str
    """The place that it last acted from; empty where nobody knows one."""
    changed: bool


def adopt(place: Target, agree: Callable[[str, str], None]) -> Adopted:
    """Let a copy act, or one that was moved by hand; forgets which accounts its clusters stood in.

    `agree` is told where it last acted from and asks for the project's name; it raises what ends it.
    """
    backend = Backend(place.settings)
    identities = Identities(backend.settings, backend.files)
    found, here = identities.read(), place_of(backend.settings)
    accounts = identities.accounts()
    own = found is not None and found.place.same_as(here)
    if found is not None and own and not accounts:
        return Adopted(identity=found, before=str(found.place), changed=False)
    agree(place.settings.project, str(found.place) if found else "")
    for stack in accounts:
        identities.note(stack, None)
    return Adopted(identity=identities.adopt(), before=str(found.place) if found else "", changed=True)
