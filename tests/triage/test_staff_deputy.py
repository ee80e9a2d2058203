"""An adult's key is in one head. When it is forgotten, the deputy lets the next key in."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from sifra.case_store import State
from sifra.database import reading, writing
from sifra.key_cards import KeyCardError
from sifra.key_pins import KeyPins
from sifra.sealing import Kind
from sifra.tables import cases
from tests.triage.example_adults import (
    ADULT,
    BOTH,
    DEPUTY,
    comes_back,
    lets_new_key_in,
    renewal,
    unlocked,
    with_notes,
)
from tests.triage.example_office import NOW, Browser, Installation
from tests.triage.example_people import People, said
from triage.keys import NewAccount
from triage.people import opening, passing_on
from triage.staff_tables import key_renewals, unit_keys


@pytest.fixture
def adult(browser: Browser, people: People, office: Installation) -> NewAccount:
    """The first to hold the adult's key; nobody else does."""
    account = people.joins("voksen", people.invites(browser, office.leader, "voksen", unit=ADULT))
    people.lets_in(browser, office.leader, "voksen", said(people.signed_in(account)))
    assert people.held("voksen") == {(ADULT, 1), ("picture", 1)}
    assert people.held("leder") >= {(DEPUTY, 1)}
    return account


# --- from beginning to end ---------------------------------------------------------------------


