"""The form of an adult's card: what it shows of a profile is what it reads back."""

from __future__ import annotations

import pytest

from sifra.adults import Profile
from sifra.file_reading import read
from tests.triage.example_office import MUNICIPALITY
from triage.adults import adult_form
from triage.adults.adult_form import Typed

WEEK = ["mon", "tue", "wed", "thu", "fri"]
ADULT = MUNICIPALITY.adults[1]
SAID: dict[str, object] = {"about": {"nb": "Hei.", "ar": "مرحبا."}, "languages": ["nb", "fa-AF"]}
FITS: dict[str, dict[str, object]] = {
    "little": {},
    "a name": {"called": {"nb": "Helse", "en": "Health"}},
    "places": {"found_at": ["mysen_videregaende", "club_tomter", "masan"]},
    "a week": {"hours": [{"days": WEEK, "opens": "08:00", "closes": "15:30"}]},
    "a whole day": {"hours": [{"days": ["sat", "holiday"], "opens": "00:00", "closes": "24:00"}]},
    "twice a day": {
        "hours": [
            {"days": WEEK, "opens": "08:00", "closes": "11:00"},
            {"days": ["tue"], "opens": "18:00", "closes": "24:00"},
        ]
    },
    "in several languages": {
        "drop_in": [
            {
                "where": {"nb": "Klubben", "en": "The club"},
                "hours": [
                    {"days": ["tue", "thu"], "opens": "18:00", "closes": "21:00"},
                    {"days": ["fri"], "opens": "19:00", "closes": "24:00"},
                ],
            },
            {
                "where": {"nb": "Kantina"},
                "hours": [{"days": ["mon"], "opens": "11:00", "closes": "11:30"}],
            },
        ]
    },
}


@pytest.mark.parametrize("name", FITS)
def test_what_is_shown_is_read_back(name: str) -> None:
    profile = read(Profile, {**SAID, **FITS[name]})
    assert adult_form.is_told_whole(profile)
    now = ADULT.with_profile(profile)
    given = adult_form.read(adult_form.typed_as(profile), now, MUNICIPALITY)
    assert given.errors == {}
    assert given.profile == profile


@pytest.mark.parametrize(
    "hours",
    [
        [{"days": ["mon"], "opens": f"{n:02}:00", "closes": f"{n:02}:30"} for n in (8, 10, 12)],
        [
            {
                "days": ["mon"],
                "opens": "08:00",
                "closes": "15:00",
                "season": {"from": "06-20", "to": "08-15"},
            }
        ],
    ],
    ids=["three times a day", "a season"],
)
def test_what_the_form_has_no_room_for_is_said(hours: list[dict[str, object]]) -> None:
    assert not adult_form.is_told_whole(read(Profile, {**SAID, "hours": hours}))


def test_nothing_turns_the_page_around() -> None:
    typed = adult_form.typed_as(read(Profile, {**SAID, **FITS["in several languages"]}))
    typed["called-nb"] = "Hel\u202ese\x00 \n\u2066søster"
    typed["about-ar"] = "\u202bمی\u200cخواهم\u200e.\u202c"
    typed["drop-2-where"] = "Kantina\u202e"
    profile = adult_form.read(typed, ADULT, MUNICIPALITY).profile
    assert profile is not None
    assert profile.called == {"nb": "Helse søster"}
    assert profile.about is not None
    assert profile.about["ar"] == "می\u200cخواهم\u200e."
    assert all("\u202e" not in one.where["nb"] for one in profile.drop_in)


def test_a_place_that_is_called_otherwise_now_loses_its_former_translation() -> None:
    profile = read(Profile, {**SAID, **FITS["in several languages"]})
    typed = Typed(adult_form.typed_as(profile))
    typed["drop-1-where"] = typed["drop-2-where"] = "Biblioteket"
    given = adult_form.read(typed, ADULT.with_profile(profile), MUNICIPALITY)
    assert given.profile is not None
    assert [one.where for one in given.profile.drop_in] == [
        {"nb": "Biblioteket"},
        {"nb": "Kantina"},
    ]
