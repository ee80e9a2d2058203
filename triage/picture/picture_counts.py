"""The counts of the picture: one dimension at a time, and periods of whole weeks.

A quarter has the ISO weeks whose Thursday lies in it, so that each week belongs to one quarter
alone. What is counted of the weeks that are not over waits in counts of its own, so that
everything shown stands still between two Mondays. Of the place and the hour, of the topic and
the place, nothing is kept together: once events are folded in, not even the holder of the key
can tell what came with what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sifra.local_calendar import DAY, midnight
from sifra.picture_events import BAND, Event
from triage.picture.suppression import Tree, halves, in_turn, leaves, pruned

UNSAID = "-"
"""Not said, or nothing that the municipality's file had when the quarter began."""
DIMENSIONS = ("topic", "place", "weekday", "hour", "week", "language", "lane")
GRACE = DAY
"""So long after its end a week counts as over: whatever was being sent then is stored by now."""

_OLDEST = 3 * 366 * DAY
_FIELDS = ("topic", "place", "language", "lane")
# What is small hides what stands beside it, so the trees have alike things side by side, and
# at each fork two sides that are likely to be large.
_TOPICS: Tree = (
    (
        (("planned_fight", "violence"), ("threats", "weapons")),
        (("robbery", "debt"), ("gangs", "leaving")),
    ),
    (
        (("drugs", "vape"), ("place", ("other", UNSAID))),
        (
            (("exposed", "bullying"), ("racism", "adult_conduct")),
            (("home", "sexual"), ("self_harm", "friend")),
        ),
    ),
)
_WEEKDAYS: Tree = ((("0", "1"), ("2", "3")), ("4", ("5", "6")))
_HOURS: Tree = (
    (("06", "08"), ("10", "12")),
    (("14", "16"), (("18", "20"), (("22", "00"), ("02", "04")))),
)
LANES: Tree = ("tip", ("talk", "parent"))

Dimension = dict[str, int]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What can be chosen now, in the order of the municipality's file: ids and tags."""

    topics: tuple[str, ...]
    places: tuple[str, ...]
    languages: tuple[str, ...]

    def trees(self, quarter: str) -> dict[str, Tree]:
        return {
            "topic": pruned(_TOPICS, {*self.topics, UNSAID}) or UNSAID,
            "place": halves((*self.places, UNSAID)),
            "weekday": _WEEKDAYS,
            "hour": _HOURS,
            "week": halves(weeks_of(quarter)),
            "language": in_turn((*self.languages, UNSAID)),
            "lane": LANES,
        }


@dataclass(slots=True)
class Quarter:
    """``trees`` are those of the day it was first counted, for good: counts that are shown anew
    in other parts would tell what is hidden in each."""

    trees: dict[str, Tree]
    counts: dict[str, Dimension]


@dataclass(slots=True)
class Counts:
    """``first`` is the quarter in which counting began; ``going`` has the weeks that are not
    over."""

    first: str
    quarters: dict[str, Quarter] = field(default_factory=dict)
    going: dict[str, dict[str, Dimension]] = field(default_factory=dict)

    def add(self, events: Iterable[Event]) -> None:
        for event in events:
            quarter = quarter_of_week(event.week)
            self.first = min(self.first, quarter)
            week = self.going.setdefault(event.week, {name: {} for name in DIMENSIONS})
            for name in DIMENSIONS:
                leaf = _leaf(event, name)
                week[name][leaf] = week[name].get(leaf, 0) + 1

    def settle(self, now: float, zone: ZoneInfo, chosen: Chosen) -> bool:
        """Move the weeks that are over at ``now`` (Unix seconds, UTC) to their quarters; were
        there any?"""
        over = [week for week in self.going if is_over(week, now, zone)]
        for week in over:
            name = quarter_of_week(week)
            quarter = self.quarters.get(name)
            if quarter is None:
                quarter = Quarter(chosen.trees(name), {one: {} for one in DIMENSIONS})
                self.quarters[name] = quarter
            for dimension, counted in self.going.pop(week).items():
                known = leaves(quarter.trees[dimension])
                kept = quarter.counts[dimension]
                for leaf, count in counted.items():
                    place = leaf if leaf in known else UNSAID
                    kept[place] = kept.get(place, 0) + count
        return bool(over)

    def as_json(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "quarters": {
                name: {"trees": one.trees, "counts": one.counts}
                for name, one in self.quarters.items()
            },
            "going": self.going,
        }

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> Counts:
        quarters = {
            name: Quarter({key: _tree(tree) for key, tree in one["trees"].items()}, one["counts"])
            for name, one in said["quarters"].items()
        }
        return cls(said["first"], quarters, said["going"])


def fits(event: Event, now: float, zone: ZoneInfo) -> bool:
    """Was it sent by now and not long ago, in a lane that there is? Else it was not made by us."""
    today = dt.datetime.fromtimestamp(now, zone).date()
    lately = today - _OLDEST <= monday(event.week) <= today + DAY
    return event.lane in leaves(LANES) and lately


def quarter_at(moment: float, zone: ZoneInfo) -> str:
    """The quarter that the week of ``moment`` (Unix seconds, UTC) belongs to."""
    year, week, _ = dt.datetime.fromtimestamp(moment, zone).isocalendar()
    return quarter_of_week(f"{year}-W{week:02}")


def quarter_of_week(week: str) -> str:
    thursday = monday(week) + 3 * DAY
    return f"{thursday.year}-Q{(thursday.month + 2) // 3}"


def monday(week: str) -> dt.date:
    """The first day of an ISO week (``2026-W48``)."""
    return dt.date.fromisocalendar(int(week[:4]), int(week[-2:]), 1)


def weeks_of(quarter: str) -> tuple[str, ...]:
    year, month = int(quarter[:4]), 3 * int(quarter[-1]) - 2
    first = dt.date(year, month, 1)
    day = first + (3 - first.weekday()) % 7 * DAY
    found = []
    while f"{day.year}-Q{(day.month + 2) // 3}" == quarter:
        iso = day.isocalendar()
        found.append(f"{iso.year}-W{iso.week:02}")
        day += 7 * DAY
    return tuple(found)


def days_of(quarter: str) -> tuple[dt.date, dt.date]:
    """Its first Monday and its last Sunday."""
    weeks = weeks_of(quarter)
    return monday(weeks[0]), monday(weeks[-1]) + 6 * DAY


def next_quarter(quarter: str) -> str:
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year + 1}-Q1" if number == 4 else f"{year}-Q{number + 1}"


def is_over(week: str, now: float, zone: ZoneInfo) -> bool:
    """``now`` is Unix seconds (UTC)."""
    return (midnight(zone, monday(week) + 7 * DAY) + GRACE).timestamp() <= now


def last_week_over(now: float, zone: ZoneInfo) -> str:
    day = dt.datetime.fromtimestamp(now, zone).date()
    while True:
        day -= 7 * DAY
        iso = day.isocalendar()
        week = f"{iso.year}-W{iso.week:02}"
        if is_over(week, now, zone):
            return week


def _leaf(event: Event, dimension: str) -> str:
    if dimension in _FIELDS:
        return str(getattr(event, dimension)) or UNSAID
    if dimension == "hour":
        return f"{event.hour // BAND * BAND:02}"
    return event.week if dimension == "week" else str(event.weekday)


def _tree(said: Any) -> Tree:  # noqa: ANN401 (JSON)
    if isinstance(said, str):
        return said
    left, right = said
    return _tree(left), _tree(right)
