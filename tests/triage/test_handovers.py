"""Another unit is let in: by the sender's yes, by a second person, or at once; and what opens."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from sifra.database import reading, writing
from sifra.sealing import Kind
from tests.triage.example_handovers import (
    REASON,
    SUMMARY,
    Desk,
    answers,
    entered,
    kinds,
    opens,
    row,
    told,
)
from tests.triage.example_office import NOW, Installation
from triage.staff_tables import register_arrivals
from triage.worker import errands


def test_three_of_them_on_a_legal_ground(
    worker: Desk, leader: Desk, police: Desk, office: Installation
) -> None:
    case, _ = office.tip("beef fredag kl 19 på måsan, ikke si det var meg")
    one = worker.propose(case)
    assert "Forslaget er skrevet" in worker.text
    assert (row(office)["state"], opens(office, case)) == ("proposed", (False, False))

    leader.get("/handovers")
    assert "Venter på at en til ser på det" in leader.text
    leader.press(case, one, "approve")
    assert "Du har godkjent, og det er gitt videre." in leader.text
    assert (row(office)["state"], opens(office, case)) == ("made", (True, False))
    assert told(office, case) == {
        "handover": one,
        "to": "police",
        "whole": 0,
        "ground": "avert_crime",
        "hour": NOW,
        "by": "youth_team",
    }

    police.get("/handovers")
    assert "Ikke lest Fra Ungdomsteamet" in police.text
    police.get(f"/handovers/{one}")
    assert SUMMARY in police.text
    assert REASON in police.text
    assert "ikke si det var meg" not in police.text
    police.send(f"/handovers/{one}/read")
    police.send(f"/handovers/{one}/reply", text="Vi er der fredag.")
    police.get("/handovers")
    assert "Ikke lest" not in police.text
    police.get(f"/cases/{case}", 404)
    police.get(f"/cases/{case}/handover", 404)
    police.get(f"/cases/{case}/handover/{one}", 404)

    worker.get(f"/handovers/{one}")
    assert "Vi er der fredag." in worker.text
    deeds = entered(office, "handover-proposed", "handover-approved", "handed-over")
    assert deeds == [
        ("handover-proposed", worker.account.id),
        ("handover-approved", office.leader.id),
        ("handed-over", office.leader.id),
    ]
    looks = entered(office, "handover-look", "handover-reply")
    assert ("handover-look", police.account.id) in looks
    assert ("handover-reply", police.account.id) in looks


def test_with_the_senders_yes_anybody_of_the_unit_makes_it(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, key = office.tip()
    one = worker.propose(case, ground="consent", reason="")
    asked = office.sender(case, key).messages()[-1]
    assert (asked.kind, asked.body["text"], asked.body["whole"]) == (Kind.ASKED, SUMMARY, 0)
    assert REASON not in str(asked.body)
    worker.press(case, one, "make", 409)
    assert opens(office, case) == (False, False)

    answers(office, case, key, one, Kind.CONSENTED)
    assert opens(office, case) == (False, False)
    leader.get(f"/cases/{case}")
    assert "Avsenderen sa ja." in leader.text
    leader.press(case, one, "make")
    assert (row(office)["state"], opens(office, case)) == ("made", (True, False))
    assert told(office, case)["ground"] == "consent"


def test_after_the_code_it_is_one_tap_on_the_case_page(worker: Desk, office: Installation) -> None:
    case, key = office.tip()
    one = worker.propose(case, ground="consent")
    answers(office, case, key, one, Kind.CONSENTED)
    worker.get(f"/cases/{case}")
    worker.send(f"/cases/{case}/handover/{one}/make", code="")
    assert row(office)["state"] == "made"


@pytest.mark.parametrize("said", [[Kind.REFUSED], [Kind.CONSENTED, Kind.REFUSED]], ids=len)
def test_a_no_is_a_no_and_a_yes_may_be_taken_back(
    worker: Desk, office: Installation, said: list[Kind]
) -> None:
    case, key = office.tip()
    one = worker.propose(case, ground="consent")
    for kind in said:
        answers(office, case, key, one, kind)
    worker.press(case, one, "make", 409)
    assert "Avsenderen sa nei." in worker.text
    assert opens(office, case) == (False, False)
    worker.get(f"/cases/{case}")
    assert "Avsenderen sa nei." in worker.text


def test_a_yes_to_one_is_no_yes_to_another(worker: Desk, office: Installation) -> None:
    case, key = office.tip()
    one = worker.propose(case, ground="consent")
    answers(office, case, key, "0" * 32, Kind.CONSENTED)
    worker.press(case, one, "make", 409)
    assert opens(office, case) == (False, False)


def test_who_withdraws_takes_the_yes_along_but_not_the_law(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, key = office.tip()
    one = worker.propose(case, ground="consent")
    answers(office, case, key, one, Kind.CONSENTED)
    office.withdraws(case, key)
    worker.press(case, one, "make", 409)
    assert "Et ja gjelder ikke lenger." in worker.text
    worker.propose(case, 422, ground="consent")
    with writing(office.staff) as connection:
        connection.execute(text("delete from folders"))
    two = worker.propose(case)
    leader.press(case, two, "approve")
    assert (row(office)["state"], opens(office, case)) == ("made", (True, False))
    assert office.stored(case).clear.state == "withdrawn"


def test_the_whole_conversation_and_what_comes(
    worker: Desk, leader: Desk, police: Desk, office: Installation
) -> None:
    case, key = office.tip("alt sammen")
    one = worker.propose(case, goes="whole", text="")
    assert opens(office, case) == (False, False)
    leader.press(case, one, "approve")
    assert opens(office, case) == (True, True)
    office.writes_more(case, key, "enda mer")
    police.get(f"/cases/{case}")
    assert "alt sammen" in police.text
    assert "enda mer" in police.text
    police.get(f"/handovers/{one}")
    assert police.browser.page.find("a", href=f"/cases/{case}") is not None
    with reading(office.staff) as connection:
        assert connection.execute(select(register_arrivals)).all() == [("police", case)]


def test_in_danger_one_acts_at_once_and_the_second_follows(
    worker: Desk, leader: Desk, police: Desk, office: Installation
) -> None:
    case, _ = office.tip(danger="yes")
    one = worker.propose(case, ground="danger_to_life")
    assert (row(office)["state"], opens(office, case)) == ("unconfirmed", (True, False))
    worker.get(f"/cases/{case}")
    assert "Venter på at en til ser på det" in worker.text
    worker.press(case, one, "confirm", 403)
    assert row(office)["state"] == "unconfirmed"
    leader.get("/handovers")
    assert "Venter på at en til ser på det" in leader.text
    leader.press(case, one, "object", 422, reason="  ")
    leader.press(case, one, "object", reason="De var alt varslet.")
    assert row(office)["state"] == "objected"
    police.get(f"/handovers/{one}")
    assert "En til er uenig" in police.text
    leader.press(case, one, "confirm", 409)


def test_in_danger_the_second_may_agree(worker: Desk, leader: Desk, office: Installation) -> None:
    case, _ = office.tip(danger="yes", with_code=False)
    one = worker.propose(case, ground="danger_to_life", goes="whole", text="")
    leader.press(case, one, "confirm")
    assert row(office)["state"] == "confirmed"


def test_of_those_who_were_let_in_none_is_the_second(
    worker: Desk, police: Desk, office: Installation
) -> None:
    case, _ = office.tip(danger="yes")
    one = worker.propose(case, ground="danger_to_life", goes="whole", text="")
    police.press(case, one, "confirm", 403)
    assert "bare for enheten som får den" in police.text
    assert row(office)["state"] == "unconfirmed"


def test_a_second_person_says_no_with_a_reason(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    one = worker.propose(case)
    leader.press(case, one, "refuse", 422)
    leader.press(case, one, "refuse", reason="Det er bare et rykte.")
    assert (row(office)["state"], opens(office, case)) == ("refused", (False, False))
    worker.get(f"/cases/{case}/handover/{one}")
    assert "Det er bare et rykte." in worker.text
    leader.press(case, one, "approve", 409)
    assert kinds(office, case) == [Kind.TIP]


def test_a_proposal_can_be_taken_back(worker: Desk, leader: Desk, office: Installation) -> None:
    case, _ = office.tip()
    one = worker.propose(case)
    worker.press(case, one, "refuse")
    leader.press(case, one, "approve", 409)
    assert "Forslaget ble trukket." in leader.text
    assert opens(office, case) == (False, False)


def test_whom_it_goes_to_is_told_also_when_the_second_person_was(
    worker: Desk, leader: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    one = worker.propose(case)
    errands.told(office.staff, errands.handed(office.staff)["youth_team"], NOW)
    assert not errands.handed(office.staff)
    leader.press(case, one, "approve")
    assert list(errands.handed(office.staff)) == ["police"]
