"""Images of servers: the one without a profile, how they are fetched, and which are fetched ahead of people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from components.hub.values.merging import ChartValues
from components.hub.values.server_pods import container_of, name_and_tag
from components.hub.values.told import Told
from components.pool_placement import placement
from components.server_sizes import pool_of
from schemas.image import choice_slug, has_fixed_tag

if TYPE_CHECKING:
    from schemas.community import Deployment

LONGEST_NAME = 40
"""A container of the chart's is called image-pull- and this; Kubernetes allows 63 characters."""
NOTHING = {"requests": {"cpu": "0", "memory": "0"}}
"""Pods that only fetch images: whatever a namespace gives those that ask for nothing would be missing for servers."""


def values(deployment: Deployment, told: Told) -> ChartValues:
    """The chart fetches images onto nodes before an upgrade, and onto each new node."""
    images = list(dict.fromkeys(container_of(deployment, image) for image in _images(deployment)))
    ahead = deployment.hub.scheduling.pull_images_ahead
    first, *others = images
    return {
        "jupyterhub": {
            "singleuser": {
                "image": {
                    **name_and_tag(first),
                    # What moves must be asked for at each start, or nodes differ; what stands is there already.
                    "pullPolicy": "IfNotPresent" if all(map(has_fixed_tag, images)) else "Always",
                }
            },
            "prePuller": {
                "hook": {"enabled": ahead},
                "continuous": {"enabled": ahead},
                # Listed below, each once: profiles of many choices would name the same image again and again.
                "pullProfileListImages": False,
                "extraImages": {_name(image): name_and_tag(image) for image in others} if ahead else {},
                "extraTolerations": _tolerations(deployment, told),
                "resources": NOTHING,
            },
        }
    }


def _images(deployment: Deployment) -> Iterator[str]:
    """Those that somebody can get; one that no profile uses would be fetched onto every node in vain."""
    hub = deployment.hub
    for profile in hub.profiles or (None,):
        choices = profile.options.images if profile else ()
        yield from (choice.image for choice in choices)
        if not choices:
            yield (profile and profile.image) or hub.image


def _tolerations(deployment: Deployment, told: Told) -> Any:
    """Of every pool that people's servers go to: images are needed there too."""
    if told.image_tolerations is not None:
        return told.image_tolerations
    return together([placement(deployment.cluster, pool).tolerations for pool in server_pools(deployment)])


def server_pools(deployment: Deployment) -> list[str]:
    """Pools that people's servers go to, each once."""
    found = (pool_of(deployment, profile) for profile in deployment.hub.profiles or (None,))
    return list(dict.fromkeys(pool for pool in found if pool))


def together(tolerations: Sequence[Sequence[Mapping[str, str]]]) -> list[dict[str, str]]:
    """Those of several pools, each once."""
    found = [dict(each) for of_pool in tolerations for each in of_pool]
    return [each for position, each in enumerate(found) if each not in found[:position]]


def _name(reference: str) -> str:
    slug = choice_slug(reference)
    if len(slug) <= LONGEST_NAME:
        return slug
    digest = hashlib.sha256(reference.encode()).hexdigest()[:8]
    return f"{slug[-LONGEST_NAME + 9 :].strip('-')}-{digest}"
