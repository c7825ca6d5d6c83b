"""`.sops.yaml`: what plain `sops` needs to know to make and edit files of secrets without the deployer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from deployer.errors import BadInput
from deployer.project import Project
from deployer.secrets.encrypted import FOLDER, read_encrypted
from deployer.secrets.operators import operators
from deployer.secrets.recipients import Kind, NoRecipientError, Recipient, recipient

FILE = ".sops.yaml"
HEADER = """\
# Made by `deployer secrets recipients sync` from operators.yaml and the files in secrets/; edit those.
# With it, plain `sops secrets/NAME.yaml` works too.
"""
# What sops calls a kind's recipients in a rule (config/config.go).
IN_RULES: Mapping[Kind, str] = {"age": "age", "kms": "kms", "gcp_kms": "gcp_kms", "azure_kv": "azure_keyvault"}


def sops_config(project: Project, theirs: Sequence[Recipient] | None = None) -> str:
    """Its text: a rule for each file as it is now, then one for files to come, for `theirs` or today's operators."""
    theirs = tuple(operators(project).recipients.values()) if theirs is None else theirs
    rules = []
    for path in _files(project):
        try:
            file = read_encrypted(project, path.stem)
        except BadInput:
            continue
        if file and file.metadata is not None:
            rules.append(_rule(rf"^{FOLDER}/{path.stem}\.yaml$", file.recipients))
    rules.append(_rule(rf"^{FOLDER}/[^/]+\.yaml$", theirs))
    return HEADER + yaml.safe_dump({"creation_rules": rules}, sort_keys=False, width=200)


def up_to_date(project: Project) -> bool:
    """Whether the file says what it would be made with; also where nobody has secrets yet."""
    path = project.root / FILE
    if not path.is_file():
        return not _files(project)
    return path.read_text(encoding="utf-8") == sops_config(project)


def synchronised(project: Project) -> tuple[Recipient, ...]:
    """The operators' recipients when all files were last brought in line with them: those of the rule for new files."""
    path = project.root / FILE
    try:
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))["creation_rules"]
        named = (str(rules[-1].get(field) or "") for field in IN_RULES.values())
        return tuple(recipient(text) for texts in named for text in texts.split(",") if text)
    except (OSError, yaml.YAMLError, KeyError, IndexError, TypeError, AttributeError, NoRecipientError):
        return ()


def write_sops_config(project: Project, *, all_in_line: bool = False) -> bool:
    """Bring it up to date; whether it was not.

    Unless all files are in line with the operators of today, the rule for new files keeps those of before: who is no
    operator any more could not be told from a community's own recipient.
    """
    path = project.root / FILE
    before = () if all_in_line else synchronised(project)
    text = sops_config(project, before or None)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def flags(recipients: Iterable[Recipient], prefix: str = "") -> list[str]:
    """Options of sops that name recipients: with `add-` or `rm-` in front, those of a change."""
    names: Mapping[Kind, str] = {"age": "age", "kms": "kms", "gcp_kms": "gcp-kms", "azure_kv": "azure-kv"}
    return [word for one in _by_kind(recipients) for word in (f"--{prefix}{names[one[0]]}", ",".join(one[1]))]


def _rule(pattern: str, recipients: Sequence[Recipient]) -> dict[str, Any]:
    return {
        "path_regex": pattern,
        **{IN_RULES[kind]: ",".join(identifiers) for kind, identifiers in _by_kind(recipients)},
    }


def _by_kind(recipients: Iterable[Recipient]) -> list[tuple[Kind, list[str]]]:
    by_kind: dict[Kind, list[str]] = {}
    for one in sorted(set(recipients)):
        by_kind.setdefault(one.kind, []).append(one.identifier)
    return list(by_kind.items())


def _files(project: Project) -> list[Path]:
    return sorted(path for path in (project.root / FOLDER).glob("*.yaml") if not path.name.startswith("."))
