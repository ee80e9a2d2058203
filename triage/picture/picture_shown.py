"""What of the counts is shown: a quarter that is over, the one that goes on, a school year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sifra.local_calendar import DAY
from triage.picture.picture_counts import (
    DIMENSIONS,
    Counts,
    days_of,
    last_week_over,
    monday,
    next_quarter,
    quarter_at,
    quarter_of_week,
    weeks_of,
)
from triage.picture.suppression import Block, blocks, rounded_down, summed

QUARTERS = 8
"""Shown: two years."""
_YEAR = ("Q3", "Q4", "Q1", "Q2")


@dataclass(frozen=True, slots=True)
class Shown:
    """A period with its dates, both included. ``charts`` is empty where there are fewer than
    FEWEST in all. ``goes_on``: in whole fives, and without its weeks."""

    name: str
    first: dt.date
    last: dt.date
    charts: Mapping[str, tuple[Block, ...]]
    goes_on: bool = False

    @property
    def total(self) -> int:
        """None of the dimensions is without a case: each gives the same, or where it is rounded
        no more than the whole."""
        return max((sum(block.count for block in one) for one in self.charts.values()), default=0)

    @property
    def is_year(self) -> bool:
        return "Q" not in self.name


def periods(counts: Counts, now: float, zone: ZoneInfo) -> dict[str, Shown]:
    """By name, the newest first: the quarter that goes on, those that are over, and each school
    year (``2026-27``) of which all four are. Every one since counting began is there, or that one
    is missing would tell that it had none."""
    here = quarter_of_week(last_week_over(now, zone))
    current = quarter_at(now, zone)
    names = [counts.first]
    while names[-1] < current:
        names.append(next_quarter(names[-1]))
    found = []
    for name in names[-QUARTERS:]:
        if name < here or (name == here and _is_whole(name, now, zone)):
            found.append(_whole(counts, name))
        else:
            found.append(_going(counts, name, now, zone))
    whole = {one.name: one for one in found if not one.goes_on}
    years = [year for name in whole if name.endswith("Q3") if (year := _year(name, whole))]
    return {one.name: one for one in (*reversed(found), *reversed(years))}


def _is_whole(name: str, now: float, zone: ZoneInfo) -> bool:
    return last_week_over(now, zone) >= weeks_of(name)[-1]


def _charts(counts: Counts, name: str) -> dict[str, tuple[Block, ...]]:
    quarter = counts.quarters.get(name)
    if quarter is None:
        return {}
    shown = {one: blocks(quarter.trees[one], quarter.counts[one]) for one in DIMENSIONS}
    return shown if all(shown.values()) else {}


def _whole(counts: Counts, name: str) -> Shown:
    return Shown(name, *days_of(name), _charts(counts, name))


def _going(counts: Counts, name: str, now: float, zone: ZoneInfo) -> Shown:
    """As of the last Sunday whose week is over. Its weeks stand still to come: what a week had
    would be told by how the whole grew."""
    first, _ = days_of(name)
    last = max(monday(last_week_over(now, zone)) + 6 * DAY, first - DAY)
    charts = _charts(counts, name)
    charts.pop("week", None)
    return Shown(
        name, first, last, {one: rounded_down(shown) for one, shown in charts.items()}, goes_on=True
    )


def _year(third: str, whole: Mapping[str, Shown]) -> Shown | None:
    start = int(third[:4])
    names = [f"{start + (number in ('Q1', 'Q2'))}-{number}" for number in _YEAR]
    if not all(name in whole for name in names):
        return None
    parts = [whole[name] for name in names]
    charts = {one: summed([part.charts.get(one, ()) for part in parts]) for one in DIMENSIONS}
    return Shown(
        f"{start}-{(start + 1) % 100:02}",
        parts[0].first,
        parts[-1].last,
        charts if all(charts.values()) else {},
    )
