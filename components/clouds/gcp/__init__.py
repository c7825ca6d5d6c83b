"""Google Cloud."""

from __future__ import annotations

from components.clouds.gcp.cloud import GoogleCloudPlatform

CLOUD = GoogleCloudPlatform()
