"""Communities that are gone under one name and came under another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping

from deployer.affected.names import Files
from deployer.config.domains import prod_domain
from deployer.config.load import parse
from deployer.errors import BadInput

ALIKE = 0.5
"""Share of the longer file's bytes that stands in both, in whole lines: what git takes for a rename by default."""
NAME = re.compile(rb"^name:.*$", re.MULTILINE)


def renamed(before: Files, after: Files) -> Mapping[str, str]:
    """New name -> the name it had: the same content, the same domain, or most of the lines; each used once."""
    gone, come = before.communities - after.communities, after.communities - before.communities
    scored = sorted(
        ((_likeness(before.community(old), after.community(new)), old, new) for old in gone for new in come),
        key=lambda each: (-each[0], each[1], each[2]),
    )
    found: dict[str, str] = {}
    for likeness, old, new in scored:
        if likeness >= ALIKE and new not in found and old not in found.values():
            found[new] = old
    return found


def _likeness(old: bytes, new: bytes) -> float:
    """1 for one file under another name, more for one domain: two hubs cannot share it."""
    plain_old, plain_new = (NAME.sub(b"", content).strip() for content in (old, new))
    if plain_old == plain_new:
        return 3
    domain = _domain(old)
    if domain and domain == _domain(new):
        return 2
    return _shared_bytes(plain_old.splitlines(), plain_new.splitlines())


def _shared_bytes(old: Collection[bytes], new: Collection[bytes]) -> float:
    common = sum(len(line) * count for line, count in (Counter(old) & Counter(new)).items())
    longer = max(sum(map(len, old)), sum(map(len, new)))
    return common / longer if longer else 0


def _domain(content: bytes) -> str | None:
    try:
        return prod_domain(parse(content.decode("utf-8-sig", "replace"), "").data)
    except BadInput:
        return None
