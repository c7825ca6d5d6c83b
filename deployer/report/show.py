"""A resolved community, as YAML or JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from deployer.config import Loaded
from deployer.config.document import Path
from deployer.config.explain import in_words, origin, origins
from deployer.config.layers import Layers
from deployer.report.computed import computed
from deployer.report.console import print_json
from deployer.report.yaml_lines import yaml_text
from schemas.community import Deployment

COMPUTED = "computed"


def show_deployments(loaded: Loaded, stages: Sequence[str], *, explain: bool = False, as_json: bool = False) -> None:
    """These stages; with `explain`, where each value came from."""
    chosen = {stage: deployment for stage, deployment in loaded.deployments.items() if stage in stages}
    if as_json:
        print_json(
            {stage: _data(deployment, loaded.layers[stage], explain=explain) for stage, deployment in chosen.items()}
        )
        return
    texts = [_text(deployment, loaded.layers[stage], explain=explain) for stage, deployment in chosen.items()]
    sys.stdout.write("---\n".join(texts))
    sys.stdout.flush()


def _text(deployment: Deployment, layers: Layers, *, explain: bool) -> str:
    def beside(path: Path) -> str:
        return COMPUTED if path[0] == "computed" else in_words(origin(layers, path))

    return yaml_text(_values(deployment), beside if explain else None)


def _data(deployment: Deployment, layers: Layers, *, explain: bool) -> dict[str, Any]:
    values = _values(deployment)
    if not explain:
        return values
    said = {key: value for key, value in values.items() if key != "computed"}
    return {"values": values, "origins": {path: asdict(found) for path, found in origins(said, layers).items()}}


def _values(deployment: Deployment) -> dict[str, Any]:
    found = computed(deployment)
    return deployment.model_dump(mode="json") | ({"computed": found} if found else {})
