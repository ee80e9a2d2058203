"""When somebody answers: is it open now, until when, and when next.

The moment, the time zone and the rules come in as arguments. A moment is an aware datetime (a
naive one is a ValueError) and comes out in UTC; wall times stand only in the rules, and are placed
on the time line once for each local date. An opening holds its start and not its end.

What decides on a local date, the strongest first:

1. *Special days*: shut, or open at hours of their own. Where several cover a date, it is open only
   when all of them are.
2. *Holidays*: shut, but for the weekly hours that name ``HOLIDAY``.
3. *Half days*: shut from an hour on.
4. *Seasons*: weekly hours with a season stand in, all week, for those without.
5. *Weekly hours*.

Rota shifts add open time to all of these. ``open_on_holidays`` makes holidays and half days
ordinary. What began on the evening before a shut date ends at midnight; so does all that began
before the first of the special days.

When the clock changes, an opening has its true length. A wall time that is skipped is the moment
after the gap. One that happens twice is taken cautiously: it opens at the later and closes at
the earlier, so hours that meet there leave what lies between unpromised.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sifra.local_calendar import (
    DAY,
    LEAP_YEAR,
    Calendar,
    Hours,
    MonthDay,
    SpecialDays,
    instant,
    is_holiday,
    midnight,
)

HORIZON = 400
"""Days that are searched ahead: a year, and the longest run of shut days after it."""

FOREVER = dt.datetime.max.replace(tzinfo=dt.UTC)
"""Closes at no time within HORIZON. To compare with, never to show."""

HOLIDAY = 7
"""The eighth day of the week, for ``Weekly.days``: Monday is 0, Sunday is 6."""

WEEKDAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))


class Interval(NamedTuple):
    """UTC. ``end`` lies outside."""

    start: dt.datetime
    end: dt.datetime


@dataclass(frozen=True)
class Weekly(Hours):
    """Hours that begin on each of ``days``. ``season`` is from and to a (month, day), both
    included, over New Year if need be; without ``days`` the season is shut."""

    days: frozenset[int]
    season: tuple[MonthDay, MonthDay] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.days <= EVERY_DAY | {HOLIDAY}:
            raise ValueError(f"{sorted(self.days)} are no days of the week")
        for month, day in self.season or ():
            dt.date(LEAP_YEAR, month, day)

    def in_season(self, date: dt.date) -> bool:
        if self.season is None:
            return False
        first, last = self.season
        today = (date.month, date.day)
        return first <= today <= last if first <= last else today >= first or today <= last


@dataclass(frozen=True)
class Shift:
    """Somebody's evening in the rota: from ``start`` to before ``end``, aware, kept in UTC."""

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", _utc(self.start))
        object.__setattr__(self, "end", _utc(self.end))
        if self.end <= self.start:
            raise ValueError("the shift ends before it starts")


@dataclass(frozen=True)
class Schedule:
    """One unit's or line's hours. ``always`` stands for the week, day and night and holidays
    too; its special days and the calendar's still shut it."""

    weekly: tuple[Weekly, ...] = ()
    always: bool = False
    open_on_holidays: bool = False
    shifts: tuple[Shift, ...] = ()
    special_days: tuple[SpecialDays, ...] = ()

    def __hash__(self) -> int:
        # As for Calendar: a rota of a hundred shifts costs more to hash than to look at.
        few = (self.weekly[:1], self.shifts[-1:], self.special_days[-1:])
        return hash((few, self.always, len(self.weekly), len(self.shifts)))


def is_open(schedule: Schedule, calendar: Calendar, moment: dt.datetime) -> bool:
    moment = _utc(moment)
    today = _open_on(schedule, calendar, moment.astimezone(calendar.zone).date())
    return any(start <= moment < end for start, end in today)


def open_until(schedule: Schedule, calendar: Calendar, moment: dt.datetime) -> dt.datetime | None:
    """When it closes; None when it is shut; FOREVER when it stays open for all of HORIZON."""
    until = moment = _utc(moment)
    for date in _dates_ahead(calendar, moment):
        for start, end in _open_on(schedule, calendar, date):
            if start <= until < end:
                until = end
        if until < midnight(calendar.zone, date + DAY):
            return until if until > moment else None
    return FOREVER


def next_opening(schedule: Schedule, calendar: Calendar, moment: dt.datetime) -> dt.datetime | None:
    """The first moment, not before ``moment``, when it is open: ``moment`` itself while it is.
    None when it is shut for all of HORIZON."""
    moment = _utc(moment)
    if not has_hours(schedule, calendar):
        return None
    for date in _dates_ahead(calendar, moment):
        for start, end in _open_on(schedule, calendar, date):
            if moment < end:
                return max(start, moment)
    return None


def intervals(
    schedule: Schedule, calendar: Calendar, first_date: dt.date, last_date: dt.date
) -> tuple[Interval, ...]:
    """Open time on the local dates from first to last, both included, cut off at their midnights;
    in order, apart from each other."""
    days = range((last_date - first_date).days + 1)
    dates = (first_date + n * DAY for n in days)
    return _merged(span for date in dates for span in _open_on(schedule, calendar, date))


