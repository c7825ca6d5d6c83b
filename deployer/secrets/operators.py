"""`operators.yaml`: the recipients that can open every community's secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from deployer.config.document import path_text
from deployer.config.load import read_document
from deployer.config.model_words import problems_of
from deployer.errors import BadInput, Place, Problem
from deployer.project import Project
from deployer.secrets.recipients import NoRecipientError, Recipient, recipient
from schemas.operators import Operators

FILE = "operators.yaml"
EXAMPLE = "recipients: {on-call: age1…}"


@dataclass(frozen=True)
class Known:
    """The operators' recipients by name, or what is wrong with the file."""

    label: str
    exists: bool
    recipients: Mapping[str, Recipient]
    problems: tuple[Problem, ...] = ()

    def name_of(self, one: Recipient) -> str:
        """What operators call it; empty for a recipient that is none of theirs."""
        return next((name for name, known in self.recipients.items() if known == one), "")

    def require(self) -> None:
        """Raises BadInput where nothing can be encrypted for them."""
        if self.problems:
            raise BadInput(self.problems)
        if not self.exists:
            raise BadInput(
                [Problem(place=Place(self.label), path="", fault="there is no such file", remedy=f"write {EXAMPLE}")],
                fault="nobody has said who operates: without operators' recipients, nothing can be encrypted",
                remedy="deployer secrets keygen makes a key; its public half belongs into that file",
            )


def operators(project: Project) -> Known:
    """Read from the checkout."""
    path = project.root / FILE
    label = project.relative(path)
    if not path.is_file():
        return Known(label, False, {})
    try:
        document = read_document(path, label)
        read = Operators.model_validate(document.data)
    except BadInput as error:
        return Known(label, True, {}, error.problems)
    except ValidationError as error:
        return Known(label, True, {}, problems_of(error, Operators, document))
    found: dict[str, Recipient] = {}
    problems = []
    for name, text in read.recipients.items():
        try:
            found[name] = recipient(text)
        except NoRecipientError as error:
            at = ("recipients", name)
            place = document.place(at)
            problems.append(Problem(place=place, path=path_text(at), fault=error.fault, remedy=error.remedy))
    return Known(label, True, found, tuple(problems))
