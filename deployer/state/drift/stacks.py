"""Which stacks a look for drift is about, and what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deployer.config.suggest import did_you_mean
from deployer.errors import BadInput, DeployerError
from deployer.rollout.account import ACCOUNT
from deployer.rollout.ledger import Ledger, Record
from deployer.rollout.subject import CLUSTER, Subject, load_subject, load_subjects
from deployer.rollout.target import Target
from schemas.stage import STAGES


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One that has a record."""

    name: str
    part: str
    record: Record
    target: Target
    subject: Subject | DeployerError | None
    """What its files say; why they cannot be used; None for what has no files."""

    @property
    def stack(self) -> str:
        return f"{self.name}-{self.part}"

    @property
    def cluster(self) -> str:
        """Name of the cluster that it is, or stands on."""
        return self.record.cluster_stack.removesuffix(f"-{CLUSTER}")


def stacks(place: Target, ledger: Ledger, names: Sequence[str]) -> list[Stack]:
    """Those of the named communities and clusters, with the clusters that communities stand on; all without names.

    Clusters come first. Raises BadInput for a name that nothing deployed has, DeployerError for an unreadable record.
    """
    recorded = {stack: record for stack in ledger.stacks() if (record := ledger.read(stack))}
    wanted = _wanted(recorded, names) if names else list(recorded)
    split = [(stack, *stack.rpartition("-")[::2]) for stack in wanted]
    split.sort(key=lambda entry: (entry[2] in STAGES, entry[1], entry[2] != STAGES[0]))
    communities = load_subjects(
        [place.community(name) for name in dict.fromkeys(name for _, name, part in split if part in STAGES)],
        secrets_needed=True,
    )
    return [
        Stack(
            name=name,
            part=part,
            record=recorded[stack],
            target=place.of_stack(stack),
            subject=communities.get(name) if part in STAGES else _alone(place, name, part),
        )
        for stack, name, part in split
    ]


def _wanted(recorded: dict[str, Record], names: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    known = {stack.rpartition("-")[0] for stack in recorded}
    for name in names:
        own = [stack for stack in recorded if stack.rpartition("-")[0] == name]
        if not own:
            remedy = did_you_mean(name, sorted(known), kind="names")
            raise BadInput([], fault=f"nothing named {name!r} is deployed", remedy=remedy)
        under = [recorded[stack].cluster_stack for stack in own]
        found.update(dict.fromkeys(stack for stack in (*under, *own) if stack in recorded))
    return list(found)


def _alone(place: Target, name: str, part: str) -> Subject | DeployerError | None:
    if part == ACCOUNT:
        return None
    try:
        return load_subject(place.cluster(name))
    except DeployerError as error:
        return error
