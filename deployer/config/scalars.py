"""Plain scalars of YAML: which value an unquoted word means.

Less than YAML 1.1 offers, so that nothing surprises: `010`, `0x1F`, `1_000`, `12:30` and `2026-05-01` stay texts, where
YAML 1.1 reads an octal number, a hexadecimal one, a thousand, a count of seconds and a date.
"""

from __future__ import annotations

import re
from functools import lru_cache

Scalar = str | int | float | bool | None

WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys((".inf", "+.inf", ".Inf", ".INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})")
NUMBER = re.compile(r"[-+]?(([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)")


@lru_cache(maxsize=4096)
def plain_value(text: str) -> Scalar:
    """What an unquoted scalar means."""
    if text in WORDS:
        return WORDS[text]
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if NUMBER.fullmatch(text):
        return float(text)
    return text
