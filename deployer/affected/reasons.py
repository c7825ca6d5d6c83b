"""Why a resolved deployment is another one: which of the files behind it changed, or else a default of the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deployer.affected.names import Files
from deployer.affected.result import Reason
from deployer.config.differences import Difference, differences
from deployer.config.document import Path, path_text
from deployer.config.layers import Layers
from deployer.config.named_entries import positioned

MOST_PATHS = 5
"""Settings that are named of one stack; a default of a whole section would make pages."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Which files of one community are not as they were."""

    own: bool
    archetype: bool
    clusters: frozenset[str]
    """Shared clusters whose files differ."""

    @classmethod
    def of(cls, before: Files, after: Files, name: str, before_name: str) -> Sources:
        """Of a community by its name on each side."""
        return cls(
            own=before.community(before_name) != after.community(name),
            archetype=before.archetype_texts != after.archetype_texts,
            clusters=frozenset(
                each for each in before.clusters | after.clusters if before.cluster(each) != after.cluster(each)
            ),
        )


def reasons(before: Mapping[str, Any], after: Mapping[str, Any], sources: Sources, layers: Layers) -> list[Reason]:
    """Of one stage, from its resolved deployments as plain data; none where they are the same."""
    found: dict[Reason, None] = {}
    settings: dict[str, list[str]] = {}
    for difference in differences(before, after):
        reason = _reason(difference, before, after, sources, layers)
        if reason.kind in ("own file", "archetype", "schema default"):
            settings.setdefault(reason.kind, []).append(_setting(difference, after, layers, reason.kind))
        else:
            found[reason] = None
    for kind, named in settings.items():
        shown = [*dict.fromkeys(named)]
        more = f" and {len(shown) - MOST_PATHS} more" if len(shown) > MOST_PATHS else ""
        found[Reason(kind, ", ".join(shown[:MOST_PATHS]) + more)] = None  # type: ignore[arg-type]
    return sorted(found)


def cluster_reasons(before: Mapping[str, Any], after: Mapping[str, Any], name: str, *, own: bool) -> Iterator[Reason]:
    """Of a cluster by itself; `own` says that the file which describes it changed."""
    paths = [path_text(each.path) for each in differences(before, after)]
    if paths:
        named = ", ".join(paths[:MOST_PATHS]) + (f" and {len(paths) - MOST_PATHS} more" if paths[MOST_PATHS:] else "")
        yield Reason("own file" if own else "schema default", f"{name}: {named}")


def _reason(
    difference: Difference, before: Mapping[str, Any], after: Mapping[str, Any], sources: Sources, layers: Layers
) -> Reason:
    section = difference.path[0]
    shared = after["cluster_name"] != after["community"] and after["cluster_name"] == before["cluster_name"]
    if section == "cluster" and shared and after["cluster_name"] in sources.clusters:
        return Reason("shared cluster", f"clusters/{after['cluster_name']}.yaml")
    if section == "images" and len(difference.path) > 2:
        return Reason("image", f"images/{difference.path[1]}")
    of_archetype = sources.archetype and section == "hub"
    if sources.own and not (of_archetype and layers.origin(positioned(after, difference.path)).kind == "archetype"):
        return Reason("own file", "")
    if of_archetype:
        return Reason("archetype", "")
    return Reason("schema default", "")


def _setting(difference: Difference, after: Mapping[str, Any], layers: Layers, kind: str) -> str:
    try:
        path: Path = positioned(after, difference.path)
        if kind != "own file":
            return path_text(path)
        place, written = layers.locate(path)
    except (KeyError, IndexError, TypeError):
        return path_text(difference.path)
    return f"{place} {written}"
