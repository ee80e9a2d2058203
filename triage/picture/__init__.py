"""The picture: counts that belong to no case, and what of them may be shown."""
