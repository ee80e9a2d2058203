"""What one more language of the pages costs a process."""

from __future__ import annotations

import datetime as dt
import gc
import tracemalloc

from flask import Flask

from sifra.catalogues import catalogue
from sifra.languages import LANGUAGES, day_of_week
from tests.reporter.installation import Installation

PAGES = ("tip", "talk", "parents", "mailbox")
FURTHER = ("ar", "ti", "ru")
MOST = 0.4 * 2**20
"""Bytes. It is a third of this. A language's own templates took twice as much again, and so does
a compressor."""


def visit(app: Flask, *tags: str) -> None:
    client = app.test_client()
    for tag in tags:
        for page in PAGES:
            answer = client.get(f"/{tag}/{page}", headers={"Accept-Encoding": "gzip"})
            assert answer.status_code == 200
        review = {"danger": "no", "text": "…", "step": "review"}
        assert client.post(f"/{tag}/tip", data=review).status_code == 200


def test_one_more_language_costs_little(installed: Installation) -> None:
    """But for what Babel knows of it: tests/sifra/test_locale_data.py."""
    for tag in LANGUAGES:
        day_of_week(dt.date(2026, 4, 5), tag)
    visit(installed.app, "nb", "en")
    catalogue.cache_clear()
    gc.collect()
    tracemalloc.start()
    try:
        visit(installed.app, *FURTHER)
        read = [catalogue("reporter", tag) for tag in FURTHER]
        gc.collect()
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown / len(read) < MOST, f"{grown / len(read) / 2**20:.2f} MiB"
