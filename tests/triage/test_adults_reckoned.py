"""Where the back office reckons with what an adult says of themselves, once it is approved."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, text

from sifra.database import writing
from sifra.key_cards import profile_holder
from sifra.key_pins import KeyPins
from sifra.tables import profiles
from tests.triage.example_cards import ADULT, adult, decides, saves
from tests.triage.example_office import MUNICIPALITY, Installation
from tests.triage.example_people import People
from triage.adults.approved import Approved
from triage.wording import needs_interpreter


@pytest.fixture
def approved(people: People, office: Installation) -> None:
    """A card with hours that nobody else has, and Polish."""
    saturday = {"sat-1-from": "10:00", "sat-1-to": "20:00"}
    saves(people.signed_in(adult(office)), languages=["nb", "pl"], **saturday)
    decides(people.signed_in(office.leader), office, "approve")


def test_rules_reckon_with_the_hours_of_an_approved_card(
    approved: None, people: People, office: Installation
) -> None:
    browser = people.signed_in(office.leader)
    asked = f"at=2026-11-24T09:00&lane=talk&adult={ADULT}&urgency=whenever"
    browser.get(f"/rules?{asked}")
    with_card = browser.text
    decides(browser, office, "withdraw")
    browser.get(f"/rules?{asked}")
    assert browser.text != with_card


@pytest.mark.parametrize("part", ["svg path", "ol"], ids=["the weeks", "the silences"])
def test_coverage_reckons_with_them_too(
    approved: None, people: People, office: Installation, part: str
) -> None:
    browser = people.signed_in(office.leader)
    asked = f"/coverage?year=2027&lane=talk&danger=no&urgency=now&adult={ADULT}"
    browser.get(asked)
    with_card = browser.page.select(f"main {part}")
    decides(browser, office, "withdraw")
    browser.get(asked)
    assert browser.page.select(f"main {part}") != with_card


def test_a_language_of_an_approved_card_needs_no_interpreter(
    approved: None, app: Flask, people: People, office: Installation
) -> None:
    with app.test_request_context():
        assert not needs_interpreter("pl", ADULT)
        assert needs_interpreter("uk", ADULT)
    decides(people.signed_in(office.leader), office, "withdraw")
    with app.test_request_context():
        assert needs_interpreter("pl", ADULT)


def test_it_is_the_same_object_until_something_changes(
    approved: None, office: Installation
) -> None:
    found = Approved(office.store, MUNICIPALITY, office.settings.verifier)
    first = found.place()
    assert first is not MUNICIPALITY
    assert found.read() is first
    with writing(office.cases) as connection:
        connection.execute(delete(profiles))
    assert found.place() is first
    assert found.read() == MUNICIPALITY


def test_without_pins_that_can_be_read_no_card_counts(approved: None, office: Installation) -> None:
    """Whoever spoils the file must not thereby put a former card back."""
    office.store.pins = KeyPins(office.settings.home.key_pins)
    found = office.store.profiles(office.settings.verifier)
    assert list(found[0]) == [ADULT]
    pins = office.settings.home.key_pins
    assert profile_holder(ADULT) in pins.read_text()
    pins.chmod(0o644)
    pins.write_text("{}")
    assert office.store.profiles(office.settings.verifier) == ({}, [ADULT])


@pytest.mark.parametrize("column", ["serial", "text", "signature"])
@pytest.mark.parametrize("value", ["x", b"x", 7, 10**15], ids=repr)
def test_a_row_of_any_shape_counts_for_nothing_and_stops_no_approval(
    approved: None, people: People, office: Installation, column: str, value: object
) -> None:
    with writing(office.cases) as connection:
        # SQLite keeps a value of any type in any column.
        connection.execute(text(f"UPDATE profiles SET {column} = :value"), {"value": value})  # noqa: S608
    leader = people.signed_in(office.leader)
    leader.get("/staff/cards")
    assert "ikke signert" in leader.text
    office.store.pins = KeyPins(office.settings.home.key_pins)
    assert office.store.profiles(office.settings.verifier)[0] == {}
    decides(leader, office, "withdraw")
    leader.get("/staff/cards")
    assert "ikke signert" not in leader.text
