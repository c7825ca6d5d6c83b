"""Which communities may resolve to something else because files changed: more than do, never fewer.

Only to spare the work of resolving the others. What is affected is decided by what they resolve to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from deployer.affected.names import Files
from schemas.community import Community
from schemas.hub import Hub

RESOLVING = ("deployer/config/", "schemas/")
"""Code that makes a deployment out of files."""
ARCHETYPES = "deployer/config/archetypes/"


def resolving_changed(changed: Collection[str]) -> bool:
    """Whether the two sides' own code resolves the same files to the same: archetypes are files here."""
    return any(
        path.startswith(RESOLVING) and path.endswith(".py") and not path.startswith(ARCHETYPES) for path in changed
    )


def candidates(before: Files, after: Files, changed: Collection[str]) -> frozenset[str]:
    """Names of communities, of either side, that need to be resolved."""
    known = before.communities | after.communities
    if resolving_changed(changed):
        return known
    words = {word for path in changed for word in _words(path)}
    archetypes = {PurePosixPath(path).stem for path in changed if path.startswith(ARCHETYPES)}
    own = {PurePosixPath(path).stem for path in changed if path.startswith("communities/")}
    if (
        words & _defaults()
        or archetypes & _defaults()
        or any(_in_archetypes(files, words) for files in (before, after))
    ):
        return known
    if not words and not archetypes:
        return known & own
    mentioned = [word.encode() for word in words | archetypes]
    return frozenset(name for name in known if name in own | words or _mentions(name, before, after, mentioned))


def _words(path: str) -> Iterator[str]:
    """The cluster or image that a file is of."""
    parts = PurePosixPath(path).parts
    if len(parts) == 2 and parts[0] == "clusters":
        yield PurePosixPath(path).stem
    elif len(parts) > 2 and parts[0] == "images":
        yield parts[1]


def _defaults() -> frozenset[str]:
    """What a community names by saying nothing."""
    return frozenset({str(Hub.model_fields["image"].default), str(Community.model_fields["archetype"].default)})


def _in_archetypes(files: Files, words: Collection[str]) -> bool:
    return any(word in text for word in words for text in files.archetype_texts.values())


def _mentions(name: str, before: Files, after: Files, words: Collection[bytes]) -> bool:
    # YAML can write a name without its letters in one way alone: by escapes, which have a backslash.
    contents = {files.community(name) for files in (before, after)}
    return any(word in content or b"\\" in content for content in contents for word in words)
