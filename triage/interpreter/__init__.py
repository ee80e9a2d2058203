"""Interpreters: let in to one case each, and what they translate."""
