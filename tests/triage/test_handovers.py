"""Another unit is let in: by the sender's yes, by a second person, or at once; and what opens."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from sifra.conversation import ReaderView
from sifra.database import reading, writing
from sifra.sealing import Kind, PrivateKey, SealError
from sifra.tables import key_cards
from tests.triage.example_handovers import REASON, SUMMARY, Desk, answers, row
from tests.triage.example_office import NOW, Browser, Installation
from triage.folder_store import FolderStore
from triage.folders import open_folder
from triage.staff_tables import accounts, audit_entries, register_arrivals


@pytest.fixture
def worker(app: Flask, office: Installation) -> Desk:
    """Somebody of the youth team, whom the leader let in."""
    return Desk.of(app, office, office.member("ung", "youth_team"))


@pytest.fixture
def leader(browser: Browser, office: Installation) -> Desk:
    """Of both units."""
    return Desk(browser, office.leader)


@pytest.fixture
def police(app: Flask, office: Installation) -> Desk:
    return Desk.of(app, office, office.member("politi", "police"))


def opens(office: Installation, case: str, unit: str = "police") -> tuple[bool, bool]:
    """Does the unit's key open a folder, and the case?"""
    key = office.founding.units[unit]
    stored = office.stored(case).sealed

    def opened_folder() -> bool:
        for folder in FolderStore(office.staff).of_case(case):
            for holder in (*folder.holders, unit):
                try:
                    open_folder(folder, stored.erasure_key, holder, [key])
                except SealError:
                    continue
                return True
        return False

    return opened_folder(), any(_reads(stored, holder, key) for holder in (*stored.readers, unit))


def _reads(stored: object, holder: str, key: PrivateKey) -> bool:
    try:
        ReaderView.open(stored, holder, key)  # type: ignore[arg-type]
    except SealError:
        return False
    return True


def kinds(office: Installation, case: str) -> list[Kind]:
    return [message.kind for message in office.reader(case).messages()]


def told(office: Installation, case: str) -> dict[str, str | int]:
    last = office.reader(case).messages()[-1]
    assert last.kind is Kind.HANDED_OVER
    return dict(last.body)


def entered(office: Installation, *of: str) -> list[tuple[str, str]]:
    with reading(office.staff) as connection:
        rows = connection.execute(
            select(audit_entries.c.action, audit_entries.c.account_id)
            .where(audit_entries.c.action.in_(of))
            .order_by(audit_entries.c.sequence)
        )
        return [(action, account) for action, account in rows]


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


# --- stopped halfway -----------------------------------------------------------------------------


def stop(office: Installation) -> None:
    """From here on hand-overs cannot be finished in the staff database."""
    with writing(office.staff) as connection:
        connection.execute(
            text(
                "create trigger halfway before update of state on handovers"
                " begin select * from not_there; end"
            )
        )


def go_on(office: Installation) -> None:
    with writing(office.staff) as connection:
        connection.execute(text("drop trigger halfway"))


@pytest.mark.parametrize("goes", ["summary", "whole"])
def test_what_stopped_between_the_databases_is_finished_by_pressing_again(
    worker: Desk, leader: Desk, office: Installation, goes: str
) -> None:
    case, key = office.tip()
    one = worker.propose(case, ground="consent", goes=goes, text="" if goes == "whole" else SUMMARY)
    answers(office, case, key, one, Kind.CONSENTED)
    leader.get(f"/cases/{case}/handover/{one}")
    stop(office)
    leader.send(f"/cases/{case}/handover/{one}/make", 503)
    assert kinds(office, case)[-1] is Kind.HANDED_OVER
    assert opens(office, case) == (False, goes == "whole")
    go_on(office)
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
    with writing(office.cases) as connection:
        connection.execute(
            text(
                "create trigger halfway before insert on messages"
                " begin select * from not_there; end"
            )
        )
    leader.send(f"/cases/{case}/handover/{one}/approve", 503)
    assert (row(office)["state"], opens(office, case)) == ("proposed", (False, False))
    with writing(office.cases) as connection:
        connection.execute(text("drop trigger halfway"))
    worker.press(case, one, "make")
    assert (row(office)["state"], row(office)["decided_by"]) == ("made", office.leader.id)


def test_a_question_that_was_not_sent_is_sent_by_pressing_again(
    worker: Desk, office: Installation
) -> None:
    case, key = office.tip()
    worker.get(f"/cases/{case}/handover")
    with writing(office.cases) as connection:
        connection.execute(
            text(
                "create trigger halfway before insert on messages"
                " begin select * from not_there; end"
            )
        )
    given = {"to": "police", "text": SUMMARY, "ground": "consent"}
    worker.send(f"/cases/{case}/handover", 503, **given)
    assert SUMMARY in worker.text
    with writing(office.cases) as connection:
        connection.execute(text("drop trigger halfway"))
    one = str(row(office)["folder_id"])
    worker.get(f"/cases/{case}")
    assert "Spørsmålet er skrevet, men ikke sendt." in worker.text
    worker.press(case, one, "ask")
    assert office.sender(case, key).messages()[-1].kind is Kind.ASKED
    worker.press(case, one, "ask", 409)


# --- what came in the way ------------------------------------------------------------------------


def test_a_unit_that_lost_its_key_card(worker: Desk, leader: Desk, office: Installation) -> None:
    case, _ = office.tip()
    one = worker.propose(case)
    with writing(office.cases) as connection:
        connection.execute(delete(key_cards).where(key_cards.c.holder == "police"))
    leader.press(case, one, "approve", 409)
    assert "ingen nøkkel i Sifra nå" in leader.text
    assert (row(office)["state"], opens(office, case)) == ("proposed", (False, False))


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
    assert "leser hele saken alt" in leader.text


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


# --- nothing gained ------------------------------------------------------------------------------


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
    assert "slapp inn kontoen din for under 30 dager siden" in worker.text
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
    held = {"seen": "1", "head": str(worker.browser.page.find("input", {"name": "head"})["value"])}  # type: ignore[index]
    leader.get("/queue")
    leader.send(f"/cases/{case}/handover/{one}/approve", 403, **held)
    assert "Les saken slik den står nå" in leader.text
    assert opens(office, case) == (False, False)
    leader.send(f"/cases/{case}/handover/{one}/approve", **held)
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
