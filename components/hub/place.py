"""The place of one hub on a Kubernetes cluster, before the hub itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.contract import HubArgs, HubOutputs
from components.hub import layout
from components.hub.homes import Homes
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

POD_SECURITY = {
    # Pods that could take over their node are not let in; what is merely careless is said.
    "pod-security.kubernetes.io/enforce": "baseline",
    "pod-security.kubernetes.io/warn": "restricted",
}
NOBODY = IdentityOutputs(service_account_annotations={})


class Place(pulumi.ComponentResource):
    """Namespace, people's files, the hub's own buckets, who its servers are in the cloud, and its name in the DNS.

    Without `parts`, on a cluster that is in no cloud of ours, there are neither buckets nor cloud identities.
    """

    contract_outputs: HubOutputs

    def __init__(
        self,
        name: str,
        args: HubArgs,
        parts: Parts | None,
        site: Site,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("hubs:kubernetes:Place", name, None, opts)
        self._name, self._args, self._asked = name, args, args.deployment
        self._site = replace(site, labels=layout.bill_labels(args.deployment))
        self._facts = args.cluster_facts
        self._child = pulumi.ResourceOptions(parent=self, providers=self._connections(parts))

        buckets = self._buckets(parts) if parts else {}
        identity = self._identity(parts, buckets) if parts and buckets else NOBODY
        namespace = self._namespace()
        account = self._service_account(namespace, identity)
        homes = self._homes(namespace)
        if parts and self._asked.cluster.dns_zone:
            self._dns_record(parts)

        urls: dict[str, Any] = {bucket: made.url for bucket, made in buckets.items()}
        facts: dict[str, Any] = {
            "provider": self._asked.cluster.provider,
            "namespace": namespace.metadata.name,
            "service_account": account.metadata.name,
            "buckets": urls,
            "environment": pulumi.Output.from_input(urls).apply(layout.bucket_variables),
            "pod_labels": {**layout.bill_labels(self._asked), **identity.pod_labels},
            "needs_metadata_server": identity.needs_metadata_server,
            "homes": homes,
            "pools": self._facts["pools"],
            "url": f"https://{self._asked.hub.domain}/",
        }
        # Nobody can go there yet: the hub itself does not stand.
        self.contract_outputs = HubOutputs(url="", facts=facts)
        self.register_outputs(facts)

    def _connections(self, parts: Parts | None) -> list[pulumi.ProviderResource]:
        child = pulumi.ResourceOptions(parent=self)
        cluster = kubernetes.Provider(self._name, kubeconfig=self._facts["kubeconfig"], opts=child)
        labels = layout.bill_labels(self._asked)
        return [cluster, *([parts.provider(self._name, self._site, labels, child)] if parts else [])]

    def _namespace(self) -> kubernetes.core.v1.Namespace:
        return kubernetes.core.v1.Namespace(
            self._name,
            metadata={
                "name": layout.namespace(self._asked),
                "labels": {**layout.bill_labels(self._asked), **POD_SECURITY},
            },
            opts=self._child,
        )

    def _service_account(
        self, namespace: kubernetes.core.v1.Namespace, identity: IdentityOutputs
    ) -> kubernetes.core.v1.ServiceAccount:
        return kubernetes.core.v1.ServiceAccount(
            self._name,
            metadata={
                "name": layout.SERVICE_ACCOUNT,
                "namespace": namespace.metadata.name,
                "annotations": identity.service_account_annotations,
            },
            # Servers are somebody in the cloud, and nobody in Kubernetes.
            automount_service_account_token=False,
            opts=self._child,
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
        args = IdentityArgs(
            site=self._site,
            oidc_issuer=self._facts["oidc_issuer"],
            namespace=layout.namespace(self._asked),
            service_account=layout.SERVICE_ACCOUNT,
            grants={
                bucket: Grant(bucket=made.name, access="read" if bucket in reading else "admin")
                for bucket, made in buckets.items()
            },
        )
        return parts.identity(self._name, args, self._child).contract_outputs

    def _homes(self, namespace: kubernetes.core.v1.Namespace) -> dict[str, Any]:
        shared = layout.shared_folders(self._asked)
        persistent = self._asked.hub.home.type == "persistent"
        return {
            "claim": self._home_claim(namespace) if persistent or shared else None,
            "sub_path": layout.homes_folder(self._asked) if persistent else None,
            "shared": shared,
        }

    def _home_claim(self, namespace: kubernetes.core.v1.Namespace) -> pulumi.Output[str]:
        """Name of the claim that servers mount people's files by."""
        return Homes(self._name, namespace, self._facts["homes"], protect=self._args.protect, opts=self._child).claim

    def _dns_record(self, parts: Parts) -> None:
        zone, domain = self._asked.cluster.dns_zone, self._asked.hub.domain
        if zone and domain and zone.holds(domain):
            args = DnsRecordArgs(site=self._site, zone=zone.zone, domain=domain, gateway=self._facts["gateway"])
            parts.dns_record(self._name, args, self._child)
