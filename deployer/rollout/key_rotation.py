"""Draws a hub's own keys anew: one rollout as any other, which counts them up beside the state as it begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from components.hub.rotation import key_names
from deployer.config.suggest import did_you_mean
from deployer.errors import BadInput, DeployerError, Interrupted
from deployer.rollout.deploy import roll_out
from deployer.rollout.engine.backend import Backend
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.plan import Plan
from deployer.rollout.progress import Listener, Note
from deployer.rollout.result import Rollout
from deployer.rollout.subject import Subject, load_subject
from deployer.rollout.target import Target
from deployer.secrets.generations import Generations, counted_up


def rotate_keys(
    target: Target,
    keys: Sequence[str],
    *,
    show_plan: Callable[[Plan], None],
    interruption: Interruption,
    listen: Listener,
) -> Rollout:
    """Other keys for the hubs of a community that stand: staging first, its check, then prod. None named means all.

    The rollout brings along whatever else is not as the file says. What it raises says whether the keys were counted
    up by then: if so, `deployer deploy` goes on from there, and rotating again would draw them once more.
    """
    subject = load_subject(target)
    chosen = _chosen(subject, keys)
    files = Backend(target.settings).files
    standing = _standing(subject, Ledger(files))
    before = subject.secrets.generations
    counted = False

    def begin(plan: Plan) -> None:
        # Here the rollout holds the community and has touched nothing: who is refused earlier finds all as it was.
        nonlocal counted
        show_plan(plan)
        if not counted:
            _count_up(Generations(files), target, before=before, chosen=chosen)
            counted = True
            listen(Note(text=f"drawn anew with this rollout: {', '.join(chosen)}"))

    drawn = replace(subject, secrets=subject.secrets.drawn(counted_up(before, chosen)))
    try:
        return roll_out(drawn, stages=standing, show_plan=begin, interruption=interruption, listen=listen)
    except KeyboardInterrupt:
        if not counted:
            raise
        raise _going_on(Interrupted("interrupted", left="what was finished is kept"), target) from None
    except DeployerError as error:
        if counted:
            _going_on(error, target)
        raise


def _chosen(subject: Subject, keys: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(name for part in subject.deployments.values() for name in key_names(part)))
    for name in keys:
        if name not in names:
            remedy = did_you_mean(name, names, kind="keys")
            raise BadInput([], fault=f"the hubs of {subject.name} have no key {name!r}", remedy=remedy)
    return list(keys) or names


def _standing(subject: Subject, ledger: Ledger) -> list[str]:
    records = {stage: ledger.read(subject.stack(stage)) for stage in subject.stages}
    standing = [stage for stage, record in records.items() if record and not record.kept]
    if not standing:
        raise DeployerError(
            f"{subject.name} was never deployed: there are no keys to draw anew",
            left="nothing was changed",
            remedy=f"the first deploy draws them: deployer deploy {subject.target}",
        )
    return standing


def _count_up(generations: Generations, target: Target, *, before: Mapping[str, int], chosen: Sequence[str]) -> None:
    if generations.of(target.name) != before:
        raise DeployerError(
            f"another run has just drawn keys of {target.name} anew",
            left="nothing was changed",
            remedy="where that was not what you wanted, run the same command again",
        )
    generations.renew(target.name, chosen)


def _going_on(error: DeployerError, target: Target) -> DeployerError:
    left = "keys that were not drawn anew yet are so at the next deploy"
    error.left = f"{error.left}; {left}" if error.left else left
    goes_on = f"deployer deploy {target} goes on with the new keys"
    error.remedy = f"{error.remedy}; then {goes_on}" if error.remedy else goes_on
    return error
