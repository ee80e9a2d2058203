"""What staff type on the rota's page becomes the right moments, on the hard nights too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from triage.rota import rota_forms
from triage.rota.rota_forms import Span

OSLO = ZoneInfo("Europe/Oslo")
NOW = dt.datetime(2026, 11, 24, 10, 30, tzinfo=OSLO)
"""A Tuesday in week 48."""

EVENING = {"date": "2026-11-24", "opens": "18:00", "closes": "22:00", "least": "1"}


@pytest.fixture(autouse=True)
def words(app: Flask) -> Iterator[None]:
    """What is wrong is said in the language of the page."""
    with app.test_request_context():
        yield


def utc(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ({}, "2026-11-24T18:00+01:00", "2026-11-24T22:00+01:00"),
        ({"closes": "01:30"}, "2026-11-24T18:00+01:00", "2026-11-25T01:30+01:00"),
        ({"closes": "00:00"}, "2026-11-24T18:00+01:00", "2026-11-25T00:00+01:00"),
        ({"closes": "24:00"}, "2026-11-24T18:00+01:00", "2026-11-25T00:00+01:00"),
        ({"opens": "18", "closes": "22.15"}, "2026-11-24T18:00+01:00", "2026-11-24T22:15+01:00"),
        (
            {"date": "2026-12-31", "closes": "02"},
            "2026-12-31T18:00+01:00",
            "2027-01-01T02:00+01:00",
        ),
        (
            {"date": "2026-11-23", "opens": "22:00", "closes": "21:00"},
            "2026-11-23T22:00+01:00",
            "2026-11-24T21:00+01:00",
        ),
        # The night that skips 02 to 03.
        (
            {"date": "2027-03-27", "opens": "22:00", "closes": "04:00"},
            "2027-03-27T22:00+01:00",
            "2027-03-28T04:00+02:00",
        ),
        (
            {"date": "2027-03-27", "opens": "22:00", "closes": "02:30"},
            "2027-03-27T22:00+01:00",
            "2027-03-28T03:00+02:00",
        ),
        (
            {"date": "2027-03-28", "opens": "02:30", "closes": "06:00"},
            "2027-03-28T03:00+02:00",
            "2027-03-28T06:00+02:00",
        ),
        # The night in which 02 to 03 comes twice: it opens at the later, closes at the earlier.
        (
            {"date": "2027-10-30", "opens": "22:00", "closes": "02:30"},
            "2027-10-30T22:00+02:00",
            "2027-10-31T02:30+02:00",
        ),
        (
            {"date": "2027-10-31", "opens": "02:30", "closes": "06:00"},
            "2027-10-31T02:30+01:00",
            "2027-10-31T06:00+01:00",
        ),
    ],
    ids=[
        "evening",
        "over-midnight",
        "to-midnight",
        "to-24",
        "short-spelling",
        "new-year",
        "began-yesterday",
        "hour-skipped",
        "closes-in-the-gap",
        "opens-in-the-gap",
        "closes-in-the-hour-twice",
        "opens-in-the-hour-twice",
    ],
)
def test_a_shift_is_local_time(typed: dict[str, str], start: str, end: str) -> None:
    now = dt.datetime.fromisoformat(start) - dt.timedelta(days=3)
    if typed.get("date") == "2026-11-23":
        now = NOW
    asked = rota_forms.shift({**EVENING, **typed}, now, OSLO)
    assert (asked.span, asked.errors) == (Span(utc(start), utc(end)), {})


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"date": ""}, {"date"}),
        ({"date": "24.11.2026"}, {"date"}),
        ({"date": "2026-02-30"}, {"date"}),
        ({"date": "2026-11-23"}, {"date"}),
        ({"date": "2027-11-26"}, {"date"}),
        ({"opens": ""}, {"opens"}),
        ({"opens": "25:00", "closes": "18:60"}, {"opens", "closes"}),
        ({"opens": "24:30"}, {"opens"}),
        ({"opens": "-1:00"}, {"opens"}),
        ({"opens": "١٨:00"}, {"opens"}),
        ({"closes": "18:00"}, {"closes"}),
        ({"date": "2027-03-28", "opens": "02:10", "closes": "02:50"}, {"closes"}),
        ({"date": "2027-10-31", "opens": "02:10", "closes": "02:50"}, {"closes"}),
        ({"least": "0"}, {"least"}),
        ({"least": "21"}, {"least"}),
        ({"least": ""}, {"least"}),
        ({"least": "to"}, {"least"}),
        ({"date": "x", "opens": "x", "closes": "x", "least": "x"}, set(EVENING)),
    ],
)
def test_what_is_wrong_is_said_of_its_field(typed: dict[str, str], wrong: set[str]) -> None:
    asked = rota_forms.shift({**EVENING, **typed}, NOW, OSLO)
    assert asked.span is None
    assert set(asked.errors) == wrong
    assert set(rota_forms.shift({}, NOW, OSLO).errors) == set(EVENING)


@pytest.mark.parametrize("least", ["1", " 2 ", "20"])
def test_the_least_number(least: str) -> None:
    assert rota_forms.shift({**EVENING, "least": least}, NOW, OSLO).least == int(least)


@pytest.mark.parametrize(
    ("now", "until", "end"),
    [
        ("2026-11-24T18:00+01:00", "23:00", "2026-11-24T23:00+01:00"),
        ("2026-11-24T18:00+01:00", "23", "2026-11-24T23:00+01:00"),
        ("2026-11-24T22:00+01:00", "02:00", "2026-11-25T02:00+01:00"),
        ("2026-11-24T22:00+01:00", "24:00", "2026-11-25T00:00+01:00"),
        ("2027-03-27T23:00+01:00", "04:00", "2027-03-28T04:00+02:00"),
        ("2027-10-30T23:00+02:00", "02:30", "2027-10-31T02:30+02:00"),
        ("2026-11-24T22:59+01:00", "23", "2026-11-24T23:00+01:00"),
        ("2026-11-24T18:00+01:00", "2230", "2026-11-24T22:30+01:00"),
        ("2026-11-24T03:00+01:00", "930", "2026-11-24T09:30+01:00"),
        # 02:30 was shown once, and is shown once more.
        ("2027-10-31T02:45+02:00", "02:30", "2027-10-31T02:30+01:00"),
        ("2026-11-24T18:00+01:00", "2260", None),
        ("2026-11-24T23:30+01:00", "23:00", None),
        ("2026-11-24T23:00+01:00", "23:00", None),
        ("2026-11-24T18:00+01:00", "17:00", None),
        ("2026-11-24T18:00+01:00", "", None),
        ("2026-11-24T18:00+01:00", "snart", None),
    ],
)
def test_until_is_the_next_time_that_the_clock_shows_it(
    now: str, until: str, end: str | None
) -> None:
    moment = dt.datetime.fromisoformat(now)
    asked = rota_forms.stay({"until": until}, moment, OSLO)
    assert asked.span == (Span(utc(now), utc(end)) if end else None)
    assert set(asked.errors) == (set() if end else {"until"})


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("date", ["2026-11-24", "2027-03-28", "2027-10-31"])
def test_what_stands_in_the_field_at_first_is_always_to_come(date: str, hour: int) -> None:
    now = dt.datetime.fromisoformat(f"{date}T{hour:02}:59").replace(tzinfo=OSLO)
    asked = rota_forms.stay({"until": rota_forms.likely_stay(now, OSLO)}, now, OSLO)
    assert asked.span is not None
    assert asked.span.end - asked.span.start >= 60 * 60


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ({"week": "29"}, "2027-07-19", "2027-07-25"),
        ({"week": "48"}, "2026-11-23", "2026-11-29"),
        ({"week": "47"}, "2027-11-22", "2027-11-28"),
        ({"week": "53"}, "2026-12-28", "2027-01-03"),
        ({"first": "2026-12-24"}, "2026-12-24", "2026-12-24"),
        ({"first": "2026-12-24", "last": "2026-12-26"}, "2026-12-24", "2026-12-26"),
        ({"first": "2026-11-20", "last": "2026-11-24"}, "2026-11-24", "2026-11-24"),
        ({"first": "0001-01-01", "last": "2026-11-25"}, "2026-11-24", "2026-11-25"),
    ],
)
def test_days_off(typed: dict[str, str], first: str, last: str) -> None:
    asked = rota_forms.days_off(typed, NOW, OSLO)
    assert asked.errors == {}
    assert asked.dates == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {"first"}),
        ({"last": "2026-12-24"}, {"first"}),
        ({"last": "x"}, {"first", "last"}),
        ({"first": "2026-12-24", "last": "x"}, {"last"}),
        ({"first": "2026-12-24", "last": "2026-12-23"}, {"last"}),
        ({"first": "2026-11-20", "last": "2026-11-23"}, {"last"}),
        ({"first": "2027-11-20", "last": "2027-11-26"}, {"last"}),
        ({"week": "0"}, {"week"}),
        ({"week": "54"}, {"week"}),
        ({"week": "uke 29"}, {"week"}),
        ({"week": "29", "first": "2026-12-24"}, {"week"}),
    ],
)
def test_days_off_that_are_none(typed: dict[str, str], wrong: set[str]) -> None:
    asked = rota_forms.days_off(typed, NOW, OSLO)
    assert asked.dates is None
    assert set(asked.errors) == wrong


def test_a_week_that_neither_year_has() -> None:
    now = dt.datetime(2027, 2, 1, 12, tzinfo=OSLO)
    assert set(rota_forms.days_off({"week": "53"}, now, OSLO).errors) == {"week"}
