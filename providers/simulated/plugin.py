"""A stand-in's plugin: the account its settings name, resources by their data, functions by the cloud's."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path

from providers.engine.plugin import Resource
from providers.engine.values import Failure, Fault, Values
from providers.simulated.account import Account, Published, facts_of
from providers.simulated.conformity import INTERNAL, did_you_mean
from providers.simulated.faults import Faults
from providers.simulated.kinds import load
from providers.simulated.sdk import Sdk
from providers.simulated.stand_in import StandIn
from providers.simulated.world import World

# What the engine adds to every provider's settings.
_ENGINES_OWN = {"version", "pluginDownloadURL", "pluginChecksums", "parameterization"}
Function = Callable[[Account, Values], Values]


class SimulatedPlugin:
    """One simulated cloud; `folder` holds its data and its functions."""

    refreshes_before_update = False

    def __init__(self, name: str) -> None:
        self.name = name
        self._module = name.replace("-", "_")
        self._sdk = Sdk(name)
        self._account: Account | None = None

    @property
    def version(self) -> str:
        """The SDK's own: its requirement on the plugin is exactly that."""
        return self._sdk.version

    def check_settings(self, settings: Values) -> list[Failure]:
        shape = self._sdk.shape("pulumi:providers:Provider")
        known = set(shape.inputs) if shape else set()
        failures = [
            Failure(name, f"the {self.name} provider has no setting '{name}'{did_you_mean(name, known)}")
            for name in settings
            if not name.startswith(INTERNAL) and name not in known | _ENGINES_OWN
        ]
        return failures + (
            self._published.refused(f"pulumi:providers:{self.name}", settings) if self._published else []
        )

    def configure(self, settings: Values) -> None:
        cloud = load(Path(__file__).parent / self._module, self.name)
        folder = world_folder()
        world = World(folder, self.name)
        faults_file = os.environ.get("HUBS_SIMULATED_FAULTS")
        faults = Faults(Path(faults_file) if faults_file else None, folder / f".faults-{self.name}.json", self.name)
        self._account = Account(cloud, facts_of(cloud, settings), world, faults, self._published)

    def resource(self, token: str) -> Resource:
        account = self._configured()
        kind = account.cloud.kinds.get(token)
        shape = self._sdk.shape(token)
        if shape is None:
            raise Fault(
                f"{self.name} {self.version} has no resource type {token}{did_you_mean(token, account.cloud.kinds)}"
            )
        if kind is None:
            data = f"providers/simulated/{self._module}/resources.yaml"
            raise Fault(f"{token} is not simulated yet", f"describe it in {data}")
        return StandIn(kind, shape, account)

    def invoke(self, token: str, arguments: Values) -> Values:
        account = self._configured()
        functions: Mapping[str, Function] = import_module(f"providers.simulated.{self._module}.functions").FUNCTIONS
        if token not in functions:
            told = ", ".join(sorted(functions))
            raise Fault(f"the function {token} is not simulated{did_you_mean(token, functions)}", f"there are {told}")
        given = {name: value for name, value in arguments.items() if value is not None}
        return functions[token](account, given)

    def _configured(self) -> Account:
        if self._account is None:
            raise Fault(f"the stand-in for {self.name} was used before it was configured")
        return self._account

    @cached_property
    def _published(self) -> Published | None:
        if not strict():
            return None
        models: type = import_module("providers.simulated.published.models").PublishedModels
        published: Published = models(self._module)
        return published


def strict() -> bool:
    """Whether values are also held against the clouds' published API models."""
    return os.environ.get("HUBS_SIMULATED_STRICT") == "1"


def world_folder() -> Path:
    """Where simulated clouds keep what exists in them."""
    folder = os.environ.get("HUBS_SIMULATED_WORLD")
    if not folder:
        raise Fault("this is a stand-in for a cloud's provider, and no simulated world is set", "run with --simulate")
    return Path(folder)
