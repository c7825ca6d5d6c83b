"""The models describe themselves: every field, with its unit and an example that works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from schemas.amount import Amount
from schemas.auth import OAUTH_TYPES, Auth, AuthType
from schemas.cluster import Cluster
from schemas.community import Community, Deployment
from schemas.hub import Hub
from schemas.image import Image, ResolvedImage
from schemas.model import Model
from schemas.profile import Profile
from schemas.storage import SharedDirectory


def models(model: type[Model] = Model) -> Iterator[type[Model]]:
    for below in model.__subclasses__():
        yield below
        yield from models(below)


MODELS = sorted(set(models()), key=lambda model: model.__name__)
FIELDS = [(model, name, info) for model in MODELS for name, info in model.model_fields.items()]
each_field = pytest.mark.parametrize(
    ("model", "name", "info"), FIELDS, ids=[f"{model.__name__}.{name}" for model, name, _ in FIELDS]
)

UNITS = (
    "_gib",
    "_gib_per_cluster",
    "_minutes",
    "_days",
    "_nodes",
    "_port",
    "_servers",
    "_per_month",
    "_hour_utc",
    "_addresses",
    "_servers_per_user",
    "_clusters_per_user",
    "_workers_per_cluster",
    "_builds",
    "_builds_per_user",
    "_per_server_hour",
    "_hours_per_week",
)
COUNTS = {"at_most", "cpu", "gpu", "count", "guarantee", "limit", "servers", "placeholders", "max_cpu_per_cluster"}
"""Numbers whose unit their name is, or their description says."""


def test_there_are_models() -> None:
    assert {Community, Cluster, Hub, Image, Deployment} <= set(MODELS)


@each_field
def test_field_is_described_with_an_example_that_works(model: type[Model], name: str, info: FieldInfo) -> None:
    assert info.description
    assert info.description.rstrip().endswith(".")
    assert info.examples
    # As in the model: with its constraints, and strict.
    kind: TypeAdapter[Any] = TypeAdapter(_annotated(info), config=None if _is_model(info) else model.model_config)
    for example in info.examples:
        kind.validate_python(example)


@each_field
def test_default_is_right(model: type[Model], name: str, info: FieldInfo) -> None:
    if not info.is_required():
        kind: TypeAdapter[Any] = TypeAdapter(_annotated(info), config=None if _is_model(info) else model.model_config)
        kind.validate_python(info.get_default(call_default_factory=True, validated_data={}))


@each_field
def test_number_has_a_unit(model: type[Model], name: str, info: FieldInfo) -> None:
    kinds = {info.annotation, *get_args(info.annotation)}
    if kinds & {int, float, Amount}:
        assert name.endswith(UNITS) or name in COUNTS


def _annotated(info: FieldInfo) -> Any:
    return Annotated[info.annotation, info]


def _is_model(info: FieldInfo) -> bool:
    return isinstance(info.annotation, type) and issubclass(info.annotation, Model)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Hub, {"named_servers_per_user": "3"}),
        (Hub, {"named_servers_per_user": True}),
        (Hub, {"named_servers_per_user": 3.0}),
        (Hub, {"profiles": "small"}),
        (Hub, {"profiles": {"slug": "small", "title": "Small"}}),
        (Hub, {"environment": {"A": 1}}),
        (Hub, {"image": 3}),
        (Hub, {"nonsense": 1}),
        (Auth, {"admins": "ada"}),
        (Auth, {"allow_all": "true"}),
        (Auth, {"allow_all": 1}),
        (Amount, True),
        (Amount, "1"),
        (Amount, {"guarantee": float("inf")}),
        (Amount, {"limit": 1}),
        (SharedDirectory, {"name": "shared", "writers": "instructors"}),
        (Cluster, {"provider": "nowhere"}),
    ],
)
def test_nothing_is_taken_for_something_else(model: type[Model], values: Any) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(values)


def test_what_is_accepted() -> None:
    assert Amount.model_validate(2) == Amount(guarantee=2, limit=2)
    assert Amount.model_validate({"guarantee": 1}).limit is None
    assert Auth.model_validate({"admins": ["ada"]}).admins == ("ada",)
    assert Profile.model_validate({"slug": "a", "title": "A", "cpu": 1}).cpu == Amount(guarantee=1, limit=1)


def test_each_oauth_type_has_its_section() -> None:
    assert {name for name in get_args(AuthType) if name in Auth.model_fields} == OAUTH_TYPES


def test_names_of_stacks() -> None:
    image = ResolvedImage(name="base", folder="images/base", digest="0" * 64, title="Base")
    deployment = Deployment(
        community="demo",
        stage="prod",
        title="Demo",
        archetype="research",
        contacts=(),
        cluster_name="campus",
        cluster=Cluster(provider="local"),
        hub=Hub(),
        images={"base": image},
    )
    assert (deployment.stack, deployment.cluster_stack) == ("demo-prod", "campus-cluster")
    assert Deployment.model_validate_json(deployment.model_dump_json()) == deployment
    assert Deployment.model_validate(deployment.model_dump(mode="json")) == deployment
