"""Who is on duty, and what stands between the rules and a promise."""
