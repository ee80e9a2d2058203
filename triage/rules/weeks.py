"""A year as a picture: a row for each week, a column for each hour of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from sifra.coverage import Wait
from sifra.local_calendar import DAY

HOURS = 7 * 24


@dataclass(frozen=True)
class Week:
    """From ``monday`` on. An hour outside the year, or one that the clock skips, is None."""

    monday: dt.date
    hours: tuple[Wait | None, ...]


def weeks(waits: Iterable[tuple[dt.datetime, Wait]], zone: ZoneInfo) -> list[Week]:
    """In order. Of an hour that the clock shows twice, the worst counts."""
    rows: dict[dt.date, list[Wait | None]] = {}
    for moment, wait in waits:
        local = moment.astimezone(zone)
        date = local.date()
        row = rows.setdefault(date - date.weekday() * DAY, [None] * HOURS)
        column = date.weekday() * 24 + local.hour
        known = row[column]
        row[column] = wait if known is None else max(known, wait)
    return [Week(monday, tuple(hours)) for monday, hours in rows.items()]


def paths(rows: Sequence[Week]) -> dict[Wait, str]:
    """The picture as one SVG path for each wait, an hour wide and a week high. What is alike
    beside or below is one rectangle: the picture of a year is a few thousand bytes."""
    drawn: dict[Wait, list[str]] = {wait: [] for wait in Wait}
    growing: dict[tuple[int, int, Wait], int] = {}
    for place, row in enumerate([*(_whole(week.hours) for week in rows), []]):
        runs = set(_runs(row))
        for run in [one for one in growing if one not in runs]:
            left, width, wait = run
            top = growing.pop(run)
            drawn[wait].append(f"M{left} {top}h{width}v{place - top}h-{width}z")
        for run in runs:
            growing.setdefault(run, place)
    return {wait: "".join(sorted(parts)) for wait, parts in drawn.items()}


def alike(rows: Sequence[Week]) -> list[tuple[Week, Week, Counter[Wait]]]:
    """Weeks that follow each other and are alike: the first, the last, and the hours of each
    wait in one of them."""
    found = []
    for hours, run in groupby(rows, key=lambda week: week.hours):
        same = list(run)
        found.append((same[0], same[-1], Counter(one for one in hours if one is not None)))
    return found


def by_weekday(rows: Sequence[Week]) -> list[dict[Wait, list[tuple[int, int]]]]:
    """For each weekday the hours, from and to, in which each wait is the commonest."""
    days = []
    for day in range(7):
        usual = []
        for hour in range(24):
            seen = Counter(w for week in rows if (w := week.hours[day * 24 + hour]) is not None)
            usual.append(max(seen, key=lambda wait: (seen[wait], wait)) if seen else Wait.LATER)
        spans: dict[Wait, list[tuple[int, int]]] = {wait: [] for wait in Wait}
        for left, width, wait in _runs(usual):
            spans[wait].append((left, left + width))
        days.append(spans)
    return days


def _whole(hours: Sequence[Wait | None]) -> list[Wait | None]:
    """An hour that the clock skips is drawn as the one before it: it is no hole in the year."""
    whole = list(hours)
    for place in range(1, len(whole) - 1):
        if whole[place] is None and whole[place + 1] is not None:
            whole[place] = whole[place - 1]
    return whole


def _runs(hours: Sequence[Wait | None]) -> Iterator[tuple[int, int, Wait]]:
    """Where equal hours begin, how many they are, and what they are."""
    left = 0
    for wait, run in groupby(hours):
        width = len(list(run))
        if wait is not None:
            yield left, width, wait
        left += width
