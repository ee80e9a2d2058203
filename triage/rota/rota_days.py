"""The coming days of one unit, as the rota's page shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sifra import contact_hours
from sifra.duty_store import Closed, Planned, Rota
from sifra.local_calendar import (
    DAY,
    Calendar,
    HolidayName,
    holiday_name,
    midnight,
)
from sifra.written_hours import Answering

SHOWN = 14
"""Days."""


@dataclass(frozen=True, slots=True)
class Day:
    """A local date. ``hours`` are the file's, those of a holiday or a half day too; ``closed``
    is what staff have written, and then they do not count."""

    date: dt.date
    hours: tuple[tuple[dt.time, dt.time], ...]
    holiday: HolidayName | None
    closed: Closed | None
    shifts: tuple[Planned, ...]


def days(
    unit: Answering, rota: Rota, calendar: Calendar, today: dt.date, language: str
) -> list[Day]:
    """From today on. A shift stands on the date that it begins on, or that today is."""
    schedule = unit.schedule()
    found = []
    for date in (today + n * DAY for n in range(SHOWN)):
        spans = contact_hours.intervals(schedule, calendar, date, date)
        found.append(
            Day(
                date,
                tuple(_local(span, calendar.zone) for span in spans),
                holiday_name(calendar, date, language),
                next((one for one in rota.closed if one.first <= date <= one.last), None),
                tuple(one for one in rota.shifts if _day_of(one, today, calendar.zone) == date),
            )
        )
    return found


def later(rota: Rota, calendar: Calendar, today: dt.date) -> tuple[Planned, ...]:
    """The shifts after those days."""
    end = midnight(calendar.zone, today + SHOWN * DAY).timestamp()
    return tuple(one for one in rota.shifts if one.start >= end)


def _day_of(shift: Planned, today: dt.date, zone: ZoneInfo) -> dt.date:
    return max(dt.datetime.fromtimestamp(shift.start, zone).date(), today)


def _local(span: contact_hours.Interval, zone: ZoneInfo) -> tuple[dt.time, dt.time]:
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    return start.time(), end.time()
