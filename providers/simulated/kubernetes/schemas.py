"""Objects held against the published Kubernetes schemas, which the package kubernetes-validate carries."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from providers.engine.values import Failure, Fault, Unknown, Values, known
from providers.simulated.conformity import INTERNAL
from providers.simulated.kubernetes.json_schema import jsonschema
from providers.simulated.places import written


class PublishedSchemas:
    """The schemas of one Kubernetes minor; "" takes the newest there are."""

    def __init__(self, minor: str = "") -> None:
        # Found and not imported: the data is all that is wanted of it.
        spec = find_spec("kubernetes_validate")
        if spec is None or spec.origin is None:
            raise Fault("kubernetes-validate is not installed", "install this project with the extra test")
        folder = Path(spec.origin).parent / "kubernetes-json-schema"
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
        from referencing import Registry, Resource

        schema = json.loads(path.read_bytes())
        definitions = _definitions(self._folder)
        registry: Any = Resource.from_contents(definitions) @ Registry()
        return jsonschema().Draft202012Validator(schema, registry=registry)


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
