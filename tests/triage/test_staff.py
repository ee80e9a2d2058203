"""The page of colleagues: everybody sees it, and only those who may change anything."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from sifra.database import reading
from tests.triage.example_office import Browser, Installation
from tests.triage.example_people import People
from triage.staff_tables import audit_entries

GOOD = {
    "username": "askim",
    "display": "Ungdomskontakt, Askim",
    "role": "reader",
    "unit": "youth_team",
    "language": "nb",
    "languages": "",
}


@pytest.mark.parametrize("role", ["reader", "interpreter", "auditor", "administrator"])
def test_everybody_sees_their_colleagues_by_unit(
    people: People, office: Installation, role: str
) -> None:
    member = office.member("ung", *(["youth_team"] if role == "reader" else []), role=role)
    browser = people.signed_in(member)
    browser.get("/staff")
    assert "Ungdomsteamet" in browser.text
    assert "Politikontakten" in browser.text
    may_change = role == "administrator"
    assert bool(browser.page.find("a", {"href": "/staff/invite"})) == may_change
    assert ("Bare én kan åpne" in browser.text) == may_change


@pytest.mark.parametrize(
    "path", ["invite", "sessions", "second-factor", "renew", "leave", "let-in"]
)
def test_a_member_changes_no_account(people: People, office: Installation, path: str) -> None:
    browser = people.signed_in(office.member("ung", "youth_team"))
    browser.get("/staff")
    given = {"account": office.leader.id, "code": office.code(office.leader), **GOOD}
    browser.post(f"/staff/{path}", 403, **given)
    browser.get(f"/staff/{path}?account={office.leader.id}", 403)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "to ord"),
        ("username", "x" * 41),
        ("username", "LEDER"),
        ("display", "  "),
        ("display", "x" * 121),
        ("role", "sjef"),
        ("unit", ""),
        ("unit", "nabolaget"),
        ("language", "ar"),
        ("languages", "polsk!"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_written_is_kept(
    browser: Browser, office: Installation, field: str, value: str
) -> None:
    browser.get("/staff/invite")
    code = office.code(office.leader)
    browser.post("/staff/invite", 422, **{**GOOD, field: value}, code=code)
    assert browser.page.find(id=f"{field}-error")
    if field != "display":
        assert browser.page.find(id="display")["value"] == GOOD["display"]  # type: ignore[index]
    with reading(office.staff) as connection:
        deeds = select(audit_entries).where(audit_entries.c.action == "invited")
        assert connection.execute(deeds).first() is None


def test_an_interpreter_needs_the_languages_they_work_in(
    browser: Browser, office: Installation
) -> None:
    browser.get("/staff/invite")
    given = {**GOOD, "role": "interpreter", "unit": ""}
    browser.post("/staff/invite", 422, **given, code=office.code(office.leader))
    assert browser.page.find(id="languages-error")
    given["languages"] = "pl, uk pl"
    browser.post("/staff/invite", 200, **given, code=office.code(office.leader))
    browser.get("/staff")
    assert "Tolk" in browser.text


@pytest.mark.parametrize(
    ("what", "path"), [("renew", "/join"), ("second-factor", "/second-factor")]
)
def test_the_address_is_whole_for_whoever_types_it_elsewhere(
    browser: Browser, office: Installation, what: str, path: str
) -> None:
    member = office.member("ung", "youth_team")
    browser.get(f"/staff/{what}?account={member.id}")
    browser.post(f"/staff/{what}", account=member.id, code=office.code(office.leader))
    assert f"http://localhost{path} " in browser.text


def test_a_username_is_never_given_to_a_second_person(
    browser: Browser, people: People, office: Installation
) -> None:
    """The log would take the second for the first."""
    gone = office.member("askim", "youth_team")
    browser.get(f"/staff/leave?account={gone.id}")
    browser.post("/staff/leave", account=gone.id, code=office.code(office.leader))
    browser.get("/staff/invite")
    browser.post("/staff/invite", 422, **GOOD, code=office.code(office.leader))
    assert "tatt" in browser.text


def test_a_leader_ends_all_sessions_of_a_colleague(
    browser: Browser, people: People, office: Installation
) -> None:
    member = office.member("ung", "youth_team")
    theirs = [people.signed_in(member) for _ in range(2)]
    browser.get(f"/staff/person?account={member.id}")
    browser.get(f"/staff/sessions?account={member.id}")
    browser.post("/staff/sessions", 422, account=member.id, code="")
    theirs[0].get("/queue")
    browser.post("/staff/sessions", account=member.id, code=office.code(office.leader))
    assert all(one.client.get("/queue").status_code == 303 for one in theirs)
    people.signed_in(member)
    browser.get("/queue")


@pytest.mark.parametrize(
    "path", ["person", "sessions", "renew", "leave", "let-in", "pass-on", "renewal"]
)
@pytest.mark.parametrize("named", ["", "x", "0" * 32])
def test_somebody_who_is_not_there_is_not_found(browser: Browser, path: str, named: str) -> None:
    browser.get(f"/staff/{path}?account={named}&unit={named}", 404)


def test_a_single_holder_and_a_single_leader_are_warned_of(
    browser: Browser, people: People, office: Installation
) -> None:
    browser.get("/staff")
    assert "Det er bare én leder" in browser.text
    assert browser.text.count("Bare én kan åpne sakene til") == 2
    office.member("ung", "youth_team")
    office.member("politi", "police")
    browser.get("/staff")
    assert "Bare én kan åpne sakene til" not in browser.text


def test_pages_are_in_english_where_the_browser_asks_for_it(app: Flask) -> None:
    page = app.test_client().get("/join", headers={"Accept-Language": "en"})
    assert b'lang="en"' in page.data
