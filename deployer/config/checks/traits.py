"""JupyterHub's own options in `hub.helm_values`: classes and traits that exist, given what they can take.

The chart takes anything there, and JupyterHub passes over what it does not know, so a mistyped name has no effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from components.jupyterhub.sign_in import authenticator_class
from components.jupyterhub.traits import Registered, Traits, kind_of, traits
from deployer.config.checks.finding import Finding
from deployer.config.document import Path
from deployer.config.suggest import nearest
from schemas.community import Deployment

HERE: Path = ("hub", "helm_values", "jupyterhub", "hub", "config")
KIND_WORDS = {
    "text": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "list": "a list",
    "mapping": "a mapping",
    "null": "null",
}
IN_HUB = "the chart reads it from the Secret hub-secrets alone, which this project makes"
# files/hub/jupyterhub_config.py of zero-to-jupyterhub 5: what it drops, and what would replace its own lists.
NOT_HERE = {
    ("JupyterHub", "cookie_secret"): (IN_HUB, "remove it"),
    ("JupyterHub", "proxy_auth_token"): (IN_HUB, "remove it"),
    ("ConfigurableHTTPProxy", "auth_token"): (IN_HUB, "remove it"),
    ("CryptKeeper", "keys"): (IN_HUB, "remove it"),
    ("JupyterHub", "services"): ("the chart drops it", "write hub.services beside hub.config, a mapping by name"),
    ("JupyterHub", "load_roles"): (
        "it would take the place of all roles, those of admins and of the health check too",
        "write the community's hub.roles, or hub.loadRoles beside hub.config, a mapping by name",
    ),
}
IN_USE: Mapping[Registered, tuple[str, str, str]] = {
    # Kind -> the base of its classes, the trait that chooses one, and the chart's choice.
    "authenticators": ("Authenticator", "authenticator_class", ""),
    "spawners": ("Spawner", "spawner_class", "KubeSpawner"),
    "proxies": ("Proxy", "proxy_class", "ConfigurableHTTPProxy"),
}


def check_traits(deployment: Deployment) -> Iterator[Finding]:
    """All sections of `hub.config`."""
    hub_values = _mapping(_mapping(deployment.hub.helm_values.get("jupyterhub")).get("hub"))
    config = _mapping(hub_values.get("config"))
    for section, given in config.items():
        yield from _section(section, given, traits(), hub_values)
    if config:
        yield from _not_in_use(deployment, config, traits())


def _section(section: str, given: Any, known: Traits, hub_values: Mapping[str, Any]) -> Iterator[Finding]:
    path = (*HERE, section)
    if section not in known.classes:
        yield from _no_such_class(path, section, known, hub_values)
        return
    if not isinstance(given, Mapping):
        yield Finding(path, f"{section} is a class, and this is {KIND_WORDS[kind_of(given)]}", "write its traits below")
        return
    own = known.of(section)
    for trait, value in given.items():
        if (section, trait) in NOT_HERE:
            yield Finding((*path, trait), *NOT_HERE[section, trait])
        elif trait not in own:
            yield Finding((*path, trait), f"{section} has no trait {trait!r}", _meant(trait, own))
        else:
            yield from _kind((*path, trait), f"{section}.{trait}", value, own[trait])
    for kind, (_, trait, _) in IN_USE.items():
        if section == "JupyterHub" and isinstance(given.get(trait), str):
            yield from _short_name((*path, trait), kind, given[trait], known)


def _no_such_class(path: Path, section: str, known: Traits, hub_values: Mapping[str, Any]) -> Iterator[Finding]:
    if section in str(hub_values.get("extraConfig", "")):
        return  # it is made there
    if not section[:1].isupper():
        fault = f"{section!r} is no class of JupyterHub, and the hub would not start"
        yield Finding(
            path,
            fault,
            f"names of classes begin with a capital; what is the chart's stands beside config: hub.{section}",
        )
        return
    own_image = bool(_mapping(hub_values.get("image")).get("name"))
    yield Finding(
        path,
        f"no class {section!r} in the hub's image, so this has no effect",
        _meant(section, known.classes),
        "warning" if own_image else "error",
    )


def _kind(path: Path, name: str, value: Any, kinds: list[Any]) -> Iterator[Finding]:
    kind = kind_of(value)
    # Whole numbers do for fractional ones; JupyterHub takes true for a number, too, and nobody means it.
    taken = {*kinds, *(["integer"] if "number" in kinds else [])} - ({"boolean"} if "integer" in kinds else set())
    if kind in taken:
        return
    if taken <= {"null"}:
        yield Finding(path, f"{name} can be set by code alone", "set it in hub.extraConfig, as Python code")
        return
    words = " or ".join(word for key, word in KIND_WORDS.items() if key in taken)
    yield Finding(path, f"{name} is {words}, and this is {KIND_WORDS[kind]}", f"write {words}")


def _short_name(path: Path, kind: Registered, name: str, known: Traits) -> Iterator[Finding]:
    if "." not in name and known.registered_class(kind, name) is None:
        yield Finding(path, f"no {kind} are registered as {name!r}", _meant(name, known.registered[kind]))


def _not_in_use(deployment: Deployment, config: Mapping[str, Any], known: Traits) -> Iterator[Finding]:
    """Sections of authenticators, spawners and proxies that the hub does not run."""
    chosen = _mapping(config.get("JupyterHub"))
    for kind, (base, trait, usual) in IN_USE.items():
        name = str(chosen.get(trait) or usual or authenticator_class(deployment.hub.auth))
        running = known.registered_class(kind, name)
        if running is None:
            continue  # said already, or somebody's own
        for section in config:
            if section in known.classes and base in known.family(section) and section not in known.family(running):
                yield Finding(
                    (*HERE, section),
                    f"settings of a class that is not in use: {trait} is {name}",
                    f"remove it, or write it below {running}",
                    "warning",
                )


def _meant(name: str, known: Iterable[str]) -> str:
    """The nearest name alone: a class may have a hundred traits."""
    near = nearest(name, known)
    return f"did you mean {near!r}?" if near else "remove it, or look up what its documentation calls it"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
