"""Who of the unit has a case: taken, given, let go; and by whom it cannot be had."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select, update

from sifra.database import Conflict, reading, writing
from tests.triage.example_office import NOW, Browser, Installation
from triage.cases import assignments
from triage.staff_tables import accounts, audit_entries
from triage.staff_tables import assignments as rows


def held(office: Installation, case: str) -> str | None:
    query = select(rows.c.account_id).where(rows.c.case_id == case)
    with reading(office.staff) as connection:
        return connection.scalar(query)


def entered(office: Installation) -> list[tuple[str, dict[str, str]]]:
    query = select(audit_entries.c.action, audit_entries.c.fields).where(
        audit_entries.c.action.in_(["assign", "unassign"])
    )
    with reading(office.staff) as connection:
        rows = connection.execute(query.order_by(audit_entries.c.sequence)).all()
    return [(row.action, json.loads(row.fields)) for row in rows]


def was(browser: Browser) -> str:
    field = browser.page.find("input", {"name": "was"})
    assert field is not None
    return str(field["value"])


def options(browser: Browser) -> dict[str, str]:
    return {str(one["value"]): one.get_text() for one in browser.page.select("#to option")}


def test_take_give_and_let_go(app: Flask, browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    given = office.member("ung", "youth_team")
    me = office.leader.id
    browser.get(f"/cases/{case}")
    assert "Ingen har saken ennå." in browser.text
    browser.act(case, "assign", was="", to=me)
    assert "Du har saken nå." in browser.text
    assert held(office, case) == me
    browser.act(case, "assign", was=was(browser), to=given.id)
    assert "Ungdomskontakt har saken." in browser.text
    other = Browser(app.test_client(), office)
    other.sign_in(given)
    other.get(f"/cases/{case}")
    assert "Du har saken." in other.text
    other.act(case, "assign", was=was(other), to="")
    assert held(office, case) is None
    assert entered(office) == [
        ("assign", {"to": me}),
        ("assign", {"to": given.id}),
        ("unassign", {}),
    ]


def test_only_colleagues_who_can_open_it_are_offered_and_taken(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip()
    able = office.member("ung", "youth_team")
    gone = office.member("slutter", "youth_team")
    unable = [
        office.member("politi", "police"),
        office.member("tolk", role="interpreter"),
        office.member("revisor", role="auditor"),
        office.member("drift", "youth_team", role="administrator"),
        gone,
    ]
    with writing(office.staff) as connection:
        connection.execute(update(accounts).where(accounts.c.id == gone.id).values(gone=NOW))
    browser.get(f"/cases/{case}")
    assert options(browser) == {able.id: "Ungdomskontakt"}
    for to in (*(one.id for one in unable), "", "0" * 32, "<b>"):
        browser.act(case, "assign", 422 if to else 200, was="", to=to)
        if to:
            assert browser.page.find(id="to-error") is not None
        assert held(office, case) is None
    assert entered(office) == []


def test_a_colleague_of_another_unit_that_reads_it_is_not_offered(
    browser: Browser, office: Installation, app: Flask
) -> None:
    case, _ = office.tip(readers=("police", "youth_team"))
    police = office.member("politi", "police")
    ung = office.member("ung", "youth_team")
    other = Browser(app.test_client(), office)
    other.sign_in(police)
    other.get(f"/cases/{case}")
    # The leader reads as both units.
    assert list(options(other)) == [office.leader.id]
    other.act(case, "assign", 422, was="", to=ung.id)
    other.act(case, "assign", was="", to=police.id)
    browser.get(f"/cases/{case}")
    assert "Ungdomskontakt har saken." in browser.text


def test_those_with_one_name_are_told_apart(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    one, two = (office.member(name, "youth_team") for name in ("askim", "mysen"))
    browser.get(f"/cases/{case}")
    assert options(browser) == {
        one.id: "Ungdomskontakt (askim)",
        two.id: "Ungdomskontakt (mysen)",
    }


def test_who_came_first_keeps_it(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    other = office.member("ung", "youth_team")
    browser.get(f"/cases/{case}")
    assignments.assign(office.staff, case, other.id, None, NOW)
    browser.act(case, "assign", 409, was="", to=office.leader.id)
    assert "Ungdomskontakt fikk saken i mellomtiden." in browser.text
    assert held(office, case) == other.id
    assert entered(office) == []
    browser.act(case, "assign", was=was(browser), to=office.leader.id)
    assert held(office, case) == office.leader.id


@pytest.mark.parametrize("before", ["nobody", "me"])
def test_two_in_the_same_moment(
    browser: Browser, office: Installation, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    case, _ = office.tip()
    other = office.member("ung", "youth_team")
    me = office.leader.id
    if before == "me":
        assignments.assign(office.staff, case, me, None, NOW)
    browser.get(f"/cases/{case}")
    had = me if before == "me" else None
    assign = assignments.assign

    def beaten(*given: object) -> None:
        assign(office.staff, case, other.id, had, NOW)
        assign(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(assignments, "assign", beaten)
    to = "" if before == "me" else me
    browser.act(case, "assign", 409, was=had or "", to=to)
    assert "Ungdomskontakt fikk saken i mellomtiden." in browser.text
    assert held(office, case) == other.id


def test_nobody_lets_go_what_another_has(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    other = office.member("ung", "youth_team")
    assignments.assign(office.staff, case, other.id, None, NOW)
    browser.get(f"/cases/{case}")
    browser.act(case, "assign", 422, was=other.id, to="")
    assert held(office, case) == other.id


def test_who_had_it_and_left_is_named(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    other = office.member("ung", "youth_team")
    assignments.assign(office.staff, case, other.id, None, NOW)
    with writing(office.staff) as connection:
        connection.execute(update(accounts).where(accounts.c.id == other.id).values(gone=NOW))
    browser.get(f"/cases/{case}")
    assert "Ungdomskontakt hadde saken, men kan ikke åpne den lenger." in browser.text
    browser.act(case, "assign", was=other.id, to=office.leader.id)
    assert held(office, case) == office.leader.id


def test_all_that_somebody_has_goes_to_another_or_to_nobody(
    app: Flask, office: Installation
) -> None:
    one, two = (office.member(name, "youth_team") for name in ("en", "to"))
    cases = [f"{number:032x}" for number in range(5)]
    for number, case in enumerate(cases):
        assignments.assign(office.staff, case, (one if number < 3 else two).id, None, NOW - number)
    assert assignments.held_by(office.staff, one.id) == [cases[2], cases[1], cases[0]]
    assert assignments.reassign_all(office.staff, one.id, two.id) == 3
    with app.test_request_context():
        assert assignments.of([*cases, "f" * 32]) == dict.fromkeys(cases, two.id)
        assert assignments.of([]) == {}
    assert assignments.reassign_all(office.staff, two.id, None) == 5
    assert assignments.reassign_all(office.staff, two.id, one.id) == 0
    assert assignments.held_by(office.staff, two.id) == []


def test_what_the_rows_refuse(office: Installation) -> None:
    """What the page rests on: of two who decide at once, the second is refused."""
    one, two = (office.member(name, "youth_team") for name in ("en", "to"))
    assignments.assign(office.staff, "c" * 32, one.id, None, NOW)
    for to, before in ((two.id, None), (two.id, two.id), (None, two.id)):
        with pytest.raises(Conflict):
            assignments.assign(office.staff, "c" * 32, to, before, NOW)
    assert held(office, "c" * 32) == one.id
