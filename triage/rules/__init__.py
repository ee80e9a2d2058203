"""The contact rules explained, and what they cover."""
