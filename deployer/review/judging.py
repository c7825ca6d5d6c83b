"""Who decides on the changes of one community: the policy's rules, applied to its resolved deployments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from deployer.affected.pairs import Pair
from deployer.config.fleet import Loaded
from deployer.config.layers import Layers
from deployer.config.named_entries import positioned
from deployer.config.secrecy import unmarked
from deployer.config.setting_changes import kept
from deployer.config.setting_words import setting_in_words, value_in_words
from deployer.errors import BadInput, Place
from deployer.review.changes import Change, changes
from deployer.review.costs import CostsBeyond
from deployer.review.limits import Sides
from deployer.review.patterns import matches
from deployer.review.verdict import CLOSED, Verdict
from schemas.policy import Policy, Rule

UNNAMED_REASON = "No rule leaves this to the community."
SHARED = "shared-inputs"
WHOLE = "whole-community"


def verdicts(
    pair: Pair,
    policy: Policy | None,
    *,
    file: str,
    changed: Collection[str],
    shared_images: Collection[str],
    beside: Sequence[Change] = (),
) -> Iterator[Verdict]:
    """One verdict for each change of a community, both stages together.

    `changed` are the changed files, `file` is the community's own, `shared_images` are those of others too, `beside`
    is what changed in the file without being part of a deployment.
    """
    whole = _as_a_whole(pair, file)
    if whole:
        yield whole
    if not isinstance(pair.before, Loaded) or not isinstance(pair.after, Loaded) or pair.renamed:
        return
    found: dict[Verdict, list[str]] = {}
    for stage, after in pair.after.deployments.items():
        sides = Sides(pair.before.deployments[stage], after, shared_images)
        judge = Stage(sides, policy, pair.after.layers[stage], own_file_changed=file in changed)
        for change in (*changes(sides.before, sides.after), *beside):
            found.setdefault(judge.verdict(change), []).append(stage)
    for verdict, stages in found.items():
        yield replace(verdict, stages=tuple(stages))


def _as_a_whole(pair: Pair, file: str) -> Verdict | None:
    """What happens to all of a community at once; None where it stays itself."""
    if pair.renamed:
        old, new, why = pair.before_name, pair.name, "A renamed community is a new one: people's files stay behind."
    elif pair.gone:
        old, new, why = "there", "gone", "Hubs that no file names any more are deleted, or forgotten."
    elif pair.come:
        old, new, why = "nothing", "a new community", "A new community needs a place, a domain and sign-in."
    elif isinstance(pair.before, BadInput):
        old, new, why = "wrong", "mended, or not", "It could not be resolved before, so nobody can tell what changes."
    elif isinstance(pair.after, BadInput):
        old, new, why = "right", _first_fault(pair.after), "It cannot be resolved, so nobody can tell what changes."
    elif pair.moved:
        before, after = pair.stands
        old, new, why = str(before), str(after), "People's files stay behind where the hub was."
    else:
        return None
    return Verdict(
        who="operators",
        rule=WHOLE,
        reason=why,
        place=pair.after.problems[0].place if isinstance(pair.after, BadInput) and pair.after.problems else Place(file),
        path="",
        setting="the community as a whole",
        old=old,
        new=new,
    )


def _first_fault(error: BadInput) -> str:
    return error.problems[0].fault if error.problems else error.fault


class Stage:
    """Judges the changes of one stage."""

    def __init__(self, sides: Sides, policy: Policy | None, layers: Layers, *, own_file_changed: bool) -> None:
        self.sides = sides
        self.policy = policy
        self.layers = layers
        self.own_file_changed = own_file_changed
        self.now = kept(sides.after)
        self.costs = CostsBeyond(sides.before, sides.after, policy.cost) if policy else None

    def verdict(self, change: Change) -> Verdict:
        place, path = self._place(change)
        said = Verdict(
            who="operators",
            rule=CLOSED,
            reason=UNNAMED_REASON,
            place=place,
            path=path,
            setting=setting_in_words(change.path, {}),
            old=value_in_words(unmarked(change.old), change.path),
            new=value_in_words(unmarked(change.new), change.path),
        )
        if not self.own_file_changed and change.path[0] != "images":
            reason = "The community's own file is unchanged: this comes of what it shares with others."
            return replace(said, rule=SHARED, reason=reason)
        rule = self._rule(change)
        if rule is None:
            return said
        beyond = tuple(dict.fromkeys(self._beyond(change, rule))) if rule.who == "own" else ()
        who = "operators" if beyond else rule.who
        return replace(said, who=who, rule=rule.name, reason=rule.reason, beyond=beyond)

    def _rule(self, change: Change) -> Rule | None:
        """The first rule that names it."""
        for rule in self.policy.rules if self.policy else ():
            if change.kind in rule.changes and any(matches(pattern, change.path) for pattern in rule.fields):
                return rule
        return None

    def _beyond(self, change: Change, rule: Rule) -> Iterator[str]:
        if rule.within:
            yield from self.sides.beyond(change, rule.within)
        if self.costs:
            yield from self.costs.month
            for profile in self.sides.profiles_concerned(change):
                yield from self.costs.of_profile(profile)

    def _place(self, change: Change) -> tuple[Place, str]:
        """Where a person reads the change; of what went, where it is missing now."""
        path = positioned(self.now, change.path)
        place, text = self.layers.locate(path)
        origin = self.layers.origin(path)
        if origin.kind == "archetype" and origin.place and not self.own_file_changed:
            return origin.place, text
        return place, text
