"""What pods of the hub read and use that no chart makes."""

from __future__ import annotations

import pulumi
import pulumi_kubernetes as kubernetes

from components.hub.layout import PROFILE_FORM
from components.hub.profile_form import config_map_data, has_form
from schemas.community import Deployment


class Beside(pulumi.ComponentResource):
    """The form in which people choose their server."""

    def __init__(
        self,
        name: str,
        deployment: Deployment,
        namespace: kubernetes.core.v1.Namespace,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:kubernetes:Beside", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self, deleted_with=namespace)
        if has_form(deployment):
            kubernetes.core.v1.ConfigMap(
                f"{name}-profile-form",
                metadata={"name": PROFILE_FORM, "namespace": namespace.metadata.name},
                binary_data=config_map_data(),
                opts=inside,
            )
        self.register_outputs({})
