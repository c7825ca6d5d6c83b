"""Ways to a cluster's Kubernetes: its kubeconfig, and a look at what it can offer. Neither needs the engine."""
