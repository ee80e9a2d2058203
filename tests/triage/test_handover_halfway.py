"""What stopped between the two databases, and what came in the way of a hand-over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, delete, text

from sifra.database import writing
from sifra.sealing import Kind
from sifra.tables import key_cards
from tests.triage.example_handovers import (
    REASON,
    SUMMARY,
    Desk,
    answers,
    entered,
    kinds,
    opens,
    row,
)
from tests.triage.example_office import NOW, Installation

FAILING = "begin select * from not_there; end"


@contextmanager
def stopped(engine: Engine, at: str) -> Iterator[None]:
    """For a while one step, spelt as a trigger spells it, fails in that database."""
    with writing(engine) as connection:
        connection.execute(text(f"create trigger halfway before {at} {FAILING}"))
    yield
    with writing(engine) as connection:
        connection.execute(text("drop trigger halfway"))


@pytest.mark.parametrize("goes", ["summary", "whole"])
def test_what_stopped_between_the_databases_is_finished_by_pressing_again(
    worker: Desk, leader: Desk, office: Installation, goes: str
) -> None:
    case, key = office.tip()
    one = worker.propose(case, ground="consent", goes=goes, text="" if goes == "whole" else SUMMARY)
    answers(office, case, key, one, Kind.CONSENTED)
    leader.get(f"/cases/{case}/handover/{one}")
    with stopped(office.staff, "update of state on handovers"):
        leader.send(f"/cases/{case}/handover/{one}/make", 503)
        assert kinds(office, case)[-1] is Kind.HANDED_OVER
        assert opens(office, case) == (False, goes == "whole")
    # Somebody else, after the sender has written more and the case was closed.
    office.writes_more(case, key, "mer")
    worker.browser.get(f"/cases/{case}")
    worker.browser.act(case, "close")
    worker.get(f"/cases/{case}/handover/{one}")
    assert "Stoppet på halvveien" in worker.text
    worker.press(case, one, "make")
    assert (row(office)["state"], opens(office, case)) == ("made", (True, goes == "whole"))
    assert kinds(office, case).count(Kind.HANDED_OVER) == 1
    worker.press(case, one, "make", 409)


def test_what_was_approved_and_not_made_is_made_by_anybody(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    one = worker.propose(case)
    leader.get(f"/cases/{case}/handover/{one}")
    with stopped(office.cases, "insert on messages"):
        leader.send(f"/cases/{case}/handover/{one}/approve", 503)
        assert (row(office)["state"], opens(office, case)) == ("proposed", (False, False))
    worker.press(case, one, "make")
    assert (row(office)["state"], row(office)["decided_by"]) == ("made", office.leader.id)


def test_a_question_that_was_not_sent_is_sent_by_pressing_again(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, key = office.tip()
    worker.get(f"/cases/{case}/handover")
    given = {"to": "police", "text": SUMMARY, "ground": "consent"}
    with stopped(office.cases, "insert on messages"):
        worker.send(f"/cases/{case}/handover", **given)
    assert "Forslaget er lagret, men kom ikke lenger." in worker.text
    assert SUMMARY in worker.text
    assert worker.browser.page.find("form", action=re.compile("/ask$")) is not None
    one = str(row(office)["folder_id"])
    worker.get(f"/cases/{case}")
    assert "Spørsmålet er skrevet, men ikke sendt." in worker.text
    leader.press(case, one, "ask")
    assert office.sender(case, key).messages()[-1].kind is Kind.ASKED
    worker.press(case, one, "ask", 409)
    assert entered(office, "handover-proposed", "consent-asked") == [
        ("handover-proposed", worker.account.id),
        ("consent-asked", worker.account.id),
        ("consent-asked", leader.account.id),
    ]


def test_a_unit_that_lost_its_key_card(worker: Desk, leader: Desk, office: Installation) -> None:
    case, _ = office.tip()
    one = worker.propose(case)
    with writing(office.cases) as connection:
        connection.execute(delete(key_cards).where(key_cards.c.holder == "police"))
    leader.press(case, one, "approve", 409)
    assert "mangler nøkkel i Sifra nå" in leader.text
    assert row(office)["decided_by"] is None
    assert (row(office)["state"], opens(office, case)) == ("proposed", (False, False))


def test_a_reader_that_lost_its_key_card(worker: Desk, office: Installation) -> None:
    case, _ = office.tip()
    with writing(office.cases) as connection:
        connection.execute(delete(key_cards).where(key_cards.c.holder == "youth_team"))
    worker.propose(case, 409)
    assert "mangler nøkkel i Sifra nå" in worker.text
    assert SUMMARY in worker.text


def test_a_case_that_was_closed_is_opened_first(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    one = worker.propose(case)
    worker.get(f"/cases/{case}")
    worker.browser.act(case, "close")
    leader.press(case, one, "approve", 409)
    assert "Åpne den igjen først." in leader.text
    assert opens(office, case) == (False, False)


def test_a_unit_that_reads_the_case_by_now(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    first = worker.propose(case)
    worker.send(
        f"/cases/{case}/handover",
        to="police",
        goes="whole",
        ground="danger_to_life",
        reason=REASON,
    )
    assert opens(office, case) == (True, True)
    leader.press(case, first, "approve", 409)
    assert "leser allerede hele saken" in leader.text


def test_a_case_that_was_deleted_takes_what_went_over_along(
    worker: Desk, police: Desk, office: Installation
) -> None:
    case, key = office.tip()
    one = worker.propose(case, ground="danger_to_life")
    office.withdraws(case, key)
    assert office.store.destroy_past_retention(NOW + 400 * 86400) == 1
    police.get(f"/handovers/{one}", 404)
    assert "Saken er slettet" in police.text
    police.get("/handovers")
    assert "Ingenting er gitt videre til dere." in police.text
    police.get("/queue")
    assert "gitt videre til dere" not in police.text
