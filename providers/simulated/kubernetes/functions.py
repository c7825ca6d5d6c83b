"""Functions of the Kubernetes provider that programs call."""

from __future__ import annotations

import yaml

from providers.engine.values import Fault, Values
from providers.simulated.account import Account


def decode(_: Account, arguments: Values) -> Values:
    """YAML documents as objects; lists are taken apart."""
    try:
        documents = [one for one in yaml.safe_load_all(arguments["text"]) if one]
    except yaml.YAMLError as error:
        raise Fault(f"error parsing YAML: {error}") from None
    objects: list[Values] = []
    for document in documents:
        objects += document["items"] if str(document.get("kind", "")).endswith("List") else [document]
    namespace = arguments.get("defaultNamespace")
    for one in objects:
        if namespace:
            one.setdefault("metadata", {}).setdefault("namespace", namespace)
    return {"result": objects}


FUNCTIONS = {"kubernetes:yaml:decode": decode}
