"""What a local hub runs: its configuration, spawner, limits and pages.

Copied into the hub's folder and run by the hub's own Python; it imports nothing of the project outside this package.
`processes`, `limits`, `leases` and `servers` need only the standard library and psutil: the provider uses them too.
"""
