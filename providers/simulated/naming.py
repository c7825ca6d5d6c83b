"""Names for resources that were given none, as the clouds' own providers make them."""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import Any

from providers.engine.values import Failure, Naming, Task, Values
from providers.simulated.kinds import Autoname
from providers.simulated.places import at, merged

DEFAULTS = "__defaults"
"""Where the inputs keep the list of properties that were not given; the bridged providers' own name for it."""


def named(task: Task, rule: Autoname | None, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
    """Inputs with a name: the one given, the one it has, or a new one."""
    if rule is None or at(news, rule.property) is not None:
        return {**news, DEFAULTS: []}, []
    if rule.property in olds.get(DEFAULTS, ()):
        return _with(news, rule.property, at(olds, rule.property)), []
    if task.naming.disabled:
        fault = f"{rule.property} is not given, and automatic names are switched off"
        return news, [Failure(rule.property, fault)]
    name = task.naming.proposed or _made_up(task.name, rule, task.naming)
    if len(name) > rule.limit:
        fault = f"the automatic name '{name}' has {len(name)} characters, {rule.limit} is the limit; give a shorter one"
        return news, [Failure(rule.property, fault)]
    return _with(news, rule.property, name), []


def keeps_its_name(rule: Autoname | None, old_inputs: Values, news: Values) -> bool:
    """Whether old and new would be of one name, so that the old one has to go first."""
    if rule is None:
        return False
    explicit = rule.property not in news.get(DEFAULTS, ())
    return explicit and at(old_inputs, rule.property) == at(news, rule.property)


def _with(news: Values, path: str, name: str) -> Values:
    nested: Any = name
    for step in reversed(path.split(".")):
        nested = {step: nested}
    return {**merged(news, nested), DEFAULTS: [path]}


def _made_up(name: str, rule: Autoname, naming: Naming) -> str:
    digest = sha256(naming.seed or uuid.uuid4().bytes)
    if rule.uuid:
        return str(uuid.UUID(bytes=digest.digest()[:16], version=4))
    name = name.lower() if rule.lower else name
    return f"{name}{rule.separator}{digest.hexdigest()[: rule.digits]}" if rule.digits else name
