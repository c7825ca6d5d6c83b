"""What differs between two revisions of the project: which communities, which stacks, and why."""
