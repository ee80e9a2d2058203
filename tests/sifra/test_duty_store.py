"""The rota in the database: what staff plan, what a promise may be made from, what is forgotten."""

from __future__ import annotations

import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert, select, update

from sifra.contact_hours import Shift
from sifra.database import Conflict, open_engine, reading, writing
from sifra.duty import Duty
from sifra.duty_store import CHANNEL, STALE, WORKER, Closed, DutyStore, Pause, Planned, Rota
from sifra.local_calendar import SpecialDays
from sifra.tables import days_off, pauses, shift_people, shifts, signals
from tests.sifra.conftest import Folder

OSLO = ZoneInfo("Europe/Oslo")
HOUR = 3600
TODAY = dt.date(2026, 11, 24)
NOW = int(dt.datetime(2026, 11, 24, 10, tzinfo=OSLO).timestamp())
EVENING = (NOW + 8 * HOUR, NOW + 12 * HOUR)
UNITS = frozenset({"youth_team", "police"})
ANN, BEN = "a" * 32, "b" * 32


@pytest.fixture
def store(folder: Folder) -> DutyStore:
    with writing(folder.engine) as connection:
        connection.execute(insert(signals).values(name=WORKER, at=NOW))
    return DutyStore(folder.engine)


def duty(store: DutyStore, now: float = NOW) -> Duty:
    return store.duty(now, OSLO, UNITS)


def rota(store: DutyStore, unit: str = "youth_team", now: float = NOW) -> Rota:
    return store.rota(unit, now, OSLO)


def only(store: DutyStore, unit: str = "youth_team") -> Planned:
    (planned,) = rota(store, unit).shifts
    return planned


def shift(start: int, end: int) -> Shift:
    return Shift(dt.datetime.fromtimestamp(start, dt.UTC), dt.datetime.fromtimestamp(end, dt.UTC))


# --- shifts ------------------------------------------------------------------------------------


def test_a_shift_promises_once_enough_people_are_on_it(store: DutyStore) -> None:
    store.plan("youth_team", *EVENING, 2, NOW)
    found = only(store)
    assert (found.start, found.end, found.people, found.missing) == (*EVENING, (), 2)
    assert duty(store).shifts == {}
    store.join("youth_team", found.id, ANN, NOW)
    store.join("youth_team", found.id, ANN, NOW)
    assert (only(store).people, only(store).missing) == ((ANN,), 1)
    assert duty(store).shifts == {}
    store.join("youth_team", found.id, BEN, NOW)
    assert duty(store).shifts == {"youth_team": (shift(*EVENING),)}
    store.leave("youth_team", found.id, ANN, NOW)
    store.leave("youth_team", found.id, ANN, NOW)
    assert only(store).people == (BEN,)
    assert duty(store).shifts == {}


def test_shifts_may_overlap_and_come_in_order(store: DutyStore) -> None:
    late, early = (NOW + 9 * HOUR, NOW + 13 * HOUR), EVENING
    for times in (late, early, early):
        store.plan("youth_team", *times, 1, NOW, [ANN, ANN])
    assert [(one.start, one.end) for one in rota(store).shifts] == [early, early, late]
    assert duty(store).shifts["youth_team"] == (shift(*early), shift(*early), shift(*late))


def test_a_shift_is_removed_with_its_people(store: DutyStore, folder: Folder) -> None:
    store.plan("youth_team", *EVENING, 1, NOW, [ANN])
    shift_id = only(store).id
    for _ in range(2):
        store.remove("youth_team", shift_id, NOW)
    assert rota(store).shifts == ()
    with reading(folder.engine) as connection:
        assert connection.execute(select(shift_people)).all() == []
    store.leave("youth_team", shift_id, ANN, NOW)
    with pytest.raises(Conflict):
        store.join("youth_team", shift_id, ANN, NOW)


def test_another_units_ids_are_no_ids(store: DutyStore) -> None:
    store.plan("youth_team", *EVENING, 1, NOW, [ANN])
    store.close("youth_team", TODAY, TODAY, NOW)
    before = rota(store)
    store.remove("police", only(store).id, NOW)
    store.leave("police", only(store).id, ANN, NOW)
    store.reopen("police", before.closed[0].id, NOW)
    store.resume("police", NOW)
    with pytest.raises(Conflict):
        store.join("police", only(store).id, BEN, NOW)
    assert rota(store) == before
    assert rota(store, "police") == Rota((), (), None)


@pytest.mark.parametrize("end", [NOW, NOW - HOUR])
def test_a_shift_ends_after_it_starts(store: DutyStore, end: int) -> None:
    with pytest.raises(ValueError, match="ends before"):
        store.plan("youth_team", NOW, end, 1, NOW)
    with pytest.raises(ValueError, match="ends before"):
        store.stay("youth_team", ANN, end, NOW)
    assert rota(store).shifts == ()


