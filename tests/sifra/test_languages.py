"""Which language a visitor gets, and how times are said in it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from sifra import languages
from sifra.clock import Clock
from sifra.written_hours import Hours

OSLO = ZoneInfo("Europe/Oslo")
OFFERED = ("nb", "en", "ar")


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "nb"),
        ("*", "nb"),
        ("en", "en"),
        ("ar-SY,en;q=0.5", "ar"),
        ("nn", "nb"),
        ("no-NO,en;q=0.9", "nb"),
        ("sv;q=0.8,en;q=0.9", "en"),
        ("da", "nb"),
        ("pl,uk;q=0.9", "nb"),
        ("pl,ar;q=0.1", "ar"),
        ("AR", "ar"),
        ("en;q=0", "nb"),
        ("ar;q=0, en;q=0.1", "en"),
    ],
)
def test_the_language_that_suits_best(header: str, tag: str) -> None:
    accepted = parse_accept_header(header, LanguageAccept)
    assert languages.best(accepted, OFFERED) == tag


def test_norwegian_stands_in_where_a_text_is_missing() -> None:
    words = {"nb": "Kirka", "en": "The church"}
    assert languages.text(words, "en") == ("The church", "en")
    assert languages.text(words, "ar") == ("Kirka", "nb")


@pytest.mark.parametrize(("tag", "said"), [("nb", "man. 7. des. 12:00"), ("en", "Mon 7 Dec 12:00")])
def test_a_moment_is_said_in_local_time(tag: str, said: str) -> None:
    moment = int(dt.datetime(2026, 12, 7, 11, tzinfo=dt.UTC).timestamp())
    assert languages.day_and_hour(moment, OSLO, tag) == said


@pytest.mark.parametrize("tag", [*OFFERED, "fa-AF"])
def test_the_day_is_the_local_one(tag: str) -> None:
    moment = int(dt.datetime(2026, 6, 30, 22, 30, tzinfo=dt.UTC).timestamp())
    assert "2026" in languages.date(moment, OSLO, tag)
    assert languages.date(moment, OSLO, tag) != languages.date(moment - 3600, OSLO, tag)


def test_days_in_a_row_are_said_together() -> None:
    whole_week = Hours(
        days=("fri", "mon", "tue", "wed", "sun"), opens=dt.time(8), closes=dt.time.max
    )
    said = languages.opening_hours(whole_week, "nb", "helligdager")
    assert said == ("man.–ons., fre., søn.", "08:00–24:00")


def test_holidays_are_no_day_of_the_week_and_hours_may_end_in_the_morning() -> None:
    nights = Hours(days=("sat", "sun", "holiday"), opens=dt.time(15), closes=dt.time(7))
    said = languages.opening_hours(nights, "nb", "helligdager")
    assert said == ("lør.–søn., helligdager", "15:00–07:00")


def test_arabic_has_a_comma_of_its_own() -> None:
    nights = Hours(days=("sat", "holiday"), opens=dt.time(15), closes=dt.time(7))
    said = languages.opening_hours(nights, "ar", "العطل")
    assert said == ("السبت، العطل", "15:00–07:00")


def test_the_clock_goes_on_from_the_moment_it_is_set_to() -> None:
    moment = dt.datetime(2026, 12, 24, 22, 15, tzinfo=OSLO)
    shifted = Clock.starting_at(moment)
    assert 0 <= shifted.now() - int(moment.timestamp()) <= 60
    assert Clock.starting_at(None) == Clock()
    assert isinstance(Clock().now(), int)


@pytest.mark.parametrize("tag", sorted({*languages._OWN_NAMES} - {"ckb"}))
def test_a_language_is_called_as_babel_has_it(tag: str) -> None:
    locale = Locale.parse(tag, sep="-")
    assert languages.own_name_within(tag) == locale.languages[str(locale)]
    if tag not in languages.LANGUAGES:
        assert languages.own_name(tag).casefold() == locale.languages[str(locale)].casefold()
