"""One hub on this machine: its directories, its environments, its processes."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pulumi

from components.clouds.local.resources import Directory, Environment, Hub
from components.clouds.local.settings import hub_settings
from components.contract import HubArgs, HubOutputs
from schemas.secrets import StageSecrets


class LocalHub(pulumi.ComponentResource):
    """A JupyterHub with its own software, people's homes, and an environment for each image."""

    def __init__(self, name: str, args: HubArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:local:Hub", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        machine = args.cluster_facts
        local = args.deployment.cluster.local

        hub = Hub(
            name,
            folder=pulumi.Output.concat(machine["folder"], "/hubs/", name),
            settings=hub_settings(args.deployment),
            environment=self._software(name, args, "hub").folder,
            dask_environment=self._software(name, args, "dask").folder if args.deployment.hub.dask else None,
            environments={image: built.folder for image, built in self._images(name, args).items()},
            directories=self._directories(name, args),
            machine={key: machine[key] for key in ("folder", "cpu", "memory_gib")},
            listen_address=local.listen_address,
            first_port=local.first_port,
            client_secret=pulumi.Output.secret(args.secrets.client_secret) if args.secrets.client_secret else None,
            given=_given(args.secrets),
            generations=dict(args.key_generations),
            owner=str(args.project),
            opts=self._child,
        )
        dummy = args.deployment.hub.auth.type == "dummy"
        self.contract_outputs = HubOutputs(
            url=hub.url,
            health_token=hub.health_token,
            password=hub.password if dummy else None,
            facts={"folder": hub.folder, "digest": hub.digest, "api_url": hub.api_url},
        )
        self.register_outputs({"url": hub.url})

    def _software(self, name: str, args: HubArgs, part: str) -> Environment:
        """Software of the hub itself, or of a part beside it: apart, so that nobody pays for what they do not have."""
        requirements = files("providers.local") / f"{part}_environment" / "requirements.txt"
        return Environment(
            f"{name}-{part}-software",
            python_version=None,
            requirements=requirements.read_text(encoding="utf-8"),
            owner=str(args.project),
            opts=self._child,
        )

    def _images(self, name: str, args: HubArgs) -> dict[str, Environment]:
        return {
            image.name: Environment(
                f"{name}-image-{image.name}",
                python_version=image.python_version,
                requirements=(args.project / image.folder / "requirements.txt").read_text(encoding="utf-8"),
                owner=str(args.project),
                opts=self._child,
            )
            for image in args.deployment.images.values()
        }

    def _directories(self, name: str, args: HubArgs) -> Mapping[str, Any]:
        folder, hub = args.cluster_facts["folder"], args.deployment.hub

        def directory(kind: str, *below: str) -> pulumi.Output[str]:
            made = Directory(
                "-".join((name, kind, *below)),
                path=pulumi.Output.concat(folder, "/", "/".join((kind, name, *below))),
                purpose=kind,
                keep=args.keep_data,
                opts=self._child,
            )
            return made.path

        return {
            "homes": directory("homes") if hub.home.type == "persistent" else None,
            "shared": {shared.name: directory("shared", shared.name) for shared in hub.shared_directories},
            "scratch": directory("scratch") if hub.scratch else None,
        }


def _given(secrets: StageSecrets) -> pulumi.Output[Any] | None:
    """What somebody gave besides the secret of the sign-in service; values of a chart have no meaning here."""
    given = secrets.model_dump(include={"password", "traits", "environment"}, exclude_defaults=True)
    return pulumi.Output.secret(given) if given else None
