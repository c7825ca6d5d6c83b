"""The place of one hub on a Kubernetes cluster, before the hub itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.contract import HubArgs
from components.hub import build_policies, layout, policies
from components.hub.external_buckets import granted_buckets
from components.hub.homes import homes_claim, homes_volume
from components.hub.values.told import Told
from components.hub.walls import walls
from components.kubernetes_contract import (
    BucketArgs,
    BucketOutputs,
    DnsRecordArgs,
    Grant,
    IdentityArgs,
    IdentityOutputs,
    Parts,
    Site,
)

NOBODY = IdentityOutputs(service_account_annotations={})


class Place(pulumi.ComponentResource):
    """Namespace, people's files, the hub's own buckets, who its servers are in the cloud, and its name in the DNS.

    Without `parts`, on a cluster that is in no cloud of ours, there are neither buckets nor cloud identities.
    """

    namespace: kubernetes.core.v1.Namespace
    told: Told
    facts: Mapping[str, Any]
    own_gateway = True
    """Whether people come in by the gateway that this project puts on its clusters."""

    def __init__(
        self,
        name: str,
        args: HubArgs,
        parts: Parts | None,
        site: Site,
        outside: pulumi.ProviderResource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`opts` must give the providers of the cluster and, with `parts`, of its cloud.

        `outside` is that of the cluster for what is in no namespace: it takes over nothing that is there already.
        """
        super().__init__("hubs:kubernetes:Place", name, None, opts)
        self._name, self._args, self._asked = name, args, args.deployment
        self._site = replace(site, labels=layout.bill_labels(args.deployment))
        self._facts = args.cluster_facts
        self._child = pulumi.ResourceOptions(parent=self)
        self._outside = pulumi.ResourceOptions(parent=self, provider=outside)

        buckets = self._buckets(parts) if parts else {}
        identity = self._identity(parts, buckets) if parts else NOBODY
        # A claim is gone only when the last server is that mounts it, and a volume when the claim is. So claims go with
        # the namespace and all that runs in it, and the volume, which stood before it, goes after it.
        self._volume = self._home_volume() if self._mounts_files() else None
        self.namespace = self._namespace()
        self._walls(metadata_server=identity.needs_metadata_server)
        account = self._service_account(identity)
        homes = self._homes()
        if parts and self._asked.cluster.dns_zone:
            self._dns_record(parts)

        urls: dict[str, Any] = {bucket: made.url for bucket, made in buckets.items()}
        self.told = Told(
            environment=_environment(urls),
            pod_labels={**layout.bill_labels(self._asked), **identity.pod_labels},
            needs_metadata_server=identity.needs_metadata_server,
            tolerations=self._tolerations(),
            image_tolerations=self._image_tolerations(),
            **self._building(parts),
        )
        self.facts = {
            "namespace": self.namespace.metadata.name,
            "service_account": account.metadata.name,
            "buckets": urls,
            "environment": self.told.environment,
            "pod_labels": self.told.pod_labels,
            "needs_metadata_server": identity.needs_metadata_server,
            "homes": homes,
            "pools": self._facts["pools"],
        }
        self.register_outputs(self.facts)

    def _namespace(self) -> kubernetes.core.v1.Namespace:
        return kubernetes.core.v1.Namespace(
            self._name,
            metadata={
                "name": layout.namespace(self._asked),
                "labels": {**layout.bill_labels(self._asked), **policies.POD_SECURITY},
            },
            opts=pulumi.ResourceOptions.merge(
                self._outside, pulumi.ResourceOptions(depends_on=[self._volume] if self._volume else [])
            ),
        )

    def _walls(self, *, metadata_server: bool) -> None:
        network = policies.network_policies(self._asked, own_gateway=self.own_gateway, metadata_server=metadata_server)
        if self._asked.hub.binder:
            network |= build_policies.at_the_hub(self._asked)
        walls(self._name, self.namespace, self, quota=policies.quota(self._asked), network=network)

    def _building(self, parts: Parts | None) -> dict[str, Any]:
        """What `Told` says of images that are built here: where they go, and who pushes them."""
        binder = self._asked.hub.binder
        if not binder:
            return {}
        registry: Any = binder.registry or self._registry()
        if registry is None:
            return {}  # refused ahead
        told = {
            "built_images": pulumi.Output.from_input(registry).apply(
                lambda prefix: layout.built_images(prefix, self._asked)
            )
        }
        if not parts or binder.registry:
            # Whoever runs that registry says who may push.
            return told
        args = IdentityArgs(
            site=self._site,
            oidc_issuer=self._facts["oidc_issuer"],
            namespace=layout.builds_namespace(self._asked),
            service_account=layout.BUILDER,
            push_to=registry,
        )
        builder = parts.identity(f"{self._name}-builds", args, self._child).contract_outputs
        return {
            **told,
            "builder_annotations": builder.service_account_annotations,
            "builder_labels": builder.pod_labels,
        }

    def _tolerations(self) -> Mapping[str, Any]:
        """None beyond those that pools of ours are known to need."""
        return {}

    def _image_tolerations(self) -> Any:
        """None: see `_tolerations`."""
        return None

    def _registry(self) -> Any:
        """Where the cluster's images are; None where it has no registry."""
        return pulumi.Output.from_input(self._facts["registry"]).apply(lambda registry: registry["prefix"])

    def _service_account(self, identity: IdentityOutputs) -> kubernetes.core.v1.ServiceAccount:
        return kubernetes.core.v1.ServiceAccount(
            self._name,
            metadata={
                "name": layout.SERVICE_ACCOUNT,
                "namespace": self.namespace.metadata.name,
                "annotations": identity.service_account_annotations,
            },
            # Servers are somebody in the cloud, and nobody in Kubernetes.
            automount_service_account_token=False,
            opts=pulumi.ResourceOptions(parent=self, deleted_with=self.namespace),
        )

    def _buckets(self, parts: Parts) -> dict[str, BucketOutputs]:
        hub, keep = self._asked.hub, {"protect": self._args.protect, "keep_data": self._args.keep_data}
        asked = {
            bucket.name: BucketArgs(
                site=self._site,
                expire_days=bucket.expire_days,
                undelete_days=BucketArgs.undelete_days if bucket.undelete_days is None else bucket.undelete_days,
                public_read=bucket.public_read,
                requester_pays=bucket.requester_pays,
                **keep,
            )
            for bucket in hub.buckets
        }
        if hub.scratch:
            asked[layout.SCRATCH] = BucketArgs(site=self._site, expire_days=hub.scratch.delete_after_days, **keep)
        return {
            bucket: parts.bucket(f"{self._name}-{bucket}", args, self._child).contract_outputs
            for bucket, args in sorted(asked.items())
        }

    def _identity(self, parts: Parts, buckets: Mapping[str, BucketOutputs]) -> IdentityOutputs:
        reading = {bucket.name for bucket in self._asked.hub.buckets if bucket.access == "read"}
        grants = {
            bucket: Grant(bucket=made.name, access="read" if bucket in reading else "admin")
            for bucket, made in buckets.items()
        }
        for bucket in granted_buckets(self._asked):
            grants[bucket.name] = Grant(bucket=pulumi.Output.from_input(bucket.bucket), access=bucket.access)
        if not grants:
            return NOBODY
        args = IdentityArgs(
            site=self._site,
            oidc_issuer=self._facts["oidc_issuer"],
            namespace=layout.namespace(self._asked),
            service_account=layout.SERVICE_ACCOUNT,
            grants=grants,
        )
        return parts.identity(self._name, args, self._child).contract_outputs

    def _homes(self) -> dict[str, Any]:
        persistent = self._asked.hub.home.type == "persistent"
        return {
            "claim": self._home_claim().metadata.name if self._mounts_files() else None,
            "sub_path": layout.homes_folder(self._asked) if persistent else None,
            "shared": layout.shared_folders(self._asked),
        }

    def _mounts_files(self) -> bool:
        return self._asked.hub.home.type == "persistent" or bool(self._asked.hub.shared_directories)

    def _home_volume(self) -> kubernetes.core.v1.PersistentVolume | None:
        """None where the cluster's own storage makes one for the claim."""
        # Servers at work would lose their files beneath them.
        guarded = pulumi.ResourceOptions.merge(self._outside, pulumi.ResourceOptions(protect=self._args.protect))
        return homes_volume(self._name, layout.namespace(self._asked), self._facts["homes"], guarded)

    def _home_claim(self) -> kubernetes.core.v1.PersistentVolumeClaim:
        """What servers mount people's files by."""
        assert self._volume is not None
        guarded = pulumi.ResourceOptions(parent=self, protect=self._args.protect, deleted_with=self.namespace)
        return homes_claim(self._name, self.namespace, self._volume, guarded)

    def _dns_record(self, parts: Parts) -> None:
        zone, domain = self._asked.cluster.dns_zone, self._asked.hub.domain
        if zone and domain and zone.holds(domain):
            args = DnsRecordArgs(site=self._site, zone=zone.zone, domain=domain, gateway=self._facts["gateway"])
            parts.dns_record(self._name, args, self._child)


def _environment(urls: Mapping[str, Any]) -> dict[str, Any]:
    """Variables by name, each known as soon as the buckets are."""
    known = pulumi.Output.from_input(dict(urls)).apply(layout.bucket_variables)

    def one(variable: str) -> Any:
        return known.apply(lambda variables: variables[variable])

    return {variable: one(variable) for variable in layout.bucket_variables(dict.fromkeys(urls, ""))}
