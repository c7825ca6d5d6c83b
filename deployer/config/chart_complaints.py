"""What charts' own schemas say against a hub's values, at the place in people's files that made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from deployer.config.differences import by_names
from deployer.config.document import Path, path_text
from deployer.config.model_words import flow
from deployer.config.secrecy import sounds_secret
from deployer.config.suggest import nearest
from deployer.config.values import Origins
from deployer.config.values_made import configuration
from deployer.errors import Problem
from schemas.community import Deployment

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from deployer.charts.contents import Rules
    from deployer.config.layers import Layers

HELM_VALUES: Path = ("hub", "helm_values")
TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "array": "a list",
    "object": "keys with values",
}
"""JSON Schema's words, in plain ones."""
LONGEST = 160
ELSEWHERE = 3
"""Places of a key in the chart that are named at most."""


class Complaint(NamedTuple):
    """Of one chart, inside its values."""

    path: Path
    fault: str
    remedy: str


def chart_problems(deployment: Deployment, layers: Layers, rules: Mapping[str, Rules]) -> list[Problem]:
    """All that the charts refuse; charts without rules are not judged."""
    values = configuration(deployment)
    complaints = [
        (chart, complaint)
        for chart, rule in rules.items()
        if chart in values and rule.schema
        for complaint in _complaints(rule, values[chart])
    ]
    origins = Origins(deployment, layers) if complaints else None
    return [_problem(origins, layers, chart, complaint) for chart, complaint in complaints if origins]


def _problem(origins: Origins, layers: Layers, chart: str, complaint: Complaint) -> Problem:
    whole = (chart, *complaint.path)
    field = origins.field(whole)
    # A key that the chart does not know at all stands nowhere in what fields make of one that it knows.
    place, named = layers.locate(field or ("hub",))
    refused, remedy = f"chart {chart} refuses it: {complaint.fault}", complaint.remedy
    if field is None:
        remedy = f"{path_text(whole)} comes from no field: that is a fault of the deployer, please report it"
    elif field[: len(HELM_VALUES)] != HELM_VALUES:
        refused += f" (it makes {path_text(whole)})"
        remedy = f"choose another value, or say what the chart takes in {path_text((*HELM_VALUES, *whole))}"
    return Problem(place=place, path=named, fault=refused, remedy=remedy)


def _complaints(rules: Rules, given: Mapping[str, Any]) -> Iterator[Complaint]:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import best_match

    values = laid_over(rules.values, given)
    for error in Draft7Validator(dict(rules.schema)).iter_errors(values):
        if error.validator == "additionalProperties":
            yield from _unknown_keys(error, values, rules.schema)
            continue
        best = best_match([error]) or error
        path = by_names(values, tuple(best.absolute_path))
        yield Complaint(path, *_words(best, path))


def _unknown_keys(error: ValidationError, values: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Complaint]:
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    above = by_names(values, tuple(error.absolute_path))
    given: Any = error.instance
    for key in given:
        if key in known:
            continue
        near = nearest(key, known)
        elsewhere = [path for path in _places(schema, key) if path][:ELSEWHERE]
        remedy = "remove it"
        if near:
            remedy = f"did you mean {near!r}?"
        elif elsewhere:
            remedy = f"it knows {' and '.join(elsewhere)}"
        yield Complaint((*above, key), f"it knows no {path_text((*above, key))}", remedy)


def _places(schema: Any, key: str, path: Path = ()) -> Iterator[str]:
    """Where in a schema a key of that name is known."""
    for name, below in (schema.get("properties") or {}).items() if isinstance(schema, Mapping) else ():
        if name == key:
            yield path_text((*path, name))
        yield from _places(below, key, (*path, name))


def _words(error: ValidationError, path: Path) -> tuple[str, str]:
    """Fault and remedy."""
    wanted: Any = error.validator_value
    options = wanted if isinstance(wanted, list) else [wanted]
    shown = "what stands there" if any(sounds_secret(str(key)) for key in path) else _short(error.instance)
    match error.validator:
        case "type":
            types = " or ".join(map(str, options))
            words = " or ".join(str(TYPES.get(kind, kind)) for kind in options)
            return f"{shown} is not of type {types}", f"write {words}"
        case "enum" | "const":
            return f"{shown} is none of {', '.join(map(flow, options))}", "write one of them"
        case "pattern" | "minimum" | "maximum" | "format":
            return f"{shown} does not fit {error.validator} {wanted}", "write one that does"
        case "required":
            return error.message, "add it"
    return f"{shown} does not fit: {error.validator} {_short(wanted)}", "see the chart's own documentation"


def _short(value: Any) -> str:
    text = flow(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """As Helm lays values over a chart's own before it asks the schema: null takes away what stands below."""
    merged = dict(below)
    for key, value in above.items():
        there = merged.get(key)
        if value is None:
            merged.pop(key, None)
        else:
            both = isinstance(there, Mapping) and isinstance(value, Mapping)
            merged[key] = laid_over(there, value) if both else value  # type: ignore[arg-type]
    return merged
