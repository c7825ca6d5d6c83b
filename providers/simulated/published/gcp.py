"""Google Cloud's discovery documents, from google-api-python-client."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from providers.simulated.published.models import Bounds, Node, normalised


@dataclass(frozen=True)
class Schema:
    """A schema of one document: {type, properties | items | additionalProperties | $ref, enum, pattern, ...}."""

    schemas: dict[str, Any] = field(repr=False)
    plain: dict[str, Any]

    def _resolved(self) -> dict[str, Any]:
        plain = self.plain
        while "$ref" in plain:
            plain = self.schemas[plain["$ref"]]
        return plain

    def child(self, name: str) -> Node | None:
        plain = self._resolved()
        if plain.get("type") == "array":
            return Schema(self.schemas, plain["items"]).child(name)
        if "additionalProperties" in plain:
            return Schema(self.schemas, plain["additionalProperties"])
        for member, inner in plain.get("properties", {}).items():
            if normalised(member) == name:
                return Schema(self.schemas, inner)
        return None

    def item(self) -> Node | None:
        plain = self._resolved()
        held = plain.get("items") or plain.get("additionalProperties")
        return Schema(self.schemas, held) if held else self

    def bounds(self) -> Bounds:
        plain = self._resolved()
        least, most = plain.get("minimum"), plain.get("maximum")
        return Bounds(
            tuple(plain.get("enum", ())),
            plain.get("pattern", ""),
            float(least) if least is not None else None,
            float(most) if most is not None else None,
        )


class Documents:
    """Read from the package's files when a type first needs them."""

    def __init__(self) -> None:
        spec = find_spec("googleapiclient")
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError("googleapiclient")
        self._folder = Path(spec.origin).parent / "discovery_cache" / "documents"
        self.title = f"Google's discovery document (google-api-python-client {version('google-api-python-client')})"

    def node(self, reference: str) -> Node:
        document, name = reference.split(" ")
        schemas = self._schemas(document)
        return Schema(schemas, schemas[name])

    @cache  # noqa: B019 - one object for the process's life
    def _schemas(self, document: str) -> dict[str, Any]:
        schemas: dict[str, Any] = json.loads((self._folder / f"{document}.json").read_bytes())["schemas"]
        return schemas


models = Documents
