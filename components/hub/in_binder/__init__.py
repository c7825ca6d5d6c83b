"""Code that runs in the pod of BinderHub: its text goes there in values of its chart."""
