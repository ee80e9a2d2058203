"""By when a case is read: what a rule wants, and what a reader can be held to. Pure.

A time is promised cautiously. It is counted from the end of the hour the case came in, so that it
tells no more than that hour; it is a whole hour itself, and only what contact hours can keep. What
comes while nobody is on duty is read by the unit's read target on the day it is back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sifra import contact_hours
from sifra.contact_hours import Schedule
from sifra.local_calendar import DAY, Calendar, instant, is_holiday, midnight

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon a rule wants a case read: ``hours``, else ``working_days`` on which a reader is
    there (0: the same day)."""

    hours: int = 0
    working_days: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """A unit, or a trusted adult as a unit of one. ``unit`` is the one an adult belongs to."""

    id: str
    schedule: Schedule
    read_target: dt.time
    """Local wall time: what came while nobody was on duty is read by then."""
    languages: frozenset[str]
    unit: str = ""
    silent: bool = False
    """Promises are paused, or nobody could be notified: it reads, but nothing is promised."""
    deputies: tuple[str, ...] = ()
    """Who reads what is sent to an adult, where the sender names no others."""


class Outlook(NamedTuple):
    """When a reader is there, and the soonest whole hour that it can be held to."""

    reader: Reader
    opens: dt.datetime | None
    read_by: dt.datetime | None


def wanted(pace: Pace, now: dt.datetime, calendar: Calendar) -> dt.datetime:
    """When the rule would have it read, whatever the hours of the readers are."""
    if pace.hours:
        return _up_to_hour(now) + pace.hours * HOUR
    if not pace.working_days:
        return max(_next_midnight(now, calendar), _up_to_hour(now) + HOUR)
    date = now.astimezone(calendar.zone).date()
    left = pace.working_days
    while left:
        date += DAY
        left -= date.weekday() in contact_hours.WEEKDAYS and not is_holiday(calendar, date)
    return midnight(calendar.zone, date + DAY)


def outlook(
    pace: Pace, reader: Reader, now: dt.datetime, calendar: Calendar, more_days: int = 0
) -> Outlook:
    """``now`` in UTC; ``more_days`` are working days that it takes beside the pace."""
    opens = contact_hours.next_opening(reader.schedule, calendar, now)
    read_by = _read_by(pace, more_days, reader, opens, now, calendar) if opens else None
    return Outlook(reader, opens, read_by)


def _read_by(
    pace: Pace,
    more_days: int,
    reader: Reader,
    opens: dt.datetime,
    now: dt.datetime,
    calendar: Calendar,
) -> dt.datetime | None:
    hours = (reader.schedule, reader.read_target, calendar)
    if opens > now:
        # The day of the opening is the first of the working days.
        return _read_target(*hours, opens, max(pace.working_days - 1, 0) + more_days)
    if days := pace.working_days + more_days:
        return _read_target(*hours, _next_midnight(now, calendar), days - 1)
    closes = contact_hours.open_until(reader.schedule, calendar, now)
    assert closes is not None  # noqa: S101 (it is open)
    soonest = _up_to_hour(now) + (pace.hours or 1) * HOUR
    if soonest > closes:
        return _read_target(*hours, closes, 0)
    if pace.hours:
        return soonest
    return max(soonest, _up_to_hour(min(closes, _next_midnight(now, calendar))))


@lru_cache(maxsize=1024)
def _read_target(
    schedule: Schedule, target: dt.time, calendar: Calendar, moment: dt.datetime, skip: int
) -> dt.datetime | None:
    """The read target on a day, from ``moment`` on, when somebody is there; ``skip`` such days
    pass. ``moment`` is one of the few of a day at which hours change, so that it is soon known."""
    for start, end in _openings(schedule, calendar, moment):
        if skip:
            skip -= 1
            continue
        date = start.astimezone(calendar.zone).date()
        wall = instant(calendar.zone, date, target, later=True)
        # Not before there was time to read, nor after the last of them has gone home.
        return _up_to_hour(max(start + HOUR, min(wall, end)))
    return None


def _openings(
    schedule: Schedule, calendar: Calendar, moment: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The first opening of each coming day that leaves an hour to read, from ``moment`` on."""
    limit = moment + contact_hours.HORIZON * DAY
    while moment < limit:
        start = contact_hours.next_opening(schedule, calendar, moment)
        if start is None:
            return
        end = contact_hours.open_until(schedule, calendar, start)
        assert end is not None  # noqa: S101 (it opens there)
        if start + HOUR <= end:
            yield start, end
            moment = _next_midnight(start, calendar)
        else:
            moment = end


def _up_to_hour(moment: dt.datetime) -> dt.datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + HOUR


def _next_midnight(moment: dt.datetime, calendar: Calendar) -> dt.datetime:
    return midnight(calendar.zone, moment.astimezone(calendar.zone).date() + DAY)
