"""Amazon Web Services."""

from __future__ import annotations

from components.clouds.aws.cloud import AmazonCloud

CLOUD = AmazonCloud()
