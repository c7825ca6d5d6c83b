"""As whom a cluster acts on Azure: its control plane, and its nodes."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import managedidentity

from components.clouds.azure.attaching import accounts_role, attaching
from components.clouds.azure.names import group, group_id
from components.clouds.azure.roles import grant, role_id
from components.kubernetes_contract import ControlPlaneArgs


class NodeIdentity(pulumi.ComponentResource):
    """Two identities without a password. Nodes may pull images and nothing else; pods are neither of them."""

    nodes: managedidentity.UserAssignedIdentity
    control_plane: managedidentity.UserAssignedIdentity

    def __init__(self, name: str, args: ControlPlaneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hubs:azure:NodeIdentity", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self, depends_on=args.network.ready)
        self.nodes = self._identity(f"{name}-nodes", args)
        self.control_plane = self._identity(f"{name}-control-plane", args)
        scopes: dict[str, tuple[pulumi.Input[str], pulumi.Input[str]]] = {
            # To put nodes and load balancers into the subnet.
            "network": (role_id(args.site, "Network Contributor"), args.network.node_subnet_ids[0]),
            # To let nodes be what they are.
            "nodes": (role_id(args.site, "Managed Identity Operator"), self.nodes.id),
        }
        called, role = self._attaching(name, args)
        scopes[called] = (role, group_id(args.site))
        self.grants = [
            grant(
                f"{name}-control-plane-{what}",
                role=role,
                scope=scope,
                principal=self.control_plane.principal_id,
                opts=self._child,
            )
            for what, (role, scope) in scopes.items()
        ]
        self.register_outputs({"nodes": self.nodes.id})

    def _identity(self, name: str, args: ControlPlaneArgs) -> managedidentity.UserAssignedIdentity:
        return managedidentity.UserAssignedIdentity(
            name,
            resource_group_name=group(args.site),
            resource_name_=name,
            location=args.site.region,
            tags=args.site.labels,
            opts=self._child,
        )

    def _attaching(self, name: str, args: ControlPlaneArgs) -> tuple[str, pulumi.Input[str]]:
        """What the grant is called, and the role: the subscription's where workflows deploy, since they make none."""
        if args.workflows:
            return "things-of-account", accounts_role(args.site)
        return "things", attaching(f"{name}-attach", group_id(args.site), group(args.site), self._child).id
