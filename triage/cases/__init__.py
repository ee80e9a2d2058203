"""A case as its readers work on it."""
