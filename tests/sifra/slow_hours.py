"""Contact hours minute by minute, the slow and obvious way, to compare with.

It looks at what the clock on the wall shows in each minute, and never works out when a wall time
is. ``shown_before`` is the latest time that it has shown up to now, ``shown_later`` the earliest
that it will show after now. Where an hour happens twice, an opening counts once the clock will not
show its start again, and is over once the clock has shown its end.

Holidays and Easter come from tables of its own, for 2024 to 2040.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from sifra.contact_hours import HOLIDAY, Schedule, Weekly
from sifra.local_calendar import Calendar, HalfDay, Hours, SpecialDays

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
MARGIN = 180
"""Minutes to look back and ahead: more than any clock change moves the clock."""

EASTER = {
    2024: dt.date(2024, 3, 31),
    2025: dt.date(2025, 4, 20),
    2026: dt.date(2026, 4, 5),
    2027: dt.date(2027, 3, 28),
    2028: dt.date(2028, 4, 16),
    2029: dt.date(2029, 4, 1),
    2030: dt.date(2030, 4, 21),
    2031: dt.date(2031, 4, 13),
    2032: dt.date(2032, 3, 28),
    2033: dt.date(2033, 4, 17),
    2034: dt.date(2034, 4, 9),
    2035: dt.date(2035, 3, 25),
    2036: dt.date(2036, 4, 13),
    2037: dt.date(2037, 4, 5),
    2038: dt.date(2038, 4, 25),
    2039: dt.date(2039, 4, 10),
    2040: dt.date(2040, 4, 1),
}
FIXED = {(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)}
AFTER_EASTER = {-3, -2, 0, 1, 39, 49, 50}


class Minute(NamedTuple):
    """One minute and the clock on the wall."""

    moment: dt.datetime
    today: dt.date
    shown: dt.datetime
    shown_before: dt.datetime
    shown_later: dt.datetime

    def lies_in(self, date: dt.date, hours: Hours) -> bool:
        """In the opening that begins on ``date``."""
        opens, closes = borders(date, hours)
        return opens <= self.shown and opens < self.shown_later and self.shown_before < closes


@lru_cache(maxsize=256)
def borders(date: dt.date, hours: Hours) -> tuple[dt.datetime, dt.datetime]:
    """What the clock shows when it opens and closes."""
    opens = dt.datetime.combine(date, hours.opens)
    if hours.closes == dt.time.max:
        return opens, dt.datetime.combine(date + DAY, dt.time(0))
    closes = dt.datetime.combine(date, hours.closes)
    return opens, closes if closes > opens else closes + DAY


def minutes(calendar: Calendar, start: dt.datetime, count: int) -> Iterator[Minute]:
    moments = [start + MINUTE * n for n in range(-MARGIN, count + MARGIN)]
    shown = [one.astimezone(calendar.zone).replace(tzinfo=None, fold=0) for one in moments]
    before = list(accumulate(shown, max))
    from_here = list(accumulate(reversed(shown), min))[::-1]
    for n in range(MARGIN, MARGIN + count):
        yield Minute(moments[n], shown[n].date(), shown[n], before[n], from_here[n + 1])


def open_minutes(
    schedule: Schedule, calendar: Calendar, start: dt.datetime, count: int
) -> list[bool]:
    """Whether it is open in each of ``count`` minutes from ``start``, a whole minute, on."""
    return [answers(schedule, calendar, one) for one in minutes(calendar, start, count)]


def answers(schedule: Schedule, calendar: Calendar, now: Minute) -> bool:
    if any(shift.start <= now.moment < shift.end for shift in schedule.shifts):
        return True
    today, yesterday = now.today, now.today - DAY
    special = special_on(schedule, calendar, today)
    if special:
        return all(in_own_hours(one, now) for one in special)
    if schedule.always:
        return True
    if is_shut_by_holiday(schedule, calendar, today):
        return any(
            now.lies_in(date, one)
            for date in (today, yesterday)
            if not special_on(schedule, calendar, date)
            for one in week_of(schedule, calendar, date)
            if HOLIDAY in one.days
            if not is_past_half_day(schedule, calendar, date, now)
        )
    if is_past_half_day(schedule, calendar, today, now):
        return False
    if any(now.lies_in(today, one) for one in week_of(schedule, calendar, today)):
        return True
    special = special_on(schedule, calendar, yesterday)
    if special:
        return all(in_own_hours(one, now) for one in special)
    if is_past_half_day(schedule, calendar, yesterday, now):
        return False
    return any(now.lies_in(yesterday, one) for one in week_of(schedule, calendar, yesterday))


@lru_cache(maxsize=64)
def special_on(schedule: Schedule, calendar: Calendar, date: dt.date) -> list[SpecialDays]:
    every = schedule.special_days + calendar.special_days
    return [one for one in every if one.first_date <= date <= one.last_date]


def in_own_hours(one: SpecialDays, now: Minute) -> bool:
    return any(
        now.lies_in(date, hours)
        for date in (now.today - DAY, now.today)
        if one.first_date <= date <= one.last_date
        for hours in one.hours
    )


def is_holiday(calendar: Calendar, date: dt.date) -> bool:
    from_easter = (date - EASTER[date.year]).days
    return calendar.country == "NO" and (
        (date.month, date.day) in FIXED or from_easter in AFTER_EASTER
    )


def is_shut_by_holiday(schedule: Schedule, calendar: Calendar, date: dt.date) -> bool:
    return is_holiday(calendar, date) and not schedule.open_on_holidays


def is_past_half_day(schedule: Schedule, calendar: Calendar, date: dt.date, now: Minute) -> bool:
    if schedule.open_on_holidays or is_holiday(calendar, date):
        return False
    return any(
        dt.datetime.combine(date, half.closes) <= now.shown_before
        for half in calendar.half_days
        if is_half_day(half, date)
    )


def is_half_day(half: HalfDay, date: dt.date) -> bool:
    if isinstance(half.on, int):
        return EASTER[date.year] + DAY * half.on == date
    return half.on == (date.month, date.day)


@lru_cache(maxsize=64)
def week_of(schedule: Schedule, calendar: Calendar, date: dt.date) -> list[Weekly]:
    """The weekly hours that begin on this date."""
    in_season = [one for one in schedule.weekly if one.season and is_between(date, *one.season)]
    usual = [one for one in schedule.weekly if not one.season]
    if is_shut_by_holiday(schedule, calendar, date):
        names = {HOLIDAY}
    elif is_holiday(calendar, date):
        names = {HOLIDAY, date.weekday()}
    else:
        names = {date.weekday()}
    return [one for one in in_season or usual if one.days & names]


def is_between(date: dt.date, first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Steps from the first day of the season to the last, in a year with all days."""
    day = dt.date(2024, *first)
    while (day.month, day.day) != last:
        if (day.month, day.day) == (date.month, date.day):
            return True
        day = day + DAY if (day.month, day.day) != (12, 31) else dt.date(2024, 1, 1)
    return last == (date.month, date.day)
