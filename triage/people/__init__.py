"""Who works here: accounts, sign-in, sessions, and the keys that they pass on."""
