"""From an invitation to the first case: nobody is let in by one alone, or by the wrong key."""

from __future__ import annotations

import time

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from sifra.database import reading, writing
from sifra.key_cards import account_holder, fingerprint
from sifra.return_code import as_words
from sifra.sealing import PrivateKey
from tests.triage.example_office import Browser, Installation
from tests.triage.example_people import People, entered, said, without_police
from triage.people import held_keys
from triage.staff_tables import accounts, invitations

YOUTH = {("youth_team", 1), ("picture", 1)}


def test_somebody_joins_and_reads_once_a_leader_has_compared_the_key(
    browser: Browser, people: People, office: Installation
) -> None:
    case, _ = office.tip()
    words = people.invites(browser, office.leader)
    account = people.joins("askim", words)
    newcomer = people.signed_in(account)
    assert "Vent til en leder" in newcomer.text
    assert not people.held("askim")
    people.lets_in(browser, office.leader, "askim", said(newcomer))
    assert people.held("askim") == YOUTH
    assert newcomer.client.get("/waiting").location == "/queue"
    newcomer.get(f"/cases/{case}")
    assert "noen skal tas" in newcomer.text
    for action in ("invited", "joined", "account-card-signed"):
        assert entered(office, action) == 1, action
    # One for the unit, one for the picture.
    assert entered(office, "staff-added") == 2
    with reading(office.staff) as connection:
        made_by = select(accounts.c.made_by).where(accounts.c.username == "askim")
        assert connection.execute(made_by).scalar_one() == office.leader.id


def test_the_passphrase_is_shown_once_and_stands_nowhere(
    browser: Browser, people: People, office: Installation
) -> None:
    words = people.invites(browser, office.leader)
    account = people.joins("askim", words)
    stolen = b"".join(
        path.read_bytes() for path in office.settings.home.office.iterdir() if path.is_file()
    )
    for secret in (words, account.passphrase, account.totp_secret):
        assert secret.encode() not in stolen
    again = people.stranger()
    again.get("/join")
    again.post("/join", 422, username="askim", words=words)
    assert "brukt" in again.text


def test_who_waits_sees_the_waiting_page_and_their_account_alone(
    app: Flask, browser: Browser, people: People, office: Installation
) -> None:
    case, _ = office.tip()
    newcomer = people.signed_in(people.joins("askim", people.invites(browser, office.leader)))
    newcomer.get("/profile")
    assert "Saker" not in newcomer.text
    own = {"/waiting", "/profile", "/profile/passphrase", "/sign-in", "/join", "/second-factor"}
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<case_id>", case)
        if "GET" not in (rule.methods or ()) or "<" in path or path in own | {"/healthz"}:
            continue
        answer = newcomer.client.get(path)
        assert answer.status_code in (303, 403, 404), path
        if answer.status_code == 303:
            assert answer.location in ("/waiting", "/queue"), path


@pytest.mark.parametrize("wrong", ["other", "missing", "mistyped"])
def test_nobody_is_let_in_by_other_words(
    browser: Browser, people: People, office: Installation, wrong: str
) -> None:
    people.signed_in(people.joins("askim", people.invites(browser, office.leader)))
    typed = {"other": as_words(12345, "nb"), "missing": "", "mistyped": "abcdefg " * 6}[wrong]
    status = 409 if wrong == "other" else 422
    people.lets_in(browser, office.leader, "askim", typed, status)
    field = browser.page.find(id="words")
    assert field is not None
    assert field["value"] == typed.strip() or field["value"] == typed
    assert field["aria-invalid"] == "true"
    assert entered(office, "account-card-signed") == 0
    assert not people.held("askim")


def test_a_key_that_a_thief_put_in_the_newcomers_place_is_not_signed(
    browser: Browser, people: People, office: Installation
) -> None:
    newcomer = people.signed_in(people.joins("askim", people.invites(browser, office.leader)))
    with writing(office.staff) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.username == "askim")
            .values(public_key=PrivateKey.generate().public())
        )
    # The newcomer reads out the words of the key that their passphrase opens.
    newcomer.get("/waiting")
    people.lets_in(browser, office.leader, "askim", said(newcomer), 409)
    assert "ikke de samme" in browser.text
    assert not people.held("askim")


def test_the_second_factor_is_asked_before_anybody_is_invited_or_let_in(
    browser: Browser, people: People, office: Installation
) -> None:
    browser.get("/staff/invite")
    fields = {"display": "Ungdomskontakt", "role": "reader", "unit": "youth_team", "language": "nb"}
    browser.post("/staff/invite", 422, username="askim", code="000000", **fields)
    assert entered(office, "invited") == 0
    assert browser.page.find(id="username")["value"] == "askim"  # type: ignore[index]


def test_words_are_good_for_a_week(browser: Browser, people: People, office: Installation) -> None:
    words = people.invites(browser, office.leader)
    late = people.stranger()
    with time_machine.travel(time.time() + 7 * 24 * 3600 + 1):
        late.get("/join")
        late.post("/join", 422, username="askim", words=words)
    assert "for gamle" in late.text
    people.joins("askim", words)


def test_words_taken_back_or_of_somebody_else_make_nothing(
    browser: Browser, people: People, office: Installation
) -> None:
    words = people.invites(browser, office.leader)
    other = people.stranger()
    other.get("/join")
    other.post("/join", 422, username="mysen", words=words)
    other.post("/join", 422, username="askim", words=words.replace(words.split()[0], "qwertyu"))
    assert "qwertyu" in other.text
    browser.get("/staff")
    browser.post("/staff/withdraw", username="askim")
    other.post("/join", 422, username="askim", words=words)
    with reading(office.staff) as connection:
        assert connection.execute(select(invitations)).first() is None


