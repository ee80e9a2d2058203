"""Hours and days of ``municipality.toml`` that contradict each other, each pair by its paths.

It looks at the file as it came; what cannot be read is a fault of its own, and left out here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import combinations

from sifra.file_reading import BadPart, SomePart, read
from sifra.local_calendar import DAY, LEAP_YEAR
from sifra.references import rows
from sifra.written_hours import DAYS, Hours, SpecialDays

_DAY = 24 * 60
_WEEK = 7 * _DAY
_HOLIDAY = "holiday"


def faults(raw: Mapping[str, object]) -> list[str]:
    """Each fault after its path."""
    found: list[str] = []
    for path, table in _tables(raw):
        hours = _read(path, "hours", table, Hours)
        found += _seasons(hours)
        found += _overlaps(hours)
        found += _special_days(_read(path, "special_days", table, SpecialDays))
    return found


def _tables(raw: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    units = raw.get("units")
    for name, unit in units.items() if isinstance(units, Mapping) else ():
        if isinstance(unit, Mapping):
            yield f"units.{name}", unit
    for table in ("help_lines", "adults"):
        for place, row in enumerate(rows(raw.get(table))):
            yield f"{table}[{place}]", row
    for calendar in rows([raw.get("calendar")]):
        yield "calendar", calendar


def _read(
    path: str, name: str, table: Mapping[str, object], part: type[SomePart]
) -> list[tuple[str, SomePart]]:
    found = []
    for place, row in enumerate(rows(table.get(name))):
        try:
            found.append((f"{path}.{name}[{place}]", read(part, row)))
        except BadPart:
            continue
    return found


def _overlaps(every: list[tuple[str, Hours]]) -> Iterator[str]:
    """Pairs that stand for the same time of the same season, over midnight too."""
    for (path, one), (other_path, other) in combinations(every, 2):
        if one.season != other.season:
            continue
        for day, opens, closes in common(one, other):
            yield (
                f"{other_path}: overlaps {path} on {day} from {_clock(opens)} to "
                f"{_clock(closes)}; let one begin where the other ends"
            )
            break


def common(one: Hours, other: Hours) -> Iterator[tuple[str, int, int]]:
    """Where both stand, whatever their seasons: the day, and from when to when in minutes."""
    for day, opens, closes in _spans(one):
        for other_day, other_opens, other_closes in _spans(other):
            if (_HOLIDAY in (day, other_day)) and day != other_day:
                continue
            # The week is a ring: Sunday's night ends on Monday.
            for turn in (-_WEEK, 0, _WEEK):
                start, end = max(opens, other_opens + turn), min(closes, other_closes + turn)
                if start < end:
                    name = day if day == _HOLIDAY else DAYS[start % _WEEK // _DAY]
                    yield name, start, end


def _spans(hours: Hours) -> Iterator[tuple[str, int, int]]:
    """Each day's hours in minutes of the week. A holiday may be any day, and is its own ring."""
    opens, closes = _minute(hours.opens), _minute(hours.closes)
    for day in hours.days:
        start = (0 if day == _HOLIDAY else DAYS.index(day) * _DAY) + opens
        yield day, start, start + ((closes - opens) % _DAY or _DAY)


def _minute(time: dt.time) -> int:
    return _DAY if time == dt.time.max else time.hour * 60 + time.minute


def _clock(minute: int) -> str:
    return f"{minute % _DAY // 60:02}:{minute % 60:02}"


def _seasons(every: list[tuple[str, Hours]]) -> Iterator[str]:
    """Hours of one season stand in for the usual ones: on no day can two do so."""
    year = [dt.date(LEAP_YEAR, 1, 1) + n * DAY for n in range(366)]
    for (path, one), (other_path, other) in combinations(every, 2):
        if one.season and other.season and one.season != other.season:
            here, there = one.weekly(), other.weekly()
            both = [date for date in year if here.in_season(date) and there.in_season(date)]
            if both:
                yield (
                    f"{other_path}.season: overlaps that of {path}, for instance on "
                    f"{both[0]:%m-%d}; write the same season for both, or let one end before the "
                    "other begins"
                )


def _special_days(every: list[tuple[str, SpecialDays]]) -> Iterator[str]:
    for (path, one), (other_path, other) in combinations(every, 2):
        first = max(one.first, other.first)
        last = min(one.last or one.first, other.last or other.first)
        if first <= last and one.hours != other.hours:
            yield (f"{other_path}: says other hours than {path} for {first}; write each day once")
