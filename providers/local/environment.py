"""A Python environment: the hub's own software, or an image of the catalogue, from its pinned requirements."""

# ruff: noqa: ARG002 - the arguments are those of every resource

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from providers.cache_folder import cache_folder
from providers.engine.values import Failure, Task, Unknown, Values, known
from providers.local.environment_cache import EnvironmentCache, Recipe


class Environment:
    """Inputs: `requirements` (text, pinned), `python_version` ("3.12"; the running one's when not given), `owner`,
    `cache_folder`. Outputs: `folder`, and `python` in it.

    The same content is built once and shared, by all hubs of all checkouts; `owner` is the root of the checkout, whose
    absence tells that its references count no more. `check` adds `digest`, which the folder is named after.
    """

    replaced_by = frozenset({"digest", "cache_folder"})
    deleted_before_replaced = False
    secret_outputs: frozenset[str] = frozenset()

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        inputs = {**news, "cache_folder": news.get("cache_folder") or str(cache_folder())}
        failures = []
        version, requirements = news.get("python_version"), news.get("requirements")
        if version is not None and not isinstance(version, Unknown) and not re.fullmatch(r"3\.\d+", str(version)):
            failures.append(Failure("python_version", f"{version!r} is not a Python version; write e.g. '3.12'"))
        if not isinstance(requirements, str | Unknown) or requirements == "":
            failures.append(Failure("requirements", "is not the text of a requirements file"))
        if not failures and known([version, requirements]):
            inputs["digest"] = _recipe(inputs).digest
        return inputs, failures

    def foretell(self, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:
        return _places(inputs) if "digest" in inputs else {}

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        cache = EnvironmentCache(Path(inputs["cache_folder"]))
        cache.sweep()
        cache.hold(task, _recipe(inputs), _owner(inputs))
        return inputs["digest"], _places(inputs)

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values | None:
        cache = EnvironmentCache(Path(outputs["cache_folder"]))
        return _places(outputs) if cache.is_held(identity, task.urn, _owner(outputs)) else None

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        cache = EnvironmentCache(Path(inputs["cache_folder"]))
        cache.hold(task, _recipe(inputs), _owner(inputs))
        if _owner(outputs) != _owner(inputs):
            cache.release(identity, task.urn, _owner(outputs))
        return _places(inputs)

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        cache = EnvironmentCache(Path(outputs["cache_folder"]))
        cache.release(identity, task.urn, _owner(outputs))
        cache.sweep()


def _recipe(inputs: Values) -> Recipe:
    return Recipe(python_version=inputs.get("python_version"), requirements=inputs["requirements"])


def _owner(values: Values) -> str:
    return str(values.get("owner") or "")


def _places(values: Values) -> Values:
    folder = EnvironmentCache(Path(values["cache_folder"])).folder(values["digest"])
    return {"folder": str(folder), "python": str(folder / "bin" / "python")}


RESOURCE = Environment()
