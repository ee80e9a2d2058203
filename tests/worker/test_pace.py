"""When a unit is told: the grid, the waits between attempts, the night's work."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.worker.pace import Pace, night_due, passed, point, wait

PACE = Pace()
OSLO = ZoneInfo("Europe/Oslo")
seeds = st.binary(min_size=16, max_size=16)
units = st.sampled_from(["youth_team", "police", "slt"])
moments = st.integers(1_700_000_000, 1_900_000_000)
grids = st.integers(60, 3600)


@given(seeds, units, moments, grids)
def test_each_slot_has_one_point_inside_it(seed: bytes, unit: str, now: int, grid: int) -> None:
    slot = now // grid
    drawn = point(seed, unit, slot, grid)
    assert slot * grid <= drawn < (slot + 1) * grid
    assert drawn == point(seed, unit, slot, grid)


@given(seeds)
def test_the_second_is_drawn_anew_for_each_slot_and_unit(seed: bytes) -> None:
    offsets = {
        unit: [point(seed, unit, slot, 900) % 900 for slot in range(200)]
        for unit in ("youth_team", "police")
    }
    for one in offsets.values():
        assert len(set(one)) > 150
        assert min(one) < 90
        assert max(one) > 810
    equal = sum(a == b for a, b in zip(offsets["youth_team"], offsets["police"], strict=True))
    assert equal < 20


@given(seeds, units, moments, st.integers(0, 4000), grids)
def test_it_is_time_when_a_point_has_passed(
    seed: bytes, unit: str, since: int, seconds: int, grid: int
) -> None:
    now = since + seconds
    points = [point(seed, unit, slot, grid) for slot in range(since // grid - 2, now // grid + 3)]
    assert passed(seed, unit, since, now, grid) == any(since < one <= now for one in points)


@given(seeds, units, moments, grids)
def test_the_second_itself_belongs_to_the_turn_that_ends_there(
    seed: bytes, unit: str, now: int, grid: int
) -> None:
    drawn = point(seed, unit, now // grid, grid)
    assert passed(seed, unit, drawn - 1, drawn, grid)
    assert not passed(seed, unit, drawn, drawn, grid)


@given(seeds, units, moments, st.lists(st.integers(0, 60), min_size=1, max_size=80))
def test_turns_of_any_length_miss_no_point_and_heed_none_twice(
    seed: bytes, unit: str, start: int, turns: list[int]
) -> None:
    now, told = start, 0
    for seconds in turns:
        told += passed(seed, unit, now, now + seconds, 120)
        now += seconds
    points = {point(seed, unit, slot, 120) for slot in range(start // 120, now // 120 + 1)}
    inside = sorted(one for one in points if start < one <= now)
    # Two points may fall into one turn, and are one notice.
    assert told <= len(inside)
    assert bool(told) == bool(inside)


@given(seeds, units, moments)
def test_the_wait_for_the_grid_leaves_half_of_the_shortest_promise(
    seed: bytes, unit: str, now: int
) -> None:
    slots = range(now // PACE.grid, now // PACE.grid + 3)
    following = min(
        one for one in (point(seed, unit, slot, PACE.grid) for slot in slots) if one > now
    )
    assert following - now <= 1800 - 1
    assert passed(seed, unit, now, following, PACE.grid)


@given(seeds, units, moments, st.integers(0, 100_000))
def test_after_an_outage_of_two_slots_it_is_time(
    seed: bytes, unit: str, since: int, more: int
) -> None:
    assert passed(seed, unit, since, since + 2 * PACE.grid + more, PACE.grid)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (5000, 60)]
)
def test_the_wait_doubles_up_to_an_hour(attempts: int, minutes: int) -> None:
    assert wait(attempts, 0.0, PACE) == minutes * 60


@given(st.integers(1, 200), st.floats(0, 1, exclude_max=True))
def test_the_wait_is_never_nothing_and_never_longer_than_said(attempts: int, drawn: float) -> None:
    longest = wait(attempts, 0.0, PACE)
    assert 0.7 * longest <= wait(attempts, drawn, PACE) <= longest
    assert wait(attempts, drawn, PACE) <= wait(attempts + 1, drawn, PACE)


@pytest.mark.parametrize(
    "first", ["2026-03-27", "2026-10-23", "2026-12-30"], ids=["spring", "autumn", "new-year"]
)
@pytest.mark.parametrize("every", [5, 3600])
def test_the_night_is_once_a_night_at_night(first: str, every: int) -> None:
    now = int(dt.datetime.fromisoformat(f"{first}T12:00").replace(tzinfo=OSLO).timestamp())
    last, begun = now - 3600, []
    for moment in range(now, now + 4 * 24 * 3600, every):
        if night_due(moment, last, OSLO):
            begun.append(dt.datetime.fromtimestamp(moment, OSLO))
            last = moment
    assert [one.date().isoformat() for one in begun] == [
        (dt.date.fromisoformat(first) + dt.timedelta(days)).isoformat() for days in range(1, 5)
    ]
    assert all(dt.time(3, 30) <= one.time() < dt.time(6, 30) for one in begun)


def test_a_night_that_a_wrong_clock_put_ahead_is_not_waited_for() -> None:
    night = int(dt.datetime(2026, 11, 24, 4, tzinfo=OSLO).timestamp())
    ahead = night + 400 * 24 * 3600
    assert night_due(night, ahead, OSLO)
    assert not night_due(night, night + 60, OSLO)
    assert not night_due(night + 12 * 3600, ahead, OSLO)


@pytest.mark.parametrize(("hours", "wanted"), [(12, False), (35, False), (36, True), (400, True)])
def test_by_day_only_when_nobody_was_there_at_night(hours: int, wanted: bool) -> None:
    noon = int(dt.datetime(2026, 11, 24, 12, tzinfo=OSLO).timestamp())
    assert night_due(noon, noon - hours * 3600, OSLO) is wanted
