"""AWS's service models, from botocore."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from providers.simulated.published.models import Bounds, Node, normalised


@dataclass(frozen=True)
class Shape:
    """A shape of one service's model, as botocore has it: {type, members | member | value, enum, pattern, min, max}."""

    shapes: dict[str, Any] = field(repr=False)
    name: str

    @property
    def _plain(self) -> dict[str, Any]:
        plain: dict[str, Any] = self.shapes[self.name]
        return plain

    def child(self, name: str) -> Node | None:
        kind = self._plain["type"]
        if kind == "list":
            item = self.item()
            return item.child(name) if item else None
        if kind == "map":
            return Shape(self.shapes, self._plain["value"]["shape"])
        for member, plain in self._plain.get("members", {}).items():
            if normalised(member) == name:
                return Shape(self.shapes, plain["shape"])
        return None

    def item(self) -> Node | None:
        held = self._plain.get("member") or self._plain.get("value")
        return Shape(self.shapes, held["shape"]) if held else self

    def bounds(self) -> Bounds:
        plain = self._plain
        return Bounds(tuple(plain.get("enum", ())), plain.get("pattern", ""), plain.get("min"), plain.get("max"))


@dataclass(frozen=True)
class Regions:
    """Every region of every partition."""

    names: tuple[str, ...]

    def child(self, name: str) -> Node | None:
        return self if name == "region" else None

    def item(self) -> Node | None:
        return self

    def bounds(self) -> Bounds:
        return Bounds(choices=self.names)


class ServiceModels:
    """Read from the package's files when a type first needs them."""

    def __init__(self) -> None:
        import botocore
        from botocore.loaders import Loader

        self._loader = Loader()
        self.title = f"AWS's service model (botocore {botocore.__version__})"

    def node(self, reference: str) -> Node:
        service, name = reference.split(" ")
        if service == "endpoints":
            partitions = self._loader.load_data("endpoints")["partitions"]
            return Regions(tuple(region for one in partitions for region in one["regions"]))
        return Shape(self._shapes(service), name)

    @cache  # noqa: B019 - one object for the process's life
    def _shapes(self, service: str) -> dict[str, Any]:
        shapes: dict[str, Any] = self._loader.load_service_model(service, "service-2")["shapes"]
        return shapes


models = ServiceModels
