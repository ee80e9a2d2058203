"""What the codes in a case are called on a page, and how times and languages are said there."""

from __future__ import annotations

import re

from babel import Locale, UnknownLocaleError
from flask import Flask
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from sifra.case_store import State
from sifra.catalogues import SOURCE_LANGUAGE
from sifra.languages import LANGUAGES, day_and_hour
from sifra.languages import date as in_full
from sifra.sealing import Kind
from sifra.web.page import language, words
from triage.office import office

STATES = {
    State.NEW: _l("Ny"),
    State.READ: _l("Lest"),
    State.ANSWERED: _l("Besvart"),
    State.MORE: _l("Skrevet mer"),
    State.WITHDRAWN: _l("Trukket tilbake"),
    State.CLOSED: _l("Lukket"),
}
MARKS = {
    Kind.READ: _l("Lest"),
    Kind.CLOSED: _l("Lukket"),
    Kind.REOPENED: _l("Åpnet igjen"),
    Kind.WITHDRAWN: _l("Avsenderen trakk saken tilbake"),
    Kind.ASKED: _l("Spurte avsenderen om å gi videre"),
    Kind.CONSENTED: _l("Avsenderen sa ja til å gi videre"),
    Kind.REFUSED: _l("Avsenderen sa nei til å gi videre"),
    Kind.OFFERED: _l("Foreslo tider"),
    Kind.PICKED: _l("Avsenderen svarte på tidene"),
    Kind.HANDED_OVER: _l("Gitt videre"),
    Kind.TRANSLATION: _l("Oversettelsen ble sendt"),
}
LANES = {"tip": _l("Tips"), "talk": _l("Samtale"), "parent": _l("Foresatt")}
DANGERS = {
    "yes": _l("Noen er i fare nå"),
    "unsure": _l("Kanskje fare"),
    "no": _l("Ikke fare nå"),
}
URGENCIES = {
    "now": _l("Haster nå"),
    "soon": _l("Haster litt"),
    "whenever": _l("Haster ikke"),
}
REASONS = {
    "prank": _l("Tull"),
    "double": _l("Samme sak flere ganger"),
    "trial": _l("En prøve"),
}
"""Why somebody closes many cases at once."""

_CALLED = {"ckb": _l("kurdisk (sorani)")}
"""Languages that interpreters are asked for by another name than Babel's."""
_UNKNOWN = "und"
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def tag(value: object) -> str:
    """A language tag fit for ``lang``; ``und`` (not known) when it is none."""
    return value if isinstance(value, str) and _TAG.fullmatch(value) else _UNKNOWN


def language_name(value: object) -> str:
    """A language's name in the language of the page: what an interpreter is asked for by."""
    if tag(value) in _CALLED:
        return str(_CALLED[tag(value)])
    if tag(value) == _UNKNOWN:
        # Babel takes it for the likeliest of all, which is English.
        return str(_l("ukjent språk"))
    try:
        found, spoken = Locale.parse(tag(value), sep="-"), Locale.parse(language().tag)
        # Dari is Persian of Afghanistan to Babel, unless it is looked up whole.
        named = spoken.languages.get(str(found)) or found.get_display_name(spoken)
    except (UnknownLocaleError, ValueError):
        named = None
    return named or str(_l("ukjent språk"))


def language_shown(value: object) -> Markup:
    """Its name, and behind it what its readers call it, in their own script. Bokmål is what most
    write: it is called Norwegian here, and nothing behind it."""
    if value == SOURCE_LANGUAGE:
        return escape(language_name("no"))
    named, own = language_name(value), LANGUAGES.get(tag(value))
    if own is None or own.name.casefold() == named.casefold():
        return escape(named)
    return Markup("{} <bdi lang={}>{}</bdi>").format(named, own.tag, own.name)


def direction(value: object) -> str:
    """How a language is written: for ``dir``, where there is no text yet to tell it."""
    try:
        return Locale.parse(tag(value), sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "auto"


def needs_interpreter(language: object, unit: str) -> bool:
    """Nobody of the unit, or adult, reads it. What is in no known language, somebody tries to."""
    place = office().place()
    found = place.units.get(unit) or place.adult(unit)
    if found is None or not isinstance(language, str) or not language:
        return False
    return language not in found.languages


def when(moment: object) -> str:
    """An hour (Unix seconds) as local time; nothing when it is none."""
    if not isinstance(moment, int) or not 0 < moment < 1 << 34:
        return ""
    return day_and_hour(moment, office().municipality.zone, language().tag)


def lane_name(lane: object) -> str:
    """A dash for what is none of ours: such a case must not hide the others of its page."""
    return str(LANES[lane]) if isinstance(lane, str) and lane in LANES else "–"


def last_day(end: int) -> str:
    """The last whole local day before ``end`` (Unix seconds)."""
    return in_full(end - 1, office().municipality.zone, language().tag)


def topic_name(topic_id: object) -> Markup:
    """Empty when nothing was chosen, or when the file no longer has it."""
    named = next((t.name for t in office().municipality.topics if t.id == topic_id), None)
    return words(named) if named else Markup()


def place_name(place_id: object) -> Markup:
    named = next((p.name for p in office().municipality.places if p.id == place_id), None)
    return words(named) if named else Markup()


def unit_name(unit: object) -> Markup:
    """Of a unit, or an adult's role; the id itself where the file no longer has it."""
    return words(office().municipality.called(str(unit)))


def case_name(case_id: str) -> str:
    """What colleagues call a case: the start of its random id."""
    return case_id[:6]


def install(app: Flask) -> None:
    """Give the templates the words."""
    app.jinja_env.globals.update(
        states=STATES,
        marks=MARKS,
        lanes=LANES,
        dangers=DANGERS,
        urgencies=URGENCIES,
        reasons=REASONS,
        tag=tag,
        language_name=language_name,
        language_shown=language_shown,
        lane_name=lane_name,
        direction=direction,
        last_day=last_day,
        needs_interpreter=needs_interpreter,
        when=when,
        topic_name=topic_name,
        place_name=place_name,
        unit_name=unit_name,
        case_name=case_name,
    )
