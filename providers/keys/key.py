"""A key: random text that is made once and is the same from then on."""

# ruff: noqa: ARG002 - the arguments are those of every resource

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from providers.engine.values import UNKNOWN, Comparison, Difference, Failure, Found, Task, Unknown, Values

SHORTEST_BYTES, LONGEST_BYTES = 10, 1024
"""Below 80 bits a key can be guessed in time."""
FIRST = 1
"""Generation of a key that was never rotated."""
# No letters or digits that are taken for one another when read aloud or from paper.
CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


def _typed(length_bytes: int) -> str:
    """Groups of four characters that can be typed, of at least as many possibilities as that many bytes have."""
    groups = -(-length_bytes * 8 // 19)  # 31 ** 4 is more than 2 ** 19
    return "-".join("".join(secrets.choice(CLEAR) for _ in range(4)) for _ in range(groups))


ENCODINGS: Mapping[str, Callable[[int], str]] = {
    "hex": secrets.token_hex,
    "url-safe": secrets.token_urlsafe,
    "typed": _typed,
}


class Key:
    """Inputs: `length_bytes` of randomness, `encoding`, `generation`. Outputs: `text` and `former`, secret.

    Another generation, later or earlier, is another key; the one before it stays known as `former`, for what was
    encrypted with it. Other inputs replace the whole.
    """

    secret_outputs = frozenset({"text", "former"})

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        """All inputs have defaults."""
        inputs = {
            "length_bytes": news.get("length_bytes", 32),
            "encoding": news.get("encoding", "hex"),
            "generation": news.get("generation", FIRST),
        }
        length, encoding = inputs["length_bytes"], inputs["encoding"]
        failures = []
        if not isinstance(length, Unknown) and (
            not isinstance(length, int) or not SHORTEST_BYTES <= length <= LONGEST_BYTES
        ):
            failures.append(Failure("length_bytes", f"{length!r} is not between {SHORTEST_BYTES} and {LONGEST_BYTES}"))
        if not isinstance(encoding, Unknown) and encoding not in ENCODINGS:
            failures.append(Failure("encoding", f"{encoding!r} is none of {', '.join(ENCODINGS)}"))
        generation = inputs["generation"]
        # Numbers come from the engine as fractional ones.
        if not isinstance(generation, Unknown) and (not isinstance(generation, int | float) or generation < FIRST):
            failures.append(Failure("generation", f"{generation!r} is not a number from {FIRST} up"))
        return inputs, failures

    def compare(self, old_inputs: Values, news: Values, outputs: Values) -> Comparison:
        """Whatever changes, it is another key then; a key from before there were generations is of the first."""
        before = {"generation": FIRST, **old_inputs}
        changed = [name for name in news if news[name] != before.get(name)]
        return Comparison([Difference(name, "update", replaces=name != "generation") for name in changed])

    def foretell(self, task: Task, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:
        """What is there already is known, and a new one is not."""
        if outputs and _generation(inputs) == _generation(outputs):
            return _of(outputs)
        return {"text": UNKNOWN, "former": outputs["text"] if outputs else "", "generation": inputs["generation"]}

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        """Its identity tells nothing of it."""
        return secrets.token_hex(8), {"text": _drawn(inputs), "former": "", "generation": inputs["generation"]}

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Found | None:
        """It is where it was kept: in the state. Nothing is ever imported."""
        return Found(identity, inputs, outputs) if inputs and outputs else None

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        """Another generation: drawn anew. A run that was killed after this draws once more, which is as good."""
        if _generation(inputs) == _generation(outputs):
            return _of(outputs)
        return {"text": _drawn(inputs), "former": outputs["text"], "generation": inputs["generation"]}

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        """It goes with the state."""


def _drawn(inputs: Values) -> str:
    return ENCODINGS[inputs["encoding"]](int(inputs["length_bytes"]))


def _generation(values: Mapping[str, Any]) -> Any:
    return values.get("generation", FIRST)


def _of(outputs: Mapping[str, Any]) -> Values:
    return {"text": outputs["text"], "former": outputs.get("former", ""), "generation": _generation(outputs)}
