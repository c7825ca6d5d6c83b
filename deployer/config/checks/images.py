"""Images: each can be had where the hub runs, and stays the one it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.clouds import cloud
from deployer.config.checks.finding import Finding
from deployer.config.document import Path
from schemas.community import Deployment
from schemas.hub import Hub
from schemas.image import ImageName, choice_slug, has_fixed_tag, is_reference, tag_of
from schemas.profile import Profile


def check_images(deployment: Deployment) -> Iterator[Finding]:
    """Every image that somebody's server may have."""
    containers = bool(cloud(deployment.cluster.provider).charts(deployment))
    said: set[str] = set()
    for path, image in images_named(deployment.hub):
        if containers:
            yield from _on_cluster(deployment, path, image, said)
        elif is_reference(image):
            yield Finding(
                path,
                f"{image} is a container image, and this machine runs none",
                "name an image of images/; on clusters its `container` is used",
            )
    yield from _escaped(deployment)
    for position, profile in enumerate(deployment.hub.profiles):
        path = ("hub", "profiles", position, "options")
        yield from _slugs(path, profile)
        yield from _any_image(deployment, path, profile, containers=containers)


def images_named(hub: Hub) -> Iterator[tuple[Path, ImageName]]:
    """Where the hub names an image, and which."""
    yield ("hub", "image"), hub.image
    for position, profile in enumerate(hub.profiles):
        path: Path = ("hub", "profiles", position)
        if profile.image:
            yield (*path, "image"), profile.image
        for index, choice in enumerate(profile.options.images):
            yield (*path, "options", "images", index, "image"), choice.image


def _on_cluster(deployment: Deployment, path: Path, image: str, said: set[str]) -> Iterator[Finding]:
    if is_reference(image):
        yield from _tag(deployment, path, image)
        return
    known = deployment.images.get(image)
    if known is None or image in said:
        return  # said already
    said.add(image)
    if known.container is None:
        yield Finding(
            path,
            f"the image {image!r} is a folder of files only, and a cluster runs containers",
            f"build it, push it, and name it in {known.folder}/image.yaml, e.g. container: "
            f"registry.example.org/hubs/{image}:2026-01-05",
        )
    else:
        yield from _tag(deployment, ("images", image, "container"), known.container)


def _tag(deployment: Deployment, path: Path, reference: str) -> Iterator[Finding]:
    if has_fixed_tag(reference):
        return
    name = f"{reference} has no tag" if tag_of(reference) is None else f"{reference} is another image from day to day"
    yield Finding(
        path,
        f"{name}: what staging was checked with would not be what prod runs, and nothing could go back to it",
        "write the tag of one build, e.g. :2026-01-05, or its digest",
        "error" if deployment.stage == "prod" else "warning",
    )


def _escaped(deployment: Deployment) -> Iterator[Finding]:
    """The image that helm values put in the place of the hub's."""
    said: Any = deployment.hub.helm_values.get("jupyterhub", {})
    path: Path = ("hub", "helm_values", "jupyterhub")
    for key in ("singleuser", "image"):
        said, path = (said.get(key) if isinstance(said, Mapping) else None), (*path, key)
    if isinstance(said, Mapping) and "tag" in said:
        name = said.get("name") or "the image"
        yield from _tag(deployment, (*path, "tag"), f"{name}:{said['tag'] or ''}")


def _slugs(path: Path, profile: Profile) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for index, choice in enumerate(profile.options.images):
        slug = choice_slug(choice.image)
        if first.setdefault(slug, choice.image) != choice.image:
            yield Finding(
                (*path, "images", index, "image"),
                f"in forms and addresses it would be {slug!r}, as {first[slug]} is",
                "choose another tag for one of them",
            )


def _any_image(deployment: Deployment, path: Path, profile: Profile, *, containers: bool) -> Iterator[Finding]:
    if profile.options.unlisted_image and not containers:
        yield Finding(
            (*path, "unlisted_image"), "this machine runs no container images", "remove it, or choose a cluster"
        )
    if profile.options.build_image and deployment.hub.binder is None:
        yield Finding(
            (*path, "build_image"),
            "nothing on this hub builds images",
            "add binder: true to the hub, or remove build_image",
        )
