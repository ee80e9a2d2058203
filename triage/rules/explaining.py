"""What the contact rules give for some facts at a moment, and why: as lines to read, as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import localedata

from sifra import complaints, references
from sifra.catalogues import catalogue
from sifra.coverage import is_dark
from sifra.languages import day_and_hour, text
from sifra.local_calendar import instant
from sifra.municipality import Municipality
from sifra.routing import Facts, Routing

YEARS = range(2000, 2100)
"""Holidays are known for these, and more is never meant."""


_SPOKEN = ("pl", "uk", "ar", "so", "ckb", "lt", "sq", "ti", "fa-AF", "ro", "ru", "tr")


class Unknown(Exception):
    """A fact has a value that the file does not know. ``fact`` says which."""

    def __init__(self, fact: str, why: str) -> None:
        super().__init__(why)
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Moment:
    """``at`` is in UTC. ``skipped``: the clock never shows what was written, and ``at`` is the
    moment after the gap. ``again``: it shows it twice, and this is the second time."""

    at: dt.datetime
    skipped: bool = False
    again: dt.datetime | None = None


class Event(NamedTuple):
    """A line of the time line: when, in UTC, and what happens then."""

    at: dt.datetime
    said: str


def local_moment(written: str, zone: ZoneInfo) -> Moment:
    """ISO 8601; local where it has no offset. Raises ValueError."""
    read = dt.datetime.fromisoformat(written)
    if read.year not in YEARS:
        raise ValueError(f"{read.year} is out of reach")
    if read.tzinfo is not None:
        return Moment(read.astimezone(dt.UTC))
    first, second = (
        instant(zone, read.date(), read.time(), later=later) for later in (False, True)
    )
    if first != second:
        return Moment(first, again=second)
    return Moment(first, skipped=first.astimezone(zone).replace(tzinfo=None) != read)


def check_facts(facts: Facts, municipality: Municipality) -> None:
    """Raises Unknown for what the file does not name, with the nearest that it does."""
    named: Sequence[tuple[str, str, Sequence[str]]] = (
        ("topic", facts.topic, sorted(municipality.topic_ids)),
        *(("readers", reader, list(municipality.units)) for reader in facts.readers),
        ("place", facts.place, sorted(municipality.place_ids)),
        ("adult", facts.adult, municipality.complained_of),
        ("language", facts.language, sorted(languages(municipality))),
    )
    for fact, value, known in named:
        if fact == "language":
            right = localedata.exists(value.replace("-", "_"))
        else:
            right = not value or value in known
        if not right:
            raise Unknown(fact, references.unknown(value, known) or f"{value!r} is no language")


def languages(municipality: Municipality) -> list[str]:
    """Tags of the languages that senders are thought to write in; those of the readers first."""
    read = (tag for unit in municipality.units.values() for tag in unit.languages)
    return list(dict.fromkeys((*municipality.languages, *read, *_SPOKEN)))


def holder_name(municipality: Municipality, holder: str, tag: str) -> str:
    """What a unit, or an adult, is called."""
    return text(municipality.called(holder), tag)[0]


def numbers(found: Routing, municipality: Municipality, tag: str) -> list[tuple[str, str]]:
    """Number and name of each line that is shown, in order."""
    shown = municipality.lines(line.id for line in found.numbers)
    return [(line.number, text(line.name, tag)[0]) for line in shown]


def reason(rule_reason: Mapping[str, str], tag: str) -> str:
    return text(rule_reason, tag)[0]


def promise(found: Routing, municipality: Municipality, tag: str) -> list[str]:
    """Who reads, whether anybody is there, and by when: a sentence each."""
    _ = _saying(tag)
    names = [holder_name(municipality, reader, tag) for reader in found.readers]
    if not names:
        return [_("Ingen leser denne saken.")]
    said = [_("Leses av: %s.") % ", ".join(names)]
    if found.on_duty:
        said.append(_("Noen er der nå."))
    elif found.first_reader_at:
        opens = when(found.first_reader_at, municipality, tag)
        said.append(_("Ingen er der nå. Den første kommer %s.") % opens)
    else:
        said.append(_("Ingen er der nå, og det står ikke når noen kommer."))
    if found.read_by is None:
        said.append(_("Vi kan ikke si når noen leser."))
    else:
        said.append(_("Leses innen %s.") % when(found.read_by, municipality, tag))
        if not found.soon_enough:
            said.append(_("Det er senere enn regelen vil."))
    if found.needs_interpreter:
        said.append(_("De må finne tolk først."))
    return said


def to_choose(facts: Facts, found: Routing, municipality: Municipality, tag: str) -> list[str]:
    """What the page asks the sender before this can be sent, or lets stand as chosen for them; a
    sentence each. Nothing where ``facts`` name the readers."""
    _ = _saying(tag)
    if facts.readers or facts.lane != "tip":
        return []
    if found.readers:
        names = _together(found.rule.suggests, municipality, tag)
        return [_("Siden foreslår at de også leser: %s.") % names] if names else []
    book, choices = municipality.rule_book(), municipality.choices_of_readers
    lots = complaints.left(facts, book, choices)
    if not lots:
        return [_("Ingen av dem som kan velges, får lese. Det kan ikke sendes.")]
    named = _("; ").join(_together(lot, municipality, tag) for lot in lots)
    return [_("De vanlige leserne får ikke lese. Den som skriver, må velge: %s.") % named]


def _together(holders: Iterable[str], municipality: Municipality, tag: str) -> str:
    return " + ".join(holder_name(municipality, one, tag) for one in holders)


def time_line(found: Routing, municipality: Municipality, tag: str) -> list[Event]:
    """What happens when, as long as nobody has read."""
    _ = _saying(tag)
    events = [Event(found.at, _("Saken kommer inn"))]
    if found.first_reader_at and not found.on_duty:
        events.append(Event(found.first_reader_at, _("Den første er på vakt")))
    if found.read_by:
        events.append(Event(found.read_by, _("Skal være lest")))
    for step in found.steps:
        name = holder_name(municipality, step.unit, tag)
        # Those who are asked together are asked whoever has read.
        later = step.at > found.steps[0].at
        told = _("%s får beskjed hvis ingen har lest") if later else _("%s får beskjed")
        events.append(Event(step.at, told % name))
    return sorted(events, key=lambda event: event.at)


def warning(found: Routing, tag: str) -> str:
    """What must not be: an urgent case with neither reader nor number. Empty when it is not so."""
    _ = _saying(tag)
    return _("Det haster, ingen er der, og ingen numre svarer.") if is_dark(found) else ""


def as_text(facts: Facts, found: Routing, municipality: Municipality, tag: str) -> str:
    """For somebody at a terminal."""
    _ = _saying(tag)
    lines = [
        when(found.at, municipality, tag),
        "",
        _("Regel: %s") % found.rule.id,
        reason(found.rule.reason, tag),
        "",
        *promise(found, municipality, tag),
        *to_choose(facts, found, municipality, tag),
        "",
        _("Tidslinje"),
    ]
    for event in time_line(found, municipality, tag):
        lines.append(f"  {when(event.at, municipality, tag):<22} {event.said}")
    lines += ["", _("Numre som vises")]
    shown = numbers(found, municipality, tag)
    lines += [f"  {number:<12} {name}" for number, name in shown] or [f"  {_('Ingen')}"]
    if warned := warning(found, tag):
        lines += ["", warned]
    return "\n".join(lines)


def as_object(found: Routing, municipality: Municipality) -> dict[str, object]:
    """For programs (design §7). Times are ISO 8601 with the municipality's offset."""
    zone = municipality.zone
    return {
        "rule": found.rule.id,
        "reason": reason(found.rule.reason, "nb"),
        "readers": list(found.readers),
        "on_duty": found.on_duty,
        "first_reader_at": iso(found.first_reader_at, zone),
        "read_by": iso(found.read_by, zone),
        "steps": [{"at": iso(step.at, zone), "unit": step.unit} for step in found.steps],
        "numbers": [
            {"number": number, "name": name} for number, name in numbers(found, municipality, "nb")
        ],
        "at": iso(found.at, zone),
    }


def iso(moment: dt.datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat() if moment else None


def when(moment: dt.datetime, municipality: Municipality, tag: str) -> str:
    return day_and_hour(int(moment.timestamp()), municipality.zone, tag)


def _saying(tag: str) -> Callable[[str], str]:
    return catalogue("triage", tag).gettext
