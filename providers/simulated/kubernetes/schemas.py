"""Objects held against the published Kubernetes schemas, which the package kubernetes-validate carries."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from providers.engine.values import Failure, Unknown, Values, known
from providers.simulated.conformity import INTERNAL
from providers.simulated.places import written


class PublishedSchemas:
    """The schemas of one Kubernetes minor; "" takes the newest there are."""

    def __init__(self, minor: str = "") -> None:
        import kubernetes_validate

        folder = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
        versions = sorted(folder.glob("v*-local-strict"), key=_number)
        wanted = [one for one in versions if not minor or _number(one) <= _number(Path(f"v{minor}"))]
        self._folder = (wanted or versions)[-1]

    def refused(self, _token: str, inputs: Values) -> list[Failure]:
        """What the schema of the object's kind refuses; kinds that are not Kubernetes' own are not judged."""
        api_version, kind = inputs.get("apiVersion"), inputs.get("kind")
        if not isinstance(api_version, str) or not isinstance(kind, str):
            return []
        name = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
        path = self._folder / f"{kind.lower()}-{name}.json"
        if not path.is_file():
            return []
        plain = {name: value for name, value in inputs.items() if not name.startswith(INTERNAL)}
        return [
            Failure(written(tuple(error.absolute_path)), f"kubernetes {kind}: {error.message}")
            for error in self._validator(path).iter_errors(_without_unknown(plain))
            if known(error.instance)
        ]

    def _validator(self, path: Path) -> Any:
        import jsonschema
        from referencing import Registry, Resource

        schema = json.loads(path.read_bytes())
        definitions = _definitions(self._folder)
        registry: Any = Resource.from_contents(definitions) @ Registry()
        return jsonschema.Draft202012Validator(schema, registry=registry)


@cache
def _definitions(folder: Path) -> Any:
    return json.loads((folder / "_definitions.json").read_bytes())


def _number(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", path.name)[:2])


def _without_unknown(value: Any) -> Any:
    """Without what only a real run will tell; that may be anything."""
    if isinstance(value, dict):
        return {name: _without_unknown(item) for name, item in value.items() if not isinstance(item, Unknown)}
    if isinstance(value, list):
        return [_without_unknown(item) for item in value if not isinstance(item, Unknown)]
    return value
