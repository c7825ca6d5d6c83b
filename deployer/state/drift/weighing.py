"""Deviations weighed: property by property, who did it, and what a deploy would do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deployer.rollout.engine.deviations import Deviation
from deployer.rollout.engine.events import Change
from deployer.state.drift.finding import Difference, Editor, ResourceDrift, Undo
from deployer.state.drift.live_objects import LiveObjects
from deployer.state.drift.managers import by_hand, editor_of
from deployer.state.drift.properties import ABSENT, Path, at, overlaps, parsed, sides

Foreseen = Mapping[str, Change]
"""What a deploy would do, by the resource's URN."""


def weighed(
    deviation: Deviation, live: Mapping[str, Any] | None, foreseen: Foreseen | None, why_not: str
) -> ResourceDrift:
    """Of a resource that is not as deployed; `foreseen` is None where nobody knows, `why_not` tells what was said."""
    change = foreseen.get(deviation.urn) if foreseen is not None else None
    differences = [
        Difference(
            path=path,
            old=old,
            new=new,
            editor=editor,
            undo=_undo(parsed(path), change, known=foreseen is not None)
            if not _conflicts(deviation, editor, why_not)
            else "stops",
        )
        for path in deviation.paths
        for old, new in [sides(deviation, parsed(path))]
        for editor in [editor_of(live, parsed(path)) if live else None]
    ]
    return ResourceDrift(
        urn=deviation.urn,
        type=deviation.type,
        name=deviation.name,
        gone=deviation.gone,
        differences=[*differences, *(_added(deviation, live) if live else ())],
        undo=_again(change, known=foreseen is not None) if deviation.gone else "not known",
    )


def additions(unchanged: Sequence[Deviation], objects: LiveObjects) -> Iterator[ResourceDrift]:
    """What people's own programs added to objects that are otherwise as deployed: no deploy takes it away."""
    for deviation in unchanged:
        live = objects.find(deviation)
        added = list(_added(deviation, live)) if live else []
        if added:
            yield ResourceDrift(
                urn=deviation.urn, type=deviation.type, name=deviation.name, gone=False, differences=added
            )


def _added(deviation: Deviation, live: Mapping[str, Any]) -> Iterator[Difference]:
    inputs = deviation.recorded.get("inputs") or {}
    for path in by_hand(live):
        if at(inputs, path) is not ABSENT or any(overlaps(parsed(known), path) for known in deviation.paths):
            continue
        _, new = sides(Deviation(urn="", type="", name="", gone=False, found={"inputs": live}), path)
        yield Difference(path=_text(path), old=None, new=new, editor=editor_of(live, path), undo="left")


def _undo(path: Path, change: Change | None, *, known: bool) -> Undo:
    if not known:
        return "not known"
    if change is None or change.operation not in ("update", "replace"):
        return "left"
    if not any(overlaps(parsed(named), path) for named in change.properties):
        return "left"
    return "replaced" if change.operation == "replace" else "put back"


def _conflicts(deviation: Deviation, editor: Editor | None, said: str) -> bool:
    """Whether the API server keeps the field for another manager, in its own words for that."""
    return editor is not None and "conflict" in said and f'"{editor.who}"' in said and deviation.name in said


def _again(change: Change | None, *, known: bool) -> Undo:
    if not known:
        return "not known"
    return "made again" if change is not None and change.operation == "create" else "left"


def _text(path: Path) -> str:
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f"[{step}]"
        elif any(sign in step for sign in '.[]"'):
            words += '["' + step.replace("\\", "\\\\").replace('"', '\\"') + '"]'
        else:
            words += f".{step}" if words else step
    return words
