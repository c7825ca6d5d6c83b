"""The local cloud as Pulumi resources: a real JupyterHub on this machine."""
