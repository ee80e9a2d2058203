"""A complaint about an adult leads away from that adult, and lets in nobody unasked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import select

from sifra import tables
from sifra.conversation import ReaderView
from sifra.database import reading
from sifra.sealing import Kind
from tests.language.samples import sample
from tests.reporter.choosing import (
    KEYS,
    MINUTE,
    SHIPPED,
    checked,
    chosen,
    label,
    lose_card,
    pause,
    promised,
    values,
)
from tests.reporter.conftest import Install
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import FRIDAY_EVENING, TUESDAY_MORNING, local, set_clock

pytestmark = pytest.mark.usefixtures("every_key", "tuesday_morning")

TEXT = "Hen roper til oss og kaller oss stygge ting."
ABOUT_ONE_OF_THEM = {"topic": "adult_conduct", "adult": "youth_contact"}
ABOUT_ANOTHER = {"topic": "adult_conduct", "adult": "school_nurse"}
KEPT_OUT = "Ungdomsteamet får ikke lese dette, for det gjelder en av dem. Velg hvem som kan."
LEFT = [
    "youth_team,police",
    "youth_team,child_welfare",
    "youth_team,police,child_welfare",
    "youth_team,slt",
]


def asked_units(installed: Installation) -> set[str]:
    with reading(installed.engine) as connection:
        return {*connection.scalars(select(tables.steps.c.unit))}


# --- the form ------------------------------------------------------------------------------------


def test_the_form_asks_which_adult_of_the_file(visitor: Visitor) -> None:
    page = visitor.get("/nb/tip")
    options = page.soup.select("select[name=adult] option")
    assert [one["value"] for one in options] == [
        "",
        *(adult.id for adult in SHIPPED.adults),
        *("youth_team", "police", "child_welfare", "slt"),
    ]
    assert [one.get_text() for one in options][:2] == ["Nei, en annen voksen", "Ungdomskontakten"]


def test_an_adult_nobody_knows_is_refused_beside_the_field(visitor: Visitor) -> None:
    visitor.get("/nb/tip")
    page = visitor.press("review", 422, text=TEXT, topic="adult_conduct", adult="nobody")
    assert page.error_beside("adult")
    assert dict(page.filled("review"))["text"] == TEXT
    assert page.has("details[open] .if-adult.wrong")


def test_changing_it_keeps_the_adult(visitor: Visitor) -> None:
    visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    page = visitor.press("edit")
    assert dict(page.filled("review"))["adult"] == "youth_contact"


# --- from the adult's own page -------------------------------------------------------------------


def test_an_adults_page_leads_to_a_complaint_about_them(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.get("/nb/talk/youth_contact")
    page = visitor.press("about")
    filled = dict(page.filled("review"))
    assert {name: filled[name] for name in ABOUT_ONE_OF_THEM} == ABOUT_ONE_OF_THEM
    assert filled["text"] == ""
    assert page.errors() == []
    assert page.has("details[open] select[name=adult]")
    # "Others" are not those whom the adult works with.
    assert "Ungdomsteamet leser" not in page.said
    assert "Du velger hvem som kan lese det, før du sender." in page.said
    page = visitor.press("review", text=TEXT)
    assert values(page) == LEFT
    visitor.press("send", readers="youth_team,slt")
    assert chosen(installed) == ("slt",)


def test_who_stays_is_named_on_the_form_as_ever(visitor: Visitor) -> None:
    visitor.get("/nb/talk/school_nurse")
    page = visitor.press("about")
    assert dict(page.filled("review"))["adult"] == "school_nurse"
    assert "Ungdomsteamet leser det du skriver." in page.said
    assert not visitor.get("/nb/talk/youth_team").has("button[value=about]")


@pytest.mark.parametrize("adult", ["nobody", "youth_team", "", "\u202e", "a" * 5000])
def test_a_complaint_about_an_adult_nobody_knows_begins_with_none(
    visitor: Visitor, adult: str
) -> None:
    page = visitor.post("/nb/tip", {"step": "about", "adult": adult, "text": TEXT})
    filled = dict(page.filled("review"))
    assert (filled["topic"], filled["adult"], filled["text"]) == ("adult_conduct", "", "")
    assert visitor.press("review", text=TEXT).has("button[value=send]")


# --- the review ----------------------------------------------------------------------------------


def test_the_usual_readers_stay_where_they_are_not_of_that_adult(visitor: Visitor) -> None:
    page = visitor.write(TEXT, **ABOUT_ANOTHER)
    assert checked(page) == [TEAM]
    assert "Gjelder Helsesykepleieren" in page.said
    assert KEPT_OUT not in page.said


def test_where_they_are_all_kept_out_the_sender_is_asked_and_nothing_stands_as_chosen(
    visitor: Visitor,
) -> None:
    page = visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    assert KEPT_OUT in page.said
    assert values(page) == LEFT
    assert checked(page) == []
    for value in LEFT:
        assert "ngdomsteamet" not in label(page, value).split(" Leses ")[0].split("Politiet kan")[0]
        assert "Leses innen i dag kl. 16." in label(page, value)
    assert "Vi kan ikke si når noen leser dette." not in page.said


def test_a_complaint_may_be_about_a_unit(installed: Installation, visitor: Visitor) -> None:
    """Not everybody who works there is one of the adults of the file."""
    page = visitor.write(TEXT, topic="adult_conduct", adult=TEAM)
    assert KEPT_OUT in page.said
    assert "Gjelder Ungdomsteamet" in page.said
    assert values(page) == LEFT
    visitor.press("send", readers="youth_team,police")
    assert chosen(installed) == ("police",)


def test_a_complaint_about_a_unit_that_does_not_usually_read(
    installed: Installation, visitor: Visitor
) -> None:
    page = visitor.write(TEXT, topic="adult_conduct", adult="police")
    assert checked(page) == [TEAM]
    assert values(page) == [TEAM, "youth_team,child_welfare", "youth_team,slt"]
    visitor.press("send", readers="youth_team,slt")
    assert {*chosen(installed)} == {TEAM, "slt"}


def test_a_complaint_about_something_else_leads_away_from_nobody(visitor: Visitor) -> None:
    """A slip of the finger in a list that is out of sight."""
    page = visitor.write(TEXT, topic="bullying", adult="youth_contact")
    assert checked(page) == [TEAM]
    assert "Gjelder" not in page.said


@pytest.mark.parametrize("readers", ["", TEAM])
def test_sending_without_a_choice_is_an_error_beside_it(
    installed: Installation, visitor: Visitor, readers: str
) -> None:
    visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    page = visitor.press("send", 422, readers=readers)
    assert page.error_beside("readers") == "Feil: Velg hvem som kan lese det du skriver."
    assert page.one("blockquote").get_text() == TEXT
    assert checked(page) == []
    assert installed.cases() == []
    assert visitor.press("send", readers="youth_team,slt").has("#return-code")


@pytest.mark.parametrize("value", LEFT)
def test_keys_are_for_those_chosen_but_never_for_that_adults_unit(
    installed: Installation, visitor: Visitor, value: str
) -> None:
    visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    page = visitor.press("send", readers=value)
    left = {*value.split(",")} - {TEAM}
    assert {*chosen(installed)} == left
    assert "ngdomsteamet" not in page.said
    assert asked_units(installed) <= left
    (first, *_others) = left
    case = installed.only_case()
    body = ReaderView.open(case.sealed, first, KEYS[first]).messages()[0].body
    assert (body["text"], body["adult"]) == (TEXT, "youth_contact")
    assert promised(installed) == int(local(2026, 11, 24, 16).timestamp())


def test_each_choice_is_told_its_own_time(installed: Installation, visitor: Visitor) -> None:
    """There are no usual readers to be sooner than, also where these are silent."""
    pause(installed, TEAM, "police")
    page = visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    assert "Da kan vi ikke si når noen leser det." in label(page, "youth_team,police")
    assert "Leses innen i dag kl. 16." in label(page, "youth_team,slt")
    visitor.press("send", readers="youth_team,slt")
    assert promised(installed) == int(local(2026, 11, 24, 16).timestamp())


def test_where_an_interpreter_is_needed_each_choice_says_so(visitor: Visitor) -> None:
    page = visitor.write(sample("ar").calm, "ar", **ABOUT_ONE_OF_THEM)
    assert all("مترجم" in label(page, value) for value in LEFT)


def test_what_was_said_of_the_choice_stands(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, local(2026, 11, 24, 13, 59))
    visitor.write(TEXT, **ABOUT_ONE_OF_THEM, urgency="now")
    set_clock(installed, local(2026, 11, 24, 14, 1))
    visitor.press("send", readers="youth_team,police")
    assert promised(installed) == int(local(2026, 11, 24, 15).timestamp())


def test_sent_twice_it_is_one_case_that_names_the_same_readers(
    installed: Installation, visitor: Visitor
) -> None:
    review = visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    first = visitor.press("send", readers="youth_team,police")
    visitor.page = review
    again = visitor.press("send", readers="youth_team,police")
    assert again.code == first.code
    assert again.said == first.said
    wrong = visitor.press("kept", 422, code="1234")
    assert "ngdomsteamet" not in wrong.said
    assert "Politikontakten leser" in wrong.said
    assert len(installed.cases()) == 1


def test_more_is_sealed_to_the_same_readers(installed: Installation, visitor: Visitor) -> None:
    visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    code = visitor.press("send", readers="youth_team,police").code
    visitor.open(code)
    visitor.press("write", text="Det skjedde igjen.")
    assert chosen(installed) == ("police",)
    view = ReaderView.open(installed.only_case().sealed, "police", KEYS["police"])
    assert [one.kind for one in view.messages()].count(Kind.MORE) == 1
    assert asked_units(installed) == {"police"}


def test_a_form_that_lay_too_long_keeps_the_choice(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    set_clock(installed, TUESDAY_MORNING + 120 * MINUTE)
    page = visitor.press("send", readers="youth_team,police")
    assert checked(page) == ["youth_team,police"]
    assert visitor.press("send").has("#return-code")
    assert chosen(installed) == ("police",)


def test_a_choice_is_not_carried_into_something_else(visitor: Visitor) -> None:
    """What was "the police" of a complaint would be "the youth team and the police"."""
    visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    visitor.press("edit", readers="youth_team,police")
    assert checked(visitor.press("review", topic="bullying")) == [TEAM]


def test_nor_is_one_carried_into_a_complaint(visitor: Visitor) -> None:
    visitor.write(TEXT)
    visitor.press("edit", readers="youth_team,police")
    assert checked(visitor.press("review", **ABOUT_ONE_OF_THEM)) == []


# --- who is left ---------------------------------------------------------------------------------


def test_one_that_is_left_is_asked_for_all_the_same(
    installed: Installation, visitor: Visitor
) -> None:
    lose_card(installed, "police")
    lose_card(installed, "child_welfare")
    page = visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    assert values(page) == ["youth_team,slt"]
    assert checked(page) == []


def test_that_adults_unit_needs_no_key_card(installed: Installation, visitor: Visitor) -> None:
    lose_card(installed, TEAM)
    visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    assert visitor.press("send", readers="youth_team,police").has("#return-code")


def test_one_that_loses_its_card_is_asked_about_again(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    lose_card(installed, "police")
    page = visitor.press("send", 409, readers="youth_team,police")
    assert checked(page) == []
    assert values(page) == ["youth_team,child_welfare", "youth_team,slt"]
    assert installed.cases() == []


@pytest.mark.parametrize("moment", [TUESDAY_MORNING, FRIDAY_EVENING], ids=["day", "evening"])
def test_where_nobody_is_left_the_page_gives_the_numbers_and_no_button(
    install: Install, moment: dt.datetime
) -> None:
    alone = install(municipality=replace(SHIPPED, reader_choices=()))
    set_clock(alone, moment)
    visitor = alone.visitor()
    page = visitor.write(TEXT, **ABOUT_ONE_OF_THEM)
    assert page.steps() == ["edit"]
    assert page.numbers[0] == "116111"
    assert "Dette kan ikke sendes herfra" in page.said
    assert page.one("blockquote").get_text() == TEXT
    assert "/nb/talk" in [str(link["href"]) for link in page.main.select("a")]
    form = {**dict(page.filled("edit")), "step": "send"}
    visitor.post("/nb/tip", form, 422)
    assert alone.cases() == []


def test_with_danger_the_emergency_numbers_still_come_first(visitor: Visitor) -> None:
    page = visitor.write(TEXT, **ABOUT_ONE_OF_THEM, danger="yes")
    assert page.numbers[:3] == ["112", "113", "116111"]
    assert page.html.index('href="tel:112"') < page.html.index("<blockquote")
    assert checked(page) == []
