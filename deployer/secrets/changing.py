"""Changes files of secrets: each change is made on a copy, judged without any key, and put in place whole."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deployer.config.suggest import did_you_mean
from deployer.errors import BadInput, DeployerError, Problem
from deployer.project import Project
from deployer.secrets.encrypted import BOTH, FOLDER, EncryptedFile, file_of, read_encrypted
from deployer.secrets.operators import operators
from deployer.secrets.recipients import Recipient
from deployer.secrets.sops import UNCHANGED, Sops
from deployer.secrets.sops_config import flags, synchronised, write_sops_config
from deployer.secrets.structure import file_problems

STARTING_FIELDS = ("client_secret", "password", "traits", "environment", "helm_values")
NOTHING = b"{}\n"


def set_value(project: Project, community: str, key: str, value: str, *, stage: str | None, sops: Sops) -> Path:
    """Put one value into a community's file, which is made when there is none; the file.

    Raises BadInput for a key that files of secrets do not have, or without any change of the content.
    """
    steps = _steps(key, stage)
    with _draft(project, community, sops) as draft:
        index = "".join(f"[{json.dumps(step)}]" for step in steps)
        arguments: list[str | Path] = ["set", "--value-stdin", "--idempotent", draft.path, index]
        sops.run(arguments, label=draft.label, given=json.dumps(value).encode())
    return file_of(project, community)


def get_value(project: Project, community: str, key: str, *, stage: str, sops: Sops) -> str:
    """One value of a stage: its own, else that of both. Raises BadInput when there is none."""
    file = _existing(project, community)
    for part in (stage, BOTH):
        steps = _steps(key, None if part == BOTH else part)
        if file.document.find(tuple(steps)).end != "all":
            continue
        index = "".join(f"[{json.dumps(step)}]" for step in steps)
        return sops.run(["decrypt", "--extract", index, file.path], label=file.label).decode()
    raise BadInput(
        [], fault=f"{file.label} gives no {key} for {stage}", remedy=f"deployer secrets set {community} {key}"
    )


def edit(
    project: Project, community: str, *, sops: Sops, again: Callable[[Sequence[Problem]], bool]
) -> tuple[Path, bool]:
    """Open a community's file in the person's editor, through sops; the file, and whether it changed.

    What is saved is judged before it is put in place; `again` is asked whether to go on editing what has problems.
    Plain text is only ever in sops's own temporary file. Raises BadInput when what has problems is given up.
    """
    with _draft(project, community, sops) as draft:
        before = draft.path.read_bytes()
        while True:
            code = sops.interactive(["edit", draft.path])
            if code not in (0, UNCHANGED):
                raise DeployerError(
                    f"{draft.label}: the editor or sops ended with exit code {code}",
                    left="nothing was changed",
                    remedy="set EDITOR to an editor that waits until the file is closed",
                )
            problems = _errors(_read(project, community, draft.path), project)
            if not problems:
                break
            if not again(problems):
                raise BadInput(problems, fault="what was saved has problems and was thrown away")
        changed = draft.path.read_bytes() != before
    return file_of(project, community), changed


def new_data_key(project: Project, community: str, *, sops: Sops) -> Path:
    """Encrypt a file anew with another data key, for the same recipients."""
    _existing(project, community)
    with _draft(project, community, sops) as draft:
        sops.run(["rotate", "--in-place", draft.path], label=draft.label)
    return file_of(project, community)


def change_recipients(
    project: Project, community: str, *, add: Sequence[Recipient] = (), remove: Sequence[Recipient] = (), sops: Sops
) -> Path:
    """Let others open a community's file, or no longer let them; it gets another data key with that.

    Raises BadInput when a recipient to remove is none of its own, or an operators'.
    """
    known = operators(project)
    known.require()
    if remove:
        file = _existing(project, community)
        for one in remove:
            if one not in file.recipients:
                listed = ", ".join(other.short for other in file.recipients)
                raise BadInput([], fault=f"{one.short} cannot open {file.label} anyway", remedy=f"these can: {listed}")
            if name := known.name_of(one):
                remedy = f"remove {name} from {known.label}, then: deployer secrets recipients sync"
                raise BadInput([], fault=f"{one.short} is the operators' {name}", remedy=remedy)
    with _draft(project, community, sops) as draft:
        there = set(_read(project, community, draft.path).recipients)
        wanted = [one for one in add if one not in there]
        changes = [*flags(wanted, "add-"), *flags(remove, "rm-")]
        if changes:
            sops.run(["rotate", "--in-place", *changes, draft.path], label=draft.label)
    return file_of(project, community)


def synchronise(project: Project, communities: Sequence[str], *, sops: Sops) -> list[str]:
    """Let exactly the operators of today open files, besides their communities; which files had to be changed.

    None named means all; only then are those forgotten who were operators before.
    """
    known = operators(project)
    known.require()
    today = tuple(known.recipients.values())
    former = [one for one in synchronised(project) if one not in today]
    everything = sorted(path.stem for path in (project.root / FOLDER).glob("[!.]*.yaml"))
    changed = []
    for community in communities or everything:
        file = _existing(project, community)
        missing = [one for one in today if one not in file.recipients]
        gone = [one for one in former if one in file.recipients]
        if missing or gone:
            with _draft(project, community, sops, judged=False) as draft:
                changes = [*flags(missing, "add-"), *flags(gone, "rm-")]
                sops.run(["rotate", "--in-place", *changes, draft.path], label=draft.label)
            changed.append(community)
    write_sops_config(project, all_in_line=not communities)
    return changed


@contextmanager
def _draft(project: Project, community: str, sops: Sops, *, judged: bool = True) -> Iterator[EncryptedFile]:
    """A copy of the file, encrypted as it is, that takes its place at the end when nothing is wrong with it.

    A file that is not there begins with nothing in it, for the operators.
    """
    if community not in project.community_names():
        remedy = did_you_mean(community, project.community_names(), kind="communities")
        raise BadInput([], fault=f"no community named {community!r}; {remedy}")
    folder = project.root / FOLDER
    folder.mkdir(exist_ok=True)
    target = file_of(project, community)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{community}.", suffix=".yaml")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(target.read_bytes() if target.is_file() else _empty(project, community, sops))
        yield _read(project, community, draft)
        after = _read(project, community, draft)
        problems = _errors(after, project) if judged else []
        if problems:
            raise BadInput(problems)
        draft.chmod(0o644)  # nothing in it is secret without a key
        draft.replace(target)
        write_sops_config(project)
    finally:
        draft.unlink(missing_ok=True)


def _empty(project: Project, community: str, sops: Sops) -> bytes:
    known = operators(project)
    known.require()
    label = project.relative(file_of(project, community))
    kinds = ["--input-type", "yaml", "--output-type", "yaml"]
    arguments = ["encrypt", *flags(known.recipients.values()), "--filename-override", f"{community}.yaml", *kinds]
    # No rules of a .sops.yaml: the operators are named here.
    return sops.run(["--config", os.devnull, *arguments], label=label, given=NOTHING)


def _steps(key: str, stage: str | None) -> list[str]:
    steps = key.split(".")
    if steps[0] not in STARTING_FIELDS:
        remedy = did_you_mean(steps[0], STARTING_FIELDS, kind="keys")
        raise BadInput([], fault=f"files of secrets have no {steps[0]!r}", remedy=remedy)
    needed = {"client_secret": 1, "password": 1, "environment": 2, "traits": 3}.get(steps[0])
    if (needed and len(steps) != needed) or not all(steps):
        forms = "client_secret, password, environment.NAME, traits.CLASS.TRAIT or helm_values.PATH"
        raise BadInput([], fault=f"{key!r} names no single value", remedy=f"write {forms}")
    return [stage or BOTH, *steps]


def _existing(project: Project, community: str) -> EncryptedFile:
    file = read_encrypted(project, community)
    if file is None:
        label = project.relative(file_of(project, community))
        raise BadInput(
            [], fault=f"{label}: there is no such file", remedy=f"deployer secrets set {community} client_secret"
        )
    return file


def _read(project: Project, community: str, path: Path) -> EncryptedFile:
    file = read_encrypted(project, community, path=path)
    if file is None:
        raise DeployerError(f"{path} is gone", left="nothing was changed", remedy="run again")
    return file


def _errors(file: EncryptedFile, project: Project) -> list[Problem]:
    known = operators(project)
    return [problem for problem in file_problems(file, known) if problem.severity == "error"]
