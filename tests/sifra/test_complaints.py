"""Who is left to read a complaint about an adult, and whom nobody could complain of."""

from __future__ import annotations

import datetime as dt

import pytest

from sifra import complaints, coverage
from sifra.complaints import Unheard
from sifra.municipality import Municipality, parse
from sifra.routing import Facts, decide
from tests.sifra.changed_file import SHIPPED, changed

FILE = parse(SHIPPED)
ADULTS = [adult.id for adult in FILE.adults]


def unheard(place: Municipality) -> list[Unheard]:
    book, senders = place.rule_book(), coverage.asked(place)
    return list(complaints.unheard(book, senders, place.choices_of_readers))


def with_choices(*choices: list[str]) -> Municipality:
    return parse(changed(("reader_choices", list(choices))))


def left(about: str, place: Municipality = FILE, **ticked: str) -> list[tuple[str, ...]]:
    facts = Facts(topic="adult_conduct", adult=about, **ticked)  # type: ignore[arg-type]
    return complaints.left(facts, place.rule_book(), place.choices_of_readers)


@pytest.mark.parametrize("adult", ADULTS)
@pytest.mark.parametrize("danger", ["yes", "no", "unsure"])
@pytest.mark.parametrize("urgency", ["now", "soon", "whenever", ""])
def test_of_each_adult_of_the_shipped_file_one_can_complain(
    adult: str, danger: str, urgency: str
) -> None:
    found = left(adult, danger=danger, urgency=urgency)
    assert found
    own = FILE.adult(adult)
    assert own is not None
    for lot in found:
        assert not {adult, own.unit} & {*lot}


def test_no_lot_is_left_twice_and_none_is_empty() -> None:
    assert left("youth_contact") == [
        ("police",),
        ("child_welfare",),
        ("police", "child_welfare"),
        ("slt",),
    ]


def test_the_shipped_file_leaves_nobody_unheard() -> None:
    assert unheard(FILE) == []


def test_where_only_the_adults_own_unit_can_be_chosen_the_others_are_named() -> None:
    place = with_choices(["youth_team"])
    (found,) = unheard(place)
    assert found == Unheard(
        "youth_contact", "danger_from_an_adult", ("police", "child_welfare", "slt")
    )
    # What it says helps.
    for unit in found.others:
        assert unheard(with_choices(["youth_team"], ["youth_team", unit])) == []


def test_without_the_topic_there_is_no_complaint() -> None:
    topics = [one for one in SHIPPED["topics"] if one["id"] != "adult_conduct"]
    rules = [
        one
        for one in SHIPPED["rules"]
        if "adult_conduct" not in one.get("when", {}).get("topic", ())
    ]
    place = parse(changed(("topics", topics), ("rules", rules), ("reader_choices", None)))
    assert unheard(place) == []


def test_a_rule_that_does_not_spare_the_unit_lets_it_read() -> None:
    rules = [{**one, "spares_adult": False} for one in SHIPPED["rules"]]
    place = parse(changed(("rules", rules), ("reader_choices", None)))
    assert unheard(place) == []
    assert left("youth_contact", place) == [("youth_team",)]


def test_what_a_rule_suggests_decides_nothing() -> None:
    """A sender who has seen no page has chosen nothing: the ceiling is the usual readers."""
    tuesday = dt.datetime(2026, 11, 24, 10, tzinfo=FILE.zone)
    facts = Facts(danger="no", topic="place", urgency="whenever")
    found = decide(facts, tuesday, FILE.rule_book())
    assert found.rule.suggests == ("slt",)
    assert found.readers == ("youth_team",)
