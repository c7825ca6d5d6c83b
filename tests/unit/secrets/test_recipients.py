"""Recipients: what is one, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deployer.secrets.recipients import NoRecipientError, recipient
from tests.unit.secrets.conftest import Person

GOOD = {
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE8DLmiVSmVDRoqBPpoKbW0cUuWKrBWwVmWn0YnlKDPN ada@example.org": "age",
    "arn:aws:kms:eu-central-1:000000000000:key/00000000-0000-0000-0000-000000000000": "kms",
    "arn:aws-us-gov:kms:us-gov-west-1:000000000000:alias/hubs/secrets": "kms",
    "projects/example-project/locations/europe-west4/keyRings/hubs/cryptoKeys/secrets": "gcp_kms",
    "https://example.vault.azure.net/keys/secrets/0123456789abcdef0123456789abcdef": "azure_kv",
    "https://example.vault.azure.net/keys/secrets": "azure_kv",
}
BAD = [
    "",
    "ada",
    "age1",
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8b",
    "arn:aws:kms:eu-central-1:0000:key/0000",
    "arn:aws:s3:::bucket",
    "arn:aws:kms:eu-central-1:000000000000:key/",
    "projects/example-project/locations/global/keyRings/hubs",
    "projects/example-project/locations/global/keyRings/hubs/cryptoKeys/secrets/cryptoKeyVersions/1",
    "https://example.org/keys/secrets",
    "https://example.vault.azure.net/secrets/secrets",
]


@pytest.mark.parametrize(("text", "kind"), GOOD.items())
def test_who_can_be_encrypted_to(text: str, kind: str) -> None:
    assert recipient(text).kind == kind


@pytest.mark.parametrize("text", BAD)
def test_who_cannot(text: str) -> None:
    with pytest.raises(NoRecipientError) as raised:
        recipient(text)
    assert raised.value.remedy


def test_one_wrong_letter_is_seen(people: Callable[[str], Person]) -> None:
    text = people("ada").recipient
    assert recipient(text).identifier == text
    for position in (4, 20, len(text) - 1):
        other = "q" if text[position] != "q" else "p"
        with pytest.raises(NoRecipientError, match="wrong or missing"):
            recipient(text[:position] + other + text[position + 1 :])
    with pytest.raises(NoRecipientError, match="wrong or missing"):
        recipient(text[:-1])


def test_a_private_key_is_refused_and_not_repeated(people: Callable[[str], Person]) -> None:
    private = people("ada").file.read_text().splitlines()[-1]
    with pytest.raises(NoRecipientError) as raised:
        recipient(private)
    assert "PRIVATE" in raised.value.fault
    assert private[-20:] not in raised.value.fault + raised.value.remedy
