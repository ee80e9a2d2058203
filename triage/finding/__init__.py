"""Finding cases: the queue, the sealed register, search, and incidents."""
