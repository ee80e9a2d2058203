"""What is asked for in a search: read from its form, each fault beside its field.

It comes by POST, so that no word of it stands in an address, a log or a browser's history.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext as _

from sifra.case_store import WAITING, State
from sifra.languages import choices
from sifra.local_calendar import DAY, midnight
from sifra.plain_text import tidy
from sifra.web.page import language
from triage.cases.case_sheet import LEVEL_NAMES, date
from triage.finding.register_pages import Position, Wanted
from triage.office import office
from triage.rules.explaining import languages
from triage.wording import STATES, language_name

_UNKNOWN = "other"
"""What a sender chooses whose language the pages do not have."""
_FIELDS = ("label", "topic", "place", "state", "from", "to", "language", "level", "incident")
_POSITION = re.compile(r"(\d{1,12})\.([0-9a-f]{32})", re.ASCII)
_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2999, 12, 31)

GROUPS: Mapping[str, frozenset[State]] = {
    "open": frozenset(State) - {State.CLOSED},
    "waiting": WAITING,
}
"""States that are asked for together."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. ``values`` are the fields as they were written, ``errors`` says by field
    what is wrong with them, and ``said`` what is asked for in words."""

    values: Mapping[str, str] = field(repr=False)
    errors: Mapping[str, str] = field(default_factory=dict, repr=False)
    mine: bool = False
    after: Position | None = None

    @property
    def states(self) -> frozenset[State] | None:
        """None: any."""
        wanted = self.values.get("state", "")
        if wanted in GROUPS:
            return GROUPS[wanted]
        return frozenset({State(wanted)}) if wanted else None

    def wanted(self, among: Iterable[str]) -> Wanted:
        """``among`` are the cases that the member has."""
        zone, values = office().municipality.zone, self.values
        first = _date(values.get("from", "")) or _FIRST
        last = _date(values.get("to", "")) or _LAST
        return Wanted(
            first=int(midnight(zone, first).timestamp()),
            end=int(midnight(zone, last + DAY).timestamp()),
            topic=values.get("topic", ""),
            place=values.get("place", ""),
            language=values.get("language", ""),
            level=values.get("level", ""),
            incident=values.get("incident", ""),
            label=values.get("label", ""),
            among=frozenset(among) if self.mine else None,
        )


@dataclass(frozen=True, slots=True)
class Choosable:
    """The lists of the form: values with what they are called."""

    topic: Mapping[str, str]
    place: Mapping[str, str]
    state: Mapping[str, str]
    language: Mapping[str, str]
    level: Mapping[str, str]
    incident: Mapping[str, str] = field(repr=False)

    def said(self, asked: Asked) -> list[str]:
        """What is asked for, in words."""
        found = [
            str(getattr(self, name).get(asked.values[name], ""))
            for name in ("topic", "place", "state", "language", "level", "incident")
            if asked.values.get(name)
        ]
        if label := asked.values.get("label"):
            found.insert(0, _("etiketten «%(label)s»", label=label))
        if first := asked.values.get("from"):
            found.append(_("fra %(date)s", date=first))
        if last := asked.values.get("to"):
            found.append(_("til og med %(date)s", date=last))
        if asked.mine:
            found.append(_("mine saker"))
        return found


def choosable(incidents: Mapping[str, str]) -> Choosable:
    """``incidents`` maps the id of each that may be asked for to its title."""
    place, tag = office().municipality, language().tag
    groups = {"open": _("Alle åpne"), "waiting": _("Venter på å bli lest")}
    return Choosable(
        topic={one.id: one.label for one in choices(place.topics, tag)},
        place={one.id: one.label for one in choices(place.places, tag)},
        state={**groups, **{state.value: str(said) for state, said in STATES.items()}},
        language={one: language_name(one) for one in (*languages(place), _UNKNOWN)},
        level={level: str(said) for level, said in LEVEL_NAMES.items()},
        incident=incidents,
    )


def asked(lists: Choosable) -> Asked:
    """The form that was sent. With an error in it, nothing is to be searched for."""
    values = {name: tidy(request.form.get(name))[:200] for name in _FIELDS}
    errors = {
        name: _("Velg en fra listen.")
        for name in ("topic", "place", "state", "language", "level", "incident")
        if values[name] and values[name] not in getattr(lists, name)
    }
    days = {name: _date(values[name]) for name in ("from", "to")}
    errors.update(
        {name: _("Velg en dato.") for name, day in days.items() if values[name] and not day}
    )
    if days["from"] and days["to"] and days["to"] < days["from"]:
        errors["to"] = _("Denne datoen er før den første.")
    place = _POSITION.fullmatch(request.form.get("after", ""))
    values["label"] = " ".join(values["label"].split())
    return Asked(
        {name: value for name, value in values.items() if value},
        errors,
        request.form.get("mine") == "1",
        (int(place[1]), place[2]) if place else None,
    )


def _date(written: str) -> dt.date | None:
    found = date(written)
    return found if found and _FIRST <= found <= _LAST else None
