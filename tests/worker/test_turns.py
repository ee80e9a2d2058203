"""What a worker does in its turns, at times of our choice; nothing is sent anywhere."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from sifra.case_rows import HOUR, Asked, State
from sifra.database import StoreUnavailable, reading
from sifra.duty_store import STALE, WORKER
from sifra.tables import notices
from tests.worker.desk import DAY, NOW, Desk, said_by, turn
from triage.worker import notices as rows
from triage.worker import signs
from triage.worker.pace import point

GRID = 900
LEASE = 150


def next_point(seed: bytes, now: int, unit: str = "youth_team") -> int:
    slots = range(now // GRID, now // GRID + 3)
    return min(one for one in (point(seed, unit, slot, GRID) for slot in slots) if one > now)


def test_danger_is_told_at_once(desk: Desk) -> None:
    desk.wait_for(urgent=True)
    turn(desk.worker(), NOW)
    assert [unit for _, unit, sent in desk.notices() if sent] == ["youth_team"]


def test_danger_that_is_withdrawn_before_anybody_was_told_is_told_once(desk: Desk) -> None:
    """Whoever forces a child to withdraw a knife does not keep it from being told."""
    read_by = Asked("police", NOW + 2 * HOUR)
    case = desk.wait_for(Asked("youth_team", NOW), read_by, urgent=True)
    desk.withdraw(case)
    worker = desk.worker()
    turn(worker, NOW)
    turn(worker, NOW + 3 * HOUR)
    assert [unit for _, unit, sent in desk.notices() if sent] == ["youth_team"]
    assert said_by(worker)[0].startswith("notice to youth_team: 1 waiting")
    # It waits for nobody after that, and is not counted with what comes.
    desk.wait_for(received=NOW + 3 * HOUR, urgent=True)
    turn(worker, NOW + 3 * HOUR)
    assert said_by(worker)[-1].startswith("notice to youth_team: 1 waiting")


def test_danger_that_is_withdrawn_after_somebody_was_told_is_not_told_again(desk: Desk) -> None:
    case = desk.wait_for(Asked("youth_team", NOW), Asked("police", NOW + 2 * HOUR), urgent=True)
    worker = desk.worker()
    turn(worker, NOW)
    desk.withdraw(case, NOW + HOUR)
    turn(worker, NOW + 3 * HOUR)
    assert len(desk.notices()) == 1


def test_danger_that_was_read_and_withdrawn_is_not_told(desk: Desk) -> None:
    case = desk.wait_for(urgent=True)
    desk.acknowledge(case)
    desk.withdraw(case)
    turn(desk.worker(), NOW)
    assert desk.notices() == []


def test_what_is_not_urgent_waits_for_the_grid(desk: Desk) -> None:
    worker = desk.worker()
    turn(worker, NOW)
    following = next_point(worker.seed, NOW)
    desk.wait_for()
    turn(worker, following - 1)
    assert desk.notices() == []
    turn(worker, following)
    assert len(desk.notices()) == 1


@pytest.mark.parametrize("minute", [0, 7, 14])
def test_when_it_is_told_does_not_depend_on_when_it_was_sent(desk: Desk, minute: int) -> None:
    worker = desk.worker()
    worker.seed = next(
        seed
        for seed in (bytes([one, other]) for one in range(256) for other in range(4))
        if next_point(seed, NOW) > NOW + 860
    )
    following = next_point(worker.seed, NOW)
    for second in (*range(NOW, following, 60), following - 1):
        if second == NOW + minute * 60:
            desk.wait_for()
        turn(worker, second)
        assert desk.notices() == []
    turn(worker, following)
    assert len(desk.notices()) == 1


def test_a_point_of_the_grid_is_heeded_once(desk: Desk) -> None:
    worker = desk.worker()
    told = next_point(worker.seed, NOW)
    following = next_point(worker.seed, told)
    turn(worker, told)
    desk.wait_for()
    turn(worker, following - 1)
    assert desk.notices() == []
    turn(worker, following)
    assert len(desk.notices()) == 1


def test_a_step_to_come_is_left_alone(desk: Desk) -> None:
    desk.wait_for(Asked("youth_team", NOW + HOUR), urgent=True)
    worker = desk.worker()
    turn(worker, NOW + HOUR - 1)
    assert desk.notices() == []
    turn(worker, NOW + HOUR)
    assert len(desk.notices()) == 1


def test_at_read_by_the_next_is_asked(desk: Desk) -> None:
    desk.wait_for(Asked("youth_team", NOW), Asked("police", NOW + 2 * HOUR))
    worker = desk.worker()
    turn(worker, NOW + HOUR)
    assert [unit for _, unit, _ in desk.notices()] == ["youth_team"]
    turn(worker, NOW + 3 * HOUR)
    assert {unit for _, unit, _ in desk.notices()} == {"youth_team", "police"}


def test_acknowledging_stops_the_reminders_of_everybody_else(desk: Desk) -> None:
    case = desk.wait_for(Asked("youth_team", NOW), Asked("police", NOW + 2 * HOUR))
    worker = desk.worker()
    turn(worker, NOW + HOUR)
    desk.acknowledge(case)
    turn(worker, NOW + 9 * HOUR)
    assert [unit for _, unit, _ in desk.notices()] == ["youth_team"]


def test_a_notice_is_dropped_when_all_is_acknowledged_before_it_is_sent(desk: Desk) -> None:
    case = desk.wait_for(urgent=True)
    worker = desk.worker()
    worker.look(NOW)
    assert len(desk.notices()) == 1
    desk.acknowledge(case)
    worker.send(NOW)
    assert desk.notices() == []
    assert said_by(worker) == []


def test_what_is_acknowledged_is_not_counted(desk: Desk) -> None:
    first = desk.wait_for(urgent=True)
    desk.wait_for()
    worker = desk.worker()
    worker.look(NOW)
    desk.acknowledge(first)
    worker.send(NOW)
    (said,) = said_by(worker)
    assert said.startswith("notice to youth_team: 1 waiting;")


@pytest.mark.parametrize("state", [State.READ, State.ANSWERED, State.CLOSED, State.WITHDRAWN])
def test_cases_that_wait_for_nobody_are_not_told(desk: Desk, state: State) -> None:
    # Danger that was withdrawn is told of, once: see above.
    desk.wait_for(urgent=state is not State.WITHDRAWN, state=state)
    worker = desk.worker()
    turn(worker, NOW + DAY)
    assert desk.notices() == []
    desk.wait_for(urgent=True)
    turn(worker, NOW + DAY)
    (said,) = said_by(worker)
    assert said.startswith("notice to youth_team: 1 waiting;")
    rows.forget(desk.engine, NOW + DAY)
    assert desk.untaken() == 0


def test_after_an_outage_each_unit_gets_one_message(desk: Desk) -> None:
    desk.many(1000, "youth_team", "police", "slt")
    worker = desk.worker()
    worker.looked = None
    turn(worker, NOW + DAY)
    assert sorted(unit for _, unit, _ in desk.notices()) == ["police", "slt", "youth_team"]
    assert desk.untaken() == 0
    turn(worker, NOW + 2 * DAY)
    assert len(desk.notices()) == 3
    assert sorted(said_by(worker)) == [
        "notice to police: 333 waiting; no address is set, nothing was sent",
        "notice to slt: 333 waiting; no address is set, nothing was sent",
        "notice to youth_team: 334 waiting; no address is set, nothing was sent",
    ]


def test_a_worker_goes_on_where_the_last_one_was(desk: Desk) -> None:
    """A restart is no moment at which everything is told: who makes the worker fall could else
    see what a sender had done."""
    first = desk.worker()
    turn(first, NOW)
    desk.wait_for()
    for _ in range(20):
        again = desk.worker()
        again.seed, again.looked = first.seed, None
        turn(again, NOW + 1)
        if next_point(first.seed, NOW) > NOW + 1:
            assert desk.notices() == []


def test_an_open_notice_takes_along_what_falls_due(desk: Desk) -> None:
    desk.wait_for(urgent=True)
    worker = desk.worker()
    worker.look(NOW)
    desk.wait_for(urgent=True)
    worker.look(NOW + 1)
    assert len(desk.notices()) == 1
    turn(worker, NOW + 2)
    assert desk.untaken() == 0
    (said,) = said_by(worker)
    assert said.startswith("notice to youth_team: 2 waiting;")


def test_only_one_of_two_workers_sends_a_notice(desk: Desk) -> None:
    desk.wait_for(urgent=True)
    desk.worker().look(NOW)
    (seen,) = rows.due(desk.engine, NOW)[1]
    assert rows.claim(desk.engine, seen, NOW, LEASE) is not None
    assert rows.claim(desk.engine, seen, NOW, LEASE) is None


def test_two_workers_that_saw_the_same_steps_make_one_notice(desk: Desk) -> None:
    desk.wait_for(urgent=True)
    rows.make(desk.engine, "youth_team", NOW)
    rows.make(desk.engine, "youth_team", NOW)
    assert len(desk.notices()) == 1


def test_a_lease_that_ran_out_is_taken_over_under_the_same_id(desk: Desk) -> None:
    desk.wait_for(urgent=True)
    dead, living = desk.worker(), desk.worker()
    dead.look(NOW)
    (seen,) = rows.due(desk.engine, NOW)[1]
    rows.claim(desk.engine, seen, NOW, LEASE)
    turn(living, NOW + LEASE - 1)
    assert said_by(living) == []
    turn(living, NOW + LEASE)
    assert len(said_by(living)) == 1
    assert [(one, bool(sent)) for one, _, sent in desk.notices()] == [(seen.id, True)]


def test_who_was_taken_for_dead_says_nothing_of_a_channel_that_works(desk: Desk) -> None:
    """Nobody would take it back: the unit would promise nothing until its next notice."""
    desk.wait_for(urgent=True)
    desk.worker().look(NOW)
    (seen,) = rows.due(desk.engine, NOW)[1]
    slow = rows.claim(desk.engine, seen, NOW, LEASE)
    turn(desk.worker(), NOW + LEASE)
    assert slow is not None
    rows.failed(desk.engine, slow, NOW + LEASE, NOW + LEASE + 60)
    assert desk.duty(NOW + LEASE).silent == frozenset()


@pytest.mark.parametrize("ahead", [HOUR, 400 * DAY])
def test_when_the_clock_is_put_back_what_waits_is_told_all_the_same(desk: Desk, ahead: int) -> None:
    worker = desk.worker({"police": ["hemmelig://"]}, first_wait=3600)
    desk.wait_for(Asked("police", NOW))
    turn(worker, NOW + ahead)
    assert len(said_by(worker)) == 1
    desk.wait_for()
    for now in range(NOW, NOW + 2 * GRID, 60):
        turn(worker, now)
    assert [bool(sent) for _, unit, sent in desk.notices() if unit == "youth_team"] == [True]
    assert sum("did not take" in said for said in said_by(worker)) == 2


def test_a_new_worker_leaves_a_lease_alone(desk: Desk) -> None:
    desk.wait_for(urgent=True)
    desk.worker().look(NOW)
    (seen,) = rows.due(desk.engine, NOW)[1]
    rows.claim(desk.engine, seen, NOW, LEASE)
    again = desk.worker()
    again.looked = None
    turn(again, NOW)
    assert said_by(again) == []


def test_no_time_finer_than_the_hour_is_left_of_a_notice(desk: Desk) -> None:
    """The moment of an urgent notice is the moment at which somebody pressed Send."""
    desk.wait_for(urgent=True)
    turn(desk.worker(), NOW + 1234)
    with reading(desk.engine) as connection:
        (row,) = connection.execute(select(notices)).all()
    assert (row.made, row.next_try, row.sent) == (NOW, NOW, NOW)


def test_old_notices_go_and_are_not_told_again(desk: Desk) -> None:
    desk.wait_for()
    worker = desk.worker()
    turn(worker, NOW + HOUR)
    rows.forget(desk.engine, NOW + HOUR + 7 * DAY - 1)
    assert len(desk.notices()) == 1
    rows.forget(desk.engine, NOW + HOUR + 7 * DAY)
    assert desk.notices() == []
    turn(worker, NOW + 8 * DAY)
    assert desk.notices() == []


def test_the_worker_is_seen_to_live(desk: Desk) -> None:
    worker = desk.worker()
    assert desk.duty(NOW).silent > {"youth_team", "police"}
    turn(worker, NOW)
    assert desk.signs()[WORKER] == NOW
    assert desk.duty(NOW + STALE - 1).silent == frozenset()
    assert desk.duty(NOW + STALE).silent > {"youth_team", "police"}
    turn(worker, NOW + 10)
    assert desk.signs()[WORKER] == NOW
    turn(worker, NOW + worker.pace.beat)
    assert desk.signs()[WORKER] == NOW + worker.pace.beat


def test_one_of_several_workers_does_the_night(desk: Desk) -> None:
    night = NOW + DAY - 6 * HOUR
    old = desk.wait_for(received=NOW - 400 * DAY, state=State.CLOSED)
    workers = [desk.worker() for _ in range(3)]
    for worker in workers:
        worker.night(night)
    assert desk.store.find(old) is None
    assert [said_by(worker) for worker in workers] == [
        ["deleted 1 cases whose days were over"],
        [],
        [],
    ]
    assert desk.signs()[signs.NIGHT] == night
    assert not signs.move(desk.engine, signs.NIGHT, night - DAY, night + 1)
    assert not signs.move(desk.engine, signs.NIGHT, 0, night + 1)


def test_a_night_that_failed_is_tried_again_the_same_night(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = NOW + DAY - 6 * HOUR
    old = desk.wait_for(received=NOW - 400 * DAY, state=State.CLOSED)
    worker = desk.worker()
    turn(worker, night)

    def locked(*_: object) -> None:
        raise StoreUnavailable("SQLITE_BUSY")

    with monkeypatch.context() as away:
        away.setattr("triage.purging.purge", locked)
        with pytest.raises(StoreUnavailable):
            worker.night(night)
        worker.night(night + 5)
    worker.night(night + 299)
    assert desk.store.find(old) is not None
    worker.night(night + 300)
    assert desk.store.find(old) is None
