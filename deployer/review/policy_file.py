"""Reads `policy.yaml`."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from deployer.config.document import Document, path_text
from deployer.config.load import read_document
from deployer.config.model_words import problems_of
from deployer.errors import BadInput, Problem
from deployer.project import Project
from deployer.review.patterns import is_field
from schemas.policy import Policy

POLICY_FILE = "policy.yaml"


def read_policy(project: Project) -> Policy | None:
    """A checkout's policy; None where it has none: then everything is for operators, and nobody is named as one.

    Raises BadInput with all that is wrong with it.
    """
    file = project.root / POLICY_FILE
    if not file.is_file():
        return None
    document = read_document(file, project.relative(file))
    try:
        policy = Policy.model_validate(document.data)
    except ValidationError as error:
        raise BadInput(problems_of(error, Policy, document)) from None
    problems = list(_problems(policy, document))
    if problems:
        raise BadInput(problems)
    return policy


def _problems(policy: Policy, document: Document) -> Iterator[Problem]:
    names: set[str] = set()
    for position, rule in enumerate(policy.rules):
        at = ("rules", position)
        if rule.name in names:
            yield _problem(document, (*at, "name"), f"two rules are named {rule.name!r}", "give each a name of its own")
        names.add(rule.name)
        if rule.who == "operators" and rule.within is not None:
            fault = "operators have no limits"
            yield _problem(document, (*at, "within"), fault, "remove it, or leave the fields to the community's own")
        for index, pattern in enumerate(rule.fields):
            if not is_field(pattern):
                fault = f"no deployment has a field {pattern}"
                yield _problem(document, (*at, "fields", index), fault, "look for it in docs/community-file.md")


def _problem(document: Document, path: tuple[str | int, ...], fault: str, remedy: str) -> Problem:
    return Problem(place=document.place(path), path=path_text(path), fault=fault, remedy=remedy)
