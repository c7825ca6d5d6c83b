"""The clouds' data against the installed SDKs: every name in them must be one the SDK has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import providers.simulated
from providers.simulated.conformity import nonconforming
from providers.simulated.kinds import Cloud, Kind, load
from providers.simulated.sdk import Sdk
from providers.simulated.shapes import Property, Shape, Type
from providers.simulated.templates import Source, filled

CLOUDS = ("aws", "azure-native", "gcp")


def loaded(cloud: str) -> Cloud:
    return load(Path(providers.simulated.__file__).parent / cloud.replace("-", "_"), cloud)


@pytest.fixture(scope="module", params=CLOUDS)
def simulated(request: pytest.FixtureRequest) -> tuple[Cloud, dict[str, Shape]]:
    cloud, sdk = loaded(request.param), Sdk(request.param)
    shapes = {token: sdk.shape(token) for token in cloud.kinds}
    assert None not in shapes.values(), [token for token, shape in shapes.items() if shape is None]
    return cloud, {token: shape for token, shape in shapes.items() if shape is not None}


def test_paths_of_inputs_exist(simulated: tuple[Cloud, dict[str, Shape]]) -> None:
    cloud, shapes = simulated
    unknown = [
        f"{token}: {path}"
        for token, kind in cloud.kinds.items()
        for path in paths(kind)
        if not leads_somewhere(shapes[token], path)
    ]
    assert unknown == []


def test_outputs_have_the_sdks_types(simulated: tuple[Cloud, dict[str, Shape]]) -> None:
    cloud, shapes = simulated
    wrong = []
    for token, kind in cloud.kinds.items():
        shape = shapes[token]
        made = without_nothing(filled(kind.outputs, Source({}, {}, "seed", "2026-01-01T00:00:00Z")))
        wrong += nonconforming(made, Shape(shape.outputs, {}, shape.objects), token)
    assert wrong == []


def test_references_lead_to_types_that_are_simulated(simulated: tuple[Cloud, dict[str, Shape]]) -> None:
    cloud, _ = simulated
    lost = [
        (token, to)
        for token, kind in cloud.kinds.items()
        for reference in kind.refers
        for to in reference.to
        if to not in cloud.kinds
    ]
    assert lost == []


def test_every_kind_of_refusal_has_words(simulated: tuple[Cloud, dict[str, Shape]]) -> None:
    cloud, _ = simulated
    wanted = {"exists", "taken", "missing", "gone", "in_use", "quota", "throttling", "permission", "capacity"}
    assert wanted <= set(cloud.words)
    assert all("immutable" in cloud.words for kind in cloud.kinds.values() if kind.immutable)


def paths(kind: Kind) -> Iterator[str]:
    yield from (*kind.replaces, *kind.unordered, *kind.immutable, *kind.replaced_when_smaller)
    yield from (*kind.never_smaller, *kind.steps_of_one, *kind.limits, *kind.protected_by)
    yield from (reference.path for reference in kind.refers)
    if kind.autoname:
        yield kind.autoname.property


def leads_somewhere(shape: Shape, path: str) -> bool:
    properties: dict[str, Property] = shape.inputs
    for name in path.split("."):
        if name.isdigit():
            continue
        if name not in properties:
            return False
        properties = within(shape, properties[name].type)
    return True


def within(shape: Shape, kind: Type) -> dict[str, Property]:
    while kind[0] in ("list", "map"):
        kind = kind[1]
    return shape.objects[kind[1]] if kind[0] == "object" else {}


def without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nothing(item) for name, item in value.items() if item is not None}
    return [without_nothing(item) for item in value if item is not None] if isinstance(value, list) else value
