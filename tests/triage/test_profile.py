"""One's own account: six new words, the sessions, and what a session from before is worth."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import insert, select

from sifra.database import reading, writing
from sifra.return_code import as_words
from tests.triage.example_office import Browser, Installation
from tests.triage.example_people import People, shown
from triage import keys
from triage.keys import NewAccount
from triage.people.sessions import StaffSession, store
from triage.staff_tables import sessions


def change(browser: Browser, office: Installation, account: NewAccount) -> NewAccount:
    browser.get("/profile/passphrase")
    browser.post("/profile/passphrase", code=office.code(account))
    drawn = shown(browser, "drawn")
    browser.post("/profile/passphrase/keep", words=f" {drawn.upper()} ")
    return replace(account, passphrase=drawn)


def test_six_new_words_take_the_place_of_the_old_ones(people: People, office: Installation) -> None:
    case, _ = office.tip()
    member = office.member("ung", "youth_team")
    browser, elsewhere = people.signed_in(member), people.signed_in(member)
    changed = change(browser, office, member)
    assert "De seks ordene er byttet" in browser.text
    browser.get(f"/cases/{case}")
    assert elsewhere.client.get("/queue").status_code == 303
    people.stranger().sign_in(member, 403)
    people.signed_in(changed).get(f"/cases/{case}")


def test_the_old_words_work_until_the_new_ones_are_typed_back(
    people: People, office: Installation
) -> None:
    member = office.member("ung", "youth_team")
    browser = people.signed_in(member)
    browser.get("/profile/passphrase")
    browser.post("/profile/passphrase", 422, code="000000")
    browser.post("/profile/passphrase", code=office.code(member))
    drawn = shown(browser, "drawn")
    for wrong in ("", as_words(1, "nb"), member.passphrase, "é" * 500):
        browser.post("/profile/passphrase/keep", 422, words=wrong)
        assert shown(browser, "drawn") == drawn
    people.signed_in(member)
    browser.post("/profile/passphrase/keep", words=drawn)
    people.stranger().sign_in(member, 403)


def test_new_words_are_kept_only_where_they_were_drawn(
    people: People, office: Installation
) -> None:
    member = office.member("ung", "youth_team")
    browser, elsewhere = people.signed_in(member), people.signed_in(member)
    browser.get("/profile/passphrase")
    browser.post("/profile/passphrase", code=office.code(member))
    drawn = shown(browser, "drawn")
    elsewhere.get("/profile/passphrase")
    assert elsewhere.page.find(id="drawn") is None
    elsewhere.post("/profile/passphrase/keep", words=drawn)
    people.signed_in(member)


def test_a_session_from_before_is_worth_nothing_even_when_its_row_is_put_back(
    people: People, office: Installation
) -> None:
    """A thief with a browser's cookie and a copy of the database from before."""
    case, _ = office.tip()
    member = office.member("ung", "youth_team")
    stolen = people.signed_in(member)
    stolen.get(f"/cases/{case}")
    with reading(office.staff) as connection:
        rows = [row._asdict() for row in connection.execute(select(sessions))]
    change(people.signed_in(member), office, member)
    with writing(office.staff) as connection:
        connection.execute(insert(sessions), rows)
    assert stolen.client.get(f"/cases/{case}").status_code == 303


def test_a_session_that_begins_with_words_that_were_just_changed_is_worth_nothing(
    app: Flask, people: People, office: Installation
) -> None:
    """The old words were taken a moment before the change, and the session begins after it."""
    member = office.member("ung", "youth_team")
    before = office.code(member)
    given = keys.unlock(office.staff, "ung", member.passphrase, before, time.time())
    changed = change(people.signed_in(member), office, member)
    after = office.code(member)
    now = keys.unlock(office.staff, "ung", changed.passphrase, after, time.time())
    for who, status in ((given, 303), (now, 200)):
        with app.test_request_context("/"):
            begun = StaffSession(b"", {})
            store().begin(begun, who)
        client = app.test_client()
        client.set_cookie("sifra", begun.cookie())
        assert client.get("/queue").status_code == status


def test_sessions_are_listed_and_ended(people: People, office: Installation) -> None:
    member = office.member("ung", "youth_team")
    here, there, third = (people.signed_in(member) for _ in range(3))
    here.get("/profile")
    assert here.text.count("En annen nettleser") == 2
    assert here.text.count("Denne nettleseren") == 1
    there.get("/profile")
    own = {one["value"] for one in there.page.find_all("input", {"name": "session"})}
    theirs = {one["value"] for one in here.page.find_all("input", {"name": "session"})}
    (third_one,) = own & theirs
    here.post("/profile/sessions/end", session=third_one)
    assert third.client.get("/queue").status_code == 303
    there.get("/queue")
    here.post("/profile/sessions/end")
    assert there.client.get("/queue").status_code == 303
    here.get("/queue")


def test_nobody_ends_the_session_of_another(people: People, office: Installation) -> None:
    mine = people.signed_in(office.member("ung", "youth_team"))
    theirs = people.signed_in(office.leader)
    with reading(office.staff) as connection:
        row = connection.execute(
            select(sessions.c.id_hash).where(sessions.c.account_id == office.leader.id)
        ).scalar_one()
    mine.get("/profile")
    mine.post("/profile/sessions/end", session=row.hex())
    theirs.get("/queue")


@pytest.mark.parametrize("named", ["x", "0" * 64, "é" * 64])
def test_any_session_that_is_named_is_taken_calmly(
    people: People, office: Installation, named: str
) -> None:
    browser = people.signed_in(office.leader)
    browser.get("/profile")
    browser.post("/profile/sessions/end", session=named)
    browser.get("/queue")


def test_the_page_says_what_one_may_do_and_as_whom(people: People, office: Installation) -> None:
    browser = people.signed_in(office.member("ung", "youth_team"))
    browser.get("/profile")
    assert "Leser som Ungdomsteamet" in browser.text
    assert "Svare, lukke" in browser.text
    assert "Slippe inn andre" not in browser.text
    auditor = people.signed_in(office.member("revisor", role="auditor"))
    auditor.get("/profile")
    assert "ingen enhet" in auditor.text
    assert "Se loggen" in auditor.text
