"""Draws a hub's own keys anew: counted up beside the state, then one rollout as any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from components.hub.rotation import key_names
from deployer.config.suggest import did_you_mean
from deployer.errors import BadInput, DeployerError
from deployer.rollout.deploy import roll_out
from deployer.rollout.engine.backend import Backend
from deployer.rollout.interruption import Interruption
from deployer.rollout.ledger import Ledger
from deployer.rollout.plan import Plan
from deployer.rollout.progress import Listener, Note
from deployer.rollout.result import Rollout
from deployer.rollout.subject import load_subject
from deployer.rollout.target import Target
from deployer.secrets.generations import Generations


def rotate_keys(
    target: Target,
    keys: Sequence[str],
    *,
    show_plan: Callable[[Plan], None],
    interruption: Interruption,
    listen: Listener,
) -> Rollout:
    """Other keys for the hubs of a community that stand: staging first, its check, then prod. None named means all.

    The rollout brings along whatever else is not as the file says. Whatever it raises, `deployer deploy` goes on from
    there; rotating again would draw the keys once more.
    """
    subject = load_subject(target)
    names = list(dict.fromkeys(name for part in subject.deployments.values() for name in key_names(part)))
    chosen = list(keys) or names
    for name in chosen:
        if name not in names:
            remedy = did_you_mean(name, names, kind="keys")
            raise BadInput([], fault=f"the hubs of {target.name} have no key {name!r}", remedy=remedy)
    files = Backend(target.settings).files
    ledger = Ledger(files)
    records = {stage: ledger.read(subject.stack(stage)) for stage in subject.stages}
    standing = [stage for stage, record in records.items() if record and not record.kept]
    if not standing:
        raise DeployerError(
            f"{target.name} was never deployed: there are no keys to draw anew",
            left="nothing was changed",
            remedy=f"the first deploy draws them: deployer deploy {target}",
        )
    Generations(files).renew(target.name, chosen)
    listen(Note(text=f"drawn anew with this rollout: {', '.join(chosen)}"))
    try:
        return roll_out(
            load_subject(target), stages=standing, show_plan=show_plan, interruption=interruption, listen=listen
        )
    except DeployerError as error:
        goes_on = f"deployer deploy {target} goes on with the new keys"
        error.remedy = f"{error.remedy}; then {goes_on}" if error.remedy else goes_on
        raise
