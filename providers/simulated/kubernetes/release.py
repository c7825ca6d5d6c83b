"""Helm releases without a cluster: inputs held against the SDK, values against the chart's own schema."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

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
    """Values that the chart's own schema refuses; charts that are not on this machine are not asked.

    As helm does it, the schema is held against the chart's own values with the given ones over them.
    """
    text, values = _chart_file(inputs.get("chart"), "values.schema.json"), inputs.get("values")
    if text is None or values is None:
        return []
    defaults = yaml.safe_load(_chart_file(inputs.get("chart"), "values.yaml") or "{}") or {}
    schema = json.loads(text)
    found = jsonschema().validators.validator_for(schema)(schema).iter_errors(_over(defaults, values))
    return [
        Failure(written(("values", *error.absolute_path)), f"the chart's schema refuses it: {error.message}")
        for error in found
        if known(error.instance)
    ]


def _over(below: Mapping[str, Any], above: Any) -> Any:
    """As helm merges: mappings key by key, everything else whole; what is not known yet stays so."""
    if not isinstance(above, Mapping):
        return above
    merged = dict(below)
    for key, value in above.items():
        there = merged.get(key)
        merged[key] = _over(there, value) if isinstance(there, Mapping) else value
    return merged


def _chart_file(chart: Any, name: str) -> str | None:
    """A file of a chart that is a folder or an archive here."""
    if not isinstance(chart, str) or not Path(chart).exists():
        return None
    path = Path(chart)
    if path.is_dir():
        file = path / name
        return file.read_text(encoding="utf-8") if file.is_file() else None
    with tarfile.open(path) as archive:
        for member in archive:
            if member.name.count("/") == 1 and member.name.endswith(f"/{name}"):
                stream = archive.extractfile(member)
                return stream.read().decode() if stream else None
    return None
