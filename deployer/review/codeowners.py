"""`.github/CODEOWNERS`: whom GitHub asks, made from the communities' contacts and the policy's operators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from deployer.errors import BadInput
from deployer.project import Project
from deployer.review.people import maintainers
from deployer.review.policy_file import POLICY_FILE, read_policy
from schemas.model import COMMUNITY_NAME

CODEOWNERS = ".github/CODEOWNERS"
HEAD = """\
# Generated from policy.yaml and the contacts of communities/*.yaml by `deployer codeowners`; change those and run it
# again. Whom GitHub asks is said here; whose approval is needed is for `deployer review` to say.
"""
OF_A_COMMUNITY = ("communities", "secrets")
"""Folders with a file of each community."""


def codeowners(project: Project) -> str:
    """The file's text; of its lines the last that fits a path decides. Raises BadInput without a sound policy."""
    policy = read_policy(project)
    if policy is None:
        raise BadInput([], fault=f"there is no {POLICY_FILE}", remedy="it names the operators: docs/policy.md")
    return HEAD + "".join(f"{line}\n" for line in _lines(project, policy.operators))


def codeowners_file(project: Project) -> Path:
    """Where it stands."""
    return project.root / CODEOWNERS


def stale(project: Project) -> str | None:
    """What should stand in the file; None where it does."""
    file, text = codeowners_file(project), codeowners(project)
    return None if file.is_file() and file.read_text(encoding="utf-8") == text else text


def write(project: Project) -> bool:
    """Bring it up to date; whether it was not."""
    text = stale(project)
    if text is not None:
        codeowners_file(project).parent.mkdir(exist_ok=True)
        codeowners_file(project).write_text(text, encoding="utf-8")
    return text is not None


def _lines(project: Project, operators: tuple[str, ...]) -> Iterator[str]:
    yield _line("*", operators)
    for name in project.community_names():
        # Only names that communities may have: in this format others would fit other files as well.
        own = maintainers(project, name) if re.fullmatch(COMMUNITY_NAME, name) else ()
        for folder in OF_A_COMMUNITY if own else ():
            yield _line(f"/{folder}/{name}.yaml", (*own, *operators))


def _line(pattern: str, owners: tuple[str, ...]) -> str:
    return " ".join([pattern, *dict.fromkeys(f"@{owner}" for owner in owners)])
