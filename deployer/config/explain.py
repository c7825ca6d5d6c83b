"""Where each value of a deployment came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from deployer.config.document import Path, path_text
from deployer.config.layers import Layers, Origin

CATALOGUE_FACTS = ("name", "folder", "digest")
"""Of an image: what its place and contents say, and no file."""


def origin(layers: Layers, path: Path) -> Origin:
    """Where the value at a path of the deployment came from."""
    if path[0] == "stage":
        return Origin("derived", how="the stage asked for")
    if path[0] == "images" and path[-1] in CATALOGUE_FACTS:
        return Origin("derived", how="the image's folder")
    return layers.origin(path)


def in_words(origin: Origin) -> str:
    """In a word or two: communities/demo.yaml:14, archetype teaching, default."""
    if origin.place is None:
        return f"derived: {origin.how}" if origin.kind == "derived" else origin.kind
    if origin.kind == "archetype":
        return f"archetype {PurePosixPath(origin.place.file).stem}"
    return f"{origin.place.file}:{origin.place.line}"


def origins(values: Mapping[str, Any], layers: Layers) -> dict[str, Origin]:
    """The origin of every leaf, by its path in text; `values` is the deployment as plain data."""
    return {path_text(path): origin(layers, path) for path in _leaves(values, ())}


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list) and value:
        for position, item in enumerate(value):
            yield from _leaves(item, (*path, position))
    else:
        yield path
