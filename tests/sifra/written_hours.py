"""Rules and moments as a person writes them, by Oslo's clock, and a few schedules."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from sifra.contact_hours import EVERY_DAY, HOLIDAY, WEEKDAYS, Schedule, Shift, Weekly
from sifra.local_calendar import Calendar, Hours, SpecialDays

OSLO = ZoneInfo("Europe/Oslo")
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


def at(text: str) -> dt.datetime:
    """A moment by Oslo's clock; where the hour happens twice the offset says which."""
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=OSLO)).astimezone(dt.UTC)


def wall(text: str) -> dt.time:
    return dt.time.max if text == "24:00" else dt.time.fromisoformat(text)


def hours(text: str) -> Hours:
    opens, closes = text.split("–")
    return Hours(wall(opens), wall(closes))


def weekly(days: frozenset[int], text: str, **season: tuple[tuple[int, int], ...]) -> Weekly:
    one = hours(text)
    return Weekly(one.opens, one.closes, days, **season)  # type: ignore[arg-type]


def shift(start: str, end: str) -> Shift:
    return Shift(at(start), at(end))


def days_off(first: str, last: str, *texts: str) -> SpecialDays:
    parse = dt.date.fromisoformat
    return SpecialDays(parse(first), parse(last), tuple(hours(one) for one in texts))


FRIDAY, SATURDAY, SUNDAY = (frozenset({day}) for day in (4, 5, 6))
WEEKEND = SATURDAY | SUNDAY

NORWAY = Calendar(OSLO)
OFFICE = Schedule((weekly(WEEKDAYS, "08:00–15:30"),))
TEAM = replace(OFFICE, shifts=(shift("2026-11-27 18:00", "2026-11-27 23:00"),))
SUMMER = replace(
    OFFICE,
    weekly=(*OFFICE.weekly, weekly(WEEKDAYS, "08:00–15:00", season=((5, 15), (9, 14)))),
    special_days=(days_off("2027-07-19", "2027-07-25"),),  # week 29
)
WINTER = Schedule(
    (
        weekly(EVERY_DAY, "10:00–12:00"),
        weekly(EVERY_DAY, "18:00–20:00", season=((12, 20), (1, 6))),
    ),
    open_on_holidays=True,
)
LISTENING = Schedule((weekly(EVERY_DAY, "14:00–22:00"),), open_on_holidays=True)
DUTY = Schedule(  # child welfare out of hours
    (
        weekly(EVERY_DAY, "15:30–08:00"),
        weekly(WEEKEND | {HOLIDAY}, "00:00–24:00"),
    ),
    open_on_holidays=True,
)
NIGHT = Schedule((weekly(FRIDAY | SATURDAY, "20:00–03:30"),))
NEW_YEAR = replace(OFFICE, shifts=(shift("2026-12-31 20:00", "2027-01-01 04:00"),))
LINE = Schedule(always=True)
