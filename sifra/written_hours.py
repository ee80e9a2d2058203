"""Hours and days as ``municipality.toml`` writes them, for ``contact_hours`` to reckon with."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from sifra import local_calendar
from sifra.contact_hours import Schedule, Shift, Weekly
from sifra.file_parts import Part, Words, named, not_empty
from sifra.local_calendar import LEAP_YEAR, Calendar, MonthDay

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")
"""In the order of ``Weekly.days``; a public holiday is a day of its own."""

_EASTER = re.compile(r"easter([+-][0-9]{1,3})?")


def _month_day(text: str) -> str:
    if re.fullmatch("[0-9]{2}-[0-9]{2}", text):
        try:
            dt.date(LEAP_YEAR, *_parts(text))
        except ValueError:
            pass
        else:
            return text
    raise ValueError('is no day of the year; write month and day, for instance "06-20"')


def _half_day(text: str) -> str:
    if _EASTER.fullmatch(text):
        return text
    try:
        return _month_day(text)
    except ValueError:
        raise ValueError(
            'is no day; write month and day, "12-24", or days from Easter Sunday, "easter-4"'
        ) from None


def _parts(text: str) -> MonthDay:
    month, day = text.split("-")
    return int(month), int(day)


YearDay = Annotated[str, _month_day]


class Season(Part):
    """Month and day, both included; over New Year if ``to`` comes before ``from``."""

    first: YearDay = named("from")
    last: YearDay = named("to")

    def dates(self) -> tuple[MonthDay, MonthDay]:
        return _parts(self.first), _parts(self.last)


class Hours(Part):
    """Weekly hours, local to the municipality. ``closes`` at or before ``opens`` is after
    midnight; ``24:00`` is the end of the day. Hours with a season stand in, all week, for those
    without."""

    days: Annotated[
        tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"], ...], not_empty
    ]
    opens: dt.time
    closes: dt.time
    season: Season | None = None

    def __post_init__(self) -> None:
        if self.opens == dt.time.max:
            raise ValueError("opens at 24:00, when the day is over; write 00:00 of the next day")
        if self.opens == self.closes:
            raise ValueError("opens and closes at the same time; for a whole day write 00:00–24:00")

    def weekly(self) -> Weekly:
        days = frozenset(DAYS.index(day) for day in self.days)
        season = self.season.dates() if self.season else None
        return Weekly(self.opens, self.closes, days, season)


class DayHours(Part):
    """Hours of one special day."""

    opens: dt.time
    closes: dt.time

    def __post_init__(self) -> None:
        if self.opens == dt.time.max or self.opens == self.closes:
            raise ValueError("opens when the day is over, or never closes")


class SpecialDays(Part):
    """Dates, both included, unlike others: open at ``hours``, or shut. ``to`` may be left out."""

    first: dt.date = named("from")
    last: dt.date | None = named("to", default=None)
    hours: tuple[DayHours, ...] = ()
    why: Words | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"ends on {self.last}, before it begins on {self.first}")

    def special_days(self) -> local_calendar.SpecialDays:
        hours = tuple(local_calendar.Hours(one.opens, one.closes) for one in self.hours)
        return local_calendar.SpecialDays(self.first, self.last or self.first, hours)


class HalfDay(Part):
    """Shut from ``closes`` on. ``on`` is month and day, or days from Easter Sunday."""

    on: Annotated[str, _half_day]
    closes: dt.time = dt.time(12)

    def half_day(self) -> local_calendar.HalfDay:
        easter = _EASTER.fullmatch(self.on)
        on = int(easter[1] or 0) if easter else _parts(self.on)
        return local_calendar.HalfDay(on, self.closes)


class WrittenCalendar(Part):
    """What all units share. ``country`` is whose public holidays count; "" for none."""

    country: Literal["NO", ""] = "NO"
    half_days: tuple[HalfDay, ...] = ()
    special_days: tuple[SpecialDays, ...] = ()

    def calendar(self, zone: ZoneInfo) -> Calendar:
        return Calendar(
            zone,
            self.country or None,
            tuple(one.half_day() for one in self.half_days),
            tuple(one.special_days() for one in self.special_days),
        )

    def national(self, zone: ZoneInfo) -> Calendar:
        """For lines that are not the municipality's own: its half days are not theirs."""
        return Calendar(zone, self.country or None, (), ())


class Answering(Part):
    """When somebody answers: a unit, or a number."""

    hours: tuple[Hours, ...] = ()
    always: bool = False
    open_on_holidays: bool = False
    special_days: tuple[SpecialDays, ...] = ()

    def __post_init__(self) -> None:
        if self.always and self.hours:
            raise ValueError("is always open, and has hours; leave one of them out")

    def schedule(
        self,
        shifts: tuple[Shift, ...] = (),
        special_days: tuple[local_calendar.SpecialDays, ...] = (),
    ) -> Schedule:
        """With the rota's shifts and days off added to what the file says."""
        return Schedule(
            weekly=tuple(one.weekly() for one in self.hours),
            always=self.always,
            open_on_holidays=self.open_on_holidays,
            shifts=shifts,
            special_days=(*(one.special_days() for one in self.special_days), *special_days),
        )
