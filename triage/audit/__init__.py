"""The audit log: who did what, when, and to which case."""