def test_two_who_join_in_the_same_moment_are_both_on(store: DutyStore, folder: Folder) -> None:
    store.plan("youth_team", *EVENING, 8, NOW)
    shift_id = only(store).id
    people = [f"{number:032x}" for number in range(8)]
    together = threading.Barrier(len(people))

    def join(account: str) -> None:
        own = DutyStore(open_engine(folder.url))
        together.wait()
        own.join("youth_team", shift_id, account, NOW)

    threads = [threading.Thread(target=join, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert only(store).people == tuple(people)


def test_who_says_that_they_are_here_makes_a_promise_alone(store: DutyStore) -> None:
    until = NOW + 5 * HOUR
    for at in (NOW, NOW + 60):
        store.stay("youth_team", ANN, until, at)
    found = only(store)
    assert (found.start, found.end, found.least, found.people) == (NOW, until, 1, (ANN,))
    assert duty(store).shifts == {"youth_team": (shift(NOW, until),)}
    store.stay("youth_team", ANN, until + HOUR, NOW + 60)
    store.stay("youth_team", BEN, until, NOW + 60)
    store.stay("police", ANN, until, NOW + 60)
    assert len(rota(store).shifts) == 3
    assert len(rota(store, "police").shifts) == 1


# --- days off and pauses -----------------------------------------------------------------------


def test_days_off_shut_one_unit_and_open_again(store: DutyStore) -> None:
    first, last = dt.date(2026, 12, 21), dt.date(2026, 12, 27)
    for _ in range(2):
        store.close("youth_team", first, last, NOW)
    store.close("youth_team", TODAY, TODAY, NOW)
    assert set(duty(store).days_off) == {"youth_team"}
    assert set(duty(store).days_off["youth_team"]) == {
        SpecialDays(TODAY, TODAY),
        SpecialDays(first, last),
    }
    today, week = rota(store).closed
    assert (today, week) == (Closed(today.id, TODAY, TODAY), Closed(week.id, first, last))
    store.reopen("youth_team", week.id, NOW)
    store.reopen("youth_team", week.id, NOW)
    assert rota(store).closed == (today,)


def test_days_off_in_order_only(store: DutyStore) -> None:
    with pytest.raises(ValueError, match="before the first"):
        store.close("youth_team", TODAY, TODAY - dt.timedelta(days=1), NOW)


def test_a_day_off_lasts_until_local_midnight(store: DutyStore) -> None:
    store.close("youth_team", TODAY, TODAY, NOW)
    midnight = dt.datetime(2026, 11, 25, tzinfo=OSLO).timestamp()
    with writing(store._engine) as connection:
        connection.execute(update(signals).values(at=midnight))
    for now, there in ((midnight - 1, True), (midnight, False)):
        assert bool(duty(store, now).days_off) is there
        assert bool(rota(store, now=now).closed) is there


def test_a_pause_silences_the_unit_until_it_is_over_or_taken_back(store: DutyStore) -> None:
    until = NOW + 3 * HOUR
    store.pause("youth_team", NOW + HOUR, ANN, NOW)
    store.pause("youth_team", until, BEN, NOW)
    assert duty(store).silent == {"youth_team"}
    assert rota(store).pause == Pause(until, BEN)
    store.resume("youth_team", NOW)
    store.resume("youth_team", NOW)
    assert (duty(store).silent, rota(store).pause) == (frozenset(), None)


@pytest.mark.parametrize(("after", "silent"), [(-1, {"police"}), (0, frozenset())])
def test_a_pause_ends_by_itself(store: DutyStore, after: int, silent: frozenset[str]) -> None:
    until = NOW + 60
    store.pause("police", until, ANN, NOW)
    assert duty(store, until + after).silent == silent
    assert (rota(store, "police", until + after).pause is None) is (not silent)


# --- signs of life -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "silent"),
    [(STALE - 1, frozenset()), (STALE, UNITS), (1 - STALE, frozenset()), (-STALE, UNITS)],
)
def test_without_a_living_worker_nobody_promises(
    store: DutyStore, later: int, silent: frozenset[str]
) -> None:
    assert duty(store, NOW + later).silent == silent


def test_a_worker_that_never_was_is_none(folder: Folder) -> None:
    assert duty(DutyStore(folder.engine)).silent == UNITS


def test_a_channel_that_fails_silences_its_unit(store: DutyStore, folder: Folder) -> None:
    with writing(folder.engine) as connection:
        connection.execute(insert(signals).values(name=f"{CHANNEL}police", at=NOW - 60))
    assert duty(store).silent == {"police"}


# --- what is past ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        lambda store, now: store.plan("police", now, now + 60, 1, now),
        lambda store, now: store.stay("police", ANN, now + 60, now),
        lambda store, now: store.leave("police", "0" * 32, ANN, now),
        lambda store, now: store.remove("police", "0" * 32, now),
        lambda store, now: store.close("police", dt.date(2027, 1, 1), dt.date(2027, 1, 1), now),
        lambda store, now: store.reopen("police", "0" * 32, now),
        lambda store, now: store.pause("police", now + 60, ANN, now),
        lambda store, now: store.resume("police", now),
    ],
    ids=["plan", "stay", "leave", "remove", "close", "reopen", "pause", "resume"],
)
def test_whatever_is_written_forgets_who_worked_when(
    store: DutyStore, folder: Folder, write: object
) -> None:
    assert callable(write)
    store.plan("youth_team", *EVENING, 1, NOW, [ANN])
    store.close("youth_team", TODAY, TODAY, NOW)
    store.pause("youth_team", NOW + HOUR, ANN, NOW)

    def left() -> list[int]:
        with reading(folder.engine) as connection:
            return [
                len(connection.execute(select(table).filter_by(unit="youth_team")).all())
                for table in (shifts, days_off, pauses)
            ]

    write(store, EVENING[1] - 1)
    assert left() == [1, 1, 0]
    write(store, EVENING[1] + 36 * HOUR)
    assert left() == [0, 0, 0]


def test_a_pages_promise_costs_four_indexed_queries(store: DutyStore, folder: Folder) -> None:
    """The public site asks every ten seconds, in each process."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(folder.engine, "before_cursor_execute")
    def _(_c: object, _u: object, sql: str, values: tuple[object, ...], *_: object) -> None:
        asked.append((sql, values))

    duty(store)
    selects = [one for one in asked if one[0].startswith("SELECT")]
    assert len(selects) == 4
    with reading(folder.engine) as connection:
        for sql, values in selects[:2]:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            steps = " / ".join(str(row[-1]) for row in plan)
            assert "SCAN" not in steps, steps
