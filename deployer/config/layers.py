"""Values in layers, a later one over an earlier, and the way back from a value to the layer it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from deployer.config.document import Document, Found, Path, path_text
from deployer.errors import Place

LayerKind = Literal["file", "archetype", "cluster", "image"]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A part of a document that supplies a part of a deployment."""

    kind: LayerKind
    document: Document
    inside: Path
    """Where the part stands in the document."""
    supplies: Path
    """Which part of the deployment it is."""

    def find(self, path: Path) -> Found | None:
        """The place of a deployment's value here; None when this layer has nothing to say of that part."""
        count = len(self.supplies)
        if path[:count] != self.supplies:
            return None
        found = self.document.find((*self.inside, *path[count:]))
        # Steps count in the deployment, so that layers can be compared.
        return Found(found.place, found.steps - len(self.inside) + count, found.end)

    def path(self, path: Path) -> Path:
        """The path in the document's own terms."""
        return (*self.inside, *path[len(self.supplies) :])


@dataclass(frozen=True)
class Origin:
    """Where a resolved value came from."""

    kind: Literal["file", "archetype", "cluster", "image", "default", "derived"]
    place: Place | None = None
    how: str = ""
    """With `derived`: from what."""


DEFAULT = Origin("default")


@dataclass(frozen=True)
class Layers:
    """All layers of one deployment, the strongest first, and which of its values stand in none of them."""

    layers: Sequence[Layer]
    derived: Mapping[Path, str] = field(default_factory=dict)
    """Path -> from what it was derived."""

    def locate(self, path: Path) -> tuple[Place, str]:
        """Where a person mends a value, and its path in that file.

        That is the strongest of the person's own layers that knows most of the path: a missing key is placed at what
        it is missing from.
        """
        best: tuple[Layer, Found] | None = None
        for layer in self.layers:
            found = layer.find(path) if layer.kind != "archetype" else None
            # A part that is there but says nothing of the path is no better than the file itself.
            if found and (found.steps > len(layer.supplies) or not layer.supplies or found.steps == len(path)):
                best = max(best or (layer, found), (layer, found), key=lambda pair: pair[1].steps)  # first of equals
        if best is None:
            return Place(self.layers[0].document.label), path_text(path)
        layer, found = best
        there = path[: found.steps] if found.end == "scalar" else path  # a number that stands for guarantee and limit
        return found.place, path_text(layer.path(there))

    def origin(self, path: Path) -> Origin:
        """Where a resolved value came from; a default when no layer says it."""
        if path in self.derived:
            return Origin("derived", how=self.derived[path])
        replaced = 0  # a weaker layer's scalar or list up to this depth gave way to a stronger layer's mapping
        for layer in self.layers:
            found = layer.find(path)
            if found is None or found.steps < len(layer.supplies):
                continue
            if found.end == "all" or (found.end == "scalar" and found.steps > replaced):
                return Origin(layer.kind, found.place)
            if found.end != "mapping":
                return DEFAULT
            replaced = max(replaced, found.steps)
        return DEFAULT
