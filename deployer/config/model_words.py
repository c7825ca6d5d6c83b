"""What a model objects to, in plain words, with an example of the right thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from deployer.config.document import Document, Path, path_text
from deployer.config.helm_charts import misplaced
from deployer.config.scalars import plain_value
from deployer.config.suggest import did_you_mean
from deployer.errors import Problem
from schemas.amount import Amount
from schemas.hub import Hub
from schemas.model import PATTERN_WORDS

Fault = tuple[Path, str, str]
"""Path, fault, remedy."""

LONGEST_SHOWN = 60
"""Characters of a wrong text that a message repeats."""


def faults(error: ValidationError, model: type[BaseModel]) -> Iterator[Fault]:
    """Each thing that is wrong, without what merely follows from another."""
    details = [(detail, _data_path(detail["loc"])) for detail in error.errors(include_url=False)]
    for detail, path in details:
        if detail["type"] == "too_short" and any(other[: len(path)] == path != other for _, other in details):
            continue  # pydantic counts only the entries that are right
        yield (path, *_words(detail, Target(model, path)))


def problems_of(error: ValidationError, model: type[BaseModel], document: Document) -> tuple[Problem, ...]:
    """The same, each at its place in the file."""
    return tuple(
        Problem(place=document.place(path), path=path_text(path), fault=fault, remedy=remedy)
        for path, fault, remedy in faults(error, model)
    )


def flow(value: Any) -> str:
    """A value as it could stand in a YAML file, in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not isinstance(plain_value(value), str):
        return f"'{value}'"
    return "null" if value is None else str(value)


class Target:
    """The field that a path leads to, and the models that may stand there."""

    def __init__(self, model: type[BaseModel], path: Path) -> None:
        self.info: FieldInfo | None = None
        self.models: list[type[BaseModel]] = [model]
        self.around: list[type[BaseModel]] = []
        self.key = ""
        named_by_user = False  # the next key is one of a mapping's own, no field's
        for step in path:
            if isinstance(step, int):
                continue
            self.key = step
            if named_by_user:
                named_by_user = False
                continue
            self.around = self.models
            self.info = next((kind.model_fields[step] for kind in self.models if step in kind.model_fields), None)
            annotation = self.info.annotation if self.info else None
            self.models = list(models_in(annotation))
            named_by_user = get_origin(annotation) is dict

    def example(self) -> str:
        """How to write it."""
        return f"write e.g. {self.key}: {flow(self.info.examples[0])}" if self.info and self.info.examples else ""

    def as_list(self) -> str:
        """How to write it as a list, where that is possible too."""
        lists = [example for example in (self.info.examples or ()) if isinstance(example, list)] if self.info else []
        return f", or a list, e.g. {flow(lists[0])}" if lists else ""

    def siblings(self) -> list[str]:
        """The keys that are known where this one stands."""
        return [name for kind in self.around for name in kind.model_fields]


def _data_path(loc: Sequence[str | int]) -> Path:
    """The path in the file, without the marks <…> and [key] that tell alternatives and keys apart."""
    return tuple(step for step in loc if isinstance(step, int) or not (step == "[key]" or step.startswith("<")))


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def _words(detail: ErrorDetails, target: Target) -> tuple[str, str]:
    """Fault and remedy of one of pydantic's errors."""
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "missing":
        return "it is missing", target.example()
    if kind == "extra_forbidden":
        return f"unknown key {target.key!r}", did_you_mean(target.key, target.siblings(), kind="keys here")
    if value is None and kind in EXPECTED:
        return "nothing stands here", f"{target.example() or 'write a value'}, or remove the key"
    if kind in EXPECTED:
        return _wrong_kind(kind, value, target)
    if kind == "literal_error":
        if target.info is Hub.model_fields["helm_values"]:
            return misplaced(target.key)
        names = re.findall(r"'([^']*)'", context["expected"])
        remedy = did_you_mean(str(value), names, kind="possible")
        return f"{_shown(value)} is none of the possible values", remedy + target.as_list()
    if kind == "string_pattern_mismatch":
        words = PATTERN_WORDS.get(context["pattern"], f"must match {context['pattern']}")
        return f"{_shown(value)} will not do", f"write {words}"
    if kind == "value_error":
        return str(context["error"]), target.example()
    if kind in LIMITS:
        return LIMITS[kind](value, context)
    return f"{_shown(value)} will not do: {detail['msg']}", target.example()


EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "dict_type": "a mapping (keys with values)",
    "model_type": "a mapping (keys with values)",
    "tuple_type": "a list",
    "finite_number": "a number",
}


def _wrong_kind(kind: str, value: Any, target: Target) -> tuple[str, str]:
    if kind == "string_type" and not isinstance(value, dict | list):
        read_as = (
            f"the number {flow(value)}" if not isinstance(value, bool) else f"{flow(value)}, like yes, no, on or off"
        )
        return f"text belongs here, but YAML reads this as {read_as}", "put quotes around it"
    if kind == "finite_number":
        return f"{_shown(value)} is not a number", "write a number"
    expected = EXPECTED[kind]
    if kind == "model_type" and Amount in target.models:
        expected = "a number, or {guarantee: …, limit: …}"
    return f"{_shown(value)} is not {expected}", target.example()


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…")
    return flow(value)


def _short(value: str, context: dict[str, Any]) -> tuple[str, str]:
    least = context["min_length"]
    return ("the text is empty" if not value else f"{value!r} is too short"), f"write at least {least} character(s)"


LIMITS: dict[str, Callable[[Any, dict[str, Any]], tuple[str, str]]] = {
    "greater_than": lambda value, context: (f"{value} is too small", f"it must be more than {context['gt']:g}"),
    "greater_than_equal": lambda value, context: (f"{value} is too small", f"it must be at least {context['ge']:g}"),
    "less_than_equal": lambda value, context: (f"{value} is too big", f"it may be at most {context['le']:g}"),
    "string_too_short": _short,
    "string_too_long": lambda value, context: (
        f"{len(value)} characters are too many",
        f"it may have at most {context['max_length']}",
    ),
    "too_short": lambda _, context: (
        "the list is too short",
        f"give it at least {context['min_length']}",
    ),
}
