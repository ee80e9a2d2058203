"""Norway's holidays and what they are called."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays

from sifra import local_calendar
from sifra.local_calendar import (
    NORWEGIAN_HALF_DAYS,
    Calendar,
    HolidayName,
    easter_sunday,
    holiday_name,
    is_holiday,
    look_up,
    remember,
)
from tests.sifra import slow_hours

NORWAY = Calendar(ZoneInfo("Europe/Oslo"))
CHRISTMAS_DAY = dt.date(2026, 12, 25)


def days(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [
        first + dt.timedelta(days=n) for n in range((first.replace(year=year + 1) - first).days)
    ]


@pytest.mark.parametrize("year", slow_hours.EASTER)
def test_holidays_and_easter_are_those_of_the_table(year: int) -> None:
    assert easter_sunday(year) == slow_hours.EASTER[year]
    for date in days(year):
        assert is_holiday(NORWAY, date) == slow_hours.is_holiday(NORWAY, date), date


def test_the_half_days_of_2027() -> None:
    half = [date for date in days(2027) if any(one.falls_on(date) for one in NORWEGIAN_HALF_DAYS)]
    assert [f"{date:%a %d.%m}" for date in half] == [
        "Wed 24.03",
        "Sat 15.05",
        "Fri 24.12",
        "Fri 31.12",
    ]
    assert {one.closes for one in NORWEGIAN_HALF_DAYS} == {dt.time(12)}


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("nb", ("Første juledag", "nb")),
        ("nn", ("Første juledag", "nb")),
        ("no", ("Første juledag", "nb")),
        ("en", ("Christmas Day", "en")),
        ("en-GB", ("Christmas Day", "en")),
        ("uk", ("Різдво Христове", "uk")),
        ("ar", ("Første juledag", "nb")),
        ("fa-AF", ("Første juledag", "nb")),
        ("", ("Første juledag", "nb")),
    ],
)
def test_a_holiday_is_named_in_the_pages_language_or_in_norwegian(
    language: str, name: tuple[str, str]
) -> None:
    assert holiday_name(NORWAY, CHRISTMAS_DAY, language) == HolidayName(*name)


def test_both_holidays_of_one_date_are_named() -> None:
    named = holiday_name(NORWAY, dt.date(2027, 5, 17), "nb")
    assert named == HolidayName("Andre pinsedag, Grunnlovsdag", "nb")


def test_other_days_have_no_name() -> None:
    assert holiday_name(NORWAY, dt.date(2026, 12, 24), "nb") is None
    assert holiday_name(NORWAY, dt.date(2026, 11, 29), "nb") is None  # a Sunday
    assert holiday_name(Calendar(NORWAY.zone, None), CHRISTMAS_DAY, "nb") is None


def test_the_languages_are_those_of_the_library() -> None:
    offered = country_holidays("NO", language="no").supported_languages
    assert sorted(local_calendar._LANGUAGES["NO"].values()) == sorted(offered)


def test_what_another_process_looked_up_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    found = look_up("NO", [2026])
    assert found["NO", 2026, "nb"][CHRISTMAS_DAY] == "Første juledag"
    monkeypatch.setattr(local_calendar, "_known", {})
    remember({("NO", 2026, "nb"): {CHRISTMAS_DAY: "Jul"}})
    assert holiday_name(NORWAY, CHRISTMAS_DAY, "nb") == HolidayName("Jul", "nb")
    assert not is_holiday(NORWAY, dt.date(2026, 1, 1))
    assert is_holiday(NORWAY, dt.date(2027, 1, 1))


def test_the_environment_does_not_choose_the_language() -> None:
    code = (
        "import datetime as dt; from zoneinfo import ZoneInfo\n"
        "from sifra.local_calendar import Calendar, holiday_name\n"
        "print(*holiday_name(Calendar(ZoneInfo('Europe/Oslo')), dt.date(2026, 12, 25), 'ar'))"
    )
    environment = {**os.environ, "LANGUAGE": "uk", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "Første juledag nb"
