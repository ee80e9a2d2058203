"""When an adult is away: at once, by themselves, and by nobody else."""

from __future__ import annotations

import datetime as dt

import pytest

from sifra.duty_store import DutyStore
from sifra.local_calendar import SpecialDays
from tests.triage.example_cards import ADULT, adult
from tests.triage.example_office import NOW, Browser, Installation
from tests.triage.example_people import People, entered


@pytest.fixture
def card(people: People, office: Installation) -> Browser:
    """The nurse, signed in."""
    return people.signed_in(adult(office))


def test_being_away_counts_at_once_and_can_be_taken_back(
    card: Browser, office: Installation
) -> None:
    card.get("/profile/card")
    today = dt.date.today()  # noqa: DTZ011 (as somebody types it)
    first, last = (today + dt.timedelta(days=n) for n in (1, 3))
    card.post("/profile/card/away", first=first.isoformat(), last=last.isoformat())
    assert "Fraværet er lagt inn" in card.text
    zone = office.settings.municipality.zone
    duty = DutyStore(office.cases).duty(NOW, zone, frozenset())
    assert list(duty.days_off[ADULT]) == [SpecialDays(first, last)]
    [closed] = card.page.select("input[name=closed]")
    card.post("/profile/card/back", closed=str(closed["value"]))
    assert DutyStore(office.cases).duty(NOW, zone, frozenset()).days_off == {}
    assert (entered(office, "absence"), entered(office, "absence-ended")) == (1, 1)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("", "", "first"), ("i morgen", "", "first"), ("2099-01-01", "2098-01-01", "last")],
)
def test_days_that_are_none_are_said_and_kept(
    card: Browser, first: str, last: str, field: str
) -> None:
    card.get("/profile/card")
    card.post("/profile/card/away", 422, first=first, last=last)
    assert card.page.find(id=f"{field}-error") is not None
    kept = card.page.find(id=field)
    assert kept is not None
    assert kept["value"] == {"first": first, "last": last}[field]


def test_only_who_holds_an_adults_key_has_a_card(people: People, office: Installation) -> None:
    other = people.signed_in(office.member("ung", "youth_team"))
    for path in ("/profile/card", f"/profile/card?adult={ADULT}"):
        other.get(path, 404)
    other.get("/profile")
    assert "/profile/card" not in str(other.page)
    for path in ("/profile/card", "/profile/card/away", "/profile/card/back"):
        other.post(path, 404, adult=ADULT)


def test_an_adult_who_looks_for_the_rota_finds_their_card(card: Browser) -> None:
    found = card.client.get("/rota")
    assert (found.status_code, found.location) == (303, "/profile/card")
    card.get("/profile/card")
    card.post("/rota/plan", 403, unit=ADULT)


def test_who_reads_as_nothing_has_neither(people: People, office: Installation) -> None:
    people.signed_in(office.member("ny")).get("/rota", 403)


def test_nobody_closes_the_days_of_another_adult(card: Browser, office: Installation) -> None:
    card.get("/profile/card")
    card.post("/profile/card/away", 404, adult="youth_contact", first="2027-01-01")
    zone = office.settings.municipality.zone
    assert DutyStore(office.cases).duty(NOW, zone, frozenset()).days_off == {}
