"""A resource of a simulated cloud: one implementation for all types, told apart by their data."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from providers.engine.values import UNKNOWN, Comparison, Failure, Fault, Found, HalfDone, Task, Values
from providers.simulated import misfortune, relations, rules
from providers.simulated.account import Account
from providers.simulated.comparing import compared
from providers.simulated.conformity import INTERNAL, nonconforming
from providers.simulated.kinds import Kind
from providers.simulated.naming import named
from providers.simulated.places import merged
from providers.simulated.shapes import Shape, Type
from providers.simulated.templates import Source, filled
from providers.simulated.world import Record


@dataclass(frozen=True)
class StandIn:
    """One resource type in one account."""

    kind: Kind
    shape: Shape
    account: Account
    secret_outputs: frozenset[str] = frozenset()

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        """Judge against the SDK, the cloud's limits, and, when asked for, its published API models."""
        given = {name: value for name, value in news.items() if value is not None}
        inputs, failures = named(task, self.kind.autoname, given, olds)
        failures += nonconforming(given, self.shape, self.account.title(task.token), self.account.cloud.exact_enums)
        failures += rules.malformed(self.kind, inputs)
        failures += self.account.missing_facts(inputs)
        if self.account.published is not None and not failures:
            failures += self.account.published.refused(task.token, inputs)
        return inputs, failures

    def compare(self, old_inputs: Values, news: Values, outputs: Values) -> Comparison:
        """What is left to the cloud, and what it has already, is no change: so can a thing be taken over by its id."""
        left = {name: value for name, value in old_inputs.items() if name in news or not self._by_default(name, value)}
        there = {name: outputs[name] for name in news.keys() - left.keys() if outputs.get(name) == news[name]}
        return compared(self.kind, {**left, **there}, news)

    def foretell(self, task: Task, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:  # noqa: ARG002
        """Unknown is whatever the cloud fills in; what exists keeps what it has."""
        known = _unknown(self._templates()) if outputs is None else outputs
        return self._shown(merged(known, inputs))

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        struck = misfortune.before("create", task, self.kind, inputs, self.account)
        seed, made_at = secrets.token_hex(16), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        place = self.account.place(self.kind, inputs)
        with self.account.world.lock():
            properties = self._properties(inputs, seed, made_at)
            identity = str(filled(self.kind.id, self._source(properties, seed, made_at)))
            self._refuse(identity, inputs, properties, place.account)
            record = Record(self.kind.token, identity, properties, task.urn, seed, made_at, place=place)
            record = replace(record, unseen_reads=misfortune.unseen_reads(struck))
            self.account.world.put(record, task.secrets)
        try:
            misfortune.after(struck, task)
        except Fault as fault:
            raise HalfDone(str(fault), identity=identity, outputs=self._shown(properties)) from None
        return identity, self._shown(properties)

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Found | None:
        misfortune.before("read", task, self.kind, inputs, self.account)
        world = self.account.world
        with world.lock():
            record = world.get(self.account.place(self.kind, {**outputs, **inputs}), self.kind.token, identity)
            if record is None:
                return None
            if record.unseen_reads > 0:
                world.put(replace(record, unseen_reads=record.unseen_reads - 1))
                return None
        properties = world.revealed(record.properties, {**outputs, **inputs})
        return Found(identity, self._inputs_of(inputs, properties), self._shown(properties))

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        struck = misfortune.before("update", task, self.kind, inputs, self.account)
        world = self.account.world
        with world.lock():
            record = world.get(self.account.place(self.kind, {**outputs, **inputs}), self.kind.token, identity)
            if record is None:
                raise Fault(self._say("gone", {**outputs, **inputs}, identity))
            immutable = self._template("immutable") if self.kind.immutable else ""
            refused = rules.forbidden_step(self.kind, record.properties, inputs, immutable)
            if refused:
                raise Fault(self._words(refused, merged(record.properties, inputs), identity))
            properties = self._properties(inputs, record.seed, record.made_at)
            self._refuse_missing(inputs, record.place.account)
            world.put(replace(record, properties=properties), task.secrets)
        misfortune.after(struck, task)
        return self._shown(properties)

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        struck = misfortune.before("delete", task, self.kind, outputs, self.account)
        world = self.account.world
        with world.lock():
            record = world.get(self.account.place(self.kind, outputs), self.kind.token, identity)
            if record is not None:
                self._refuse_deletion(record)
                self._remove(record)
        misfortune.after(struck, task)

    def _refuse(self, identity: str, inputs: Values, properties: Values, account: str) -> None:
        """Raise in the cloud's words when it would not make this."""
        self._refuse_missing(inputs, account)
        world, place = self.account.world, self.account.place(self.kind, properties)
        if self.kind.unique:
            name = properties.get(self.kind.unique)
            for other in world.records(self.kind.token):
                if other.properties.get(self.kind.unique) == name:
                    same = other.place.account == account
                    raise Fault(self._say("exists" if same else "taken", properties, identity))
        elif not self.kind.upsert and world.get(place, self.kind.token, identity):
            raise Fault(self._say("exists", properties, identity))
        for quota in self.account.cloud.quotas:
            if quota.type == self.kind.token and len(list(world.records(self.kind.token, place))) >= quota.limit:
                raise Fault(self._words(quota.words, {**properties, "limit": quota.limit}, identity))

    def _refuse_missing(self, inputs: Values, account: str) -> None:
        absent = relations.missing(self.kind, inputs, account, self.account.world)
        if absent is not None:
            reference, value = absent
            told = {**inputs, "value": value, "property": reference.path, "to": reference.to[0].split(":")[-1]}
            raise Fault(self._words(reference.words or self._template("missing"), told, str(value)))

    def _refuse_deletion(self, record: Record) -> None:
        for name, words in self.kind.protected_by.items():
            if record.properties.get(name):
                raise Fault(self._words(words, record.properties, record.identity))
        for holder, reference in relations.holders(record, self.account.cloud, self.account.world):
            if reference.pins:
                told = {**record.properties, "holder": holder.identity, "holder_type": holder.token.split(":")[-1]}
                raise Fault(self._say("in_use", told, record.identity))

    def _remove(self, record: Record) -> None:
        """A resource, and what lives within it."""
        self.account.world.remove(record)
        for holder, reference in list(relations.holders(record, self.account.cloud, self.account.world)):
            if reference.cascades:
                self._remove(holder)

    def _templates(self) -> dict[str, Any]:
        common = {name: item for name, item in self.account.cloud.common.items() if name in self.shape.outputs}
        return {**common, **self.kind.outputs}

    def _properties(self, inputs: Values, seed: str, made_at: str) -> Values:
        laid: Values = merged(filled(self._templates(), self._source(inputs, seed, made_at)), inputs)
        return laid

    def _source(self, properties: Mapping[str, Any], seed: str, made_at: str) -> Source:
        return Source(
            properties,
            self.account.facts,
            seed,
            made_at,
            lambda path: self.account.referred(self.kind, properties, path),
        )

    def _shown(self, properties: Mapping[str, Any]) -> Values:
        """What the SDK has an output for; an unset one stays away, as with the real provider."""
        shown: Values = {name: value for name, value in properties.items() if name.startswith(INTERNAL)}
        for name in (*self.shape.inputs, *self.shape.outputs):
            if properties.get(name) is not None:
                told = self.shape.outputs.get(name)
                shown[name] = _as_told(properties[name], told.type, self.shape) if told else properties[name]
        return shown

    def _inputs_of(self, inputs: Values, properties: Values) -> Values:
        if inputs:
            found: Values = _as_found(inputs, properties)
            return found
        return {name: properties[name] for name in self.shape.inputs if properties.get(name) is not None}

    def _by_default(self, name: str, value: Any) -> bool:
        """Whether the cloud would fill in just that, by a default of its own or from the provider's settings."""
        template = self.kind.outputs.get(name)
        computed = isinstance(template, str) and "{" in template
        return computed or (template is not None and template == value) or self.account.facts.get(name) == value

    def _template(self, which: str) -> str:
        return self.kind.words.get(which) or self.account.cloud.words[which]

    def _say(self, which: str, properties: Mapping[str, Any], identity: str) -> str:
        return self._words(self._template(which), properties, identity)

    def _words(self, template: str, properties: Mapping[str, Any], identity: str) -> str:
        return self.account.words(template, self.kind, properties, identity)


def _unknown(templates: Any) -> Any:
    """Unknown wherever a template would be filled."""
    if isinstance(templates, Mapping):
        return {name: _unknown(item) for name, item in templates.items()}
    if isinstance(templates, list) and any(isinstance(item, Mapping) for item in templates):
        return [_unknown(item) for item in templates]
    return UNKNOWN


def _as_found(inputs: Any, properties: Any) -> Any:
    """Inputs as the world has them now: what was given, with the values that are there."""
    if isinstance(inputs, Mapping) and isinstance(properties, Mapping):
        return {
            name: item if name.startswith(INTERNAL) else _as_found(item, properties[name])
            for name, item in inputs.items()
            if name in properties or name.startswith(INTERNAL)
        }
    if isinstance(inputs, list) and isinstance(properties, list) and len(inputs) == len(properties):
        return [_as_found(one, other) for one, other in zip(inputs, properties, strict=True)]
    return properties


def _as_told(value: Any, kind: Type, shape: Shape) -> Any:
    """A value as the SDK's outputs have it: sets of identities go in as lists and come out as maps."""
    if isinstance(value, list) and kind[0] == "map":
        return {str(one): {} for one in value}
    if isinstance(value, list) and kind[0] == "list":
        return [_as_told(one, kind[1], shape) for one in value]
    if isinstance(value, Mapping) and kind[0] == "object":
        properties = shape.objects[kind[1]]
        told = {name: properties[name].type if name in properties else "any" for name in value}
        return {name: _as_told(item, told[name], shape) for name, item in value.items()}
    return value