def test_inviting_again_makes_the_first_words_worthless(
    browser: Browser, people: People, office: Installation
) -> None:
    first = people.invites(browser, office.leader)
    second = people.invites(browser, office.leader)
    other = people.stranger()
    other.get("/join")
    other.post("/join", 422, username="askim", words=first)
    people.joins("askim", second)


def test_an_administrator_invites_and_lets_nobody_in(people: People, office: Installation) -> None:
    admin = office.member("drift", role="administrator")
    browser = people.signed_in(admin)
    newcomer = people.signed_in(people.joins("askim", people.invites(browser, admin)))
    browser.get(f"/staff/let-in?account={people.id_of('askim')}", 403)
    given = {"account": people.id_of("askim"), "words": said(newcomer)}
    browser.post("/staff/let-in", 403, **given, code=office.code(admin))
    browser.get("/staff")
    assert "En leder slipper inn" in browser.text
    newcomer.get("/waiting")
    assert "Vent til en leder" in newcomer.text


@pytest.mark.parametrize("role", ["interpreter", "auditor", "administrator"])
def test_a_role_that_reads_nothing_gets_a_card_and_no_key(
    browser: Browser, people: People, office: Installation, role: str
) -> None:
    words = people.invites(browser, office.leader, role=role, unit="", languages="pl uk")
    newcomer = people.signed_in(people.joins("askim", words))
    people.lets_in(browser, office.leader, "askim", said(newcomer))
    assert not people.held("askim")
    held_keys.account_public(office.staff, people.id_of("askim"), office.settings.verifier)


def test_a_new_leader_can_let_others_in(
    browser: Browser, people: People, office: Installation
) -> None:
    account = people.joins("askim", people.invites(browser, office.leader, role="leader"))
    newcomer = people.signed_in(account)
    people.lets_in(browser, office.leader, "askim", said(newcomer))
    newcomer.get("/staff")
    next_one = people.signed_in(people.joins("mysen", people.invites(newcomer, account, "mysen")))
    people.lets_in(newcomer, account, "mysen", said(next_one))
    assert people.held("mysen") == YOUTH


def test_the_first_of_a_unit_gets_a_key_that_the_leader_does_not(
    browser: Browser, people: People, office: Installation
) -> None:
    words = people.invites(browser, office.leader, unit="slt")
    newcomer = people.signed_in(people.joins("askim", words))
    browser.get(f"/staff/let-in?account={people.id_of('askim')}")
    assert "Du får den ikke" in browser.text
    people.lets_in(browser, office.leader, "askim", said(newcomer))
    assert people.held("askim") == {("slt", 1), ("picture", 1)}
    assert "slt" not in {unit for unit, _ in people.held("leder")}
    case, _ = office.tip(readers=("slt",))
    newcomer.get(f"/cases/{case}")
    browser.get(f"/cases/{case}", 404)
    browser.get("/staff")
    assert "Bare én kan åpne sakene til" in browser.text


def let_in_without_a_key(browser: Browser, people: People, office: Installation) -> Browser:
    """Somebody new at the police, whose key the leader does not hold: their browser."""
    without_police(office)
    words = people.invites(browser, office.leader, unit="police")
    newcomer = people.signed_in(people.joins("askim", words))
    people.lets_in(browser, office.leader, "askim", said(newcomer))
    return newcomer


def test_a_key_that_the_leader_does_not_hold_is_passed_on_by_a_member(
    browser: Browser, people: People, office: Installation
) -> None:
    police = office.member("politi", "police")
    newcomer = let_in_without_a_key(browser, people, office)
    assert people.held("askim") == {("picture", 1)}
    colleague = people.signed_in(police)
    colleague.get("/staff")
    assert "Mangler en nøkkel" in colleague.text
    address = f"/staff/pass-on?account={people.id_of('askim')}&unit=police"
    browser.get(address, 404)
    colleague.get(address)
    given = {"account": people.id_of("askim"), "unit": "police"}
    colleague.post("/staff/pass-on", 422, **given, code="")
    assert people.held("askim") == {("picture", 1)}
    colleague.post("/staff/pass-on", 200, **given, code=office.code(police))
    assert people.held("askim") == {("picture", 1), ("police", 1)}
    assert entered(office, "staff-added") == 2
    case, _ = office.tip(readers=("police",))
    newcomer.get(f"/cases/{case}")


def test_a_key_is_not_passed_on_to_a_key_that_no_leader_signed(
    browser: Browser, people: People, office: Installation
) -> None:
    """Somebody who can write to the database puts their own key into a colleague's account."""
    police = office.member("politi", "police")
    let_in_without_a_key(browser, people, office)
    with writing(office.staff) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.username == "askim")
            .values(public_key=PrivateKey.generate().public())
        )
    colleague = people.signed_in(police)
    given = {"account": people.id_of("askim"), "unit": "police"}
    colleague.get(f"/staff/pass-on?account={given['account']}&unit=police")
    colleague.post("/staff/pass-on", 409, **given, code=office.code(police))
    assert people.held("askim") == {("picture", 1)}


def test_the_fingerprint_is_of_the_account_and_its_key() -> None:
    key, other = PrivateKey.generate().public(), PrivateKey.generate().public()
    numbers = {
        fingerprint(account_holder("a" * 32), key),
        fingerprint(account_holder("b" * 32), key),
        fingerprint(account_holder("a" * 32), other),
    }
    assert len(numbers) == 3
    assert all(0 <= number < 1 << 66 for number in numbers)
