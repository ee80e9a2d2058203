"""Hand-over: letting another unit in to a case, and being let in."""
