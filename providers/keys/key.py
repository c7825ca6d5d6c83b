"""A key: random text that is made once and is the same from then on."""

# ruff: noqa: ARG002 - the arguments are those of every resource

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from providers.engine.values import UNKNOWN, Comparison, Difference, Failure, Found, Task, Unknown, Values

SHORTEST_BYTES, LONGEST_BYTES = 10, 1024
"""Below 80 bits a key can be guessed in time."""
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
    """Inputs: `length_bytes` of randomness, `encoding`. Output: `text`, secret.

    Nothing changes it but being replaced: by other inputs, or because somebody asks the engine for that.
    """

    secret_outputs = frozenset({"text"})

    def check(self, task: Task, news: Values, olds: Values) -> tuple[Values, list[Failure]]:
        """Both inputs have defaults."""
        inputs = {"length_bytes": news.get("length_bytes", 32), "encoding": news.get("encoding", "hex")}
        length, encoding = inputs["length_bytes"], inputs["encoding"]
        failures = []
        if not isinstance(length, Unknown) and (
            not isinstance(length, int) or not SHORTEST_BYTES <= length <= LONGEST_BYTES
        ):
            failures.append(Failure("length_bytes", f"{length!r} is not between {SHORTEST_BYTES} and {LONGEST_BYTES}"))
        if not isinstance(encoding, Unknown) and encoding not in ENCODINGS:
            failures.append(Failure("encoding", f"{encoding!r} is none of {', '.join(ENCODINGS)}"))
        return inputs, failures

    def compare(self, old_inputs: Values, news: Values, outputs: Values) -> Comparison:
        """Whatever changes, it is another key then."""
        changed = [name for name in news if news[name] != old_inputs.get(name)]
        return Comparison([Difference(name, "update", replaces=True) for name in changed])

    def foretell(self, task: Task, inputs: Values, outputs: Mapping[str, Any] | None) -> Values:
        """What is there already is known, and a new one is not."""
        return {"text": outputs["text"] if outputs else UNKNOWN}

    def create(self, task: Task, inputs: Values) -> tuple[str, Values]:
        """Its identity tells nothing of it."""
        return secrets.token_hex(8), {"text": ENCODINGS[inputs["encoding"]](inputs["length_bytes"])}

    def read(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Found | None:
        """It is where it was kept: in the state. Nothing is ever imported."""
        return Found(identity, inputs, outputs) if inputs and outputs else None

    def update(self, task: Task, identity: str, inputs: Values, outputs: Values) -> Values:
        """Nothing can be changed in place."""
        return {"text": outputs["text"]}

    def delete(self, task: Task, identity: str, outputs: Values) -> None:
        """It goes with the state."""
