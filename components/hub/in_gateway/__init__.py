"""Code that runs in the pod of Dask Gateway: its text goes there in values of its chart."""
