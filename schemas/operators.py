"""`operators.yaml`: who, besides a community itself, can open every community's secrets."""

from __future__ import annotations

from pydantic import Field

from schemas.model import Model, Slug


class Operators(Model):
    """The people and pipelines that deploy everybody's hubs."""

    recipients: dict[Slug, str] = Field(
        min_length=1,
        description="By a name of your choice: an age recipient (`age1…`), an SSH public key, or a key of a cloud's "
        "key service (AWS KMS: `arn:aws:kms:…`, Google Cloud KMS: `projects/…/cryptoKeys/…`, Azure Key Vault: "
        "`https://….vault.azure.net/keys/NAME/VERSION`).",
        examples=[{"on-call": "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"}],
    )
