"""The local calendar: holidays, half days, special days, and where a wall time lies.

Nothing is read from clock, file or environment: zone and dates come in as arguments. Moments come
out in UTC.

A wall time that the clock skips is the moment after the gap. One that it shows twice is two
moments, and the caller says which counts.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)
LEAP_YEAR = 2000
"""Has every (month, day) that there is."""

_MIDNIGHT = dt.time(0)
_END_OF_DAY = dt.time.max
_LANGUAGES = {"NO": {"nb": "no", "en": "en_US", "th": "th", "uk": "uk"}}
"""By country, the languages that the library names its holidays in, and what it calls them. It
is always told one: else it would take the environment's."""
_OWN = {"NO": "nb"}
"""By country, the language in which it has all names."""

MonthDay = tuple[int, int]


class HolidayName(NamedTuple):
    """``language`` is the tag of what ``text`` is written in, for the page's ``lang``."""

    text: str
    language: str


@dataclass(frozen=True)
class Hours:
    """Local wall times. ``closes`` at or before ``opens`` is after midnight; ``24:00`` is
    ``dt.time.max``."""

    opens: dt.time
    closes: dt.time

    def __post_init__(self) -> None:
        for time in (self.opens, self.closes):
            whole = not (time.second or time.microsecond) or time == _END_OF_DAY
            if time.tzinfo is not None or not whole:
                raise ValueError(f"{time} is no local time in whole minutes")
        if self.opens == _END_OF_DAY:
            raise ValueError("24:00 opens no day")


@dataclass(frozen=True)
class SpecialDays:
    """Dates, both included, that are unlike others: open at ``hours``, or shut without any."""

    first_date: dt.date
    last_date: dt.date
    hours: tuple[Hours, ...] = ()

    def __post_init__(self) -> None:
        if self.last_date < self.first_date:
            raise ValueError("the last date is before the first")

    def covers(self, date: dt.date) -> bool:
        return self.first_date <= date <= self.last_date


@dataclass(frozen=True)
class HalfDay:
    """Shut from ``closes`` on. ``on`` is a (month, day), or days after Easter Sunday."""

    on: MonthDay | int
    closes: dt.time = dt.time(12)

    def __post_init__(self) -> None:
        Hours(self.closes, _MIDNIGHT)
        if isinstance(self.on, tuple):
            dt.date(LEAP_YEAR, *self.on)

    def falls_on(self, date: dt.date) -> bool:
        if isinstance(self.on, tuple):
            return self.on == (date.month, date.day)
        return date - easter_sunday(date.year) == self.on * DAY


NORWEGIAN_HALF_DAYS = (HalfDay(-4), HalfDay(48), HalfDay((12, 24)), HalfDay((12, 31)))
"""The Wednesday before Easter, pinseaften, julaften, nyttårsaften: practice, not law."""


@dataclass(frozen=True)
class Calendar:
    """What a municipality's schedules share. National lines take one of their own, without its
    half days and special days. ``country`` is None where no holiday counts."""

    zone: ZoneInfo
    country: str | None = "NO"
    half_days: tuple[HalfDay, ...] = NORWEGIAN_HALF_DAYS
    special_days: tuple[SpecialDays, ...] = ()

    def __post_init__(self) -> None:
        if self.country is not None and self.country not in _LANGUAGES:
            raise ValueError(f"no holidays are known for {self.country!r}")

    def __hash__(self) -> int:
        # Hashed at every question: less than the whole is enough to tell calendars apart.
        return hash((self.country, len(self.half_days), len(self.special_days)))


def is_holiday(calendar: Calendar, date: dt.date) -> bool:
    """A public holiday by law. An ordinary Sunday is none."""
    country = calendar.country
    return country is not None and date in _holidays(country, date.year, _OWN[country])


def holiday_name(calendar: Calendar, date: dt.date, language: str) -> HolidayName | None:
    """What a public holiday is called in a page's language where the library has it (for Norway:
    nb, en, uk), else in Norwegian. Two on one date are both named."""
    if calendar.country is None:
        return None
    tag = language.partition("-")[0]
    if tag not in _LANGUAGES[calendar.country]:
        tag = _OWN[calendar.country]
    name = _holidays(calendar.country, date.year, tag).get(date)
    return HolidayName(name, tag) if name else None


Holidays = dict[tuple[str, int, str], dict[dt.date, str]]
"""Names by date, for a country, year and language."""

_known: Holidays = {}


def look_up(country: str, years: Iterable[int]) -> Holidays:
    """The holidays of some years in every language there is, for :func:`remember`."""
    return {
        (country, year, tag): _holidays(country, year, tag)
        for year in years
        for tag in _LANGUAGES[country]
    }


def remember(holidays: Holidays) -> None:
    """Take what another process has looked up: the library takes 11 MiB for good where it is
    loaded, and is not for years that are known."""
    _known.update(holidays)


def easter_sunday(year: int) -> dt.date:
    """In the Gregorian calendar; the algorithm in New Scientist of 30 March 1961."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return dt.date(year, month, (h - m + r + month + 19) % 32)


@lru_cache(maxsize=2048)
def midnight(zone: ZoneInfo, date: dt.date) -> dt.datetime:
    """The first moment of a local date."""
    return instant(zone, date, _MIDNIGHT, later=False)


def instant(zone: ZoneInfo, date: dt.date, time: dt.time, *, later: bool) -> dt.datetime:
    """When the clock shows a wall time; ``later`` decides when it does so twice."""
    if time == _END_OF_DAY:
        date, time = date + DAY, _MIDNIGHT
    first, second = (
        dt.datetime.combine(date, time.replace(fold=fold), zone).astimezone(dt.UTC)
        for fold in (0, 1)
    )
    if first <= second:
        return second if later else first
    # In a gap the second reading lies before the change and the first after it.
    before = second.astimezone(zone).utcoffset()
    seconds = range(int((first - second).total_seconds()))
    change = bisect_left(
        seconds,
        True,
        key=lambda n: (second + dt.timedelta(seconds=n)).astimezone(zone).utcoffset() != before,
    )
    return second + dt.timedelta(seconds=change)


def _holidays(country: str, year: int, tag: str) -> dict[dt.date, str]:
    key = (country, year, tag)
    if key not in _known:
        from holidays import country_holidays

        spoken = _LANGUAGES[country][tag]
        found = country_holidays(country, years=year, expand=False, language=spoken)
        _known[key] = {date: ", ".join(found.get_list(date)) for date in found}
    return _known[key]
