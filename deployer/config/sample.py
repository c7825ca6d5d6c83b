"""Deployments in which every field of a hub has the first example of its documentation: to find out what fields do."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from schemas.amount import Amount
from schemas.auth import OAUTH_TYPES
from schemas.community import Deployment
from schemas.hub import Hub
from schemas.model import Model
from schemas.profile import SizeChoice

PROVIDER = "gcp"
CLUSTER: dict[str, Any] = {
    "provider": PROVIDER,
    PROVIDER: {"project": "example-hubs", "zone": "us-central1-b"},
    "node_pools": {
        "user": {"cpu": 4, "memory_gib": 32},
        "gpu": {"cpu": 8, "memory_gib": 32, "gpu": {"kind": "l4"}},
        "dask": {"role": "worker", "cpu": 16, "memory_gib": 64, "spot": True},
    },
}
IMAGE: dict[str, Any] = {
    "name": "base",
    "title": "Python basics",
    "folder": "images/base",
    "digest": "0" * 64,
    "container": "registry.example.org/hubs/base:2026-01-05",
}
BESIDE = ("helm_values",)
"""Fields that would go over others."""


@cache
def samples() -> tuple[Deployment, ...]:
    """One for each way to sign in."""
    kinds = ("native", "dummy", *sorted(OAUTH_TYPES))
    return tuple(_sample(kind) for kind in kinds)


def _sample(kind: str) -> Deployment:
    hub = {name: value for name, value in _examples(Hub).items() if name not in BESIDE}
    hub["profiles"] = _profiles(hub["profiles"][0])
    auth = hub["auth"]
    hub["auth"] = {
        **{key: value for key, value in auth.items() if key not in OAUTH_TYPES},
        "type": kind,
        **({kind: auth[kind]} if kind in auth else {}),
    }
    return Deployment.model_validate(
        {
            "community": "demo",
            "stage": "prod",
            "title": "Demo community",
            "archetype": "research",
            "contacts": [{"name": "Hub team", "email": "hubs@example.org"}],
            "cluster_name": "example",
            "cluster": CLUSTER,
            "hub": hub,
            "images": {"base": IMAGE},
        }
    )


def _profiles(full: dict[str, Any]) -> list[dict[str, Any]]:
    """With choices in figures, with none, and with shares of a node: what one has the others cannot have."""
    choices = {key: value for key, value in full.items() if key != "image"}
    return [
        {**choices, "options": {**full["options"], "sizes": [_examples(SizeChoice)]}},
        {**full, "slug": "medium", "default": False, "options": {}},
        {**choices, "slug": "share", "default": False, "options": {"sizes": full["options"]["sizes"]}},
    ]


def _examples(model: type[BaseModel]) -> dict[str, Any]:
    """Every field with its first example; of a model inside it, with every field of that."""
    found = {}
    for name, info in model.model_fields.items():
        inner = _inner(info.annotation)
        example = (info.examples or [None])[0]
        if inner is None:
            found[name] = example
        elif isinstance(example, list):
            # What tells entries apart stays as the example has it: others refer to it.
            found[name] = [{**_examples(inner), **entry} if isinstance(entry, dict) else entry for entry in example]
        else:
            found[name] = _examples(inner)
    return found


def _inner(annotation: Any) -> type[Model] | None:
    """The model whose fields stand there, of an amount none: it is written as a number."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return None if annotation is Amount else annotation
    arguments = () if get_origin(annotation) is dict else get_args(annotation)
    return next((found for found in map(_inner, arguments) if found), None)
