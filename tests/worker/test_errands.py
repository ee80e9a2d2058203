"""What the worker tells beside the cases that wait: that a case was handed over to a unit, and
where the audit log ends."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update

from sifra.case_rows import HOUR
from sifra.database import reading, writing
from sifra.duty_store import CHANNEL
from tests.worker.desk import DAY, NOW, Desk, Mailbox, Running, said_by, start, turn
from triage.audit import audit_log
from triage.audit.audit_log import Action, Deed, Noted
from triage.handover.handover_rules import LET_IN, State
from triage.staff_tables import audit_entries, folders, handovers
from triage.worker import errands
from triage.worker.pace import Pace, point

WEEK = 7 * DAY
GRID = 900


def hand_over(desk: Desk, state: State = State.MADE, to: str = "police", at: int = NOW) -> str:
    """A row as a hand-over leaves it; the id of its folder."""
    folder_id, case_id = secrets.token_hex(16), secrets.token_hex(16)
    with writing(desk.staff) as connection:
        connection.execute(
            insert(folders).values(id=folder_id, case_id=case_id, kind="handover", head=b"")
        )
        connection.execute(
            insert(handovers).values(
                folder_id=folder_id,
                case_id=case_id,
                from_unit="youth_team",
                to_unit=to,
                whole=False,
                state=state.value,
                proposed_by="0" * 32,
                proposed=at,
            )
        )
    return folder_id


def notified(desk: Desk) -> dict[str, int | None]:
    with reading(desk.staff) as connection:
        query = select(handovers.c.folder_id, handovers.c.notified)
        return {row[0]: row[1] for row in connection.execute(query)}


def enter(desk: Desk, count: int = 3) -> Noted:
    for _ in range(count):
        audit_log.append(desk.staff, Deed(Action.SIGN_IN, "a" * 32))
    return audit_log.end(desk.staff)


# --- a case that was handed over ------------------------------------------------------------


def test_what_waits_for_a_second_person_is_told_where_it_was_proposed_and_then_where_it_goes(
    desk: Desk, mailbox: Mailbox
) -> None:
    folder = hand_over(desk, State.PROPOSED)
    worker = desk.worker({"police": [mailbox.address()], "youth_team": [mailbox.address()]})
    for quarter in range(4):
        turn(worker, NOW + quarter * GRID)
    assert [unit for _, unit, _ in desk.notices()] == ["youth_team"]
    (mail,) = mailbox.bodies()
    assert mail.startswith("Kø: Ungdomsteamet\n")
    made = update(handovers).values(state=State.MADE.value, notified=None)
    with writing(desk.staff) as connection:
        connection.execute(made)
    for quarter in range(4, 8):
        turn(worker, NOW + quarter * GRID)
    assert sorted(unit for _, unit, _ in desk.notices()) == ["police", "youth_team"]
    assert mailbox.bodies()[-1].startswith("Kø: Politikontakten\n")
    assert notified(desk)[folder] is not None


def test_a_hand_over_made_while_the_second_person_is_told_is_told_of_still(desk: Desk) -> None:
    folder = hand_over(desk, State.PROPOSED)
    seen = errands.handed(desk.staff)["youth_team"]
    with writing(desk.staff) as connection:
        connection.execute(update(handovers).values(state=State.MADE.value))
    errands.told(desk.staff, seen, NOW)
    assert notified(desk) == {folder: None}
    assert list(errands.handed(desk.staff)) == ["police"]


@pytest.mark.parametrize("state", [State.ASKED, State.REFUSED])
def test_what_waits_for_nobody_here_is_not_told(desk: Desk, state: State) -> None:
    hand_over(desk, state)
    assert not errands.handed(desk.staff)


def test_the_unit_is_told_once_in_the_same_words_as_of_any_case(
    desk: Desk, mailbox: Mailbox
) -> None:
    handed = hand_over(desk)
    worker = desk.worker({"police": [mailbox.address()], "youth_team": [mailbox.address()]})
    for quarter in range(6):
        turn(worker, NOW + quarter * GRID)
    (mail,), ((notice, unit, _),) = mailbox.bodies(), desk.notices()
    assert unit == "police"
    assert mailbox.arrived[0]["Subject"] == "Ung i Indre: 1 sak venter"
    assert mail.split("\n") == ["Kø: Politikontakten", "https://k.no/queue", f"Melding {notice}"]
    (when,) = notified(desk).values()
    assert when is not None
    assert when % HOUR == 0
    assert handed not in mail


def test_it_waits_for_the_grid_unless_somebody_may_be_in_danger(desk: Desk) -> None:
    worker = desk.worker()
    first = min(
        one
        for slot in range(NOW // GRID, NOW // GRID + 3)
        if (one := point(worker.seed, "police", slot, GRID)) > NOW
    )
    hand_over(desk)
    turn(worker, first - 1)
    assert desk.notices() == []
    hand_over(desk, State.UNCONFIRMED, to="child_welfare")
    turn(worker, first - 1)
    assert [unit for _, unit, _ in desk.notices()] == ["child_welfare"]
    turn(worker, first)
    assert {unit for _, unit, sent in desk.notices() if sent} == {"child_welfare", "police"}
    assert said_by(worker) == [
        "notice to child_welfare: 1 waiting; no address is set, nothing was sent",
        "notice to police: 1 waiting; no address is set, nothing was sent",
    ]


def test_danger_is_said_and_all_that_waits_is_counted(desk: Desk, mailbox: Mailbox) -> None:
    for state in (State.UNCONFIRMED, State.MADE):
        hand_over(desk, state, to="youth_team")
    desk.wait_for()
    turn(desk.worker({"youth_team": [mailbox.address()]}), NOW)
    (mail,) = mailbox.arrived
    assert mail["Subject"] == "Ung i Indre: 3 saker venter"
    assert mailbox.bodies()[0].split("\n")[1] == "Det haster."
    assert None not in notified(desk).values()
    assert desk.untaken() == 0


@pytest.mark.parametrize("state", sorted(State))
def test_nobody_there_is_told_before_it_is_made(desk: Desk, state: State) -> None:
    hand_over(desk, state)
    turn(desk.worker(), NOW + 2 * GRID)
    assert ("police" in {unit for _, unit, _ in desk.notices()}) == (state in LET_IN)


def test_of_two_workers_one_tells(desk: Desk, mailbox: Mailbox) -> None:
    hand_over(desk, State.UNCONFIRMED)
    hand_over(desk, State.UNCONFIRMED, at=NOW + 1)
    workers = [desk.worker({"police": [mailbox.address()]}) for _ in range(2)]
    for worker in workers:
        worker.look(NOW)
    for worker in workers:
        worker.send(NOW)
    for worker in workers:
        turn(worker, NOW)
    turn(workers[0], NOW + 2 * GRID)
    assert len(mailbox.arrived) == 1
    assert None not in notified(desk).values()


def test_a_unit_that_cannot_be_told_is_tried_again_under_the_same_id(
    desk: Desk, mailbox: Mailbox
) -> None:
    hand_over(desk, State.UNCONFIRMED)
    worker = desk.worker({"police": [mailbox.address()]})
    mailbox.refuses = True
    turn(worker, NOW)
    assert list(notified(desk).values()) == [None]
    assert CHANNEL + "police" in desk.signs()
    mailbox.refuses = False
    turn(worker, NOW + 120)
    ((notice, _, _),) = desk.notices()
    assert mailbox.ids() == [notice]
    assert None not in notified(desk).values()
    assert CHANNEL + "police" not in desk.signs()


def test_while_the_staff_database_is_away_cases_are_told_all_the_same(
    desk: Desk, mailbox: Mailbox
) -> None:
    hand_over(desk, State.UNCONFIRMED, to="youth_team")
    desk.wait_for(urgent=True)
    file = desk.home / "office" / "staff.sqlite"
    away = file.with_suffix(".away")
    worker = desk.worker({"youth_team": [mailbox.address()]})
    file.rename(away)
    turn(worker, NOW)
    assert mailbox.arrived[0]["Subject"] == "Ung i Indre: 1 sak venter"
    away.rename(file)
    turn(worker, NOW)
    assert mailbox.arrived[1]["Subject"] == "Ung i Indre: 2 saker venter"
    assert sum("staff database" in line for line in said_by(worker)) == 1
    assert None not in notified(desk).values()


def test_told_while_the_staff_database_goes_away_it_is_marked_later_or_told_again(
    desk: Desk, mailbox: Mailbox
) -> None:
    hand_over(desk, State.UNCONFIRMED)
    file = desk.home / "office" / "staff.sqlite"
    away = file.with_suffix(".away")

    def go_away() -> None:
        file.rename(away)

    mailbox.on_arrival = go_away
    worker = desk.worker({"police": [mailbox.address()]})
    worker.look(NOW)
    worker.send(NOW)
    mailbox.wait_for(1)
    (under_way,) = worker.under_way.values()
    while not under_way.sending.got_through:
        pass
    worker.settle(NOW)
    assert worker.under_way
    assert not worker.awaits_answers
    away.rename(file)
    turn(worker, NOW)
    assert None not in notified(desk).values()
    assert [bool(sent) for _, _, sent in desk.notices()] == [True]
    assert len(mailbox.arrived) == 1


# --- where the audit log ends -----------------------------------------------------------------


def test_the_head_comes_once_a_week(desk: Desk, mailbox: Mailbox) -> None:
    noted = enter(desk)
    worker = desk.worker({"audit": [mailbox.address()]})
    turn(worker, NOW)
    turn(worker, NOW + WEEK - 1)
    (mail,) = mailbox.arrived
    ((notice, unit, _),) = desk.notices()
    assert unit == "audit"
    assert mail["Subject"] == "Ung i Indre: hodet til loggen"
    assert mailbox.bodies()[0].split("\n") == [
        "Loggen har 3 linjer.",
        str(noted),
        "Ta vare på meldingen. Med «sifra audit verify --head» og hodet over ser dere senere om"
        " noe er fjernet eller skrevet om.",
        f"Melding {notice}",
    ]
    later = enter(desk, 1)
    turn(worker, NOW + WEEK)
    assert str(later) in mailbox.bodies()[1]
    assert len(mailbox.arrived) == 2


def test_a_head_that_came_finds_a_log_that_was_cut_off(desk: Desk, mailbox: Mailbox) -> None:
    enter(desk)
    turn(desk.worker({"audit": [mailbox.address()]}), NOW)
    noted = Noted.parse(mailbox.bodies()[0].split("\n")[1])
    assert noted is not None
    assert audit_log.verify(desk.staff, noted).finding is None
    with writing(desk.staff) as connection:
        connection.execute(audit_entries.delete().where(audit_entries.c.sequence == 3))
    assert audit_log.verify(desk.staff).finding is None
    assert audit_log.verify(desk.staff, noted).finding is not None


def test_a_log_that_was_altered_is_said_so(desk: Desk, mailbox: Mailbox) -> None:
    enter(desk)
    with writing(desk.staff) as connection:
        connection.execute(update(audit_entries).where(audit_entries.c.sequence == 2).values(at=1))
    turn(desk.worker({"audit": [mailbox.address()]}), NOW)
    assert mailbox.arrived[0]["Subject"] == "Ung i Indre: noe er galt med loggen"
    said = mailbox.bodies()[0].split("\n")
    assert said[0].startswith("Loggen er endret utenfor Sifra. Så mange linjer er slik")
    assert said[1].startswith("1:")


def test_nothing_of_any_entry_stands_in_it(desk: Desk, mailbox: Mailbox) -> None:
    case_id = secrets.token_hex(16)
    deed = Deed(Action.LOOK, "b" * 32, "youth_team", case_id, {"messages": 77})
    audit_log.append(desk.staff, deed)
    turn(desk.worker({"audit": [mailbox.address()]}), NOW)
    whole = f"{mailbox.arrived[0].as_string()}\n{mailbox.bodies()[0]}"
    for word in (case_id, "b" * 32, "youth_team", "Ungdomsteamet", "look", "77 "):
        assert word not in whole


def test_after_a_long_silence_it_comes_at_once_and_once(desk: Desk, mailbox: Mailbox) -> None:
    turn(desk.worker({"audit": [mailbox.address()]}), NOW)
    for worker in [desk.worker({"audit": [mailbox.address()]}) for _ in range(2)]:
        turn(worker, NOW + 5 * WEEK)
    assert len(mailbox.arrived) == 2


def test_of_two_workers_one_sends_the_head(desk: Desk, mailbox: Mailbox) -> None:
    workers = [desk.worker({"audit": [mailbox.address()]}) for _ in range(2)]
    for worker in workers:
        worker.look(NOW)
    for worker in workers:
        turn(worker, NOW + 1)
    assert len(mailbox.arrived) == 1


def test_one_that_does_not_get_through_stops_nobodys_promises(desk: Desk, mailbox: Mailbox) -> None:
    mailbox.refuses = True
    worker = desk.worker({"audit": [mailbox.address()]})
    turn(worker, NOW)
    assert [name for name in desk.signs() if name.startswith(CHANNEL)] == []
    assert desk.duty(NOW).silent == frozenset()
    mailbox.refuses = False
    turn(worker, NOW + 120)
    assert len(mailbox.arrived) == 1


def test_without_an_address_nothing_is_made_of_it(desk: Desk) -> None:
    turn(desk.worker(), NOW)
    assert desk.notices() == []


def test_a_worker_as_it_is_run_sends_both(
    desk: Desk, mailbox: Mailbox, running: Callable[[Running], Running]
) -> None:
    noted = enter(desk)
    hand_over(desk, State.UNCONFIRMED)
    where = f"police={mailbox.address()} audit={mailbox.address('logg@k.example')}"
    running(start(desk, where, replace(Pace(), turn=0.05)))
    mailbox.wait_for(2)
    assert sorted(to for (to,) in mailbox.to) == ["logg@k.example", "vakt@kommune.example"]
    assert sum(str(noted) in body for body in mailbox.bodies()) == 1


# --- at night ---------------------------------------------------------------------------------


def test_at_night_what_staff_wrote_on_a_deleted_case_goes(desk: Desk) -> None:
    hand_over(desk)
    worker = desk.worker()
    worker.night(NOW + 18 * HOUR)
    assert notified(desk) == {}
    with sqlite3.connect(desk.home / "office" / "staff.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM folders").fetchone() == (0,)


def test_a_night_without_the_staff_database_is_tried_again(desk: Desk) -> None:
    hand_over(desk)
    file = desk.home / "office" / "staff.sqlite"
    away = file.with_suffix(".away")
    worker = desk.worker()
    file.rename(away)
    with pytest.raises(Exception, match="SQLITE_CANTOPEN"):
        worker.night(NOW + 18 * HOUR)
    away.rename(file)
    worker.night(NOW + 18 * HOUR + 60)
    assert len(notified(desk)) == 1
    worker.night(NOW + 18 * HOUR + 301)
    assert notified(desk) == {}
