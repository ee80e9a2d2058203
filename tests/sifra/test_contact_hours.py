"""Open now, until when, when next: by hand for hard moments, by the minute for all others."""

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
from sifra.local_calendar import NORWEGIAN_HALF_DAYS, Calendar, HalfDay, Hours, SpecialDays
from tests.sifra.slow_hours import open_minutes

OSLO = ZoneInfo("Europe/Oslo")
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
TICK = dt.timedelta(microseconds=1)


def at(text: str) -> dt.datetime:
    """A moment by Oslo's clock; where the hour happens twice the offset says which."""
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=OSLO)).astimezone(dt.UTC)


def wall(text: str) -> dt.time:
    return dt.time.max if text == "24:00" else dt.time.fromisoformat(text)


def hours(text: str) -> Hours:
    opens, closes = text.split("–")
    return Hours(wall(opens), wall(closes))


def weekly(days: frozenset[int], text: str, **season: tuple[tuple[int, int], ...]) -> Weekly:
    one = hours(text)
    return Weekly(one.opens, one.closes, days, **season)  # type: ignore[arg-type]


def shift(start: str, end: str) -> Shift:
    return Shift(at(start), at(end))


def days_off(first: str, last: str, *texts: str) -> SpecialDays:
    parse = dt.date.fromisoformat
    return SpecialDays(parse(first), parse(last), tuple(hours(one) for one in texts))


FRIDAY, SATURDAY, SUNDAY = (frozenset({day}) for day in (4, 5, 6))
WEEKEND = SATURDAY | SUNDAY

NORWAY = Calendar(OSLO)
OFFICE = Schedule((weekly(WEEKDAYS, "08:00–15:30"),))
TEAM = replace(OFFICE, shifts=(shift("2026-11-27 18:00", "2026-11-27 23:00"),))
SUMMER = replace(
    OFFICE,
    weekly=(*OFFICE.weekly, weekly(WEEKDAYS, "08:00–15:00", season=((5, 15), (9, 14)))),
    special_days=(days_off("2027-07-19", "2027-07-25"),),  # week 29
)
WINTER = Schedule(
    (
        weekly(EVERY_DAY, "10:00–12:00"),
        weekly(EVERY_DAY, "18:00–20:00", season=((12, 20), (1, 6))),
    ),
    open_on_holidays=True,
)
LISTENING = Schedule((weekly(EVERY_DAY, "14:00–22:00"),), open_on_holidays=True)
DUTY = Schedule(  # child welfare out of hours
    (
        weekly(EVERY_DAY, "15:30–08:00"),
        weekly(WEEKEND | {HOLIDAY}, "00:00–24:00"),
    ),
    open_on_holidays=True,
)
NIGHT = Schedule((weekly(FRIDAY | SATURDAY, "20:00–03:30"),))
NEW_YEAR = replace(OFFICE, shifts=(shift("2026-12-31 20:00", "2027-01-01 04:00"),))
LINE = Schedule(always=True)

