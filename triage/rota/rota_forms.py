"""What staff type on the rota's page, made into times. Pure: the moment and the zone come in.

Local wall times become moments as contact hours take them: of a time that the clock shows twice
the later one opens and the earlier one closes, and one that it skips is the moment after the gap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from sifra.local_calendar import DAY, instant

MOST_PEOPLE = 20
DAYS_AHEAD = 366
LONGEST_STAY = dt.timedelta(hours=16)

Errors = dict[str, str]
"""What is wrong, by the name of the field."""


@dataclass(frozen=True, slots=True)
class Span:
    """Unix seconds (UTC)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ShiftForm:
    """``span`` is None when there are errors."""

    span: Span | None = None
    least: int = 1
    errors: Errors = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DaysForm:
    """Local dates, both included; None when there are errors."""

    dates: tuple[dt.date, dt.date] | None = None
    errors: Errors = field(default_factory=dict)


def shift(form: Mapping[str, str], now: dt.datetime, zone: ZoneInfo) -> ShiftForm:
    """``date``, ``opens``, ``closes`` (at or before ``opens``: after midnight) and ``least``."""
    errors: Errors = {}
    today = now.astimezone(zone).date()
    date, opens, closes = (
        _date(form, "date"),
        clock_field(form, "opens"),
        clock_field(form, "closes"),
    )
    least = _whole(form.get("least", ""))
    if date is None:
        errors["date"] = _("Velg en dato.")
    elif date > today + DAYS_AHEAD * DAY:
        errors["date"] = _("Datoen er for langt fram. Du kan planlegge ett år.")
    for name, time in (("opens", opens), ("closes", closes)):
        if time is None:
            errors[name] = _("Skriv et klokkeslett, for eksempel 18:00.")
    if opens is not None and opens == closes:
        errors["closes"] = _("Vakten slutter når den begynner. Skriv når den slutter.")
    if least is None or not 1 <= least <= MOST_PEOPLE:
        errors["least"] = _("Skriv et tall fra 1 til %(most)s.", most=MOST_PEOPLE)
    if errors or date is None or opens is None or closes is None or least is None:
        return ShiftForm(errors=errors)
    start = instant(zone, date, opens, later=True)
    end = instant(zone, date if opens < closes else date + DAY, closes, later=False)
    if end <= start:
        errors["closes"] = _("Klokka stilles den natten, og den tiden finnes ikke.")
    elif end <= now:
        errors["date"] = _("Den vakten er over. Velg en dag som kommer.")
    if errors:
        return ShiftForm(errors=errors)
    return ShiftForm(_span(start, end), least)


def stay(form: Mapping[str, str], now: dt.datetime, zone: ZoneInfo) -> ShiftForm:
    """``until`` is the next time that the clock shows it."""
    until = clock_field(form, "until")
    if until is None:
        return ShiftForm(errors={"until": _("Skriv et klokkeslett, for eksempel 23:00.")})
    today = now.astimezone(zone).date()
    # A time that the clock shows twice is still to come until it was shown the second time.
    ends = (
        instant(zone, date, until, later=later)
        for date in (today, today + DAY)
        for later in (False, True)
    )
    end = next(moment for moment in ends if moment > now)
    if end > now + LONGEST_STAY:
        return ShiftForm(errors={"until": _("Det klokkeslettet er passert. Skriv et som kommer.")})
    return ShiftForm(_span(now, end))


def likely_stay(now: dt.datetime, zone: ZoneInfo) -> str:
    """What stands in the field until somebody changes it: never a time that has passed."""
    if 10 <= now.astimezone(zone).hour < 22:
        return "23:00"
    soon = now.astimezone(dt.UTC) + dt.timedelta(hours=3)
    return f"{soon.astimezone(zone):%H}:00"


def days_off(form: Mapping[str, str], now: dt.datetime, zone: ZoneInfo) -> DaysForm:
    """``week`` is the next one of that number; or ``first`` and, if it is more than a day,
    ``last``."""
    today = now.astimezone(zone).date()
    if form.get("week", "").strip():
        return _week(form, today)
    first, last = _date(form, "first"), _date(form, "last")
    errors: Errors = {}
    if first is None:
        errors["first"] = _("Skriv en uke, eller velg første dag.")
    if form.get("last", "").strip() and last is None:
        errors["last"] = _("Velg en dato.")
    if errors or first is None:
        return DaysForm(errors=errors)
    last = last or first
    if last < first:
        return DaysForm(errors={"last": _("Siste dag kommer før første.")})
    if last < today:
        return DaysForm(errors={"last": _("De dagene er over. Velg dager som kommer.")})
    if last > today + DAYS_AHEAD * DAY:
        return DaysForm(errors={"last": _("Datoen er for langt fram. Du kan planlegge ett år.")})
    # Days that are over need not be shut, and some are before any time zone.
    return DaysForm((max(first, today), last))


def _week(form: Mapping[str, str], today: dt.date) -> DaysForm:
    number = _whole(form["week"])
    if number is None or not 1 <= number <= 53:
        return DaysForm(errors={"week": _("Skriv nummeret på uken, fra 1 til 53.")})
    if form.get("first", "").strip() or form.get("last", "").strip():
        return DaysForm(errors={"week": _("Skriv en uke eller velg datoer, ikke begge deler.")})
    year = today.isocalendar().year
    for candidate in (year, year + 1):
        try:
            first = dt.date.fromisocalendar(candidate, number, 1)
        except ValueError:
            continue
        if first + 6 * DAY >= today:
            return DaysForm((first, first + 6 * DAY))
    return DaysForm(errors={"week": _("Det er ingen uke %(week)s det neste året.", week=number)})


def _span(start: dt.datetime, end: dt.datetime) -> Span:
    return Span(int(start.timestamp()), int(end.timestamp()))


def _date(form: Mapping[str, str], name: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(form.get(name, "").strip(), "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        return None


def clock_field(form: Mapping[str, str], name: str) -> dt.time | None:
    """Whole minutes, as ``18:00``, ``18.00``, ``1800`` or ``18``; ``24:00`` is midnight."""
    typed = form.get(name, "").strip().replace(".", ":")
    # A telephone's keys for digits have no colon.
    if typed.isdecimal() and len(typed) in (3, 4):
        typed = f"{typed[:-2]}:{typed[-2:]}"
    said, _colon, minutes = typed.partition(":")
    hour, minute = _whole(said), _whole(minutes or "0")
    if hour is None or minute is None or hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return dt.time(hour % 24, minute)


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else None
