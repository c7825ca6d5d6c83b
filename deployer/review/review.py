"""Which part of a change falls to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from pydantic import ValidationError

from deployer.affected.pairs import Pair, Side, pairs
from deployer.config.fleet import Loaded, uncollected
from deployer.config.load import read_document
from deployer.errors import BadInput
from deployer.project import Project
from deployer.review.changes import Change, changes_beside
from deployer.review.files import changed_images, community_files, file_reviews
from deployer.review.judging import verdicts
from deployer.review.people import maintainers
from deployer.review.policy_file import read_policy
from deployer.review.verdict import CommunityReview, Review
from deployer.revisions import base_of, changed_paths, checkout_at
from deployer.revisions.git import commit_named
from schemas.community import Community


def review(project: Project, reference: str) -> Review:
    """Judge what this checkout changes since it left `reference`.

    What changed is reckoned from where it left. The policy and the contacts that decide are those of `reference` as
    it is now: a change cannot bring its own, and one that began long ago has no older rights. Raises BadInput for what
    names no commit, and for a policy that cannot be used.
    """
    rules_of, base_commit = commit_named(project.root, reference), base_of(project, reference)
    deciding, base = checkout_at(project, rules_of), checkout_at(project, base_commit)
    policy = read_policy(deciding)
    changed = changed_paths(project, base_commit)
    found = pairs(base, project, changed=changed)
    users = _image_users(changed, found, deciding)
    files = community_files(changed)
    reviews: dict[str, CommunityReview] = {}
    with uncollected():
        for pair in found:
            file = files.get(pair.name, f"communities/{pair.name}.yaml")
            judged = verdicts(
                pair,
                policy,
                file=file,
                changed=changed,
                shared_images={image for image, names in users.items() if names != {pair.name}},
                beside=_beside(pair, base, project),
            )
            reviews[pair.name] = CommunityReview(
                name=pair.name, maintainers=maintainers(deciding, pair.name), verdicts=tuple(judged)
            )
    owners = {image: next(iter(names)) for image, names in users.items() if len(names) == 1 and names <= reviews.keys()}
    answered = reviews | {pair.before_name: reviews[pair.name] for pair in found}
    return Review(
        base=base_commit,
        rules_of=rules_of,
        operators=policy.operators if policy else (),
        communities=tuple(each for each in reviews.values() if each.verdicts),
        files=tuple(file_reviews(changed, base, project, communities=answered, image_owners=owners)),
    )


def _beside(pair: Pair, base: Project, head: Project) -> Sequence[Change]:
    """What changed in its file beside its deployments; nothing where one side has no sound file."""
    before, after = _community(base, pair.before_name), _community(head, pair.name)
    return tuple(changes_beside(before, after)) if before and after else ()


def _community(project: Project, name: str) -> Community | None:
    file = project.communities / f"{name}.yaml"
    try:
        return Community.model_validate(read_document(file, file.name).data)
    except (BadInput, ValidationError):
        return None


def _image_users(changed: Collection[str], found: Sequence[Pair], deciding: Project) -> Mapping[str, set[str]]:
    """Who uses the images in whose folders something changed: before, now, and where the change is to go."""
    images = changed_images(changed)
    users: dict[str, set[str]] = {image: set() for image in images}
    if not images:
        return users
    there = pairs(deciding, deciding, changed=[f"images/{image}/image.yaml" for image in images])
    for pair in (*found, *there):
        for image in images & set(_images(pair.before)) | images & set(_images(pair.after)):
            users[image].add(pair.name)
        if isinstance(pair.before, BadInput) or isinstance(pair.after, BadInput):
            # It may use any of them.
            for image in images:
                users[image].add(pair.name)
    return users


def _images(side: Side) -> Iterator[str]:
    if isinstance(side, Loaded):
        for deployment in side.deployments.values():
            yield from deployment.images
