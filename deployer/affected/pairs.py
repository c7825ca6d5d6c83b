"""Communities before and after: each with what it resolved to on both sides, renamed ones joined."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from deployer.affected.moving import Stand, stand
from deployer.affected.names import Files
from deployer.affected.narrowing import candidates, resolving_changed
from deployer.affected.renames import renamed
from deployer.config.fleet import Loaded, load_each, uncollected
from deployer.errors import BadInput
from deployer.project import Project
from schemas.community import Deployment

Side = Loaded | BadInput | None
"""What a community's file resolved to, what is wrong with it, or nothing: there is no file."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One community on both sides."""

    name: str
    """As it is called now; of one that is gone, as it was called."""
    before_name: str
    """As it was called: another name only for a renamed one."""
    before: Side
    after: Side

    @property
    def renamed(self) -> bool:
        """Whether its file came under another name: its stacks would be made anew, and the old ones stay."""
        return self.name != self.before_name

    @property
    def gone(self) -> bool:
        return self.after is None

    @property
    def come(self) -> bool:
        return self.before is None

    @property
    def stands(self) -> tuple[Stand | None, Stand | None]:
        """Where it stood and stands; None for a side that did not resolve."""
        return _stand(self.before), _stand(self.after)

    @property
    def moved(self) -> bool:
        """Whether it stands elsewhere now: people's data stays behind at the old place."""
        before, after = self.stands
        return None not in (before, after) and before != after


def pairs(base: Project, head: Project, *, changed: Collection[str]) -> list[Pair]:
    """Communities whose resolved inputs may differ, by name, resolved on both sides.

    `changed` are the paths that differ, relative to the project. Whether anything differs indeed is for the caller to
    see: `before` and `after` may be the same. What code does to resources is not looked at (see `affected`). Where
    code changed that resolves, the base is resolved by its own.
    """
    before, after = Files(base), Files(head)
    found = paired(before, after, candidates(before, after, changed), among_others=True)
    return _by_own_code(base, found) if resolving_changed(changed) else found


def paired(before: Files, after: Files, names: Collection[str], *, among_others: bool) -> list[Pair]:
    """Pairs of these communities, and of all that are gone or renamed.

    Without `among_others`, clashes with the rest of the fleet are not looked for.
    """
    old_names = renamed(before, after)
    gone = before.communities - after.communities - set(old_names.values())
    chosen = sorted((after.communities & set(names)) | old_names.keys() | gone)
    came_from = {name: old_names.get(name, name) for name in chosen}
    with uncollected():
        old = _loaded(before, [name for name in came_from.values() if name in before.communities], complete=False)
        new = _loaded(after, [name for name in chosen if name in after.communities], complete=among_others)
    return [
        Pair(name=name, before_name=came_from[name], before=old.get(came_from[name]), after=new.get(name))
        for name in chosen
    ]


def _by_own_code(base: Project, found: list[Pair]) -> list[Pair]:
    """With the base's side as its own code resolves it, as far as the models of today can tell of that."""
    from deployer.affected.sides import TooOldError, inputs_by_own_code

    try:
        inputs = inputs_by_own_code(base)
    except TooOldError:
        return found
    return [replace(pair, before=_told(pair, inputs)) for pair in found]


def _told(pair: Pair, inputs: Mapping[str, Any]) -> Side:
    if not isinstance(pair.before, Loaded):
        return pair.before
    try:
        deployments = {
            stage: Deployment.model_validate(inputs[f"{pair.before_name}-{stage}"]) for stage in pair.before.deployments
        }
    except (KeyError, ValidationError):
        return pair.before
    return replace(pair.before, deployments=deployments)


def _loaded(files: Files, names: Collection[str], *, complete: bool) -> Mapping[str, Loaded | BadInput]:
    return load_each(files.project, sorted(names), archetypes=files.archetypes, among_others=complete)


def _stand(side: Side) -> Stand | None:
    return stand(side.deployments["staging"]) if isinstance(side, Loaded) else None
