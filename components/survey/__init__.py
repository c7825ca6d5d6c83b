"""What a running Kubernetes cluster can and cannot offer, found out by asking its API. One module per subject."""
