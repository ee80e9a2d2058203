"""The form where staff tick what a sender could tick: the facts that the contact rules decide on.

It asks by GET, and nothing in it is anybody's words: each value is one of a few.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from sifra.duty import Duty
from sifra.duty_store import DutyStore
from sifra.languages import choices
from sifra.routing import Facts
from sifra.web.page import language
from triage.office import office
from triage.rules.explaining import holder_name, languages
from triage.wording import DANGERS, LANES, URGENCIES, language_name

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Field:
    """A list to choose from: values with what they are called."""

    name: str
    label: str
    options: Options
    chosen: str


def ticked(default: Facts) -> Facts:
    """What the address says; ``default`` where it says nothing that is known."""
    known = _options()
    one = {
        fact: _known(request.args.get(fact), known[fact], getattr(default, fact)) for fact in known
    }
    units = office().municipality.units
    readers = tuple(unit for unit in units if unit in request.args.getlist("readers"))
    return Facts(**one, readers=readers)


def fields(facts: Facts) -> list[Field]:
    """The lists of the form, with ``facts`` chosen in them."""
    labels = {
        "lane": _("Hva er det"),
        "danger": _("Fare"),
        "topic": _("Tema"),
        "urgency": _("Haster det"),
        "place": _("Sted"),
        "adult": _("Voksen som er nevnt"),
        "language": _("Språk"),
    }
    return [
        Field(fact, labels[fact], options, getattr(facts, fact))
        for fact, options in _options().items()
    ]


def units(facts: Facts) -> list[tuple[str, str, bool]]:
    """Each unit with its name and whether the sender lets it read."""
    place, tag = office().municipality, language().tag
    return [(one, holder_name(place, one, tag), one in facts.readers) for one in place.units]


def planned() -> Duty:
    """The rota as it stands. Pauses are for today, and these pages look ahead."""
    here = office()
    place = here.municipality
    duty = DutyStore(here.cases).duty(here.clock.now(), place.zone, frozenset())
    return Duty(shifts=duty.shifts, days_off=duty.days_off)


def _options() -> dict[str, Options]:
    place, tag = office().municipality, language().tag
    none = [("", _("Ikke valgt"))]
    adults = [(one, holder_name(place, one, tag)) for one in place.complained_of]
    return {
        "lane": _said(LANES.items()),
        "danger": _said(DANGERS.items()),
        "topic": none + [(one.id, one.label) for one in choices(place.topics, tag)],
        "urgency": none + _said(URGENCIES.items()),
        "place": none + [(one.id, one.label) for one in choices(place.places, tag)],
        "adult": none + adults,
        "language": [(one, language_name(one)) for one in languages(place)],
    }


def _said(words: Iterable[tuple[str, object]]) -> Options:
    return [(value, str(said)) for value, said in words]


def _known(value: str | None, options: Options, default: str) -> str:
    return value if value is not None and value in dict(options) else default
