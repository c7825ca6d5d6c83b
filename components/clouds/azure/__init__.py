"""Microsoft Azure."""

from __future__ import annotations

from components.clouds.azure.cloud import MicrosoftAzure

CLOUD = MicrosoftAzure()
