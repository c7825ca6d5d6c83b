"""Who can open a file of secrets: age keys, and keys of the clouds' key services. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["age", "kms", "gcp_kms", "azure_kv"]
"""As sops names them in its files."""

EXAMPLES: Mapping[Kind, str] = {
    "age": "age1… (deployer secrets keygen makes one), or an SSH public key: ssh-ed25519 AAAA…",
    "kms": "arn:aws:kms:REGION:ACCOUNT:key/ID, or …:alias/NAME",
    "gcp_kms": "projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY",
    "azure_kv": "https://VAULT.vault.azure.net/keys/NAME/VERSION",
}
# Begins so -> what it is to be. The forms are those that sops 3.13 takes (kms, gcpkms and azkv/keysource.go), with the
# letters that each cloud allows in names.
BEGINS: Mapping[str, Kind] = {
    "age1": "age",
    "ssh-": "age",
    "arn:": "kms",
    "projects/": "gcp_kms",
    "https://": "azure_kv",
}
FORMS: Mapping[Kind, str] = {
    "age": r"age1[02-9ac-hj-np-z]+|ssh-(ed25519|rsa) [A-Za-z0-9+/]+={0,2}",
    "kms": r"arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:(key/[A-Za-z0-9-]+|alias/[A-Za-z0-9/_-]+)",
    "gcp_kms": r"projects/[a-z][a-z0-9.:-]+/locations/[a-z0-9-]+/keyRings/[\w-]{1,63}/cryptoKeys/[\w-]{1,63}",
    "azure_kv": r"https://[A-Za-z0-9-]{3,24}\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net)"
    r"/keys/[A-Za-z0-9-]{1,127}(/[0-9a-f]{32})?",
}
PRIVATE = re.compile(r"AGE-SECRET-KEY-|AGE-PLUGIN-|-----BEGIN", re.IGNORECASE)
_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class NoRecipientError(ValueError):
    """A text that nobody can be encrypted to: why, and what would do. Never holds the text of a private key."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.remedy = remedy


@dataclass(frozen=True, order=True)
class Recipient:
    """One who can open a file."""

    kind: Kind
    identifier: str

    @property
    def short(self) -> str:
        """For people: whole unless it is long."""
        text = self.identifier
        return text if len(text) <= 80 else f"{text[:30]}…{text[-12:]}"


def recipient(text: str) -> Recipient:
    """The recipient that a text names. Raises NoRecipientError."""
    said = " ".join(text.split()[:2]) if text.startswith("ssh-") else text.strip()
    if PRIVATE.search(text):
        raise NoRecipientError(
            "this is a PRIVATE key (not shown): whoever could read it can open the files",
            "make a new one (deployer secrets keygen), give its public half, and rotate what was encrypted for it",
        )
    kind = next((kind for begin, kind in BEGINS.items() if said.startswith(begin)), None)
    if kind is None:
        raise NoRecipientError(f"{said[:60]!r} is no recipient", "write one of: " + "; ".join(EXAMPLES.values()))
    if not re.fullmatch(FORMS[kind], said) or (said.startswith("age1") and not _sums_up(said)):
        why = "a character is wrong or missing" if kind == "age" else "it has not the form of such a key"
        raise NoRecipientError(f"{said[:100]!r} is no recipient: {why}", f"write {EXAMPLES[kind]}")
    return Recipient(kind, said)


def recipients_in(metadata: Mapping[str, Any]) -> Iterator[Recipient]:
    """Those that the part `sops` of a file lists; what is not understood is left out."""
    for name, kind in (("recipient", "age"), ("arn", "kms"), ("resource_id", "gcp_kms")):
        for entry in metadata.get(kind) or ():
            if isinstance(entry, Mapping) and isinstance(entry.get(name), str):
                yield Recipient(kind, entry[name])  # type: ignore[arg-type]
    for entry in metadata.get("azure_kv") or ():
        if isinstance(entry, Mapping):
            parts = (str(entry.get(name) or "") for name in ("vault_url", "name", "version"))
            vault, name, version = parts
            yield Recipient("azure_kv", f"{vault}/keys/{name}" + (f"/{version}" if version else ""))


def _sums_up(text: str) -> bool:
    """Whether the six last characters are the checksum of the others: BIP 173, without its limit of length."""
    begin, _, rest = text.partition("1")
    values = [ord(letter) >> 5 for letter in begin] + [0] + [ord(letter) & 31 for letter in begin]
    checksum = 1
    for value in (*values, *(_LETTERS.index(letter) for letter in rest)):
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum == 1
