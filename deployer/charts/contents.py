"""What a packaged chart says of its values: the schema that judges them, and those that it has by itself."""

from __future__ import annotations

import json
import tarfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from components.charts import charts
from deployer.charts.archive import at_hand
from deployer.errors import EngineFailed

SCHEMA, VALUES = "values.schema.json", "values.yaml"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Of one chart."""

    schema: Mapping[str, Any]
    """JSON Schema, draft 7; empty for a chart that has none: it takes everything."""
    values: Mapping[str, Any]
    """What Helm lays the given values over before it asks the schema."""


def rules_in(archive: Path) -> Rules:
    """Of a packaged chart. Raises EngineFailed for a file that is none: cut off, or somebody else's."""
    try:
        found = _files(archive)
        return Rules(schema=json.loads(found.get(SCHEMA, b"{}")), values=yaml.safe_load(found.get(VALUES, b"")) or {})
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, yaml.YAMLError) as error:
        raise EngineFailed(
            f"{archive} is no packaged chart: {error}",
            left="nothing was changed",
            remedy="remove it, and it is fetched again; a folder of charts is filled by  deployer charts mirror FOLDER",
        ) from None


def _files(archive: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with tarfile.open(archive, "r:gz") as packed:
        for member in packed:
            # Charts inside the chart are further down.
            _, _, name = member.name.partition("/")
            content = packed.extractfile(member) if name in (SCHEMA, VALUES) else None
            if content:
                found[name] = content.read()
    return found


def rules_at_hand(names: Sequence[str], mirror: str | None, project: Path) -> dict[str, Rules]:
    """Of those charts that are on this machine already; nothing is fetched for it. `mirror` is the cluster's."""
    archives = {name: at_hand(charts()[name], mirror, project) for name in names if name in charts()}
    return {name: rules_in(archive) for name, archive in archives.items() if archive}
