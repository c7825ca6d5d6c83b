"""The provider of keys, under the real engine: made once, the same from then on, and nowhere in the clear."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components.hub.keys import Encoding, Key
from providers.engine.values import UNKNOWN, Fault, Task
from providers.keys.key import CLEAR, ENCODINGS
from providers.keys.key import Key as KeyKind
from providers.keys.plugin import TOKEN, KeysPlugin
from tests.e2e.simulated.conftest import Simulation

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("contract")]
SHAPES = {"hex": r"[0-9a-f]{64}", "url-safe": r"[-_A-Za-z0-9]{43}", "typed": rf"([{CLEAR}]{{4}}-){{13}}[{CLEAR}]{{4}}"}


def keys(**options: Any) -> Callable[[], None]:
    def program() -> None:
        made = {encoding: Key(encoding, encoding=encoding, **options).text for encoding in SHAPES}
        for encoding, text in made.items():
            pulumi.export(encoding, text)

    return program


def test_a_key_is_made_once_and_is_secret(simulation: Simulation) -> None:
    stack = simulation.stack("keys", keys(), {})
    foretold = stack.preview()
    assert foretold.of("create") == set(SHAPES)
    first = stack.up()
    assert not first.failed, first.text
    made = first.outputs
    for encoding, shape in SHAPES.items():
        assert re.fullmatch(shape, made[encoding]), encoding

    again = stack.up()
    assert (again.changes, again.outputs) == ([], made)
    assert stack.refresh().changes == []
    assert stack.up().outputs == made

    state = "".join(file.read_text() for file in (simulation.root / "state").rglob("*.json"))
    assert "hubkeys:index:Key" in state
    assert not [text for text in made.values() if text in state]

    longer = simulation.stack("keys", keys(length_bytes=64), {}).up()
    assert {done for done, _ in longer.changes} >= {"replace"}
    assert len(longer.outputs["hex"]) == 128
    assert longer.outputs["hex"][:64] != made["hex"]
    assert not stack.destroy().failed


def test_another_generation_is_another_key_that_remembers_the_one_before(simulation: Simulation) -> None:
    def program(generation: int) -> Callable[[], None]:
        def run() -> None:
            key = Key("turned", generation=generation)
            pulumi.export("text", key.text)
            pulumi.export("former", key.former)

        return run

    first = simulation.stack("turning", program(1), {}).up().outputs
    later = simulation.stack("turning", program(2), {})
    assert later.preview().of("update") == {"turned"}
    turned = later.up()
    assert turned.changes == [("update", "turned")]
    second = turned.outputs
    assert (second["former"], first["former"]) == (first["text"], "")
    assert re.fullmatch(SHAPES["hex"], second["text"])
    assert second["text"] != first["text"]
    assert (later.up().changes, later.up().outputs) == ([], second)
    state = "".join(file.read_text() for file in (simulation.root / "state").rglob("*.json"))
    assert not [text for text in (first["text"], second["text"]) if text in state]
    assert not later.destroy().failed


def test_a_key_from_before_there_were_generations_is_of_the_first() -> None:
    kind, task = KeyKind(), Task("urn:pulumi:a::b::c::d")
    old = {"length_bytes": 32, "encoding": "hex"}
    now, _ = kind.check(task, {}, {})
    assert kind.compare(old, now, {**old, "text": "x"}).differences == []
    assert kind.foretell(task, now, {**old, "text": "x"})["text"] == "x"


@pytest.mark.parametrize(
    ("inputs", "wrong"),
    [
        ({"length_bytes": 9}, "length_bytes"),
        ({"encoding": "base64"}, "encoding"),
        ({"generation": 0}, "generation"),
        ({"generation": "second"}, "generation"),
    ],
)
def test_what_is_no_key_is_refused(inputs: dict[str, Any], wrong: str) -> None:
    _, failures = KeyKind().check(Task("urn:pulumi:a::b::c::d"), inputs, {})
    assert [failure.property for failure in failures] == [wrong]
    _, unknown = KeyKind().check(Task("urn:pulumi:a::b::c::d"), dict.fromkeys(inputs, UNKNOWN), {})
    assert unknown == []


@pytest.mark.parametrize("length_bytes", [10, 16, 32])
def test_keys_differ_and_hold_as_much_chance_as_asked_for(length_bytes: int) -> None:
    for make in ENCODINGS.values():
        assert len({make(length_bytes) for _ in range(100)}) == 100
    possibilities = len(CLEAR) ** len(ENCODINGS["typed"](length_bytes).replace("-", ""))
    assert possibilities >= 2 ** (8 * length_bytes)


def test_there_is_nothing_else() -> None:
    plugin = KeysPlugin()
    assert plugin.resource(TOKEN).secret_outputs == {"text", "former"}
    with pytest.raises(Fault, match="no resource type"):
        plugin.resource("hubkeys:index:Lock")
    with pytest.raises(Fault, match="no function"):
        plugin.invoke("hubkeys:index:turn", {})


def test_encodings_are_those_of_the_resource() -> None:
    assert set(Encoding.__args__) == set(ENCODINGS) == set(SHAPES)
