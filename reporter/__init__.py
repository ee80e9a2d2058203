"""The public site. Small on purpose; knows nothing of the back office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache, lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import Flask, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from reporter import (
    about,
    guidance,
    leave,
    mailbox,
    parents,
    promises,
    readers,
    start,
    talk,
    write_tip,
    written_in,
)
from reporter.rate_limits import Limits
from reporter.site import Site
from reporter.tickets import Tickets
from sifra import languages, return_code
from sifra.case_store import HOUR, CaseStore, hour_of
from sifra.clock import Clock
from sifra.database import StoreUnavailable, open_engine
from sifra.duty_store import DutyStore
from sifra.erasure import ErasureKeys
from sifra.key_cards import KeyCardError
from sifra.key_pins import KeyPins
from sifra.settings import ReporterSettings
from sifra.web import install, page
from sifra.web.page import Look

_STATIC = Path(__file__).parent / "static"
_LISTS = 128


def create_app(settings: ReporterSettings) -> Flask:
    """Assemble the public site. It sets no cookie: Flask's session stays unused."""
    app = Flask(__name__, static_folder=None)
    offered = [tag for tag in settings.municipality.languages if tag in languages.LANGUAGES]

    whole = [tag for tag in offered if settings.offers_all_pages(tag)]

    def language() -> str:
        first = request.path.split("/", 2)[1]
        return first if first in offered else languages.best(request.accept_languages, offered)

    look = Look(
        site_name=settings.municipality.public_name,
        style=(_STATIC / "style.css").read_text("utf-8"),
        script="".join((_STATIC / name).read_text("utf-8") for name in ("exit.js", "keep.js")),
        language=language,
        exit_url=settings.municipality.exit_url,
    )
    install(app, settings, look, domain="reporter", compress=True)
    engine = open_engine(settings.database_url)
    site = Site(
        settings=settings,
        store=CaseStore(
            engine, ErasureKeys(settings.home.erasure_keys), KeyPins(settings.home.key_pins)
        ),
        rota=DutyStore(engine),
        clock=Clock.starting_at(settings.moment),
        tickets=Tickets(settings.pepper),
        limits=Limits(app, settings.limiter_storage, enabled=settings.limits),
        lines=settings.municipality.rule_book().lines,
    )
    app.extensions["sifra"] = site
    # Read before the first tip: a missing list must stop the start, not a child.
    return_code.load()
    tags = ", ".join(f'"{tag}"' for tag in offered)
    for journey in (start, write_tip, mailbox, talk, parents, guidance, about):
        app.register_blueprint(journey.pages, url_prefix=f"/<any({tags}):lang>")
    app.register_blueprint(leave.pages)

    @app.url_value_preprocessor
    def _language_of_path(_: str | None, values: dict[str, object] | None) -> None:
        g.lang = values.pop("lang", None) if values else None

    @app.before_request
    def _only_what_is_urgent() -> Response | None:
        """What was written in a form that lies open is taken whatever its language."""
        if request.method == "POST" or g.lang is None or request.endpoint == "start.show":
            return None
        return None if g.lang in whole else redirect(url_for("start.show"), HTTPStatus.FOUND)

    @app.url_defaults
    def _stay_in_language(endpoint: str, values: dict[str, object]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = g.get("lang") or language()

    @cache
    def address(tag: str, endpoint: str) -> str:
        return url_for(endpoint, lang=tag)

    # Every page links to the same few; Flask would work each address out anew.
    app.jinja_env.globals["url_for"] = lambda endpoint: address(page.language().tag, endpoint)

    @lru_cache(maxsize=_LISTS)
    def list_of_languages(tag: str, path: str, switch: str) -> Markup:
        others = [one for one in (whole if switch else offered) if one != tag]
        return Markup(  # noqa: S704 (ours)
            render_template("languages.html", tags=others, path=path, switch=switch)
        )

    @lru_cache(maxsize=_LISTS)
    def list_to_choose(_tag: str, written: str) -> Markup:
        return Markup(  # noqa: S704 (ours)
            render_template("written_in.html", tongues=written_in.CHOICES, written=written)
        )

    @cache
    def choices(tag: str) -> dict[str, tuple[languages.Choice, ...]]:
        return {
            "topics": languages.choices(settings.municipality.topics, tag),
            "places": languages.choices(settings.municipality.places, tag),
        }

    @cache
    def listed(units: tuple[str, ...], tag: str, begins: bool) -> Markup:
        return readers.listed(units, settings.municipality, tag, begins=begins)

    def named(units: Iterable[str], tag: str, begins: bool) -> Markup:
        every = tuple(units)
        if {*every} <= settings.municipality.units.keys():
            return listed(every, tag, begins)
        # What an adult is called may change while the site runs.
        return readers.listed(every, site.place(), tag, begins=begins)

    @app.context_processor
    def _for_pages() -> dict[str, object]:
        here, zone = page.language().tag, settings.municipality.zone

        def said_at(when: int | dt.datetime) -> Markup:
            at = when if isinstance(when, dt.datetime) else dt.datetime.fromtimestamp(when, dt.UTC)
            return promises.moment(at, site.moment(), zone, here)

        return {
            **choices(here),
            "other_languages": lambda path, switch: list_of_languages(here, path, switch),
            "written_in": lambda written: list_to_choose(here, written),
            "municipality": settings.municipality,
            "offered": offered,
            "whole": whole,
            "unreviewed": not settings.municipality.is_reviewed(here),
            "only_urgent": here not in whole,
            "to_choose": site.to_choose,
            "token": g.get("token"),
            "said_at": said_at,
            "full_stop": languages.full_stop(here),
            "opened_at": lambda: promises.stamp(site.moment(), zone, here),
            "own_name": languages.own_name,
            "listed": lambda units, begins=False: named(units, here, begins),
            "behind": lambda units: readers.behind(units, settings.municipality),
            "hour_at": lambda moment: promises.hour(moment, zone, here),
            "opening_hours": lambda hours, holidays: languages.opening_hours(hours, here, holidays),
        }

    @app.get("/")
    def home() -> Response:
        response = redirect(url_for("start.show", lang=language()), HTTPStatus.FOUND)
        response.headers["Vary"] = "Accept-Language"
        return response

    @app.get("/healthz")
    def healthz() -> tuple[str, int, dict[str, str]]:
        plain = {"Content-Type": "text/plain"}
        try:
            site.store.public_keys(settings.municipality.default_readers, settings.verifier)
            site.store.check_erasure_keys()
            # Reading goes on when the disk is full or another process holds the lock.
            now = site.clock.now()
            site.store.spend(site.tickets.health_mark(now), hour_of(now) + HOUR, now)
        except (StoreUnavailable, KeyCardError) as fault:
            app.logger.error("not healthy: %s", fault)
            return "unavailable", HTTPStatus.SERVICE_UNAVAILABLE, plain
        return "ok", HTTPStatus.OK, plain

    return app
