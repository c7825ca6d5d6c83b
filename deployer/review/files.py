"""Changed files that are no community's own: who decides on each, and which communities it changes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from deployer.config.load import read_document
from deployer.errors import BadInput
from deployer.project import Project
from deployer.review.policy_file import POLICY_FILE
from deployer.review.verdict import CommunityReview, FileReview, Who

OUTSIDE: Sequence[tuple[str, str]] = (
    (POLICY_FILE, "The rules themselves: whoever may change them may change everything."),
    (".github", "What runs with the operators' rights, and whom GitHub asks."),
    ("secrets", "Who can read a hub's secrets, and what they are."),
    ("clusters", "A cluster is shared by all communities that name it."),
    ("deployer/config/archetypes", "All communities of an archetype start from it."),
    ("images", "The image is used by other communities too, or by none yet."),
    ("communities", "It is no community's file."),
    ("", "Code, charts and settings of all communities."),
)
"""Parts of the project from the narrow to the wide, and why operators decide on them."""
ODD = "A link or a repository inside this one leads elsewhere than its name says."
SAME = "Only comments or layout: it means the same."


def community_files(changed: Collection[str]) -> Mapping[str, str]:
    """Changed files of communities, by the community's name."""
    return {PurePosixPath(path).stem: path for path in changed if _is_community(path)}


def changed_images(changed: Collection[str]) -> frozenset[str]:
    """Names of folders in `images/` in which something changed."""
    parts = [PurePosixPath(path).parts for path in changed]
    return frozenset(part[1] for part in parts if part[0] == "images" and len(part) > 2)


def file_reviews(
    changed: Collection[str],
    base: Project,
    head: Project,
    *,
    communities: Mapping[str, CommunityReview],
    image_owners: Mapping[str, str],
) -> Iterator[FileReview]:
    """A verdict for each changed file that the communities' own do not answer for.

    `image_owners` are the communities that alone use an image, by image.
    """
    for path in changed:
        parts = PurePosixPath(path).parts
        if _is_odd(base, path) or _is_odd(head, path):
            yield FileReview(path=path, who="operators", reason=ODD)
        elif _is_community(path) and PurePosixPath(path).stem in communities:
            if not communities[PurePosixPath(path).stem].verdicts:
                yield FileReview(path=path, who="nobody", reason=SAME)
        elif parts[0] == "images" and len(parts) > 2 and parts[1] in image_owners:
            yield _own_image(path, communities[image_owners[parts[1]]])
        elif parts[0] == "clusters" and same_meaning(base, head, path):
            yield FileReview(path=path, who="nobody", reason=SAME)
        else:
            yield FileReview(path=path, who="operators", reason=_why(path), communities=_because_of(path, communities))


def _own_image(path: str, owner: CommunityReview) -> FileReview:
    """A file of an image that one community alone uses: its verdict on the image is the file's."""
    image = f"image {PurePosixPath(path).parts[1]}"
    who: Who = max(
        (verdict.who for verdict in owner.verdicts if verdict.setting == image), default="own", key=_strictness
    )
    return FileReview(path=path, who=who, reason=f"Only {owner.name} uses this image.", communities=(owner.name,))


def _strictness(who: Who) -> bool:
    return who == "operators"


def same_meaning(base: Project, head: Project, path: str) -> bool:
    """Whether a YAML file holds the same values in the same order on both sides, comments aside."""
    try:
        return _values(base, path) == _values(head, path)
    except BadInput:
        return False


def _values(project: Project, path: str) -> str:
    # As text: to Python 1, 1.0 and true are equal.
    data: Any = read_document(project.root / path, path).data
    return json.dumps(data, default=repr)


def _is_community(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return len(parts) == 2 and parts[0] == "communities" and path.endswith(".yaml") and not parts[1].startswith(".")


def _is_odd(project: Project, path: str) -> bool:
    file = project.root / path
    return file.is_symlink() or file.is_dir() or any(folder.is_symlink() for folder in _above(project, path))


def _above(project: Project, path: str) -> Iterator[Any]:
    return (project.root / folder for folder in PurePosixPath(path).parents if folder.name)


def _why(path: str) -> str:
    folders = [str(PurePosixPath(path)), *map(str, PurePosixPath(path).parents)]
    return next(reason for part, reason in OUTSIDE if not part or part in folders)


def _because_of(path: str, communities: Mapping[str, CommunityReview]) -> tuple[str, ...]:
    """Communities with a change that stands in the file."""
    label = f"/{path}".removeprefix("/deployer/config")
    return tuple(
        name
        for name, review in communities.items()
        if any(f"/{verdict.place.file}".endswith(label) for verdict in review.verdicts)
    )
