"""Do everything once before a worker is forked, so that all share what it makes.

Templates, catalogues, compiled statements and Python's own specialised code are then made once
and not in each process. Nothing is stored, and no connection outlives it: one that is open
across a fork would corrupt the database.
"""

from __future__ import annotations

import datetime as dt
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from flask import Flask
from werkzeug.test import Client, create_environ

from reporter.site import Site
from sifra import conversation, local_calendar, locale_data, return_code
from sifra.conversation import SenderView
from sifra.languages import LANGUAGES
from sifra.sealing import PrivateKey

_PAGES = ("", "tip", "talk", "parents", "mailbox", "about", "accessibility")
_YEARS = 5
_ROUNDS = 10
"""Python specialises code that has run eight times."""


def warm(app: Flask) -> None:
    """Make each page in each language, and walk the way of a tip but for storing it."""
    site = app.extensions["sifra"]
    assert isinstance(site, Site)  # noqa: S101 (narrows the type; set in create_app)
    now = dt.datetime.fromtimestamp(site.clock.now(), dt.UTC)
    _learn(site.municipality.calendar.country, now.year)
    client, templates = Client(app), app.jinja_env.list_templates(extensions=["html"])
    for language in site.municipality.languages:
        for page in _PAGES:
            client.get(f"/{language}/{page}", headers={"Accept-Encoding": "gzip"})
        with app.request_context(create_environ(f"/{language}/")):
            for template in templates:
                app.jinja_env.get_or_select_template(template)
    first = site.municipality.languages[0]
    for _ in range(_ROUNDS):
        client.get(f"/{first}/tip", headers={"Accept-Encoding": "gzip"})
        client.post(
            f"/{first}/tip",
            data={"danger": "no", "text": "…", "step": "review"},
            headers={"Accept-Encoding": "gzip"},
        )
        _seal(first)
    site.store.disconnect()


def _learn(country: str, year: int) -> None:
    """In a process that ends, and takes with it what the libraries know besides."""
    with ProcessPoolExecutor(1, get_context("fork")) as pool:
        days = pool.submit(locale_data.look_up, LANGUAGES)
        if country:
            years = range(year - 1, year + _YEARS)
            local_calendar.remember(pool.submit(local_calendar.look_up, country, years).result())
        locale_data.remember(days.result(), LANGUAGES)


def _seal(language: str) -> None:
    secret = return_code.drawn_from(os.urandom(32))
    keys = return_code.keys(secret, os.urandom(32))
    public = {"nobody": PrivateKey.generate().public()}
    sealed = conversation.begin({"text": "…"}, {"excerpt": "…"}, public, keys.sender_key)
    SenderView.open(sealed, keys.sender_key).messages()
    return_code.spell(secret, language)
    return_code.as_digits(secret)
