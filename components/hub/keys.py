"""The provider `hubkeys` as a Pulumi resource: what a program declares, and what comes back."""

from __future__ import annotations

from typing import Literal

import pulumi

Encoding = Literal["hex", "url-safe", "typed"]


class Key(pulumi.CustomResource):
    """Random text, made once; it is in the state alone, encrypted, and never changes unless it is replaced."""

    text: pulumi.Output[str]
    """Secret."""

    def __init__(
        self,
        name: str,
        *,
        length_bytes: int = 32,
        encoding: Encoding = "hex",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`length_bytes` of randomness; `typed` text is for people, in groups of four letters and digits."""
        inputs = {"length_bytes": length_bytes, "encoding": encoding, "text": None}
        secret = pulumi.ResourceOptions(additional_secret_outputs=["text"])
        super().__init__("hubkeys:index:Key", name, inputs, pulumi.ResourceOptions.merge(opts, secret))
