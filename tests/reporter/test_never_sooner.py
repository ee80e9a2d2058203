"""A choice of readers is a ceiling, and never a way to be faster."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import insert

from reporter import readers
from reporter.forms import DANGERS, URGENCIES
from sifra import tables
from sifra.database import writing
from sifra.duty import Duty
from sifra.file_parts import TOPICS
from sifra.routing import Facts, decide
from tests.reporter.choosing import (
    CHOICES,
    MINUTE,
    SHIPPED,
    TEXT,
    checked,
    give_cards,
    label,
    pause,
    promised,
)
from tests.reporter.conftest import Install
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import FRIDAY_EVENING, TUESDAY_MORNING, local, set_clock
from tests.reporter.pages import said

pytestmark = pytest.mark.usefixtures("every_key")


def evening_shift(installed: Installation, unit: str, moment: dt.datetime) -> None:
    start = int(moment.timestamp())
    with writing(installed.engine) as connection:
        connection.execute(
            insert(tables.shifts).values(
                id="1" * 32, unit=unit, start=start, end=start + 3 * 3600, least=0
            )
        )


def test_a_wider_choice_is_told_no_sooner(installed: Installation, visitor: Visitor) -> None:
    """The police are on duty tonight, and the youth team is not."""
    set_clock(installed, FRIDAY_EVENING)
    evening_shift(installed, "police", FRIDAY_EVENING)
    page = visitor.write(TEXT)
    assert "mandag 30. november" in page.one("section.numbers").get_text()
    assert "kl." not in label(page, "youth_team,police")
    sent = visitor.press("send", readers="youth_team,police")
    assert "mandag 30. november" in sent.main.get_text()
    assert promised(installed) == int(local(2026, 11, 30, 12).timestamp())
    # In the mailbox as well.
    assert "mandag 30. november" in visitor.open(sent.code).one(".state").get_text()


def test_while_the_usual_readers_promise_nothing_nothing_is_promised(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    pause(installed, TEAM)
    page = visitor.write(TEXT)
    assert "Vi kan ikke si når noen leser dette." in page.main.get_text()
    assert not page.has("[name=promise]")
    code = visitor.press("send", readers="youth_team,police").code
    case = installed.only_case()
    assert (case.clear.promised, case.clear.read_by) == (None, None)
    visitor.open(code)
    visitor.press("write", text="Og en ting til.")
    assert promised(installed) is None


WITHOUT_TEAM = (("youth_team",), ("police",), ("child_welfare",))


@pytest.fixture
def apart(install: Install) -> Installation:
    """Where a sender may choose others instead of the youth team."""
    file = replace(SHIPPED, reader_choices=WITHOUT_TEAM)
    made = install(municipality=file)
    give_cards(made)
    return made


def test_a_choice_that_is_read_later_says_so_and_is_promised_so(apart: Installation) -> None:
    set_clock(apart, TUESDAY_MORNING)
    with writing(apart.engine) as connection:
        connection.execute(
            insert(tables.days_off).values(
                id="2" * 32, unit="police", first="2026-11-24", last="2026-11-25"
            )
        )
    visitor = apart.visitor()
    page = visitor.write(TEXT)
    assert "Leses innen i dag kl. 16." in said(page.one("dl.facts"))
    assert "Blir lest senere: innen torsdag 26. november kl. 12." in label(page, "police")
    assert "senere" not in label(page, "child_welfare")
    visitor.press("send", readers="police")
    assert promised(apart) == int(local(2026, 11, 26, 12).timestamp())


def test_a_choice_of_which_nothing_can_be_said_says_so(apart: Installation) -> None:
    set_clock(apart, TUESDAY_MORNING)
    pause(apart, "police")
    visitor = apart.visitor()
    page = visitor.write(TEXT)
    assert "Da kan vi ikke si når noen leser det." in label(page, "police")
    assert visitor.press("send", readers="police").has("#return-code")
    assert promised(apart) is None


@pytest.mark.parametrize("readers", ["youth_team", "police", "child_welfare"])
def test_what_was_said_of_each_choice_stands(apart: Installation, readers: str) -> None:
    """Looked over a minute before everybody goes home."""
    set_clock(apart, local(2026, 11, 24, 13, 59))
    visitor = apart.visitor()
    visitor.write(TEXT, topic="planned_fight")
    set_clock(apart, local(2026, 11, 24, 14, 1))
    visitor.press("send", readers=readers)
    assert promised(apart) == int(local(2026, 11, 24, 15).timestamp())


def test_a_promise_is_for_its_own_choice(apart: Installation) -> None:
    set_clock(apart, TUESDAY_MORNING)
    visitor = apart.visitor()
    form = [(n, v) for n, v in visitor.write(TEXT).filled("send") if n != "readers"]
    usual = next(item for item in form if item[0] == "promise")
    rest = [item for item in form if item[0] != "promise"]
    page = visitor.post("/nb/tip", [*rest, usual, ("readers", "police")])
    assert page.steps() == ["send", "edit"]
    assert checked(page) == ["police"]
    assert apart.cases() == []


# --- whatever the facts, the hour and the rota ---------------------------------------------------

UNITS = tuple(SHIPPED.units)
facts = st.builds(
    Facts,
    lane=st.just("tip"),
    danger=st.sampled_from(DANGERS),
    topic=st.sampled_from(["", *TOPICS]),
    urgency=st.sampled_from(["", *URGENCIES]),
    adult=st.sampled_from(["", *(adult.id for adult in SHIPPED.adults)]),
    language=st.sampled_from(["nb", "en", "ar"]),
)
moments = st.integers(0, 40 * 24 * 4).map(lambda n: TUESDAY_MORNING + n * 15 * MINUTE)
silent = st.sets(st.sampled_from(UNITS)).map(lambda units: Duty(silent=frozenset(units)))
every_choice = st.lists(
    st.sets(st.sampled_from(UNITS), min_size=1).map(tuple), max_size=6, unique_by=frozenset
).map(lambda wider: ((TEAM,), *wider))


@example(
    facts=Facts(topic="adult_conduct", adult="youth_contact"),
    moment=TUESDAY_MORNING,
    duty=Duty(),
    choices=((TEAM,), (TEAM, "police"), (TEAM, "slt")),
    cards={"police", "slt"},
)
@given(facts, moments, silent, every_choice, st.sets(st.sampled_from(UNITS)))
def test_no_choice_is_told_sooner_and_none_is_offered_that_a_rule_empties(
    facts: Facts,
    moment: dt.datetime,
    duty: Duty,
    choices: tuple[tuple[str, ...], ...],
    cards: set[str],
) -> None:
    book = SHIPPED.rule_book(duty)
    usual = decide(facts, moment, book)
    alone = {units: decide(replace(facts, readers=units), moment, book) for units in choices}
    found = readers.offered(choices, cards, lambda units: readers.never_sooner(alone[units], usual))
    assert len({frozenset(choice.readers) for choice in found}) == len(found)
    for choice in found:
        told = choice.routing.read_by
        if usual.readers:
            assert usual.read_by is None or told is None or told >= usual.read_by
            assert usual.read_by is not None or told is None
        else:
            # A rule keeps them all out: there is nothing to be sooner than.
            assert told == alone[choice.units].read_by
        # Nor sooner than those who were chosen can read it, if anybody of them is to be there.
        own = alone[choice.units].read_by
        assert told is None or own is None or told >= own or told == usual.read_by
        assert own is not None or told is None
        assert choice.readers
        assert {*choice.routing.readers} == {*choice.readers} <= {*choice.units}
        assert {*choice.readers} <= {*alone[choice.units].readers}
        assert {step.unit for step in choice.routing.steps} <= {*choice.readers}
        assert {*choice.readers} <= {*cards, TEAM}
    if usual.readers:
        assert found[0].units == (TEAM,)
        assert found[0].routing.read_by == usual.read_by


@given(st.text(max_size=40))
def test_whatever_is_named_is_one_of_the_choices_or_none(said: str) -> None:
    units = readers.named([said])
    found = readers.chosen(units, CHOICES)
    assert found is None or found in CHOICES
    assert found is None or not units or {*found} == units
