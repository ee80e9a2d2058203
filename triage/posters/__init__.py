"""Posters and pocket cards, with a code that leads to the public site."""
