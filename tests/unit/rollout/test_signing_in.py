"""Whether there is somebody to sign in to a cloud as, and what helps against what clouds say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from components.clouds import cloud
from components.clouds.aws import credentials as aws
from components.clouds.gcp import credentials as gcp
from deployer.errors import BadInput
from deployer.rollout.opening import require_credentials

NO_MACHINE = Path("/nowhere")


def file(folder: Path, path: str, text: str) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "text", "environment", "signed_in"),
    [
        ("nothing", "", {}, False),
        (".config/gcloud/application_default_credentials.json", "{}", {}, True),
        ("other/application_default_credentials.json", "{}", {"CLOUDSDK_CONFIG": "{home}/other"}, True),
        ("key.json", "{}", {"GOOGLE_APPLICATION_CREDENTIALS": "{home}/key.json"}, True),
        ("nothing", "", {"GOOGLE_APPLICATION_CREDENTIALS": "{home}/key.json"}, False),
        ("nothing", "", {"GOOGLE_OAUTH_ACCESS_TOKEN": "given"}, True),
    ],
)
def test_google(tmp_path: Path, path: str, text: str, environment: dict[str, str], signed_in: bool) -> None:
    file(tmp_path, path, text)
    filled = {name: value.format(home=tmp_path) for name, value in environment.items()}
    missing = gcp.missing_credentials({"HOME": str(tmp_path), **filled}, NO_MACHINE)
    assert (missing is None) is signed_in
    assert missing is None or "gcloud auth application-default login" in missing.remedy


@pytest.mark.parametrize(
    ("text", "environment", "signed_in"),
    [
        ("", {}, False),
        ("[default]\nregion = us-east-1\n", {}, False),
        ("[default]\nsso_session = work\n", {}, True),
        ("[profile hubs]\nrole_arn = arn:aws:iam::123456789012:role/hubs\n", {}, False),
        ("[profile hubs]\nrole_arn = arn:aws:iam::123456789012:role/hubs\n", {"AWS_PROFILE": "hubs"}, True),
        ("", {"AWS_ACCESS_KEY_ID": "a"}, False),
        ("", {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}, True),
        ("", {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"}, True),
    ],
)
def test_amazon(tmp_path: Path, text: str, environment: dict[str, str], signed_in: bool) -> None:
    file(tmp_path, ".aws/config", text)
    missing = aws.missing_credentials({"HOME": str(tmp_path), **environment}, NO_MACHINE)
    assert (missing is None) is signed_in
    assert missing is None or "aws sso login" in missing.remedy


def test_machines_of_a_cloud_have_credentials_of_their_own(tmp_path: Path) -> None:
    file(tmp_path, "vendor", "Amazon EC2\n")
    file(tmp_path, "product", "Google Compute Engine\n")
    assert aws.missing_credentials({"HOME": str(tmp_path)}, tmp_path / "vendor") is None
    assert gcp.missing_credentials({"HOME": str(tmp_path)}, tmp_path / "product") is None


def test_azure(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")}
    with pytest.raises(BadInput, match="nobody is signed in to Azure: ARM_CLIENT_ID") as refused:
        require_credentials("azure", home)
    assert refused.value.remedy == "sign in: az login"
    require_credentials("azure", {**home, "ARM_USE_OIDC": "true"})
    require_credentials("azure", {**home, "ARM_USE_DEFAULT_AZURE_CREDENTIAL": "true"})
    require_credentials("azure", {**home, "ARM_CLIENT_ID": "a", "ARM_TENANT_ID": "b", "ARM_CLIENT_SECRET": "c"})

    file(tmp_path, ".azure/azureProfile.json", json.dumps({"subscriptions": [{"id": "0"}]}))
    with pytest.raises(BadInput, match="its program az is not on PATH"):
        require_credentials("azure", home)
    file(tmp_path, "bin/az", "#!/bin/sh\n")
    (tmp_path / "bin/az").chmod(0o755)
    require_credentials("azure", home)


def test_nobody_signs_in_to_their_own_machine() -> None:
    require_credentials("local", {})


@pytest.mark.parametrize(
    ("provider", "complaint", "words"),
    [
        (
            "gcp",
            'Insufficient regional quota: resource "NVIDIA_L4_GPUS": https://console/?project=example-hubs., forbidden',
            "ask Google for more of NVIDIA_L4_GPUS: https://console.cloud.google.com/iam-admin/quotas?project=example-hubs",
        ),
        (
            "gcp",
            'Error 403: Required "container.clusters.create" permission(s) for "projects/example-hubs"., forbidden',
            "let an owner of projects/example-hubs give you a role with container.clusters.create",
        ),
        (
            "gcp",
            "Error 403: Required 'compute.networks.create' permission for 'projects/example-hubs/global/networks/a',",
            "let an owner of projects/example-hubs/global/networks/a give you a role with compute.networks.create",
        ),
        (
            "gcp",
            "Error 403: Permission 'iam.serviceAccounts.create' denied on resource (or it may not exist)., forbidden",
            "give you a role with iam.serviceAccounts.create",
        ),
        (
            "aws",
            "api error UnauthorizedOperation: User: x is not authorized to perform: eks:CreateCluster on resource: y",
            "give you eks:CreateCluster",
        ),
        ("aws", "api error ThrottlingException: Rate exceeded", "wait a minute"),
        ("aws", "api error RequestLimitExceeded: Request limit exceeded.", "wait a minute"),
        ("aws", "ResourceLimitExceededException: Cluster limit exceeded for account.", "ask AWS for more of what it"),
        ("aws", "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000", "more than 1000 RolesPerAccount"),
        ("aws", "api error MaxSpotInstanceCountExceeded: Max spot instance count exceeded", "or set spot: false"),
        (
            "azure",
            'Code="QuotaExceeded" Message="it results in exceeding approved Standard NCASv3 Cores quota.',
            "ask Azure for more cores of Standard NCASv3: https://portal.azure.com/",
        ),
        (
            "azure",
            "no authorization to perform action 'Microsoft.Network/virtualNetworks/write' over scope '/x' or",
            "let an owner of /x give you a role with Microsoft.Network/virtualNetworks/write",
        ),
        (
            "azure",
            "The subscription is not registered to use namespace 'Microsoft.DataProtection'. See https://aka.ms/rps",
            "az provider register --wait --namespace Microsoft.DataProtection",
        ),
        ("gcp", 'pods is forbidden: User "ada" cannot create resource "pods" in', "give ada the right to create pods"),
    ],
)
def test_what_clouds_say_has_a_remedy(provider: str, complaint: str, words: str) -> None:
    assert words in (cloud(provider).remedy(complaint) or "")


def test_what_nobody_knows_more_about_has_none() -> None:
    assert cloud("gcp").remedy("the moon is in the wrong house") is None
    assert cloud("local").remedy("Quota 'CPUS' exceeded") is None
