"""Text of others in Markdown: it can neither leave its place nor call anybody.

Whatever a file says stands in a code span: in there GitHub reads no HTML, no mention, no link and no reference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from deployer.config.secrecy import MARK, NOT_SHOWN

LONGEST = 160
"""Characters of one value that are shown."""
LOOKS_SECRET = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[\w-]{20,}|xox[abeprs]-[\w-]{10,}"
    r"|A(?:KIA|SIA)[A-Z0-9]{16}|AIza[\w-]{35}|ya29\.[\w-]{20,}|AGE-SECRET-KEY-1[A-Z0-9]{20,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*|eyJ[\w-]{6,}\.eyJ[\w-]{6,}\.[\w-]*"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
    re.DOTALL,
)
"""What services' tokens, keys and passwords in addresses look like, wherever they stand."""


def span(text: str, longest: int = LONGEST) -> str:
    """A code span that the text cannot end."""
    shown = shortened(visible(text), longest)
    if not shown.strip():
        return "`(empty)`"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    padding = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def cell(text: str, longest: int = LONGEST) -> str:
    """A code span in a table, whose cells a bar would end even there; how one is to be escaped depends on who reads."""
    return span(text, longest).replace("|", "¦")


def visible(text: str) -> str:
    """One line without what hides, turns round or ends text, and without what looks like a secret."""
    # Marks tell a secret's changes apart, and would help whoever guesses at it: not where everybody reads.
    hidden = LOOKS_SECRET.sub(NOT_SHOWN, MARK.sub(NOT_SHOWN, text))
    line = " ".join(hidden.split())
    if line.isprintable():
        return line
    return "".join("\ufffd" if unicodedata.category(sign).startswith("C") else sign for sign in line)


def shortened(text: str, longest: int) -> str:
    """A text that says how much of it is not there."""
    more = len(text) - longest
    return text if more <= 0 else f"{text[:longest]}… ({more:,} more characters)"


def diff_block(lines: Sequence[str]) -> list[str]:
    """Lines of a difference, in a block that none of them can end."""
    shown = [line[:1] + shortened(visible(line[1:]), LONGEST) for line in lines]
    fence = "`" * max(3, 1 + max((len(run) for line in shown for run in re.findall("`+", line)), default=0))
    return [f"{fence}diff", *shown, fence]


def folded(summary: str, lines: Sequence[str]) -> list[str]:
    """Lines that are shown when asked for; the summary is ours, or of code spans made plain by `label`."""
    return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]


def label(text: str) -> str:
    """A text of others where HTML is read and Markdown is not."""
    safe = shortened(visible(text), LONGEST).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<code>{safe}</code>"


def listed(items: Sequence[str], most: int) -> list[str]:
    """Items of a list, and how many more there are."""
    more = len(items) - most
    return list(items) if more <= 0 else [*items[:most], f"- … and {more:,} more"]


def named(names: Sequence[str], most: int = 12) -> str:
    """Names in a sentence."""
    shown = [span(name) for name in names[:most]]
    more = len(names) - most
    if more > 0:
        return f"{', '.join(shown)} and {more:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else "nothing"
