"""Fields as rules name them: `*` is any one name, `**` at the end all that is below."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from deployer.config.document import Path
from schemas.amount import Amount
from schemas.community import Community, Deployment

ANY, BELOW = "*", "**"


def matches(pattern: str, path: Path) -> bool:
    """Whether a rule's field is the one at a path of a deployment."""
    steps = pattern.split(".")
    if steps[-1] == BELOW:
        steps = steps[:-1]
        path = path[: len(steps)]
    return len(steps) == len(path) and all(step in (ANY, key) for step, key in zip(steps, path, strict=True))


@cache
def is_field(pattern: str) -> bool:
    """Whether there is such a field at all: a typing error in a rule would leave a field to somebody else."""
    kinds: list[Any] = [Deployment, Community]
    for step in pattern.removesuffix(f".{BELOW}").split("."):
        kinds = [below for kind in kinds for below in _below(kind, step)]
    return bool(kinds)


def _below(kind: Any, step: str) -> Iterator[Any]:
    """What may stand one step further."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind is not Amount:
            yield from (info.annotation for name, info in kind.model_fields.items() if step in (ANY, name))
    elif get_origin(kind) is dict:
        yield from ([get_args(kind)[1]] if step == ANY else [])
    elif get_origin(kind) is tuple:
        yield from ([get_args(kind)[0]] if step == ANY and _holds_models(get_args(kind)[0]) else [])
    elif kind is Any:
        yield Any
    else:
        for choice in get_args(kind):
            yield from _below(choice, step)


def _holds_models(kind: Any) -> bool:
    """Whether entries of a list are told apart: a list of scalars is one value."""
    if isinstance(kind, type):
        return issubclass(kind, BaseModel)
    return any(_holds_models(choice) for choice in get_args(kind))
