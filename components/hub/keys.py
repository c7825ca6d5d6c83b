"""The provider `hubkeys` as a Pulumi resource: what a program declares, and what comes back."""

from __future__ import annotations

from typing import Literal

import pulumi

FIRST = 1
"""Generation of a key that was never rotated."""
Encoding = Literal["hex", "url-safe", "typed"]


class Key(pulumi.CustomResource):
    """Random text, made once for each generation; it is in the state alone, encrypted."""

    text: pulumi.Output[str]
    """Secret."""
    former: pulumi.Output[str]
    """Secret. The text of the generation before; empty in the first."""

    def __init__(
        self,
        name: str,
        *,
        length_bytes: int = 32,
        encoding: Encoding = "hex",
        generation: int = FIRST,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`length_bytes` of randomness; `typed` text is for people, in groups of four letters and digits."""
        inputs = {"length_bytes": length_bytes, "encoding": encoding, "text": None, "former": None}
        if generation != FIRST:
            # Keys of stacks that stand were declared without it.
            inputs["generation"] = generation
        secret = pulumi.ResourceOptions(additional_secret_outputs=["text", "former"])
        super().__init__("hubkeys:index:Key", name, inputs, pulumi.ResourceOptions.merge(opts, secret))
