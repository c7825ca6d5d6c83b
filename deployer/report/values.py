"""Values of Helm charts as YAML or JSON; texts of several lines as blocks, so that code in them can be read.

Files that the charts mount would drown the rest: as YAML they are folded to one line unless they are asked for.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import yaml

from deployer.report.console import print_json

if TYPE_CHECKING:
    from deployer.config import Loaded
    from deployer.config.document import Path
    from deployer.config.values import HubValues

WIDEST = 110
MOST_LINES = 12
"""Of a text that is shown whole in any case."""
COMMENT_COLUMN = 70
"""Comments begin no further right than this, however long some line is."""
Beside = Callable[["Path"], str]


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """With blocks for texts of several lines, and nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _text(dumper: Any, value: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def show_values(loaded: Loaded, found: Sequence[HubValues], *, explain: bool, as_json: bool, full: bool) -> None:
    """Of the stages of one community; with `explain`, where each value came from; with `full`, long texts whole."""
    if as_json:
        print_json({hub.stage: _data(hub, _origins(loaded, hub) if explain else None) for hub in found})
        return
    texts = [_text_of(hub, _beside(loaded, hub) if explain else None, full=full) for hub in found]
    heads = [f"# {hub.community}, {hub.stage}\n" if len(found) > 1 else "" for hub in found]
    sys.stdout.write("---\n".join(head + text for head, text in zip(heads, texts, strict=True)))
    sys.stdout.flush()


def show_fleet_values(found: Iterable[HubValues], *, as_json: bool, full: bool) -> None:
    """Of many communities, each as soon as it is known: a YAML document, or with `as_json` one JSON line, for each."""
    for hub in found:
        if as_json:
            line = {"community": hub.community, "stage": hub.stage, "values": hub.values}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(f"---\n# {hub.community}, {hub.stage}\n{_text_of(hub, None, full=full)}")
    sys.stdout.flush()


def _text_of(hub: HubValues, beside: Beside | None, *, full: bool) -> str:
    return values_text(hub.values if full else folded(hub.values), beside)


def folded(value: Any) -> Any:
    """Values with a word in place of each long text, so that Helm would not take them for the real ones unnoticed."""
    if isinstance(value, Mapping):
        return {key: folded(below) for key, below in value.items()}
    if isinstance(value, list):
        return [folded(item) for item in value]
    lines = value.count("\n") if isinstance(value, str) else 0
    return f"… {lines} lines; --full prints them" if lines > MOST_LINES else value


def values_text(values: Mapping[str, Any], beside: Beside | None = None) -> str:
    """As YAML; `beside` gives the comment of a value by its path."""
    text: str = yaml.dump(
        dict(values), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDEST, default_flow_style=False
    )
    return text if beside is None else _commented(text, beside)


def _commented(text: str, beside: Beside) -> str:
    """The text with comments in the lines where values begin, where YAML allows them."""
    from deployer.report.yaml_places import value_lines

    lines = text.splitlines()
    words = {number: beside(path) for path, number in value_lines(text, lines)}
    widths = [len(lines[number]) for number in words]
    column = min(max(widths, default=0), COMMENT_COLUMN)
    for number, said in words.items():
        lines[number] = f"{lines[number]:<{column}}  # {said}"
    return "\n".join(lines) + "\n"


def _beside(loaded: Loaded, hub: HubValues) -> Beside:
    origins = _origins(loaded, hub)
    return lambda path: str(origins(path))


def _origins(loaded: Loaded, hub: HubValues) -> Any:
    from deployer.config.values import Origins

    stage: Any = hub.stage
    return Origins(loaded.deployments[stage], loaded.layers[stage])


def _data(hub: HubValues, origins: Any) -> dict[str, Any]:
    if origins is None:
        return dict(hub.values)
    from deployer.config.differences import leaves
    from deployer.config.document import path_text

    said = {path_text(path): origins(path) for path, _ in leaves(hub.values)}
    return {
        "values": dict(hub.values),
        "origins": {path: _origin_data(found) for path, found in said.items()},
    }


def _origin_data(found: Any) -> dict[str, Any]:
    if found.origin is None:
        return {"field": "", "kind": "always"}
    place = found.origin.place
    at = {"file": place.file, "line": place.line} if place else {}
    return {"field": found.field, "kind": found.origin.kind, **at}
