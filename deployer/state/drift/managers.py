"""Who changed an object of Kubernetes: its API server notes for each field who set it last, and when.

The notes are `metadata.managedFields` ("Server-Side Apply" in Kubernetes' documentation): entries of a manager, an
operation and a time, with the fields as a tree whose keys are `f:<name>`, `k:<keys of a list's entry>` and `v:<value>`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deployer.state.drift.finding import Editor
from deployer.state.drift.properties import Path, at

OURS = ("pulumi-kubernetes",)
BY_HAND = (
    "kubectl",
    "helm",
    "k9s",
    "lens",
    "openlens",
    "freelens",
    "node-fetch",
    "Mozilla",
    "dashboard",
    "rancher",
    "oc",
)
"""How managers begin that people work with: kubectl-edit, kubectl-patch, … and programs with a window. Lens signs as
node-fetch, a browser's dashboard as Mozilla. Controllers have names of their own and are nobody's hand."""
Entries = Sequence[Mapping[str, Any]]


def editor_of(live: Mapping[str, Any], path: Path) -> Editor | None:
    """Who set a field last; None where the notes do not tell, as of one that was removed."""
    entries: Entries = live.get("metadata", {}).get("managedFields") or ()
    owners = [entry for entry in entries if _owns(entry.get("fieldsV1") or {}, path, live) and not _is_ours(entry)]
    if not owners:
        return None
    last = max(owners, key=lambda entry: str(entry.get("time", "")))
    return Editor(who=str(last["manager"]), operation=str(last.get("operation", "")), at=str(last.get("time", "")))


def by_hand(live: Mapping[str, Any]) -> Iterator[Path]:
    """Fields that people's own programs set, whole: metadata, data and spec alone."""
    for entry in live.get("metadata", {}).get("managedFields") or ():
        if str(entry["manager"]).startswith(BY_HAND) and not entry.get("subresource"):
            yield from (path for path in _leaves(entry.get("fieldsV1") or {}, live) if path[:1] != ("status",))


def _is_ours(entry: Mapping[str, Any]) -> bool:
    return str(entry.get("manager", "")).startswith(OURS)


def _owns(fields: Mapping[str, Any], path: Path, value: Any) -> bool:
    """Whether a tree of fields has a path, or a whole of which it is part."""
    if not path:
        return True
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        item = at(value, (step,))
        inner = next((fields[key] for key in fields if _names(key, item)), None)
    else:
        inner, item = fields.get(f"f:{step}"), at(value, (step,))
    if inner is None:
        return False
    return not (set(inner) - {"."}) or _owns(inner, rest, item)


def _names(key: str, item: Any) -> bool:
    """Whether a key of the tree means this entry of a list."""
    kind, _, told = key.partition(":")
    if kind == "v":
        return bool(json.loads(told) == item)
    return kind == "k" and isinstance(item, Mapping) and all(item.get(n) == v for n, v in json.loads(told).items())


def _leaves(fields: Mapping[str, Any], value: Any, path: Path = ()) -> Iterator[Path]:
    for key, inner in fields.items():
        kind, _, told = key.partition(":")
        if kind == "f":
            step: str | int | None = told
        elif isinstance(value, list):
            step = next((position for position, item in enumerate(value) if _names(key, item)), None)
        else:
            continue  # "." is the whole itself
        if step is None:
            continue
        here = (*path, step)
        if set(inner) - {"."}:
            yield from _leaves(inner, at(value, (step,)), here)
        else:
            yield here
