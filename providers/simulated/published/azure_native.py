"""Azure's management models, from the azure-mgmt packages: Python classes whose annotations name their enums."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import get_annotations
from types import ModuleType

from providers.simulated.published.models import Bounds, Node, normalised


@dataclass(frozen=True)
class Model:
    """A class of one package, or a plain value's annotation."""

    package: ModuleType
    annotation: str
    """As Python shows it, e.g. "Optional[Union[str, ForwardRef('_models.OSSKU')]]"."""

    def _classes(self) -> list[type]:
        names = re.findall(r"_models\.(\w+)", self.annotation)
        return [getattr(self.package, name) for name in names if hasattr(self.package, name)]

    def child(self, name: str) -> Node | None:
        for one in self._classes():
            for member, annotation in _members(one).items():
                if normalised(member) == name:
                    return Model(self.package, annotation)
            # ARM's envelope, which SDKs flatten.
            if "properties" in _members(one) and name != "properties":
                return Model(self.package, _members(one)["properties"]).child(name)
        return None

    def item(self) -> Node | None:
        return self

    def bounds(self) -> Bounds:
        for one in self._classes():
            if issubclass(one, enum.Enum):
                return Bounds(choices=tuple(str(member.value) for member in one))
        return Bounds()


class Packages:
    """Imported when a type first needs them."""

    title = "Azure's management model (azure-mgmt packages)"

    def node(self, reference: str) -> Node:
        service, name = reference.split(" ")
        return Model(import_module(f"azure.mgmt.{service}.models"), f"_models.{name}")


@cache
def _members(model: type) -> dict[str, str]:
    members: dict[str, str] = {}
    for base in reversed(model.__mro__):
        members.update({name: str(hint) for name, hint in get_annotations(base).items()})
    return members


models = Packages
