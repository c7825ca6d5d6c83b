"""A cluster on Azure, from nothing to nothing, through the real engine."""

from __future__ import annotations

import base64
import json
from typing import Any

import pulumi
import pulumi_azure_native as azure
import pytest

pytestmark = pytest.mark.engine
SETTINGS = {"azure-native:location": "eastus"}


def cluster(vm_size: str = "Standard_E4s_v5", max_pods: int = 110, tier: str = "Standard") -> Any:
    def program() -> None:
        group = azure.resources.ResourceGroup("hubs")
        inside = {"resource_group_name": group.name}
        net = azure.network.VirtualNetwork("net", address_space={"address_prefixes": ["10.0.0.0/16"]}, **inside)
        address = azure.network.PublicIPAddress("address", sku={"name": "Standard"}, **inside)
        nat = azure.network.NatGateway(
            "nat", sku={"name": "Standard"}, public_ip_addresses=[{"id": address.id}], **inside
        )
        subnet = azure.network.Subnet(
            "nodes",
            virtual_network_name=net.name,
            address_prefix="10.0.0.0/20",
            default_outbound_access=False,
            nat_gateway={"id": nat.id},
            **inside,
        )
        identity = azure.managedidentity.UserAssignedIdentity("control-plane", **inside)
        made = azure.containerservice.ManagedCluster(
            "demo",
            dns_prefix="demo",
            kubernetes_version="1.33",
            sku={"name": "Base", "tier": tier},
            identity={"type": "UserAssigned", "user_assigned_identities": [identity.id]},
            agent_pool_profiles=[
                {
                    "name": "core",
                    "mode": "System",
                    "vm_size": "Standard_D4as_v5",
                    "count": 1,
                    "vnet_subnet_id": subnet.id,
                }
            ],
            network_profile={"network_plugin": "azure", "network_plugin_mode": "overlay"},
            oidc_issuer_profile={"enabled": True},
            **inside,
        )
        azure.containerservice.AgentPool(
            "users",
            agent_pool_name="usersa",
            resource_name_=made.name,
            mode="User",
            vm_size=vm_size,
            enable_auto_scaling=True,
            min_count=0,
            max_count=10,
            max_pods=max_pods,
            vnet_subnet_id=subnet.id,
            **inside,
        )
        images = azure.containerregistry.Registry("images", sku={"name": "Basic"}, **inside)
        kubelet = made.identity_profile.apply(lambda profile: profile["kubeletidentity"].object_id)
        role = "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
        azure.authorization.RoleAssignment(
            "pull", scope=images.id, principal_id=kubelet, principal_type="ServicePrincipal", role_definition_id=role
        )
        scratch = azure.storage.StorageAccount(
            "scratch", kind="StorageV2", sku={"name": "Standard_LRS"}, is_hns_enabled=True, **inside
        )
        azure.storage.BlobContainer("users-files", account_name=scratch.name, **inside)
        hub = azure.managedidentity.UserAssignedIdentity("hub", **inside)
        azure.managedidentity.FederatedIdentityCredential(
            "hub-login",
            resource_name_=hub.name,
            issuer=made.oidc_issuer_profile.issuer_url,
            subject="system:serviceaccount:prod:user-sa",
            audiences=["api://AzureADTokenExchange"],
            **inside,
        )
        credentials = azure.containerservice.list_managed_cluster_user_credentials_output(
            resource_name=made.name, **inside
        )
        pulumi.export("kubeconfig", credentials.kubeconfigs[0].value)
        pulumi.export("registry", images.login_server)
        pulumi.export("fqdn", made.fqdn)
        pulumi.export("subscription", azure.authorization.get_client_config().subscription_id)

    return program


def test_goes_from_nothing_to_nothing(strict_simulation: Any) -> None:
    stack = strict_simulation.stack("demo", cluster(), SETTINGS)
    made = stack.up()
    assert not made.failed, made.text
    assert len(made.of("create")) == 14
    kubeconfig = json.loads(base64.b64decode(made.outputs["kubeconfig"]))
    assert kubeconfig["clusters"][0]["cluster"]["server"] == f"https://{made.outputs['fqdn']}:443"
    assert kubeconfig["users"][0]["user"]["exec"]["command"] == "kubelogin"
    assert made.outputs["registry"].startswith("images")
    identity = stack.state()["users"]["id"]
    assert identity.startswith(f"/subscriptions/{made.outputs['subscription']}/resourceGroups/hubs")
    assert identity.endswith("/agentPools/usersa")

    assert stack.up().changes == []

    gone = stack.destroy()
    assert not gone.failed, gone.text
    assert list(strict_simulation.world.glob("azure-native/*/*/*/*.json")) == []


def test_edits_are_made_refused_or_replace(simulation: Any) -> None:
    simulation.stack("demo", cluster(), SETTINGS).up()

    refused = simulation.stack("demo", cluster(max_pods=250), SETTINGS).up()
    assert "Changing property 'properties.maxPods' is not allowed." in refused.text

    # Its name is given, so the old pool goes before the new one can have it.
    bigger = simulation.stack("demo", cluster(vm_size="Standard_E8s_v5"), SETTINGS).up()
    assert [step for step in bigger.changes if step[1] == "users"] == [
        ("delete-replaced", "users"),
        ("replace", "users"),
        ("create-replacement", "users"),
    ]


def test_unknown_enum_is_refused_with_a_near_one(simulation: Any) -> None:
    refused = simulation.stack("demo", cluster(tier="Standart"), SETTINGS).preview()
    assert (
        "azure-native containerservice.ManagedCluster does not know 'Standart'; did you mean 'Standard'?"
        in refused.text
    )
