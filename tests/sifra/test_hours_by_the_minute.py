"""Contact hours against the slow and obvious way, and what they cost."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra.contact_hours import (
    EVERY_DAY,
    HOLIDAY,
    WEEKDAYS,
    Schedule,
    Shift,
    change_points,
    intervals,
    is_open,
    next_opening,
    open_until,
)
from sifra.local_calendar import NORWEGIAN_HALF_DAYS, Calendar, HalfDay, SpecialDays
from tests.sifra.slow_hours import DAY, MINUTE, open_minutes
from tests.sifra.written_hours import (
    FRIDAY,
    NORWAY,
    SATURDAY,
    SUNDAY,
    WEEKEND,
    at,
    days_off,
    hours,
    wall,
    weekly,
)

TICK = dt.timedelta(microseconds=1)

RICH = Schedule(
    weekly=(
        weekly(WEEKDAYS, "08:00–15:30"),
        weekly(FRIDAY | SATURDAY, "19:00–02:30"),
        weekly(SUNDAY, "02:15–05:00"),
        weekly(frozenset({HOLIDAY}), "22:00–01:00"),
        weekly(WEEKDAYS, "08:00–15:00", season=((5, 15), (9, 14))),
        weekly(EVERY_DAY, "23:00–02:45", season=((12, 27), (1, 3))),
        weekly(WEEKEND, "00:00–24:00", season=((10, 25), (11, 2))),
    ),
    shifts=tuple(
        Shift(at("2026-01-02 20:00") + 17 * n * DAY, at("2026-01-03 03:30") + 17 * n * DAY)
        for n in range(215)
    ),
    special_days=(
        days_off("2027-07-19", "2027-07-25"),
        days_off("2027-12-23", "2027-12-25", "18:00–02:00"),
        days_off("2030-03-30", "2030-03-31", "22:00–02:30", "09:00–12:00"),
        days_off("2033-10-29", "2033-10-30", "21:00–02:30"),
    ),
)
TOWN = replace(NORWAY, special_days=(days_off("2028-02-29", "2028-03-01", "10:00–12:00"),))
HARD = [
    dt.date(2026, 1, 1),
    dt.date(2026, 10, 25),
    dt.date(2026, 12, 24),
    dt.date(2026, 12, 31),
    dt.date(2027, 3, 24),
    dt.date(2027, 3, 27),
    dt.date(2027, 5, 15),
    dt.date(2027, 7, 18),
    dt.date(2027, 7, 25),
    dt.date(2027, 10, 30),
    dt.date(2027, 12, 22),
    dt.date(2027, 12, 25),
    dt.date(2028, 2, 28),
    dt.date(2030, 3, 29),
    dt.date(2033, 10, 28),
    dt.date(2034, 9, 13),
    dt.date(2035, 3, 24),
]


def compare(schedule: Schedule, calendar: Calendar, first: dt.date, days: int) -> None:
    """Every minute of these local dates, and each border from both sides."""
    start = dt.datetime.combine(first, dt.time(0), calendar.zone).astimezone(dt.UTC)
    past = dt.datetime.combine(first + days * DAY, dt.time(0), calendar.zone).astimezone(dt.UTC)
    count = (past - start) // MINUTE
    slow = open_minutes(schedule, calendar, start, count)
    quick = [False] * count
    for begins, ends in intervals(schedule, calendar, first, first + (days - 1) * DAY):
        for minute in range((begins - start) // MINUTE, (ends - start) // MINUTE):
            quick[minute] = True
    assert quick == slow, (first, days, start + MINUTE * differs(quick, slow))
    borders = [n for n in range(1, count) if slow[n] != slow[n - 1]]
    points = change_points(schedule, calendar, first, first + (days - 1) * DAY)
    assert [one for one in points if one > start] == [start + n * MINUTE for n in borders]
    for n, until in zip([0, *borders], [*borders, count], strict=True):
        at_border = start + n * MINUTE
        for moment in (at_border, start + until * MINUTE - TICK):
            assert is_open(schedule, calendar, moment) is slow[n]
            if until < count:
                end = start + until * MINUTE
                closes = open_until(schedule, calendar, moment)
                assert closes == (end if slow[n] else None)
                opens = next_opening(schedule, calendar, moment)
                assert opens == (moment if slow[n] else end)


def differs(some: list[bool], others: list[bool]) -> int:
    return [a != b for a, b in zip(some, others, strict=True)].index(True)


@pytest.mark.parametrize("first", HARD, ids=str)
def test_hard_days_by_the_minute(first: dt.date) -> None:
    compare(RICH, TOWN, first, 3)


@pytest.mark.long
@pytest.mark.parametrize("year", range(2026, 2036))
def test_ten_years_by_the_minute(year: int) -> None:
    for month in range(1, 13):
        first = dt.date(year, month, 1)
        past = dt.date(year + month // 12, month % 12 + 1, 1)
        compare(RICH, TOWN, first, (past - first).days)


TIMES = st.sampled_from(["00:00", "00:01", "01:30", "02:00", "02:30", "03:00", "23:59"]) | (
    st.times().map(lambda one: one.strftime("%H:%M"))
)
CLOSINGS = TIMES | st.just("24:00")
TEXTS = st.builds("{}–{}".format, TIMES, CLOSINGS)
DATES = st.builds(lambda date, n: date + n * DAY, st.sampled_from(HARD), st.integers(-1, 4))
MONTH_DAYS = st.dates(dt.date(2028, 1, 1), dt.date(2028, 12, 31)) | DATES
SEASONS = st.tuples(*[MONTH_DAYS.map(lambda date: (date.month, date.day))] * 2)
WEEKLY = st.builds(
    lambda days, text, season: weekly(days, text, season=season),
    st.frozensets(st.integers(0, HOLIDAY)) | st.just(EVERY_DAY),
    TEXTS,
    st.none() | st.none() | SEASONS,
)
ZONES = st.sampled_from(
    # Besides Norway: half an hour back, and changes at midnight forward and back.
    ["Europe/Oslo"] * 5 + ["Australia/Lord_Howe", "America/Santiago", "America/Havana"]
).map(ZoneInfo)
HALF_DAYS = st.lists(
    st.builds(
        HalfDay,
        st.integers(-60, 60) | DATES.map(lambda date: (date.month, date.day)),
        TIMES.map(wall),
    ),
    max_size=2,
).map(tuple)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Schedule, Calendar, dt.date, int]:
    """Rules, and a few dates on which they are likely to matter."""
    first = draw(DATES)
    near = st.integers(-2, 5).map(lambda n: first + n * DAY)
    special = st.lists(
        st.builds(
            lambda date, days, texts: SpecialDays(
                date, date + days * DAY, tuple(hours(one) for one in texts)
            ),
            near,
            st.integers(0, 3),
            st.lists(TEXTS, max_size=2),
        ),
        max_size=2,
    ).map(tuple)
    shifts = st.lists(
        st.builds(
            lambda date, minute, length: Shift(
                start := dt.datetime.combine(date, dt.time(0), dt.UTC) + minute * MINUTE,
                start + length * MINUTE,
            ),
            near,
            st.integers(0, 1439),
            st.integers(1, 3000),
        ),
        max_size=2,
    ).map(tuple)
    schedule = Schedule(
        weekly=tuple(draw(st.lists(WEEKLY, max_size=4))),
        always=draw(st.sampled_from([False] * 9 + [True])),
        open_on_holidays=draw(st.booleans()),
        shifts=draw(st.just(()) | shifts),
        special_days=draw(st.just(()) | special),
    )
    calendar = Calendar(
        zone=draw(ZONES),
        country=draw(st.sampled_from(["NO", "NO", None])),
        half_days=draw(st.just(NORWEGIAN_HALF_DAYS) | HALF_DAYS),
        special_days=draw(st.just(()) | special),
    )
    return schedule, calendar, first, draw(st.integers(1, 3))


@given(questions())
def test_drawn_rules_by_the_minute(question: tuple[Schedule, Calendar, dt.date, int]) -> None:
    compare(*question)


# Speed, in CPU time. The machine is shared: the best of several tells what the work is.


def best(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.thread_time()
        work()
        taken.append(time.thread_time() - start)
    return min(taken)


def test_a_question_costs_little_once_the_day_is_known() -> None:
    moment = at("2027-03-28 03:00")
    is_open(RICH, TOWN, moment)
    assert best(lambda: [is_open(RICH, TOWN, moment) for _ in range(200)], 20) < 200 * 50e-6


def test_a_year_of_change_points_costs_little() -> None:
    years = iter(range(2026, 2031))

    def work() -> None:
        year = next(years)
        change_points(RICH, TOWN, dt.date(year, 1, 1), dt.date(year, 12, 31))

    assert best(work, 5) < 0.3