def test_a_forgotten_passphrase_of_an_adult_loses_no_case(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    case, sender = office.tip("kan jeg snakke med deg", readers=BOTH)
    view = office.reader(case, DEPUTY)
    office.store.add(view.add(Kind.ANSWER, {"text": "kom på torsdag", "hour": NOW}), State.ANSWERED)
    office.writes_more(case, sender, "jeg kommer")
    with_notes(office, case, *BOTH)
    first = people.signed_in(adult)
    first.get(f"/cases/{case}")
    renewed = comes_back(browser, people, office)
    assert "er åpnet. Bare den nye har nøkkelen" in browser.text
    again = people.signed_in(renewed)
    why = "Sendt før du fikk ny nøkkel. En annen som leser saken, må slippe nøkkelen inn"
    again.get(f"/cases/{case}", 409)
    assert why in again.text
    again.get("/queue")
    assert why in again.text
    assert "endret utenfor Sifra" not in again.text
    later_case, _ = office.tip("etterpå", readers=BOTH)
    again.get(f"/cases/{later_case}")
    lets_new_key_in(browser, office.leader)
    assert "Alt er sett over" in browser.text
    again.get(f"/cases/{case}")
    for words in ("snakke med deg", "kom på torsdag", "jeg kommer", "ringte skolen"):
        assert words in again.text
    again.get(f"/cases/{later_case}")
    assert renewal(office) is None
    browser.get(f"/cases/{case}")


def test_what_was_altered_since_is_not_put_down_to_the_lost_key(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    office.tip("før", readers=BOTH)
    again = people.signed_in(comes_back(browser, people, office))
    found = renewal(office)
    assert found is not None
    assert found.signed is not None
    case, _ = office.tip("etterpå", readers=BOTH, received=(found.signed // 3600 + 1) * 3600)
    with writing(office.cases) as connection:
        connection.execute(update(cases).where(cases.c.id == case).values(head=bytes(32)))
    again.get(f"/cases/{case}", 409)
    assert "Noe er endret utenfor Sifra" in again.text


def test_what_was_let_in_is_found_by_what_the_sender_said(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    """The adult has searched before, when there was nothing to read of it."""
    case, _ = office.tip(readers=BOTH, topic="weapons")
    again = people.signed_in(comes_back(browser, people, office))
    again.get("/search")
    again.post("/search", topic="weapons")
    assert case not in str(again.page)
    lets_new_key_in(browser, office.leader)
    again.get("/search")
    again.post("/search", topic="weapons")
    assert case in str(again.page)


def test_the_new_key_has_a_higher_serial_and_the_former_card_is_pinned(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    former = office.store.card(ADULT)
    comes_back(browser, people, office)
    assert people.held("voksen") == {(ADULT, 2), ("picture", 1)}
    assert former is not None
    office.store.put_card(former)
    office.store.pins = KeyPins(office.settings.home.key_pins)
    with pytest.raises(KeyCardError, match="former"):
        office.tip(readers=BOTH)


def test_where_nothing_was_sent_there_is_nothing_to_let_in(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    comes_back(browser, people, office)
    assert renewal(office) is None


def test_the_next_to_take_the_post_goes_on_in_the_same_cases(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    """Let in while the first was there, and given nothing before the first left."""
    case, _ = office.tip("hei", readers=BOTH)
    heir = people.joins("arving", people.invites(browser, office.leader, "arving", unit=ADULT))
    people.lets_in(browser, office.leader, "arving", said(people.signed_in(heir)))
    assert "må gi dem nøkkelen" in browser.text
    browser.get("/staff")
    assert "Åpne en ny nøkkel" not in browser.text
    left = people.id_of("voksen")
    browser.get(f"/staff/open-key?account={heir.id}&unit={ADULT}", 404)
    browser.get(f"/staff/leave?account={left}")
    assert "stedfortrederen" in browser.text
    browser.post("/staff/leave", account=left, code=office.code(office.leader))
    browser.get("/staff")
    assert "arving · Ungdomskontakten · ingen har den lenger" in browser.text
    browser.get(f"/staff/open-key?account={heir.id}&unit={ADULT}")
    assert "før stedfortrederen slipper inn" in browser.text
    browser.post("/staff/open-key", account=heir.id, unit=ADULT, code=office.code(office.leader))
    assert "har fått en ny nøkkel til Ungdomskontakten" in browser.text
    assert "Andre som leser sakene, må slippe inn den nye nøkkelen" in browser.text
    after = people.signed_in(heir)
    after.get(f"/cases/{case}", 409)
    after.get(f"/staff/renewal?unit={ADULT}")
    after.post("/staff/renewal/go-on", unit=ADULT)
    assert "venter på at en annen slipper inn nøkkelen: 1" in after.text
    lets_new_key_in(browser, office.leader)
    assert "nå er sluppet inn i: 1" in browser.text
    after.get(f"/cases/{case}")
    browser.get(f"/staff/open-key?account={heir.id}&unit={ADULT}", 404)


def test_without_the_second_factor_nothing_is_let_in(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    case, _ = office.tip(readers=BOTH)
    renewed = comes_back(browser, people, office)
    other = people.signed_in(office.member("askim", DEPUTY))
    other.get(f"/staff/renewal?unit={ADULT}")
    assert "Ungdomskontakt, Askim (voksen)" in other.text
    other.post("/staff/renewal/let-in", 422, unit=ADULT, code="")
    assert "Skriv de seks sifrene" in other.text
    people.signed_in(renewed).get(f"/cases/{case}", 409)


def test_only_a_leader_opens_and_only_with_the_second_factor(
    browser: Browser, people: People, office: Installation
) -> None:
    account = office.member("voksen")
    with writing(office.staff) as connection:
        passing_on.await_keys(connection, account.id, [ADULT])
    browser.get(f"/staff/open-key?account={account.id}&unit={ADULT}")
    other = people.signed_in(office.member("askim", DEPUTY))
    other.get(f"/staff/open-key?account={account.id}&unit={ADULT}", 403)
    assert not people.held("voksen")


# --- what the pages say of it ------------------------------------------------------------------


def test_an_adult_with_a_deputy_need_not_know_that_cases_are_lost(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    browser.get("/staff")
    assert "Bare én kan åpne sakene til Ungdomskontakten" not in browser.text
    browser.get(f"/staff/renew?account={people.id_of('voksen')}")
    assert "sakene er tapt" not in browser.text
    assert "Etterpå åpner stedfortrederen det som er sendt" in browser.text


def test_an_adult_whose_deputy_nobody_reads_as_loses_cases(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    with writing(office.staff) as connection:
        connection.execute(delete(unit_keys).where(unit_keys.c.unit == DEPUTY))
    browser.get(f"/staff/renew?account={people.id_of('voksen')}")
    assert "sakene er tapt" in browser.text
    words = {"account": people.id_of("voksen"), "code": office.code(office.leader)}
    browser.post("/staff/renew", 422, **words)


def test_who_is_the_deputy_too_loses_cases_alone(
    browser: Browser, people: People, office: Installation
) -> None:
    other = office.member("drift", role="administrator")
    who, now = unlocked(office, office.leader), int(time.time())
    with writing(office.staff) as connection:
        passing_on.await_keys(connection, office.leader.id, [ADULT])
    passing_on.open_anew(office.staff, office.store, who, office.leader.id, ADULT, now)
    member = people.signed_in(other)
    member.get(f"/staff/renew?account={office.leader.id}")
    lost = member.page.find(class_="error")
    assert lost is not None
    assert "Ungdomskontakten" in lost.get_text()
    assert "Etterpå åpner stedfortrederen" not in member.text


def test_the_adults_role_stands_on_the_pages_and_not_the_id(
    browser: Browser, app: Flask, office: Installation, adult: NewAccount
) -> None:
    browser.get("/staff")
    groups = [heading.get_text() for heading in browser.page.find_all("h2")]
    assert "Ungdomskontakten" in groups
    assert ADULT not in browser.text


def test_the_log_alone_still_knows_the_serials_that_were(office: Installation) -> None:
    """Before anything was pinned, with card and keys gone."""
    assert office.store.pins is None
    office.store.withdraw_card("police")
    with writing(office.staff) as connection:
        connection.execute(delete(unit_keys).where(unit_keys.c.unit == "police"))
    verifier = office.settings.verifier
    assert opening.next_serial(office.staff, office.store, "police", verifier) == 2
    assert opening.next_serial(office.staff, office.store, "slt", verifier) == 1
    with reading(office.staff) as connection:
        assert connection.execute(select(key_renewals)).first() is None
