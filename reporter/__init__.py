"""The public site. Small on purpose; knows nothing of the back office."""
