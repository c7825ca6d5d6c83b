"""What a Kubernetes cluster runs beside its hubs, for all of them: one module a subject, put together in `support`."""
