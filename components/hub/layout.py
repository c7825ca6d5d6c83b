"""Names inside a hub's place: pure, so that whoever fills it and whoever checks it agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.jupyterhub.dask import SERVICE as DASK
from components.jupyterhub.roles import HEALTH

if TYPE_CHECKING:
    from schemas.community import Deployment

SERVICE_ACCOUNT = "user-sa"
"""As whom people's servers run."""
BUILDER = "binder"
"""As whom BinderHub runs, which pushes the images that it has built."""
BUILDS_TOKEN = "binder-token"  # noqa: S105 - a Secret's name
"""The Secret beside BinderHub with its own token for the hub, under `token_key("binder")`, and nothing else."""
BINDERHUB = "binder"
"""Name of BinderHub's release. It is alone in its namespace, and a longer one would not do: the socket of the daemon
that builds has both names twice in its path, of which Linux takes 107 characters (unix(7), sun_path)."""
HOMES_CLAIM = "homes"
HUB_SECRETS = "hub-secrets"
"""The Secret that the chart takes as `hub.existingSecret`: made from the state, never by a release."""
ANNOUNCEMENTS = "announcements"
"""The ConfigMap with what is announced on the hub's pages; made by the first announcement, never by a release."""
PROFILE_FORM = "profile-form"
"""The ConfigMap with the form in which people choose their server."""
SCRATCH = "scratch"
PERSON = "$(JUPYTERHUB_USER)"
"""Kubernetes puts the name of a server's owner here when the server starts."""


def namespace(deployment: Deployment) -> str:
    """Of one stage; at most 32 characters, and Kubernetes allows 63."""
    return deployment.stack


def builds_namespace(deployment: Deployment) -> str:
    """Of what builds images for the hub; at most 39 characters."""
    return f"{namespace(deployment)}-builds"


def release(deployment: Deployment, chart: str) -> str:
    """Name of a chart's release, at most 45 characters, and Helm allows 53.

    Charts name what they make for the whole cluster after it, so two hubs on a cluster must not share it;
    binderhub-service makes nothing of the kind.
    """
    return BINDERHUB if chart == "binderhub-service" else f"{namespace(deployment)}-{chart}"


def services(deployment: Deployment) -> tuple[str, ...]:
    """JupyterHub's services that have a token."""
    hub = deployment.hub
    return (HEALTH, *([DASK] if hub.dask else []), *(["binder"] if hub.binder else []))


def token_key(service: str) -> str:
    """Where `HUB_SECRETS` holds a service's token."""
    return f"hub.services.{service}.apiToken"


def built_images(registry: str, deployment: Deployment) -> str:
    """What the names of all images begin with that are built for the hub, given where images are."""
    return f"{registry}/{namespace(deployment)}-"


def bill_labels(deployment: Deployment) -> dict[str, str]:
    """By which costs are told apart, on what the cloud makes and on pods alike."""
    return {
        "managed-by": "hubs",
        "hubs-cluster": deployment.cluster_name,
        "hubs-community": deployment.community,
        "hubs-stage": deployment.stage,
    }


def homes_folder(deployment: Deployment) -> str:
    """Of all home directories of the hub, on the cluster's file store; below it each person has one."""
    return f"{namespace(deployment)}/homes"


def shared_folders(deployment: Deployment) -> dict[str, str]:
    """Of the hub's shared directories, by name, on the same store; nobody's quota is on them."""
    below = f"{namespace(deployment)}/shared"
    return {shared.name: f"{below}/{shared.name}" for shared in deployment.hub.shared_directories}


def bucket_variables(urls: dict[str, str]) -> dict[str, str]:
    """Environment variables that tell servers of buckets, given the buckets' addresses by name.

    Scratch has a folder for each person; other buckets are everybody's. PANGEO_SCRATCH is what notebooks of the
    Pangeo community look for.
    """
    variables = {f"{name.replace('-', '_').upper()}_BUCKET": url for name, url in urls.items()}
    if SCRATCH in urls:
        own = f"{urls[SCRATCH]}/{PERSON}"
        variables |= {"SCRATCH_BUCKET": own, "PANGEO_SCRATCH": own}
    return variables