MOMENTS = """
who      | moment                 | open until       | or opens

# Ordinary days, and the minute of change
office   | 2026-11-24 10:00       | 2026-11-24 15:30 |
office   | 2026-11-24 07:59       |                  | 2026-11-24 08:00
office   | 2026-11-24 08:00       | 2026-11-24 15:30 |
office   | 2026-11-24 15:29       | 2026-11-24 15:30 |
office   | 2026-11-24 15:30       |                  | 2026-11-25 08:00
office   | 2026-11-27 19:30       |                  | 2026-11-30 08:00
team     | 2026-11-27 19:30       | 2026-11-27 23:00 |
team     | 2026-11-27 22:59       | 2026-11-27 23:00 |
team     | 2026-11-27 23:00       |                  | 2026-11-30 08:00
duty     | 2026-11-27 19:30       | 2026-11-30 08:00 |
line     | 2026-11-27 19:30       | always           |

# Christmas: half day, two holidays on a Friday and a Saturday, a Sunday
office   | 2026-12-24 11:59       | 2026-12-24 12:00 |
office   | 2026-12-24 12:00       |                  | 2026-12-28 08:00
office   | 2026-12-24 22:15       |                  | 2026-12-28 08:00
listening| 2026-12-24 21:59       | 2026-12-24 22:00 |
listening| 2026-12-24 22:15       |                  | 2026-12-25 14:00
duty     | 2026-12-24 08:00       |                  | 2026-12-24 15:30
duty     | 2026-12-24 23:10       | 2026-12-28 08:00 |
line     | 2026-12-24 22:15       | always           |

# New Year's Eve to New Year's Day
office   | 2026-12-31 12:00       |                  | 2027-01-04 08:00
new year | 2026-12-31 12:00       |                  | 2026-12-31 20:00
new year | 2026-12-31 23:59       | 2027-01-01 04:00 |
new year | 2027-01-01 00:00       | 2027-01-01 04:00 |
new year | 2027-01-01 04:00       |                  | 2027-01-04 08:00

# Easter; on Easter Sunday the clock goes from 02:00 to 03:00
office   | 2027-03-24 11:00       | 2027-03-24 12:00 |
office   | 2027-03-24 12:00       |                  | 2027-03-30 08:00
office   | 2027-03-28 10:00       |                  | 2027-03-30 08:00
night    | 2027-03-28 01:59       |                  | 2027-04-02 20:00
duty     | 2027-03-28 03:00       | 2027-03-30 08:00 |
listening| 2027-03-28 01:30       |                  | 2027-03-28 14:00

# 17 May is also the second day of Pentecost; pinseaften is the Saturday
office   | 2027-05-14 15:29       | 2027-05-14 15:30 |
office   | 2027-05-17 10:00       |                  | 2027-05-18 08:00
duty     | 2027-05-17 10:00       | 2027-05-18 08:00 |
duty     | 2027-05-18 08:00       |                  | 2027-05-18 15:30

# A holiday in the week: on Ascension Day the duty phone answers by day
duty     | 2027-05-06 12:00       | 2027-05-07 08:00 |

# On 31 October 2027 the hour from 02 to 03 happens twice
night    | 2027-10-30 23:00       | 2027-10-31 03:30 |
night    | 2027-10-31 02:30+02:00 | 2027-10-31 03:30 |
night    | 2027-10-31 02:30+01:00 | 2027-10-31 03:30 |
night    | 2027-10-31 03:30       |                  | 2027-11-05 20:00
office   | 2027-10-31 02:30+02:00 |                  | 2027-11-01 08:00

# Leap day, a Tuesday
office   | 2028-02-28 15:30       |                  | 2028-02-29 08:00
office   | 2028-02-29 12:00       | 2028-02-29 15:30 |
office   | 2028-02-29 15:30       |                  | 2028-03-01 08:00

# Summer hours and "stengt uke 29"
summer   | 2027-05-14 15:15       | 2027-05-14 15:30 |
summer   | 2027-05-18 15:15       |                  | 2027-05-19 08:00
summer   | 2027-07-16 15:00       |                  | 2027-07-26 08:00
summer   | 2027-07-21 10:00       |                  | 2027-07-26 08:00
summer   | 2027-09-14 15:15       |                  | 2027-09-15 08:00
summer   | 2027-09-15 15:15       | 2027-09-15 15:30 |

# A season over New Year replaces the usual hours
winter   | 2026-12-19 11:00       | 2026-12-19 12:00 |
winter   | 2026-12-20 11:00       |                  | 2026-12-20 18:00
winter   | 2027-01-01 11:00       |                  | 2027-01-01 18:00
winter   | 2027-01-06 20:00       |                  | 2027-01-07 10:00

# Nobody, ever
empty    | 2027-01-06 20:00       |                  | never
"""
SCHEDULES = {
    "office": OFFICE,
    "team": TEAM,
    "summer": SUMMER,
    "winter": WINTER,
    "listening": LISTENING,
    "duty": DUTY,
    "night": NIGHT,
    "new year": NEW_YEAR,
    "line": LINE,
    "empty": Schedule(),
}
ROWS = [[cell.strip() for cell in row.split("|")] for row in MOMENTS.splitlines()[3:] if "|" in row]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_hard_moments(row: list[str]) -> None:
    who, moment, until, opens = SCHEDULES[row[0]], at(row[1]), row[2], row[3]
    expected = FOREVER if until == "always" else at(until) if until else None
    assert is_open(who, NORWAY, moment) is bool(until)
    assert open_until(who, NORWAY, moment) == expected
    next_one = None if opens == "never" else at(opens) if opens else moment
    assert next_opening(who, NORWAY, moment) == next_one


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


# Minute by minute.

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


# Speed. The machine is shared: the best of several tells what the work is.


def best(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
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
