"""What people would miss of stacks that are to go: what goes with them, and what stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.clouds import cloud
from deployer.errors import DeployerError
from deployer.rollout.engine.backend import Recorded
from deployer.rollout.ledger import Record
from deployer.rollout.subject import CLUSTER, load_subject
from deployer.rollout.target import Target

CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
NATIVE = "native"
"""Sign-in by names and passwords that only the hub's own database has."""


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """Of one stack, in words for people."""

    goes: Sequence[str] = ()
    stays: Sequence[str] = ()
    accounts: bool = False
    """Whether people's passwords go: nobody else knows them."""


def holdings(
    target: Target, part: str, stack: str, record: Record | None, resources: Sequence[Recorded], *, delete_data: bool
) -> Holdings:
    """`resources` are those of its state; scratch is not protected, and goes always."""
    data_types = cloud(record.provider).data_types if record else ()
    data = [one for one in resources if one.type in data_types and one.id]
    goes = [one.words for one in data if delete_data or not one.protect]
    stays = [one.words for one in data if one.protect and not delete_data]
    if part == CLUSTER or not resources or (record and record.kept):
        return Holdings(goes=goes, stays=stays)
    native = _signs_in_by(target, part, record) in (NATIVE, None)
    database = f"the database of {stack}: who signed in, their tokens" + (", accounts and passwords" if native else "")
    if any(one.type == CLAIM for one in data) and not delete_data:
        # A claim that stays keeps its namespace, and with it the claim that the chart was told to leave.
        return Holdings(goes=goes, stays=[*stays, database])
    if any(one.type == CLAIM for one in resources) and CLAIM not in data_types:
        stays.append(f"homes and shared directories of {stack}, with the cluster's file store")
    return Holdings(goes=[database, f"servers that run on {stack}", *goes], stays=stays, accounts=native)


def _signs_in_by(target: Target, part: str, record: Record | None) -> str | None:
    """As it was last brought up, else as its file has it; None when nobody knows."""
    if record is not None and record.settings is not None:
        return str(record.settings["hub"]["auth"]["type"])
    try:
        deployment = load_subject(target, secrets_needed=False).deployments.get(part)
    except DeployerError:
        return None
    return deployment.hub.auth.type if deployment else None
