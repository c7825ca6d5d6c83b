"""A Kubernetes cluster that is there already: whatever a context of a kubeconfig leads to."""

from __future__ import annotations

from components.clouds.existing.cloud import ExistingKubernetes

CLOUD = ExistingKubernetes()
