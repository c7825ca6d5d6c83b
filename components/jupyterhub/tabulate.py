"""Makes `traits.json`: every option of the classes that a hub may be configured with, as they are installed here.

    python -m components.jupyterhub.tabulate        writes it anew, after a version has changed

Checks read the table, for JupyterHub itself takes a second to import and is not installed wherever files are checked.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from traitlets import HasTraits, TraitError, TraitType, Type
from traitlets.config import Configurable

from components.jupyterhub.traits import TABLE, Kind

PACKAGES = {
    # Distribution -> modules of its classes: what zero-to-jupyterhub's hub image has (images/hub/requirements.txt).
    "jupyterhub": ("jupyterhub.app", "jupyterhub.auth", "jupyterhub.authenticators", "jupyterhub.crypto",
                   "jupyterhub.proxy", "jupyterhub.spawner"),
    "jupyterhub-kubespawner": ("kubespawner",),
    "oauthenticator": ("oauthenticator",),
    "jupyterhub-firstuseauthenticator": ("firstuseauthenticator",),
    "jupyterhub-hmacauthenticator": ("hmacauthenticator",),
    "jupyterhub-ldapauthenticator": ("ldapauthenticator",),
    "jupyterhub-ltiauthenticator": ("ltiauthenticator",),
    "jupyterhub-nativeauthenticator": ("nativeauthenticator",),
    "jupyterhub-tmpauthenticator": ("tmpauthenticator",),
    "jupyter-events": ("jupyter_events.logger",),
    "traitlets": ("traitlets.config.application",),
}  # fmt: skip
REGISTERED = ("authenticators", "spawners", "proxies")
"""Kinds of classes that have short names."""
# What YAML can say; a trait's own code tells which of these it takes.
SAMPLES: dict[Kind, tuple[Any, ...]] = {
    "text": ("", "1G", "http://127.0.0.1:1"),
    "boolean": (True,),
    "integer": (2,),  # 1 does for true
    "number": (1.5,),
    "list": ([],),
    "mapping": ({},),
    "null": (None,),
}


def table() -> dict[str, Any]:
    """`packages`: versions; `registered`: short names of classes; `classes`: their bases and own traits."""
    found = {cls.__name__: cls for cls in classes()}
    return {
        "packages": {name: importlib.metadata.version(name) for name in sorted(PACKAGES)},
        "registered": {kind: _short_names(kind, found) for kind in REGISTERED},
        "classes": {name: _described(cls, found) for name, cls in sorted(found.items())},
    }


def written() -> str:
    """The file's text: a class a line, so that a change can be read."""
    made = table()
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(about)}" for name, about in made["classes"].items())
    head = {key: made[key] for key in ("packages", "registered")}
    return json.dumps(head, indent=1)[:-2] + ',\n "classes": {\n' + lines + "\n }\n}\n"


def classes() -> Iterator[type[Configurable]]:
    """All that have options."""
    for modules in PACKAGES.values():
        for module in modules:
            for inner in _inner(module):
                for value in vars(inner).values():
                    if isinstance(value, type) and issubclass(value, Configurable) and _is_of(value, modules):
                        yield value


def _inner(name: str) -> Iterator[ModuleType]:
    module = importlib.import_module(name)
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
        if not found.name.rpartition(".")[2].startswith(("_", "test")):
            yield from _inner(found.name)


def _is_of(cls: type[Configurable], modules: tuple[str, ...]) -> bool:
    """Whether it is defined there, and not merely imported."""
    return any(f"{cls.__module__}.".startswith(f"{module}.") for module in modules)


def _short_names(kind: str, classes: dict[str, type[Configurable]]) -> dict[str, str]:
    """Of classes in the table: what other packages register here is nobody's business elsewhere."""
    known = {f"{cls.__module__}.{name}": name for name, cls in classes.items()}
    entries = {entry.name: entry.load() for entry in importlib.metadata.entry_points(group=f"jupyterhub.{kind}")
               if entry.dist and entry.dist.name in PACKAGES}  # fmt: skip
    places = {name: f"{cls.__module__}.{cls.__name__}" for name, cls in sorted(entries.items())}
    return {name: known[place] for name, place in places.items() if place in known}


def _described(cls: type[Configurable], classes: dict[str, type[Configurable]]) -> dict[str, Any]:
    own = cls.class_own_traits(config=True)
    return {
        "bases": [base.__name__ for base in cls.__mro__[1:] if classes.get(base.__name__) is base],
        "traits": {name: _kinds(trait) for name, trait in sorted(own.items())},
    }


def _kinds(trait: TraitType[Any, Any]) -> list[Kind]:
    """Kinds of values in YAML that the trait takes; none where only code can set it."""
    if isinstance(trait, Type):
        return ["text"]  # the name of a class, whichever those may be
    return [kind for kind, samples in SAMPLES.items() if any(_takes(trait, sample) for sample in samples)]


def _takes(trait: TraitType[Any, Any], value: Any) -> bool:
    if value is None:
        return trait.allow_none
    values = getattr(trait, "values", None)  # an enumeration's: any of the kind will do
    if values:
        return any(type(one) is type(value) for one in values)
    try:
        trait.validate(HasTraits(), value)  # type: ignore[attr-defined]  # all that can be set have it
    except (TraitError, ValueError, TypeError, AttributeError):
        return False
    return True


if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")
