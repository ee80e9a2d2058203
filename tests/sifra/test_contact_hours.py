"""What is stronger than what, how hours lie when the clock changes, and what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from sifra.contact_hours import (
    EVERY_DAY,
    FOREVER,
    HOLIDAY,
    HORIZON,
    WEEKDAYS,
    Schedule,
    Shift,
    Weekly,
    change_points,
    intervals,
    is_open,
    next_opening,
    open_until,
)
from sifra.local_calendar import Calendar, HalfDay, Hours, SpecialDays
from tests.sifra.written_hours import (
    DAY,
    HOUR,
    LINE,
    LISTENING,
    NIGHT,
    NORWAY,
    OFFICE,
    OSLO,
    SATURDAY,
    TEAM,
    at,
    days_off,
    shift,
    weekly,
)


def spans(
    schedule: Schedule, first: str, last: str = "", calendar: Calendar = NORWAY
) -> list[tuple[str, str]]:
    """Open time by Oslo's clock."""
    parse = dt.date.fromisoformat
    found = intervals(schedule, calendar, parse(first), parse(last or first))
    assert all(one.tzinfo is dt.UTC for span in found for one in span)
    return [(local(start), local(end)) for start, end in found]


def local(moment: dt.datetime) -> str:
    return moment.astimezone(OSLO).strftime("%d. %H:%M %Z")


DAILY = replace(LISTENING, weekly=())


def daily(*texts: str) -> Schedule:
    return replace(DAILY, weekly=tuple(weekly(EVERY_DAY, text) for text in texts))


@pytest.mark.parametrize(
    ("date", "length"), [("2027-03-28", 23), ("2027-10-31", 25), ("2027-10-30", 24)]
)
def test_a_day_has_its_true_length(date: str, length: int) -> None:
    for schedule in (LINE, daily("00:00–24:00"), daily("00:00–00:00"), daily("12:00–12:00")):
        day = dt.date.fromisoformat(date)
        assert sum((b - a for a, b in intervals(schedule, NORWAY, day, day)), 0 * DAY) == (
            length * HOUR
        )


@pytest.mark.parametrize(
    ("text", "open_time"),
    [
        ("01:00–04:00", [("28. 01:00 CET", "28. 04:00 CEST")]),  # two hours
        ("02:30–04:00", [("28. 03:00 CEST", "28. 04:00 CEST")]),
        ("01:00–02:30", [("28. 01:00 CET", "28. 03:00 CEST")]),  # one hour: 03:00 follows 02:00
        ("02:10–02:50", []),
        ("02:00–03:00", []),
    ],
)
def test_a_wall_time_in_the_gap_is_the_moment_after(
    text: str, open_time: list[tuple[str, str]]
) -> None:
    assert spans(daily(text), "2027-03-28") == open_time


@pytest.mark.parametrize(
    ("text", "open_time"),
    [
        ("01:00–04:00", [("31. 01:00 CEST", "31. 04:00 CET")]),  # four hours
        ("02:30–04:00", [("31. 02:30 CET", "31. 04:00 CET")]),
        ("01:00–02:30", [("31. 01:00 CEST", "31. 02:30 CEST")]),
        ("02:00–03:00", [("31. 02:00 CET", "31. 03:00 CET")]),
        ("02:10–02:50", []),
    ],
)
def test_a_wall_time_that_happens_twice_is_taken_cautiously(
    text: str, open_time: list[tuple[str, str]]
) -> None:
    assert spans(daily(text), "2027-10-31") == open_time


def test_hours_that_meet_in_the_hour_that_happens_twice_leave_it_shut() -> None:
    split = daily("20:00–02:30", "02:30–08:00")
    assert not is_open(split, NORWAY, at("2027-10-31 02:30+02:00"))
    assert is_open(split, NORWAY, at("2027-10-30 02:30"))


def test_overlapping_and_adjoining_hours_are_one() -> None:
    mixed = daily("08:00–10:00", "09:00–11:00", "11:00–12:00", "09:30–09:45", "13:00–14:00")
    assert spans(mixed, "2026-11-24") == [
        ("24. 08:00 CET", "24. 12:00 CET"),
        ("24. 13:00 CET", "24. 14:00 CET"),
    ]


