"""Forged forms and rows, and people who want to be two: nothing is gained."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from sifra.database import writing
from tests.triage.example_handovers import (
    Desk,
    entered,
    opens,
)
from tests.triage.example_office import NOW, Installation
from triage.staff_tables import accounts


def test_nobody_approves_alone(worker: Desk, office: Installation) -> None:
    case, _ = office.tip()
    one = worker.propose(case)
    worker.press(case, one, "approve", 403)
    assert "Du foreslo dette selv." in worker.text
    assert opens(office, case) == (False, False)
    assert entered(office, "handover-approved", "handed-over") == []


def test_nobody_approves_with_an_account_of_their_own_making(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    one = leader.propose(case)
    worker.press(case, one, "approve", 403)
    assert "inviterte eller slapp inn kontoen din for under 30 dager siden" in worker.text
    assert opens(office, case) == (False, False)
    with writing(office.staff) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.id == worker.account.id)
            .values(let_in=NOW - 31 * 86400)
        )
    worker.press(case, one, "approve")
    assert opens(office, case) == (True, False)


def test_nobody_approves_without_having_looked(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    leader.get(f"/cases/{case}")
    one = worker.propose(case)
    head = str(worker.browser.page.find("input", {"name": "head"})["value"])  # type: ignore[index]
    leader.get("/queue")
    leader.send(f"/cases/{case}/handover/{one}/approve", 403, seen="1", head=head)
    assert "Les saken slik den står nå" in leader.text
    assert opens(office, case) == (False, False)
    leader.send(f"/cases/{case}/handover/{one}/approve", seen="1", head=head)
    assert opens(office, case) == (True, False)


@pytest.mark.parametrize("change", ["head", "seen"])
def test_nobody_approves_what_they_have_not_read(
    worker: Desk, leader: Desk, office: Installation, change: str
) -> None:
    case, key = office.tip()
    one = worker.propose(case)
    leader.get(f"/cases/{case}/handover/{one}")
    if change == "seen":
        office.writes_more(case, key, "det er over nå")
        leader.send(f"/cases/{case}/handover/{one}/approve", 409)
        assert "det er over nå" in leader.text
    else:
        leader.send(f"/cases/{case}/handover/{one}/approve", 409, head="0" * 16)
    assert opens(office, case) == (False, False)


@pytest.mark.parametrize("column", ["to_unit", "whole", "case_id"])
def test_a_row_that_was_altered_lets_nobody_in(
    worker: Desk, leader: Desk, office: Installation, column: str
) -> None:
    case, _ = office.tip()
    other, _ = office.tip()
    one = worker.propose(case)
    value = {"to_unit": "'child_welfare'", "whole": "1", "case_id": f"'{other}'"}[column]
    with writing(office.staff) as connection:
        connection.execute(text(f"update handovers set {column} = {value}"))  # noqa: S608
    leader.get(f"/cases/{case}/handover/{one}", 404 if column == "case_id" else 409)
    leader.get(f"/cases/{case}")
    assert "er endret utenfor Sifra" in leader.text
    leader.get(f"/cases/{other}/handover/{one}", 404 if column != "case_id" else 409)


@pytest.mark.parametrize("state", ["made", "confirmed", "x"])
def test_a_row_that_says_that_it_was_made_opens_nothing(
    worker: Desk, police: Desk, office: Installation, state: str
) -> None:
    case, _ = office.tip()
    one = worker.propose(case)
    with writing(office.staff) as connection:
        connection.execute(text("update handovers set state = :state"), {"state": state})
    police.get(f"/handovers/{one}", 404)
    police.get("/handovers")
    worker.get("/handovers")
    assert opens(office, case) == (False, False)


def test_an_id_that_is_none_and_a_case_of_another_unit(
    worker: Desk, police: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    other, _ = office.tip()
    one = worker.propose(case)
    for path in (f"{case}/handover/{'0' * 32}", f"{other}/handover/{one}", f"{case}/handover/x"):
        worker.get(f"/cases/{path}", 404)
        worker.browser.post(f"/cases/{path}/approve", 404)
    police.get("/handovers")
    for path in (f"/cases/{case}/handover", f"/cases/{case}/handover/{one}/approve"):
        police.browser.post(path, 404 if police.browser.page.find("input") else 400)
    assert opens(office, case) == (False, False)
