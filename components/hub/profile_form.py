"""jupyterhub-fancy-profiles, the form in which people choose a server: zero-to-jupyterhub's hub image lacks it.

Its package goes in a ConfigMap beside the release, packed, and code in the hub's pod unpacks it. Without the ConfigMap
people get KubeSpawner's own form, which can do the same, except to have images built.
"""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING, Any

from components.hub.layout import PROFILE_FORM

if TYPE_CHECKING:
    from schemas.community import Deployment

PACKAGE = "jupyterhub-fancy-profiles"
VERSION = "0.7.0"
"""As pyproject.toml has it: another one restarts the hub."""
FILE = "profile-form.zip"
FOLDER = "/usr/local/share/hubs/profile-form"
LEFT_OUT = (".map",)
"""For those who debug it: as large as the rest, and a ConfigMap takes 1 MiB (Kubernetes, concepts, ConfigMaps)."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that the format knows: files are packed alike whenever they were installed."""


def has_form(deployment: Deployment) -> bool:
    """Whether people have anything to choose."""
    return bool(deployment.hub.profiles or deployment.hub.binder)


def form_values() -> dict[str, Any]:
    """Values of the chart that mount the form where it is there, and tell the hub's pod of it."""
    return {
        "custom": {"hubs": {"profile_form": {"file": f"{FOLDER}/{FILE}", "version": VERSION}}},
        "hub": {
            "extraVolumes": [{"name": PROFILE_FORM, "configMap": {"name": PROFILE_FORM, "optional": True}}],
            "extraVolumeMounts": [{"name": PROFILE_FORM, "mountPath": FOLDER, "readOnly": True}],
        },
    }


def config_map_data() -> dict[str, str]:
    """`binaryData` of the ConfigMap `layout.PROFILE_FORM`. Raises RuntimeError where the package is not installed."""
    return {FILE: b64encode(packed_form()).decode()}


@cache  # to pack it takes 0.15 s: as long as all else that a hub's program does
def packed_form() -> bytes:
    """The package as an archive from which it can be unpacked and imported; the same bytes for the same version."""
    import importlib.metadata

    try:
        found = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise RuntimeError(f"{PACKAGE} is not installed; install the project with its extra kubernetes") from None
    if found.version != VERSION:
        raise RuntimeError(f"{PACKAGE} is installed as {found.version}, and hubs run {VERSION}; install that one")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packing:
        for file in sorted(found.files or (), key=str):
            if file.parts[0] == PACKAGE.replace("-", "_") and file.suffix not in (*LEFT_OUT, ".pyc"):
                packing.writestr(zipfile.ZipInfo(str(file), EPOCH), file.read_binary(), zipfile.ZIP_DEFLATED, 9)
    return archive.getvalue()
