"""A hub in JupyterHub's own terms, wherever it runs."""
