"""Days, hours and lists of names, as each language says them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from zoneinfo import ZoneInfo

import pytest

from reporter import promises
from sifra import languages
from sifra.languages import LANGUAGES
from sifra.written_hours import Hours

OSLO = ZoneInfo("Europe/Oslo")
YEAR = [dt.date(2026, 1, 1) + dt.timedelta(days=day) for day in range(365)]
SCRIPTS = {"Arab": "ARABIC", "Ethi": "ETHIOPIC", "Cyrl": "CYRILLIC"}
"""What the letters of the languages that are not written in Latin ones are called in Unicode."""
MONDAY = {
    "nb": "mandag 30. november kl. 12:30",
    "nn": "måndag 30. november kl. 12:30",
    "en": "Monday 30 November at 12:30",
    "pl": "poniedziałek, 30 listopada, godz. 12:30",
    "uk": "понеділок, 30 листопада, 12:30",
    "ar": "الساعة 12:30 يوم الاثنين 30 نوفمبر",
    "so": "Isniin, 30 Noofeembar saacadda 12:30",
    "ckb": "دووشەممە، 30ی تشرینی دووەم کاتژمێر 12:30",
    "lt": "lapkričio 30 d., pirmadienis, 12:30",
    "sq": "e hënë, 30 nëntor në orën 12:30",
    "ti": "ሰኑይ፣ 30 ሕዳር ሰዓት 12:30",
    "fa-AF": "دوشنبه 30 نومبر ساعت 12:30",
    "ro": "luni, 30 noiembrie la ora 12:30",
    "ru": "понедельник, 30 ноября, 12:30",
    "tr": "30 Kasım Pazartesi saat 12:30",
}
every_language = pytest.mark.parametrize("tag", sorted(LANGUAGES))


def _days(tag: str) -> list[str]:
    return [languages.day_of_week(day, tag) for day in YEAR]


def _in_full(tag: str) -> list[str]:
    noons = (dt.datetime.combine(day, dt.time(12), OSLO) for day in YEAR)
    return [languages.date(int(noon.timestamp()), OSLO, tag) for noon in noons]


@every_language
def test_no_two_days_of_a_year_are_said_alike(tag: str) -> None:
    for said, digits in ((_days(tag), r"\d+"), (_in_full(tag), r"\d+|2026")):
        assert len({*said}) == len(YEAR)
        for day, words in zip(YEAR, said, strict=True):
            assert str(day.day) in re.findall(digits, words), words


@every_language
def test_a_day_is_said_in_the_letters_of_its_language(tag: str) -> None:
    """And its digits are those that stand on the numbers to call."""
    script = SCRIPTS.get(languages._script(tag), "LATIN")
    for words in (*_days(tag), *_in_full(tag)):
        letters = [letter for letter in words if letter.isalpha()]
        # Letters such as that of an apostrophe belong to no script.
        kinds = {unicodedata.name(letter).split()[0] for letter in letters} - {"MODIFIER"}
        assert kinds == {script}, words
        assert not [one for one in words if one.isdecimal() and not one.isascii()], words
        # What CLDR says where it has no name: "M11".
        assert not re.search(r"[A-Za-z]\d", words), words


@pytest.mark.parametrize("tag", sorted({*LANGUAGES} - {"nb", "nn", "en"}))
def test_no_day_is_said_in_english(tag: str) -> None:
    """The months of other languages are like the English ones, the days of the week are not."""
    for words, english in zip(_days(tag), _days("en"), strict=True):
        assert english.split()[0] not in words
    assert sum(month in " ".join(_in_full(tag)) for month in ("January", "July", "October")) == 0


@pytest.mark.parametrize("tag", sorted(MONDAY))
def test_a_day_and_an_hour_as_they_are_said(tag: str) -> None:
    at = dt.datetime(2026, 11, 30, 12, 30, tzinfo=OSLO)
    said = promises.stamp(at, OSLO, tag)
    assert said.striptags().replace("\u00a0", " ") == MONDAY[tag]


@every_language
def test_hours_are_those_of_the_24_hour_clock(tag: str) -> None:
    evening = int(dt.datetime(2026, 11, 30, 21, tzinfo=OSLO).timestamp())
    assert languages.day_and_hour(evening, OSLO, tag).endswith(" 21:00")
    assert languages.time_of_day(dt.time(21, 15), tag) == "21:15"


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("nb", "man.–fre., helligdager"),
        ("ar", "الاثنين–الجمعة، helligdager"),
        ("ti", "ሰኑይ–ዓርቢ፣ helligdager"),
        ("so", "Isniin–Jimco, helligdager"),
        ("lt", "pr–pn, helligdager"),
    ],
)
def test_days_of_opening_hours(tag: str, said: str) -> None:
    hours = Hours(
        days=("mon", "tue", "wed", "thu", "fri", "holiday"), opens=dt.time(8), closes=dt.time(16)
    )
    assert languages.opening_hours(hours, tag, "helligdager") == (said, "08:00–16:00")


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("nb", "Ål (x), By (y) og Ås (z)"),
        ("en", "Ål (x), By (y) and Ås (z)"),
        ("ar", "Ål (x) وBy (y) وÅs (z)"),
        ("ckb", "Ål (x)، By (y) و Ås (z)"),
        ("ti", "Ål (x)፣ By (y) ከምኡውን Ås (z)"),
        ("lt", "Ål (x), By (y) ir Ås (z)"),
    ],
)
def test_names_in_a_sentence(tag: str, said: str) -> None:
    assert languages.listed(["Ål (x)", "By (y)", "Ås (z)"], tag) == said


@every_language
def test_a_list_of_one_or_two(tag: str) -> None:
    assert languages.listed(["Ål"], tag) == "Ål"
    both = languages.listed(["Ål", "Ås"], tag)
    assert (both.index("Ål"), both.count("Ås")) == (0, 1)
    assert not re.search(r"[,،፣]", both)


def test_a_sentence_ends_as_its_script_ends_it() -> None:
    assert {tag: languages.full_stop(tag) for tag in ("ti", "nb", "ar")} == {
        "ti": "።",
        "nb": ".",
        "ar": ".",
    }
