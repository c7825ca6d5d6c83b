"""Who may agree to what, and whose agreement is missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from deployer.config.load import read_document
from deployer.errors import BadInput
from deployer.project import Project
from deployer.review.verdict import CommunityReview, Review, Who
from schemas.community import Contact
from schemas.model import Many


@dataclass(frozen=True)
class Missing:
    """An approval that is needed and not there."""

    part: str
    """What it is needed for."""
    anyone_of: tuple[str, ...]
    """Whose would do; empty where nobody is named."""


def maintainers(project: Project, community: str) -> tuple[str, ...]:
    """Logins and teams among a community's contacts; none where its file is not there or its contacts are wrong."""
    file = project.communities / f"{community}.yaml"
    try:
        contacts = read_document(file, file.name).data.get("contacts", ())
        found = TypeAdapter(Many[Contact]).validate_python(contacts)
    except (BadInput, ValidationError):
        return ()
    return tuple(dict.fromkeys(contact.github for contact in found if contact.github))


def missing(review: Review, approved_by: Collection[str], *, required: Who | None = None) -> list[Missing]:
    """Approvals that the change still needs; an operator's does for every part.

    `required` asks for one kind alone: `own` for those that maintainers may give, `operators` for those that they may
    not.
    """
    approvers = {login.removeprefix("@").lower() for login in approved_by}
    if approvers & _lower(review.operators):
        return []
    if review.who == "operators" and required != "own":
        return [Missing("what needs an operator", review.operators)]
    return [
        Missing(community.name, (*community.maintainers, *review.operators))
        for community in review.communities
        if required != "operators" and _asks_own(community) and not approvers & _lower(community.maintainers)
    ]


def _asks_own(community: CommunityReview) -> bool:
    return any(verdict.who == "own" for verdict in community.verdicts)


def _lower(logins: Collection[str]) -> set[str]:
    return {login.lower() for login in logins}
