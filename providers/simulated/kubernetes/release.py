"""Helm releases without a cluster: inputs held against the SDK, values against the chart's own schema."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from providers.engine.values import Failure, Task, Values, known
from providers.simulated.kinds import Autoname, Kind, Reference
from providers.simulated.kubernetes.json_schema import jsonschema
from providers.simulated.kubernetes.objects import OWN_NAMESPACES
from providers.simulated.places import written
from providers.simulated.stand_in import StandIn

TOKEN = "kubernetes:helm.sh/v3:Release"  # noqa: S105 - a type, not a secret
_NAMESPACE = Reference(
    "namespace",
    ("kubernetes:core/v1:Namespace",),
    by=("metadata.name",),
    cascades=True,
    unless=OWN_NAMESPACES,
    words='failed to create resource: create: failed to create: namespaces "{value}" not found',
)
KIND = Kind(
    TOKEN,
    id="{namespace}/{name}",
    autoname=Autoname("name", limit=53, digits=8),
    replaces=("name", "namespace"),
    refers=(_NAMESPACE,),
    outputs={
        "namespace": "{namespace}",
        "status": {
            "name": "{name}",
            "namespace": "{namespace}",
            "chart": "{chart}",
            "version": "{version}",
            "revision": 1,
            "status": "deployed",
        },
        "resourceNames": {},
    },
    words={
        "exists": "cannot re-use a name that is still in use",
        "gone": "release: not found",
        "throttling": "client rate limiter Wait returned an error: context deadline exceeded",
        "capacity": 'Helm release "{identity}" was created, but failed to initialize completely. '
        "Use Helm CLI to investigate: failed to become available within allocated timeout. "
        "Error: Helm Release {identity}: context deadline exceeded",
    },
    action="release",
)


@dataclass(frozen=True)
class Release(StandIn):
    """A chart's release; what the chart would make is left to the mode that has helm and a cluster."""

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        namespaced = {**news, "namespace": news.get("namespace") or self.account.facts["namespace"]}
        inputs, failures = super().check(task, namespaced, olds)
        if not failures:
            failures = values_refused(inputs)
        return inputs, failures

    def _refuse_missing(self, inputs: Values, account: str) -> None:
        if not inputs.get("createNamespace"):
            super()._refuse_missing(inputs, account)


def values_refused(inputs: Mapping[str, Any]) -> list[Failure]:
    """Values that the chart's own schema refuses; charts that are not on this machine are not asked."""
    schema, values = chart_schema(inputs.get("chart")), inputs.get("values")
    if schema is None or values is None:
        return []
    found = jsonschema().validators.validator_for(schema)(schema).iter_errors(values)
    return [
        Failure(written(("values", *error.absolute_path)), f"the chart's schema refuses it: {error.message}")
        for error in found
        if known(error.instance)
    ]


def chart_schema(chart: Any) -> dict[str, Any] | None:
    """The `values.schema.json` of a chart that is a folder or an archive here."""
    if not isinstance(chart, str) or not Path(chart).exists():
        return None
    path = Path(chart)
    if path.is_dir():
        schema = path / "values.schema.json"
        return json.loads(schema.read_text()) if schema.is_file() else None
    with tarfile.open(path) as archive:
        for member in archive:
            if member.name.count("/") == 1 and member.name.endswith("/values.schema.json"):
                stream = archive.extractfile(member)
                return json.load(stream) if stream else None
    return None
