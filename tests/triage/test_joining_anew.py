"""A forgotten passphrase loses no case; a lost telephone takes two people to make good."""

from __future__ import annotations

import pyotp
import pytest
from sqlalchemy import select, update

from sifra.database import reading, writing
from sifra.key_cards import KeyCardError
from sifra.key_pins import KeyPins
from tests.triage.example_office import Browser, Installation
from tests.triage.example_people import People, allowed, entered, said, without_police
from triage.people import held_keys
from triage.staff_tables import accounts


def test_a_former_card_of_an_account_is_worth_nothing(
    browser: Browser, people: People, office: Installation
) -> None:
    """After a passphrase was found and made anew, whoever has the old key puts its card back."""
    account = people.joins("askim", people.invites(browser, office.leader))
    people.lets_in(browser, office.leader, "askim", said(people.signed_in(account)))
    with reading(office.staff) as connection:
        old = connection.execute(select(accounts).where(accounts.c.username == "askim")).one()
    words = allowed(browser, office, people.id_of("askim"), "renew")
    renewed = people.joins("askim", words)
    people.lets_in(browser, office.leader, "askim", said(people.signed_in(renewed)))
    pins = KeyPins(office.settings.home.key_pins)
    verifier = office.settings.verifier
    held_keys.account_public(office.staff, old.id, verifier, pins)
    with writing(office.staff) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.id == old.id)
            .values(
                public_key=old.public_key,
                card_serial=old.card_serial,
                card_signature=old.card_signature,
            )
        )
    with pytest.raises(KeyCardError, match="former"):
        held_keys.account_public(office.staff, old.id, verifier, pins)


def test_a_forgotten_passphrase_loses_no_case(
    browser: Browser, people: People, office: Installation
) -> None:
    case, _ = office.tip()
    member = office.member("askim", "youth_team")
    before = people.signed_in(member)
    words = allowed(browser, office, member.id, "renew")
    before.get(f"/cases/{case}")
    renewed = people.joins("askim", words)
    assert renewed.id == member.id
    assert before.client.get("/queue").status_code == 303
    assert not people.held("askim")
    people.stranger().sign_in(member, 403)
    again = people.signed_in(renewed)
    again.get("/queue", 403)
    again.get("/waiting")
    people.lets_in(browser, office.leader, "askim", said(again))
    again.get(f"/cases/{case}")
    assert "noen skal tas" in again.text
    with reading(office.staff) as connection:
        serial = connection.scalar(select(accounts.c.card_serial).where(accounts.c.id == member.id))
    assert serial == 2


def test_the_only_holder_of_a_key_is_told_beforehand_that_its_cases_are_lost(
    browser: Browser, people: People, office: Installation
) -> None:
    police = office.member("politi", "police")
    without_police(office)
    browser.get(f"/staff/renew?account={police.id}")
    assert "bare denne kontoen kan åpne sakene" in browser.text
    code = office.code(office.leader)
    browser.post("/staff/renew", 422, account=police.id, code=code)
    assert "Kryss av" in browser.text
    words = allowed(browser, office, police.id, "renew", sure="1")
    case, _ = office.tip(readers=("police",))
    people.joins("politi", words)
    # Nothing more is sealed for a key that nobody has; the next key has a higher serial.
    with pytest.raises(KeyCardError):
        office.tip(readers=("police",))
    renewed = allowed(browser, office, police.id, "renew")
    again = people.signed_in(people.joins("politi", renewed))
    people.lets_in(browser, office.leader, "politi", said(again))
    later, _ = office.tip(readers=("police",))
    again.get(f"/cases/{later}")
    again.get(f"/cases/{case}", 409)


def test_the_last_leader_cannot_be_made_anew_by_a_page(
    browser: Browser, people: People, office: Installation
) -> None:
    browser.get(f"/staff/renew?account={office.leader.id}")
    code = office.code(office.leader)
    browser.post("/staff/renew", 422, account=office.leader.id, code=code, sure="1")
    assert "siste lederen" in browser.text
    assert entered(office, "renewal-allowed") == 0


def test_a_lost_telephone_takes_a_leaders_words_and_the_passphrase(
    browser: Browser, people: People, office: Installation
) -> None:
    member = office.member("askim", "youth_team")
    open_before = people.signed_in(member)
    words = allowed(browser, office, member.id, "second-factor")
    lost = people.stranger()
    lost.get("/second-factor")
    lost.post("/second-factor", username="askim", words=words)
    found = lost.page.find("input", {"name": "secret"})
    assert found is not None
    given = {"username": "askim", "words": words, "secret": str(found["value"])}
    code = pyotp.TOTP(given["secret"]).now()
    lost.post("/second-factor", 422, **given, passphrase="", code="")
    lost.post("/second-factor", 403, **given, passphrase="feil", code=code)
    lost.post("/second-factor", 403, **given, passphrase=member.passphrase, code="000000")
    open_before.get("/queue")
    lost.post("/second-factor", 200, **given, passphrase=member.passphrase, code=code)
    assert "byttet" in lost.text
    assert open_before.client.get("/queue").status_code == 303
    # The code that confirmed it is spent.
    once = people.stranger()
    once.get("/sign-in")
    typed = {"username": "askim", "passphrase": member.passphrase}
    once.post("/sign-in", 403, **typed, code=code)
    with writing(office.staff) as connection:
        connection.execute(update(accounts).values(totp_step=0))
    once.post("/sign-in", 200, **typed, code=pyotp.TOTP(given["secret"]).now())
    assert "Åpne saker" in once.text
    people.stranger().sign_in(member, 403)
    lost.get("/second-factor")
    lost.post("/second-factor", 422, username="askim", words=words)


def test_words_for_a_telephone_make_no_account_anew(
    browser: Browser, people: People, office: Installation
) -> None:
    member = office.member("askim", "youth_team")
    words = allowed(browser, office, member.id, "second-factor")
    other = people.stranger()
    other.get("/join")
    other.post("/join", 422, username="askim", words=words)
    people.signed_in(member)
