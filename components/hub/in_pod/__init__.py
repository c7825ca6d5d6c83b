"""Code of ours that runs inside a hub's pod, mounted as the package `hubs_in_pod` beside its configuration.

It imports nothing of the project: only the standard library, JupyterHub, KubeSpawner and what they bring along in
zero-to-jupyterhub's hub image, on Python 3.11 to 3.14. Its settings are the chart's values `custom.hubs`.
"""
