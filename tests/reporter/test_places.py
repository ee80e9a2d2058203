"""Unsafe places: nobody needs to be named, and who can mend one is proposed as a reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from reporter import readers
from sifra.municipality import Municipality
from tests.reporter.choosing import (
    SHIPPED,
    checked,
    chosen,
    give_cards,
    lose_card,
    pause,
    promised,
    values,
)
from tests.reporter.conftest import Install
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, local, set_clock

pytestmark = pytest.mark.usefixtures("every_key", "tuesday_morning")

TEXT = "Helt mørkt bak stasjonen, lyset har vært ødelagt i to uker."
TICKED = {"danger": "no", "topic": "place", "place": "askim_stasjon", "urgency": "whenever"}
BOTH = "youth_team,slt"
PROPOSED = "SLT-koordinatoren jobber med slikt. Derfor står de som valgt. Du kan velge noe annet."


def test_the_form_says_that_nobody_needs_to_be_named(visitor: Visitor) -> None:
    hint = visitor.get("/nb/tip").one(".if-place").get_text()
    assert "Da trenger du ikke skrive om noen person." in hint


def test_the_slt_coordinator_reads_within_five_working_days(
    installed: Installation, visitor: Visitor
) -> None:
    page = visitor.write(TEXT, **TICKED)
    assert values(page)[0] == TEAM
    assert checked(page) == [BOTH]
    assert PROPOSED in page.said
    assert "tirsdag 1. desember kl. 12" in page.said
    assert page.numbers == []
    visitor.press("send")
    assert {*chosen(installed)} == {TEAM, "slt"}
    assert promised(installed) == int(local(2026, 12, 1, 12).timestamp())


def test_the_sender_may_choose_otherwise_and_it_stays_so(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.write(TEXT, **TICKED)
    visitor.press("edit", readers=TEAM)
    page = visitor.press("review", text=TEXT + " Fiks det.")
    assert checked(page) == [TEAM]
    assert PROPOSED not in page.said
    visitor.press("send")
    assert chosen(installed) == (TEAM,)


def test_what_stood_as_chosen_for_a_place_is_not_carried_into_something_else(
    visitor: Visitor,
) -> None:
    visitor.write(TEXT, **TICKED)
    visitor.press("edit")
    assert checked(visitor.press("review", topic="home")) == [TEAM]


def test_who_sends_without_a_review_has_let_nobody_else_in(
    installed: Installation, visitor: Visitor
) -> None:
    """The ceiling: what is not chosen is not proposed by the rules either."""
    page = visitor.write(TEXT, **TICKED)
    bare = [(n, v) for n, v in page.filled("send") if n not in ("readers", "promise")]
    visitor.post("/nb/tip", bare)
    assert chosen(installed) == (TEAM,)


@pytest.mark.parametrize("ticked", [{"danger": "yes"}, {"urgency": "now"}], ids=str)
def test_where_it_is_urgent_nobody_is_proposed(visitor: Visitor, ticked: dict[str, str]) -> None:
    page = visitor.write(TEXT, **{**TICKED, **ticked})
    assert checked(page) == [TEAM]
    assert PROPOSED not in page.said


def test_without_a_key_card_they_are_neither_offered_nor_proposed(
    installed: Installation, visitor: Visitor
) -> None:
    lose_card(installed, "slt")
    page = visitor.write(TEXT, **TICKED)
    assert checked(page) == [TEAM]
    assert PROPOSED not in page.said


def test_a_proposal_is_told_no_sooner_than_the_usual_readers(
    installed: Installation, visitor: Visitor
) -> None:
    pause(installed, TEAM)
    page = visitor.write(TEXT, **TICKED)
    assert checked(page) == [BOTH]
    assert "Vi kan ikke si når noen leser dette." in page.said
    visitor.press("send")
    assert promised(installed) is None


WIDE = ("youth_team", "police", "slt")


@pytest.mark.parametrize(
    ("choices", "stands"),
    [
        ((("youth_team",), WIDE, ("youth_team", "slt")), BOTH),
        ((("youth_team",), WIDE), ",".join(WIDE)),
        ((("youth_team",), ("slt",)), "slt"),
        ((("youth_team",), ("youth_team", "police")), TEAM),
    ],
    ids=["the narrowest", "the only one", "them alone", "none has them"],
)
def test_the_narrowest_choice_that_has_them_is_proposed(
    install: Install, choices: tuple[readers.Units, ...], stands: str
) -> None:
    file: Municipality = replace(SHIPPED, reader_choices=choices)
    made = install(municipality=file)
    give_cards(made)
    set_clock(made, TUESDAY_MORNING + dt.timedelta(minutes=1))
    assert checked(made.visitor().write(TEXT, **TICKED)) == [stands]


def test_where_two_are_to_be_let_in_a_choice_with_one_of_them_is_not_proposed(
    install: Install,
) -> None:
    rules = tuple(
        replace(rule, suggests=("police", "slt")) if rule.id == "place" else rule
        for rule in SHIPPED.rules
    )
    choices = ((TEAM,), (TEAM, "slt"), WIDE)
    made = install(municipality=replace(SHIPPED, rules=rules, reader_choices=choices))
    give_cards(made)
    set_clock(made, TUESDAY_MORNING)
    page = made.visitor().write(TEXT, **TICKED)
    assert checked(page) == [",".join(WIDE)]
    assert "Politikontakten og SLT-koordinatoren jobber med slikt." in page.said