def test_a_rota_shift_that_meets_the_office_hours_prolongs_them() -> None:
    schedule = replace(OFFICE, shifts=(shift("2026-11-24 15:30", "2026-11-24 17:00"),))
    assert open_until(schedule, NORWAY, at("2026-11-24 10:00")) == at("2026-11-24 17:00")


def test_a_rota_shift_counts_on_holidays_half_days_and_special_days() -> None:
    planned = (
        shift("2026-12-24 18:00", "2026-12-24 23:00"),
        shift("2026-12-25 18:00", "2026-12-25 23:00"),
        shift("2026-12-28 18:00", "2026-12-29 01:00"),
    )
    schedule = Schedule(shifts=planned, special_days=(days_off("2026-12-28", "2026-12-29"),))
    assert intervals(schedule, NORWAY, dt.date(2026, 12, 1), dt.date(2026, 12, 31)) == tuple(
        (one.start, one.end) for one in planned
    )


# What is stronger than what.

GOOD_FRIDAY = "2027-03-26"


def test_special_hours_stand_over_a_holiday_a_half_day_and_the_week() -> None:
    for date in (GOOD_FRIDAY, "2026-12-24", "2026-11-24", "2026-11-28"):
        schedule = replace(OFFICE, special_days=(days_off(date, date, "10:00–14:00"),))
        (((start, end)),) = spans(schedule, date)
        assert (start[4:9], end[4:9]) == ("10:00", "14:00")


def test_special_days_of_the_calendar_shut_even_what_is_always_open() -> None:
    shut = replace(NORWAY, special_days=(days_off("2026-11-24", "2026-11-24"),))
    assert spans(LINE, "2026-11-23", "2026-11-25", shut) == [
        ("23. 00:00 CET", "24. 00:00 CET"),
        ("25. 00:00 CET", "26. 00:00 CET"),
    ]
    assert open_until(LINE, shut, at("2026-11-20 12:00")) == at("2026-11-24 00:00")
    assert next_opening(LINE, shut, at("2026-11-24 12:00")) == at("2026-11-25 00:00")


def test_where_special_days_overlap_all_must_be_open() -> None:
    calendar = replace(NORWAY, special_days=(days_off("2026-11-23", "2026-11-27", "09:00–12:00"),))
    schedule = replace(OFFICE, special_days=(days_off("2026-11-24", "2026-11-24", "10:00–15:00"),))
    assert spans(schedule, "2026-11-24", calendar=calendar) == [("24. 10:00 CET", "24. 12:00 CET")]
    closed = replace(OFFICE, special_days=(days_off("2026-11-24", "2026-11-24"),))
    assert spans(closed, "2026-11-24", calendar=calendar) == []


def test_special_hours_go_on_over_their_own_nights_and_end_where_others_begin() -> None:
    camp = days_off("2026-11-23", "2026-11-24", "20:00–02:00")
    after = replace(daily("10:00–12:00"), special_days=(camp,))
    assert spans(after, "2026-11-24", "2026-11-25") == [
        ("24. 00:00 CET", "24. 02:00 CET"),
        ("24. 20:00 CET", "25. 02:00 CET"),
        ("25. 10:00 CET", "25. 12:00 CET"),
    ]
    shut = replace(after, special_days=(camp, days_off("2026-11-25", "2026-11-25")))
    assert spans(shut, "2026-11-25") == []
    assert open_until(shut, NORWAY, at("2026-11-24 21:00")) == at("2026-11-25 00:00")


def test_what_began_on_the_evening_before_a_shut_date_ends_at_midnight() -> None:
    evenings = Schedule((weekly(EVERY_DAY, "20:00–02:00"),))
    assert open_until(evenings, NORWAY, at("2027-04-30 21:00")) == at("2027-05-01 00:00")
    on_holidays = replace(evenings, open_on_holidays=True)
    assert open_until(on_holidays, NORWAY, at("2027-04-30 21:00")) == at("2027-05-01 02:00")
    named = Schedule((weekly(EVERY_DAY | {HOLIDAY}, "20:00–02:00"),))
    assert open_until(named, NORWAY, at("2027-04-30 21:00")) == at("2027-05-01 02:00")
    closed = replace(on_holidays, special_days=(days_off("2027-04-07", "2027-04-07"),))
    assert open_until(closed, NORWAY, at("2027-04-06 21:00")) == at("2027-04-07 00:00")