def change_points(
    schedule: Schedule, calendar: Calendar, first_date: dt.date, last_date: dt.date
) -> tuple[dt.datetime, ...]:
    """Every moment on these local dates, both included, when it opens or closes."""
    first = midnight(calendar.zone, first_date)
    past = midnight(calendar.zone, last_date + DAY)
    around = intervals(schedule, calendar, first_date - DAY, last_date + DAY)
    return tuple(moment for span in around for moment in span if first <= moment < past)


def has_hours(schedule: Schedule, calendar: Calendar) -> bool:
    """Whether there is anything that could open it: else the whole of HORIZON would be searched,
    which costs more than all the rest of a page."""
    special = (*schedule.special_days, *calendar.special_days)
    hours = schedule.weekly or schedule.always or schedule.shifts
    return bool(hours) or any(one.hours for one in special)


@lru_cache(maxsize=8192)
def _open_on(schedule: Schedule, calendar: Calendar, date: dt.date) -> tuple[Interval, ...]:
    """Open time between the two midnights of a local date."""
    zone, eve = calendar.zone, date - DAY
    day = Interval(midnight(zone, date), midnight(zone, date + DAY))
    if special := _special(schedule, calendar, date):
        spans = _agreed(special, zone, date)
    elif schedule.always:
        spans = [day]
    else:
        shut = not schedule.open_on_holidays and is_holiday(calendar, date)
        spans = _begun(schedule, calendar, date, naming_holidays=shut)
        if not (special := _special(schedule, calendar, eve)):
            spans += _begun(schedule, calendar, eve, naming_holidays=shut)
        elif not shut:
            spans += _agreed(special, zone, eve)
        spans = _common(spans, [_ordinary(schedule, calendar, date)])
    rota = [Interval(shift.start, shift.end) for shift in schedule.shifts]
    return _merged(_common([day], [*spans, *rota]))


def _begun(
    schedule: Schedule, calendar: Calendar, date: dt.date, *, naming_holidays: bool
) -> list[Interval]:
    """The weekly hours that begin on a local date."""
    days = {date.weekday()}
    if is_holiday(calendar, date):
        days = {*days, HOLIDAY} if schedule.open_on_holidays else {HOLIDAY}
    week = [one for one in schedule.weekly if one.in_season(date)]
    week = week or [one for one in schedule.weekly if one.season is None]
    hours = [
        one for one in week if days & one.days and (HOLIDAY in one.days or not naming_holidays)
    ]
    return _common(_spans(calendar.zone, date, hours), [_ordinary(schedule, calendar, date)])


def _ordinary(schedule: Schedule, calendar: Calendar, date: dt.date) -> Interval:
    """Where hours that begin on a local date may lie: before a half day's end."""
    zone = calendar.zone
    ends = [midnight(zone, date + 2 * DAY)]
    if not schedule.open_on_holidays and not is_holiday(calendar, date):
        half = (one for one in calendar.half_days if one.falls_on(date))
        ends += [instant(zone, date, one.closes, later=False) for one in half]
    return Interval(midnight(zone, date), min(ends))


def _special(schedule: Schedule, calendar: Calendar, date: dt.date) -> list[SpecialDays]:
    every = (*schedule.special_days, *calendar.special_days)
    return [one for one in every if one.covers(date)]


def _agreed(special: list[SpecialDays], zone: ZoneInfo, date: dt.date) -> list[Interval]:
    """Where all of them are open, by hours that begin on this date or on their own day before."""
    spans = [Interval(midnight(zone, date), midnight(zone, date + 2 * DAY))]
    for one in special:
        begun = [on for on in (date - DAY, date) if one.covers(on)]
        spans = _common(spans, _merged(s for on in begun for s in _spans(zone, on, one.hours)))
    return spans


def _spans(zone: ZoneInfo, date: dt.date, every: Iterable[Hours]) -> list[Interval]:
    return [
        Interval(
            instant(zone, date, hours.opens, later=True),
            instant(
                zone,
                date if hours.opens < hours.closes else date + DAY,
                hours.closes,
                later=False,
            ),
        )
        for hours in every
    ]


def _merged(spans: Iterable[Interval]) -> tuple[Interval, ...]:
    """In order, without the empty ones, those that overlap or touch made one."""
    found: list[Interval] = []
    for start, end in sorted(span for span in spans if span.start < span.end):
        if found and start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Interval(start, end))
    return tuple(found)


def _common(some: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    others = tuple(others)
    pairs = ((max(a.start, b.start), min(a.end, b.end)) for a in some for b in others)
    return [Interval(start, end) for start, end in pairs if start < end]


def _dates_ahead(calendar: Calendar, moment: dt.datetime) -> Iterator[dt.date]:
    today = moment.astimezone(calendar.zone).date()
    return (today + n * DAY for n in range(HORIZON + 1))


def _utc(moment: dt.datetime) -> dt.datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(dt.UTC)
