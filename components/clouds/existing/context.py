"""A context of somebody's kubeconfig, found and read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from components.kubeconfig import single_context
from components.machines.names import unknown
from components.survey.errors import ClusterUnseenError

FILES = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
"""Settings that name files, relative to the kubeconfig that they stand in."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where a cluster is and as whom to sign in: may hold credentials, so it never leaves this machine's memory."""

    name: str
    cluster: Mapping[str, Any]
    user: Mapping[str, Any]

    @property
    def kubeconfig(self) -> Mapping[str, Any]:
        """With nothing else in it, and with its credentials."""
        loaded: Mapping[str, Any] = json.loads(single_context(self.name, self.cluster, self.user))
        return loaded


def find_context(name: str, files: list[Path]) -> Context:
    """The context of that name; of several files that know a name, the first counts, as for kubectl.

    Raises ClusterUnseenError.
    """
    documents = [(file, _read(file)) for file in files if file.is_file()]
    if not documents:
        raise ClusterUnseenError(
            f"there is no kubeconfig: {', '.join(map(str, files))} does not exist",
            "get one from whoever runs the cluster, and name it in KUBECONFIG or existing.kubeconfig",
        )
    contexts = _by_name(documents, "contexts", "context")
    if name not in contexts:
        where = f"context in {', '.join(str(file) for file, _ in documents)}"
        error = unknown(name, contexts, what=where, kind="contexts")
        raise ClusterUnseenError(error.fault, error.remedy)
    context = contexts[name]
    return Context(
        name=name,
        cluster=_named(_by_name(documents, "clusters", "cluster"), context.get("cluster"), f"{name!r}: its cluster"),
        user=_named(_by_name(documents, "users", "user"), context.get("user"), f"{name!r}: its user"),
    )


def kubeconfig_files(given: str | None, project: Path, environment: Mapping[str, str] = os.environ) -> list[Path]:
    """The file that is given (relative to the project, or beginning with ~), or those that kubectl would read."""
    if given:
        return [project / Path(given).expanduser()]
    listed = [Path(one).expanduser() for one in environment.get("KUBECONFIG", "").split(os.pathsep) if one]
    return listed or [Path("~/.kube/config").expanduser()]


def _read(file: Path) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ClusterUnseenError(f"{file} cannot be read: {error.strerror}", f"chmod u+r {file}") from None
    except (UnicodeDecodeError, yaml.YAMLError):
        document = None
    if not isinstance(document, dict):
        raise ClusterUnseenError(f"{file} is no kubeconfig", "name the file that kubectl uses for this cluster")
    return document


def _by_name(documents: list[tuple[Path, Mapping[str, Any]]], kind: str, inside: str) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for file, document in documents:
        for name, entry in _entries(document.get(kind), inside):
            found.setdefault(name, _absolute(entry, file.absolute().parent))
    return found


def _entries(listed: Any, inside: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get(inside, {}), dict | None):
            yield str(one.get("name")), one.get(inside) or {}


def _absolute(entry: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    files = {key: str(folder / str(entry[key])) for key in FILES if entry.get(key)}
    program = entry.get("exec")
    if isinstance(program, dict) and os.sep in str(program.get("command", "")):
        return {**entry, **files, "exec": {**program, "command": str(folder / program["command"])}}
    return {**entry, **files}


def _named(found: Mapping[str, Mapping[str, Any]], name: Any, what: str) -> Mapping[str, Any]:
    if name not in found:
        remedy = "mend it with kubectl config, or get a new kubeconfig"
        raise ClusterUnseenError(f"context {what} {name!r} is not in the kubeconfig", remedy)
    return found[str(name)]