def test_a_half_day_ends_the_night_before_it_and_lets_none_begin() -> None:
    nights = Schedule((weekly(EVERY_DAY, "20:00–13:00"),))
    assert spans(nights, "2026-12-23", "2026-12-24")[-1] == ("23. 20:00 CET", "24. 12:00 CET")
    assert not is_open(nights, NORWAY, at("2026-12-24 21:00"))
    assert is_open(replace(nights, open_on_holidays=True), NORWAY, at("2026-12-24 21:00"))
    tuesday = replace(NORWAY, half_days=(HalfDay((11, 24)),))
    assert next_opening(nights, tuesday, at("2026-11-24 12:00")) == at("2026-11-25 20:00")


def test_a_half_day_ends_at_the_earlier_of_two() -> None:
    calendar = replace(NORWAY, half_days=(HalfDay((10, 31), dt.time(2, 30)),))
    nights = Schedule((weekly(EVERY_DAY, "20:00–08:00"),))
    assert open_until(nights, calendar, at("2027-10-30 21:00")) == at("2027-10-31 02:30+02:00")


def test_a_holiday_is_stronger_than_a_half_day() -> None:
    both = replace(NORWAY, half_days=(HalfDay((5, 17), dt.time(10)),))
    named = Schedule((weekly(frozenset({HOLIDAY}), "08:00–14:00"),))
    assert spans(named, "2027-05-17", calendar=both) == [("17. 08:00 CEST", "17. 14:00 CEST")]


def test_a_season_replaces_the_whole_week() -> None:
    schedule = Schedule(
        (
            weekly(EVERY_DAY, "08:00–16:00"),
            weekly(SATURDAY, "10:00–12:00", season=((6, 1), (8, 31))),
        )
    )
    assert spans(schedule, "2027-06-04") == []
    assert spans(schedule, "2027-06-05") == [("05. 10:00 CEST", "05. 12:00 CEST")]


def test_a_season_without_days_is_shut() -> None:
    closed = replace(
        OFFICE,
        weekly=(*OFFICE.weekly, weekly(frozenset(), "00:00–24:00", season=((7, 1), (7, 31)))),
    )
    assert next_opening(closed, NORWAY, at("2027-06-30 16:00")) == at("2027-08-02 08:00")


@pytest.mark.parametrize(("year", "days"), [(2027, 28), (2028, 29)])
def test_a_season_to_or_from_leap_day(year: int, days: int) -> None:
    first, last = dt.date(year, 2, 1), dt.date(year, 3, 31)
    until = Schedule((weekly(EVERY_DAY, "10:00–11:00", season=((2, 1), (2, 29))),))
    since = Schedule((weekly(EVERY_DAY, "10:00–11:00", season=((2, 29), (3, 31))),))
    calendar = replace(NORWAY, country=None, half_days=())
    assert len(intervals(until, calendar, first, last)) == days
    assert len(intervals(since, calendar, first, last)) == 31 + days - 28


# The shape of the answers.


def test_change_points_are_those_of_these_dates_alone() -> None:
    date = dt.date(2026, 11, 24)
    assert change_points(OFFICE, NORWAY, date, date) == (
        at("2026-11-24 08:00"),
        at("2026-11-24 15:30"),
    )
    assert change_points(LINE, NORWAY, date, date + 9 * DAY) == ()
    nightly = daily("20:00–02:00")
    assert change_points(nightly, NORWAY, date, date) == (
        at("2026-11-24 02:00"),
        at("2026-11-24 20:00"),
    )
    midnight = daily("12:00–24:00")
    assert change_points(midnight, NORWAY, date, date) == (
        at("2026-11-24 00:00"),
        at("2026-11-24 12:00"),
    )


def test_intervals_are_cut_off_at_the_outer_midnights() -> None:
    assert spans(LINE, "2026-11-24", "2026-11-25") == [("24. 00:00 CET", "26. 00:00 CET")]
    assert spans(LINE, "2026-11-25", "2026-11-24") == []


