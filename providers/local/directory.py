"""A directory with people's files: adopted when it is there, kept when its resource goes."""

# ruff: noqa: ARG002 - the arguments are those of every resource

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from providers.engine.values import Failure, Fault, Task, Unknown, Values
from providers.local.files import make_folders, refuse_link, remove_if_empty
from providers.local.machine import MARK

PURPOSES = ("homes", "shared", "scratch")
PRIVATE = "0700"
"""All servers run as one user, so nobody else needs to look in."""


class Directory:
    """Inputs: `path` (`<machine folder>/<purpose>/<stack>[/<name>]`), `purpose`, `keep` (true), `mode` ("0700").

    With `keep` false in the state, deleting the resource deletes the files.
    """

    replaced_by = frozenset({"path"})
    deleted_before_replaced = False
    secret_outputs: frozenset[str] = frozenset()

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        inputs = {**news, "keep": news.get("keep", True), "mode": news.get("mode") or PRIVATE}
        failures = []
        if inputs.get("purpose") not in PURPOSES:
            failures.append(Failure("purpose", f"{inputs.get('purpose')!r} is none of {', '.join(PURPOSES)}"))
        elif not isinstance(inputs.get("path"), Unknown):
            try:
                machine_folder(inputs["path"], inputs["purpose"])
            except Fault as fault:
                failures.append(Failure("path", str(fault)))
        if not re.fullmatch(r"0?[0-7]{3}", str(inputs["mode"])):
            failures.append(Failure("mode", f"{inputs['mode']!r} is not a mode; write e.g. mode: '0700'"))
        return inputs, failures

    def foretell(self, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:
        return {}

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        path, machine = Path(inputs["path"]), machine_folder(inputs["path"], inputs["purpose"])
        if not (machine / MARK).is_file():
            raise Fault(f"{path} is in no machine's folder: {machine / MARK} is missing", "deploy the cluster first")
        make_folders(path, below=machine)
        path.chmod(int(inputs["mode"], 8))
        return str(path), {}

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values | None:
        path = Path(identity)
        return {} if path.is_dir() and not path.is_symlink() else None

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        return self.create(task, inputs)[1]

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        """Keeps what holds files unless told not to, and says where."""
        path, machine = Path(identity), machine_folder(identity, outputs["purpose"])
        if not path.exists() and not path.is_symlink():
            return
        if outputs.get("keep", True):
            if not remove_if_empty(path):
                task.say(f"kept: {path}")
        else:
            _destroy(path, machine)
        for above in path.parents:
            if above == machine or not remove_if_empty(above):
                break


def machine_folder(path: Any, purpose: str) -> Path:
    """The machine's folder that a directory of this purpose stands in. Raises Fault when it cannot stand in one."""
    if not isinstance(path, str) or not Path(path).is_absolute():
        raise Fault(f"{path!r} is not an absolute path")
    steps = Path(path)
    above = [folder for folder in list(steps.parents)[:2] if folder.name == purpose]
    if ".." in steps.parts or not above:
        raise Fault(f"{path} is outside a machine's folder", f"write <machine folder>/{purpose}/<stack>")
    return above[-1].parent


def _destroy(path: Path, machine: Path) -> None:
    if not (machine / MARK).is_file():
        raise Fault(f"{path} is in no machine's folder any more: {machine / MARK} is missing", "delete it by hand")
    for step in (path, *path.parents):
        if step == machine:
            break
        refuse_link(step)
    shutil.rmtree(path)


RESOURCE = Directory()
