"""Periods, against whoever reads all of them: each hidden count may be any small number, and not
a sign of what is shown would be another."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.triage.picture_events import CHOSEN, OSLO, at, event
from triage.picture.picture_counts import DIMENSIONS, Counts, Quarter
from triage.picture.picture_shown import QUARTERS, Shown, periods
from triage.picture.suppression import FEWEST, Block, Tree, leaves

NOW = at("2026-11-25T12:00")
NAMES = ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


def spread(tree: Tree, total: int, rng: random.Random) -> dict[str, int]:
    """Some leaves have much, most have little."""
    names = leaves(tree)
    weights = [rng.choice((0.0, 0.1, 1, 5)) + 0.01 for _ in names]
    counts = dict.fromkeys(names, 0)
    for name in rng.choices(names, weights, k=total):
        counts[name] += 1
    return counts


@st.composite
def years(draw: st.DrawFn) -> Counts:
    rng = random.Random(draw(st.integers(0, 1 << 32)))
    counts = Counts(NAMES[0])
    for name in NAMES:
        total = draw(st.sampled_from([0, 3, 5, 9, 24, 60, 150]))
        trees = CHOSEN.trees(name)
        made = {one: spread(trees[one], total, rng) for one in DIMENSIONS}
        counts.quarters[name] = Quarter(trees, made)
    return counts


@dataclass(frozen=True)
class Small:
    """A count under FEWEST, and those that it is shown together with: none, when nothing is."""

    quarter: str
    dimension: str
    leaf: str
    others: tuple[str, ...]


def small_ones(counts: Counts) -> Iterator[Small]:
    """The weeks of a quarter that goes on are not shown at all."""
    whole = periods(counts, NOW, OSLO)
    for name, quarter in counts.quarters.items():
        charts = whole[name].charts
        for one in charts or DIMENSIONS:
            for leaf in leaves(quarter.trees[one]):
                if quarter.counts[one].get(leaf, 0) < FEWEST:
                    block = next((b.leaves for b in charts.get(one, ()) if leaf in b.leaves), ())
                    yield Small(name, one, leaf, tuple(o for o in block if o != leaf))


def with_count(counts: Counts, small: Small, count: int) -> Iterator[Counts]:
    """Worlds in which it is ``count``, and the rest lies with one of the others."""
    quarter = counts.quarters[small.quarter]
    made = dict(quarter.counts)
    if small.others:
        before = made[small.dimension]
        rest = sum(before.get(one, 0) for one in (small.leaf, *small.others)) - count
        for other in small.others:
            moved = before | dict.fromkeys(small.others, 0) | {small.leaf: count, other: rest}
            yield changed(counts, small.quarter, made | {small.dimension: moved})
    else:
        # So few in all that nothing is shown: the other dimensions have as many.
        made = {other: {leaves(tree)[0]: count} for other, tree in quarter.trees.items()}
        yield changed(counts, small.quarter, made | {small.dimension: {small.leaf: count}})


def changed(counts: Counts, name: str, made: dict[str, dict[str, int]]) -> Counts:
    quarter = Quarter(counts.quarters[name].trees, made)
    return Counts(counts.first, {**counts.quarters, name: quarter})


@settings(max_examples=40, deadline=None)
@given(years(), st.randoms(use_true_random=False))
def test_any_small_count_may_be_any_other(counts: Counts, rng: random.Random) -> None:
    everything = periods(counts, NOW, OSLO)
    found = list(small_ones(counts))
    for small in rng.sample(found, min(len(found), 6)):
        for count in range(FEWEST):
            assert any(
                periods(other, NOW, OSLO) == everything
                for other in with_count(counts, small, count)
            ), (small, count)


def test_a_school_year_of_four_whole_quarters() -> None:
    counts = Counts(NAMES[0])
    for name in NAMES:
        trees, rng = CHOSEN.trees(name), random.Random(name)
        counts.quarters[name] = Quarter(
            trees, {one: spread(trees[one], 40, rng) for one in DIMENSIONS}
        )
    shown = periods(counts, NOW, OSLO)
    assert list(shown) == [*reversed(NAMES), "2025-26"]
    year = shown["2025-26"]
    assert (year.is_year, year.total) == (True, 160)
    assert (year.first, year.last) == (shown["2025-Q3"].first, shown["2026-Q2"].last)
    for one in DIMENSIONS:
        assert sum(block.count for block in year.charts[one]) == 160
    # Had one of them too few, its parts would be the difference.
    counts.quarters["2025-Q4"].counts = {one: {} for one in DIMENSIONS}
    assert periods(counts, NOW, OSLO)["2025-26"].charts == {}


def test_a_quarter_without_a_case_stands_there_like_one_with_few() -> None:
    counts = Counts("2026-Q1")
    shown = periods(counts, NOW, OSLO)
    assert list(shown) == ["2026-Q4", "2026-Q3", "2026-Q2", "2026-Q1"]
    assert all(not one.charts for one in shown.values())
    few = Counts("2026-Q1")
    few.add([event("2026-W20")] * 4)
    few.settle(NOW, OSLO, CHOSEN)
    assert periods(few, NOW, OSLO) == shown


def test_two_years_at_most() -> None:
    shown = periods(Counts("2019-Q1"), NOW, OSLO)
    assert len([one for one in shown.values() if not one.is_year]) == QUARTERS


def going(*weeks: str, now: float = NOW, more: int = 0) -> Shown:
    counts = Counts("2026-Q3")
    counts.add(event(week) for week in weeks)
    counts.add([event("2026-W48")] * more)
    counts.settle(now, OSLO, CHOSEN)
    return periods(counts, now, OSLO)["2026-Q4"]


def test_what_goes_on_is_of_whole_weeks_and_whole_fives() -> None:
    shown = going(*["2026-W46"] * 8, *["2026-W47"] * 6)
    assert shown.goes_on
    assert str(shown.last) == "2026-11-22"
    assert shown.total == 10
    assert shown.charts["weekday"] == (Block(("0", "1", "2", "3", "4", "5", "6"), 10),)
    assert "week" not in shown.charts


@pytest.mark.parametrize("more", [1, 4, 5, 50])
def test_looking_twice_in_a_week_tells_nothing(more: int) -> None:
    weeks = ["2026-W47"] * 12
    assert going(*weeks, more=more) == going(*weeks)
    # On Monday too: what was sent in the last minute may not be stored yet.
    sunday, monday = at("2026-11-29T23:59"), at("2026-11-30T23:59")
    assert going(*weeks, more=more, now=monday) == going(*weeks, now=sunday)
    assert going(*weeks, more=50, now=at("2026-12-01T00:00")) != going(*weeks)


def test_a_quarter_is_whole_a_day_after_its_last_sunday() -> None:
    counts = Counts("2026-Q3")
    counts.add([event("2026-W39")] * 7)
    before = at("2026-09-28T23:59")
    counts.settle(before, OSLO, CHOSEN)
    shown = periods(counts, before, OSLO)
    assert shown["2026-Q3"].goes_on
    assert shown["2026-Q4"].last < shown["2026-Q4"].first
    after = at("2026-09-29T00:00")
    counts.settle(after, OSLO, CHOSEN)
    shown = periods(counts, after, OSLO)
    assert not shown["2026-Q3"].goes_on
    assert shown["2026-Q3"].total == 7
    assert shown["2026-Q4"].goes_on