def test_hours_of_the_calendars_special_days_open_what_has_none_of_its_own() -> None:
    day = dt.date(2027, 5, 15)
    fair = replace(
        NORWAY, special_days=(SpecialDays(day, day, (Hours(dt.time(10), dt.time(14)),)),)
    )
    assert next_opening(Schedule(), fair, at("2027-05-10 12:00")) == at("2027-05-15 10:00")
    assert next_opening(Schedule(), NORWAY, at("2027-05-10 12:00")) is None


def test_the_search_ends_at_the_horizon() -> None:
    moment = at("2026-11-24 12:00")
    for days, found in ((HORIZON, True), (HORIZON + 2, False)):
        later = Shift(moment + days * DAY, moment + days * DAY + HOUR)
        opens = next_opening(Schedule(shifts=(later,)), NORWAY, moment)
        assert opens == (later.start if found else None)
    end = (moment + HORIZON * DAY).astimezone(OSLO).date()
    for days, closes in ((0, True), (2, False)):
        date = end + days * DAY
        schedule = replace(LINE, special_days=(SpecialDays(date, date),))
        assert (open_until(schedule, NORWAY, moment) != FOREVER) is closes


@pytest.mark.parametrize("ask", [is_open, open_until, next_opening])
def test_a_naive_moment_is_refused(ask: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        ask(OFFICE, NORWAY, dt.datetime(2026, 11, 24, 10))  # noqa: DTZ001


def test_the_zone_of_the_moment_does_not_matter() -> None:
    moment = at("2027-10-31 02:30+01:00")
    for zone in (OSLO, dt.UTC, ZoneInfo("Asia/Tokyo"), dt.timezone(-5 * HOUR)):
        asked = moment.astimezone(zone)
        assert is_open(NIGHT, NORWAY, asked)
        assert open_until(NIGHT, NORWAY, asked) == at("2027-10-31 03:30")
        assert next_opening(NIGHT, NORWAY, asked) == moment


def test_equal_rules_are_one_and_others_are_not() -> None:
    same = replace(TEAM)
    assert same == TEAM
    assert hash(same) == hash(TEAM)
    moment = at("2026-11-27 19:30")
    other = replace(TEAM, shifts=(shift("2026-11-27 17:00", "2026-11-27 19:00"),))
    assert is_open(same, NORWAY, moment)
    assert not is_open(other, NORWAY, moment)
    last = shift("2026-12-30 17:00", "2026-12-30 19:00")
    alike = [replace(one, shifts=(*one.shifts, last)) for one in (same, other)]
    assert hash(alike[0]) == hash(alike[1])
    assert [is_open(one, NORWAY, moment) for one in alike] == [True, False]
    here = Calendar(OSLO), replace(NORWAY, zone=ZoneInfo("Asia/Tokyo"))
    assert [is_open(OFFICE, one, at("2026-11-24 10:00")) for one in here] == [True, False]


NAIVE = dt.datetime(2026, 11, 24, 10)  # noqa: DTZ001
BAD: dict[str, Callable[[], object]] = {
    "opens at 24:00": lambda: Hours(dt.time.max, dt.time(2)),
    "seconds": lambda: Hours(dt.time(8, 0, 30), dt.time(15)),
    "a time with a zone": lambda: Hours(dt.time(8, tzinfo=dt.UTC), dt.time(15)),
    "an eighth weekday": lambda: Weekly(dt.time(8), dt.time(9), frozenset({8})),
    "weekly seconds": lambda: Weekly(dt.time(8), dt.time(9, 0, 1), WEEKDAYS),
    "a season from nowhere": lambda: weekly(WEEKDAYS, "08:00–09:00", season=((2, 30), (3, 1))),
    "special days backwards": lambda: days_off("2027-01-02", "2027-01-01"),
    "a half day on no date": lambda: HalfDay((4, 31)),
    "a half day to a second": lambda: HalfDay((12, 24), dt.time(12, 0, 1)),
    "a shift of no length": lambda: shift("2027-01-02 10:00", "2027-01-02 10:00"),
    "a shift without a zone": lambda: Shift(NAIVE, NAIVE + HOUR),
    "a country without holidays": lambda: Calendar(OSLO, "XX"),
}


@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
def test_what_cannot_be_meant_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        make()
