"""What a server's pod is like, in the terms of KubeSpawner's traits: pools, sizes, images."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from components.hub.values.told import Told
from components.jupyterhub.building import builds_images
from components.jupyterhub.palette import Overrides, default_url, resources
from components.pool_placement import placement
from components.server_sizes import ServerSize, pool_of
from schemas.image import is_reference

if TYPE_CHECKING:
    from schemas.community import Deployment
    from schemas.profile import Profile

GPU = "nvidia.com/gpu"
GPU_VARIABLES = {
    # Of NVIDIA's container toolkit, whose own default leaves out what notebooks need to see the card (nvidia-smi).
    "NVIDIA_DRIVER_CAPABILITIES": "compute,utility"
}
PROFILE_LABEL = "hubs-profile"
"""Of a server's pod: which profile it is of, for the bill and for who keeps room for a class."""
BUILT_BEFORE = "An image built here before"
ANY_IMAGE = r"^\S+(:[A-Za-z0-9_][A-Za-z0-9_.\-]{0,127}|@sha256:[a-f0-9]{64})$"
"""A name and a tag or digest; written so that Python and browsers read it alike."""


def container_of(deployment: Deployment, image: str) -> str:
    """The container image of an image of the file; a word in pointed brackets where the catalogue names none."""
    known = deployment.images.get(image)
    if is_reference(image) or known is None:
        return image
    return known.container or f"<no container of {image}>"


def name_and_tag(reference: str) -> dict[str, str]:
    """A reference as the chart takes it, which joins both by a colon again; of a digest, all before it is the name."""
    name, colon, tag = reference.rpartition(":")
    return {"name": name, "tag": tag} if colon else {"name": reference, "tag": ""}


def literal(variables: Mapping[str, str]) -> dict[str, str]:
    """As KubeSpawner must be told of variables whose braces are no places to fill in."""
    return {name: value.replace("{", "{{").replace("}", "}}") for name, value in variables.items()}


class ServerPods:
    """Means of people's servers on a cluster, as a palette asks for them."""

    def __init__(self, deployment: Deployment, told: Told) -> None:
        self._deployment, self._told = deployment, told

    def base(self, profile: Profile, size: ServerSize) -> Overrides:
        """Pool, size, environment, and whose profile it is."""
        pool = pool_of(self._deployment, profile)
        environment = {**(GPU_VARIABLES if size.gpu else {}), **literal(profile.environment)}
        return {
            "node_selector": self.node_selector(pool),
            "tolerations": self.tolerations(pool),
            "extra_labels": {PROFILE_LABEL: profile.slug},
            **self.size(profile, size),
            **({"environment": environment} if environment else {}),
        }

    def image(self, profile: Profile | None, image: str) -> Overrides:
        """The container, and where it opens."""
        return {
            "image": container_of(self._deployment, image),
            "default_url": default_url(self._deployment, profile, image),
        }

    def size(self, profile: Profile, size: ServerSize) -> Overrides:
        """Cores, memory, GPUs. A choice without GPUs says so beside others that have some: overrides add up."""
        count = {GPU: str(size.gpu)}
        gpus = {"extra_resource_limits": count, "extra_resource_guarantees": count}
        return {**resources(size), **(gpus if size.gpu or profile.gpu else {})}

    def any_image(self, profile: Profile) -> Mapping[str, Any]:
        """Images by name, and images built from repositories, which come in by the same door."""
        options = profile.options
        builds = builds_images(self._deployment.hub, profile)
        if not (options.unlisted_image or builds):
            return {}
        url = default_url(self._deployment, profile, "")
        return {
            "unlisted_choice": {
                # The form offers builds only where images can be named: where those alone may be, code sees to it.
                "enabled": True,
                "built_only": not options.unlisted_image,
                "display_name": "Container image",
                "display_name_in_choices": "Another container image" if options.unlisted_image else BUILT_BEFORE,
                "validation_regex": ANY_IMAGE,
                "validation_message": "Give the image with its tag, e.g. registry.example.org/hubs/base:2026-01-05",
                "kubespawner_override": {"image": "{value}", "default_url": url},
            },
            **({"dynamic_image_building": {"enabled": True}} if builds else {}),
        }

    def on_pool(self, pool: str | None) -> dict[str, Any]:
        """What puts any other pod on a pool's nodes and lets it in there, as Kubernetes takes it."""
        return {"nodeSelector": self.node_selector(pool), "tolerations": self.tolerations(pool)}

    def node_selector(self, pool: str | None) -> dict[str, str]:
        """Labels of the pool's nodes."""
        return dict(placement(self._deployment.cluster, pool).node_selector)

    def tolerations(self, pool: str | None) -> Any:
        """A list, or what will be one: taints of nodes that are somebody else's are known when they are looked at."""
        known = list(placement(self._deployment.cluster, pool).tolerations)
        return self._told.tolerations.get(pool, known) if pool else known
