"""Plain data as YAML for people: blocks, with small things in one line, and a word beside each line if wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import yaml

from deployer.config.document import Path

WIDEST_INLINE = 76
WIDEST_ALIGNED = 70
"""Comments begin no further right than this, however long some line is."""

Beside = Callable[[Path], str]


class Line(NamedTuple):
    text: str
    beside: str = ""

    def indented(self, by: str) -> Line:
        return Line(by + self.text, self.beside)


def yaml_text(value: Any, beside: Beside | None = None) -> str:
    """A mapping as YAML; `beside` gives the comment of a value by its path."""
    lines = _block(value, (), beside or (lambda _: ""))
    column = min(max(len(line.text) for line in lines), WIDEST_ALIGNED)
    return "".join(f"{line.text:<{column}}  # {line.beside}\n" if line.beside else f"{line.text}\n" for line in lines)


def _block(value: Any, path: Path, beside: Beside) -> list[Line]:
    lines: list[Line] = []
    if isinstance(value, dict):
        for key, item in value.items():
            here = (*path, key)
            inline = _inline(item, here, beside)
            if inline:
                lines.append(Line(f"{_scalar(key)}: {inline.text}", inline.beside))
            else:
                indent = "  " if isinstance(item, dict) else ""
                lines += [Line(f"{_scalar(key)}:"), *(line.indented(indent) for line in _block(item, here, beside))]
        return lines
    for position, item in enumerate(value):
        here = (*path, position)
        inline = _inline(item, here, beside)
        first, *rest = [inline] if inline else _block(item, here, beside)
        lines += [first.indented("- "), *(line.indented("  ") for line in rest)]
    return lines


def _inline(value: Any, path: Path, beside: Beside) -> Line | None:
    """A scalar, or a short collection of scalars that all have the same word beside them."""
    if not value or not isinstance(value, dict | list):
        return Line(_scalar(value), beside(path))
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    if any(isinstance(item, dict | list) and item for _, item in items):
        return None
    text = _scalar(value)
    words = {beside((*path, key)) for key, _ in items}
    return Line(text, words.pop()) if len(words) == 1 and len(text) <= WIDEST_INLINE else None


def _scalar(value: Any) -> str:
    """A value in one line, quoted where YAML would read it otherwise."""
    style = '"' if isinstance(value, str) and "\n" in value else None
    dumped = yaml.safe_dump(
        _tidy(value), default_flow_style=True, default_style=style, width=10**9, allow_unicode=True, sort_keys=False
    )
    return str(dumped).removesuffix("\n").removesuffix("\n...")


def _tidy(value: Any) -> Any:
    """Whole numbers without their .0."""
    if isinstance(value, dict):
        return {key: _tidy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
