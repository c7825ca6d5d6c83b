"""An account of a simulated cloud, as the provider's settings name it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from providers.engine.values import Failure, Values, known
from providers.simulated import relations
from providers.simulated.faults import Faults
from providers.simulated.kinds import Cloud, Kind
from providers.simulated.places import all_at, at
from providers.simulated.templates import Source, filled
from providers.simulated.world import Place, World, slug


class Published(Protocol):
    """What the cloud's published API models say of values."""

    def refused(self, token: str, inputs: Values, /) -> list[Failure]: ...


@dataclass(frozen=True)
class Account:
    """Everything a resource needs to know besides its own type."""

    cloud: Cloud
    facts: Mapping[str, Any]
    """Of the settings: account, region, ..., as the cloud's data names them."""
    world: World
    faults: Faults
    published: Published | None = None

    def title(self, token: str) -> str:
        """A type as people say it: "gcp container.Cluster"."""
        provider, module, name = token.split(":")
        return f"{provider} {module.split('/')[0]}.{name}"

    def place(self, kind: Kind, properties: Mapping[str, Any]) -> Place:
        source = Source(properties, self.facts, "")
        region = "global" if kind.scope == "account" else filled(self.cloud.region, source)
        return Place(slug(str(filled(self.cloud.account, source))), slug(str(region)))

    def missing_facts(self, inputs: Mapping[str, Any]) -> list[Failure]:
        """Facts that neither the resource nor the settings tell."""
        return [
            Failure(name, words)
            for name, words in self.cloud.needs.items()
            if inputs.get(name) is None and self.facts.get(name) is None
        ]

    def referred(self, kind: Kind, properties: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
        """Properties of what stands at a path, its identity among them."""
        account = self.place(kind, properties).account
        for reference in kind.refers:
            if reference.path == path:
                for value in all_at(properties, path):
                    record = relations.referred(reference, value, account, self.world)
                    if record is not None:
                        return {**record.properties, "id": record.identity}
        return None

    def words(self, template: str, kind: Kind, properties: Mapping[str, Any], identity: str) -> str:
        """A text of the cloud's, filled in."""
        told = {"identity": identity, "type": kind.token.split(":")[-1], **properties}
        told["action"] = filled(kind.action, Source(told, self.facts, "")) or kind.token
        told["name"] = (at(told, kind.autoname.property) if kind.autoname else told.get("name")) or identity
        return str(filled(template, Source(told, self.facts, identity)))


def signed_in(world: Path, provider: str) -> tuple[str, ...]:
    """Accounts that whoever works in a simulated world is signed in to; none where the world does not say.

    <world>/signed-in.yaml says so, by provider: {aws: "123456789012"}.
    """
    try:
        said = yaml.safe_load((world / "signed-in.yaml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    account = said.get(provider) if isinstance(said, dict) else None
    return (str(account),) if account else ()


def facts_of(cloud: Cloud, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings' facts: what was set, else the environment's, else what the cloud takes."""
    found = {}
    for name, where in cloud.facts.items():
        given = [settings.get(setting) for setting in where.get("settings", ())]
        given += [os.environ.get(variable) for variable in where.get("environment", ())]
        value = next((one for one in given if one not in (None, "", []) and known(one)), where.get("otherwise"))
        found[name] = _first(value)
    return found


def _first(value: Any) -> Any:
    """Of a list, which the engine writes as JSON where it is a setting; anything else as it is."""
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    return value[0] if isinstance(value, list) else value
