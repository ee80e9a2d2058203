"""A promise as rows: it is kept or late, once, and never worsens while nobody has read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from sifra.case_rows import Asked
from sifra.case_store import HOUR, Clear, State
from sifra.database import Conflict, reading
from sifra.promise_rows import NOTHING, Promise, quarter_of
from sifra.sealing import Kind, PrivateKey
from sifra.tables import promise_counts, steps
from tests.sifra.conftest import RECEIVED, Folder
from tests.sifra.example_cases import Example, joined, tip_to

TOLD = RECEIVED + 20 * HOUR
ORDINARY = Promise(TOLD, TOLD, (Asked("youth_team", RECEIVED + HOUR), Asked("police", TOLD)))
URGENT = Promise(
    RECEIVED + 2 * HOUR,
    RECEIVED,
    (Asked("youth_team", RECEIVED), Asked("youth_team", RECEIVED + 2 * HOUR)),
)
QUARTER = quarter_of(TOLD)


@dataclass
class Sent:
    """A tip in the store, and what is done with it."""

    folder: Folder
    example: Example

    def _goes_on(self, kind: Kind, state: State, **said: object) -> None:
        case = self.example
        body = {"hour": RECEIVED}
        addition = (
            case.sender().more(body, case.public_keys)
            if kind is Kind.MORE
            else case.reader().add(kind, body)
        )
        self.folder.store.add(addition, state, **said)  # type: ignore[arg-type]
        self.example = replace(case, sealed=joined(case.sealed, addition))

    def more(self, promise: Promise | None, state: State = State.NEW) -> None:
        self._goes_on(Kind.MORE, state, promise=promise)

    def read(self, now: float, unit: str = "youth_team", **said: bool) -> None:
        self._goes_on(Kind.READ, State.READ, read_by_unit=unit, now=now, **said)

    @property
    def clear(self) -> Clear:
        return self.folder.stored(self.example.sealed.id).clear

    @property
    def told(self) -> tuple[int | None, int | None]:
        return self.clear.promised, self.clear.read_by

    @property
    def asked(self) -> list[tuple[str, int]]:
        query = select(steps.c.unit, steps.c.due).order_by(steps.c.sequence)
        with reading(self.folder.engine) as connection:
            return [(unit, due) for unit, due in connection.execute(query)]

    @property
    def counts(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Kept and late, by unit and quarter."""
        with reading(self.folder.engine) as connection:
            rows = connection.execute(select(promise_counts)).all()
        return {(row.unit, row.quarter): (row.kept, row.late) for row in rows}


def sent(folder: Folder, holders: Mapping[str, PrivateKey], promise: Promise = ORDINARY) -> Sent:
    example = tip_to(holders)
    clear = Clear(
        example.sealed.id, "tip", State.NEW, RECEIVED, promise.read_by, 180, promise.promised
    )
    lookup_id, mark = os.urandom(16), os.urandom(32)
    folder.store.deposit(clear, example.sealed, lookup_id, mark, TOLD, promise.asked)
    return Sent(folder, example)


@pytest.fixture
def case(folder: Folder, holders: Mapping[str, PrivateKey]) -> Sent:
    return sent(folder, holders)


# --- acknowledged ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "counted"),
    [(-1, (1, 0)), (0, (1, 0)), (1, (0, 1)), (9 * HOUR, (0, 1))],
    ids=["before", "on-the-hour", "a-second-late", "hours-late"],
)
def test_read_in_time_is_kept_and_later_is_late(
    case: Sent, after: int, counted: tuple[int, int]
) -> None:
    assert case.asked == [("youth_team", RECEIVED + HOUR), ("police", TOLD)]
    case.read(TOLD + after)
    assert case.counts == {("youth_team", QUARTER): counted}
    assert case.asked == []


def test_it_counts_once(case: Sent) -> None:
    for _ in range(3):
        case.read(TOLD)
    assert case.counts == {("youth_team", QUARTER): (1, 0)}


def test_it_counts_for_the_unit_that_read(
    folder: Folder, holders: Mapping[str, PrivateKey]
) -> None:
    for unit, now in (("police", TOLD), ("police", TOLD), ("youth_team", TOLD + 1)):
        case = sent(folder, holders)
        case.read(now, unit)
    assert case.counts == {("police", QUARTER): (2, 0), ("youth_team", QUARTER): (0, 1)}


def test_where_nothing_was_promised_nothing_counts(
    folder: Folder, holders: Mapping[str, PrivateKey]
) -> None:
    case = sent(folder, holders, Promise(None, None, (Asked("police", RECEIVED),)))
    case.read(TOLD)
    assert (case.counts, case.asked) == ({}, [])


def test_closed_among_many_keeps_no_promise_and_hides_none_that_was_broken(
    folder: Folder, holders: Mapping[str, PrivateKey]
) -> None:
    case = sent(folder, holders)
    case.read(TOLD, unopened=True)
    assert (case.counts, case.asked) == ({}, [])
    case = sent(folder, holders)
    case.read(TOLD + 1, unopened=True)
    assert case.counts == {("youth_team", QUARTER): (0, 1)}


def test_whoever_loses_the_race_counts_nothing(case: Sent) -> None:
    """All of it is one transaction."""
    late = case.example.reader("police").add(Kind.READ, {"hour": RECEIVED})
    case.read(TOLD)
    case.more(ORDINARY, State.MORE)
    with pytest.raises(Conflict):
        case.folder.store.add(late, State.READ, read_by_unit="police", now=TOLD)
    assert case.counts == {("youth_team", QUARTER): (1, 0)}
    assert case.asked == [(one.unit, one.due) for one in ORDINARY.asked]
    assert case.told == (TOLD, TOLD)


@pytest.mark.parametrize(
    ("date", "quarter"),
    [
        (1_790_000_000, "2026-Q3"),
        (1_793_491_199, "2026-Q4"),
        (1_767_225_599, "2025-Q4"),
        (1_767_225_600, "2026-Q1"),
    ],
)
def test_quarters(date: int, quarter: str) -> None:
    assert quarter_of(date) == quarter


# --- unread and gone ---------------------------------------------------------------------------


def withdraw(case: Sent, now: float) -> None:
    case.folder.store.end_access(case.example.sender().withdrawn({"hour": RECEIVED}), 14, now)


def destroy(case: Sent, now: float) -> None:
    assert case.folder.store.destroy_unread(case.example.sealed.id, now)


@pytest.mark.parametrize("goes", [withdraw, destroy])
def test_gone_unread_after_its_time_is_late_for_the_unit_asked_first(
    folder: Folder, holders: Mapping[str, PrivateKey], goes: object
) -> None:
    assert callable(goes)
    for now, counted in ((TOLD, {}), (TOLD + 1, {("youth_team", QUARTER): (0, 1)})):
        case = sent(folder, holders)
        goes(case, now)
        assert (case.counts, case.asked) == (counted, [])


def test_gone_unread_and_asked_of_nobody_is_late_for_one_that_could_have_read(
    folder: Folder, holders: Mapping[str, PrivateKey]
) -> None:
    case = sent(folder, holders, replace(ORDINARY, asked=()))
    withdraw(case, TOLD + 1)
    assert case.counts == {("police", QUARTER): (0, 1)}


def test_what_was_read_and_then_withdrawn_counts_once(case: Sent) -> None:
    case.read(TOLD)
    withdraw(case, TOLD + HOUR)
    assert case.counts == {("youth_team", QUARTER): (1, 0)}


# --- more from the sender ----------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.NEW, State.MORE])
@pytest.mark.parametrize(
    "worse",
    [Promise(TOLD + HOUR, TOLD + HOUR, (Asked("police", TOLD),)), NOTHING, None, ORDINARY],
    ids=["later", "nothing", "none-given", "the-same"],
)
def test_while_unread_the_promise_never_worsens(
    case: Sent, state: State, worse: Promise | None
) -> None:
    before = (case.told, case.asked)
    case.more(worse, state)
    case.more(worse, state)
    assert (case.told, case.asked) == before


def test_while_unread_an_earlier_time_is_a_better_promise(case: Sent) -> None:
    soon = RECEIVED + 3 * HOUR
    case.more(Promise(soon, soon, (Asked("police", RECEIVED + HOUR),)))
    assert case.told == (soon, soon)
    assert case.asked[2:] == [("police", RECEIVED + HOUR)]


@pytest.mark.parametrize("later", [0, 5], ids=["same-hour", "hours-later"])
def test_urgent_more_is_due_at_once_and_asks_now(case: Sent, later: int) -> None:
    at, told = RECEIVED + later * HOUR, RECEIVED + 30 * HOUR
    urgent = Promise(told, at, (Asked("youth_team", at), Asked("police", told)))
    before = case.asked
    case.more(urgent)
    assert case.told == (TOLD, RECEIVED)
    assert case.asked == [*before, ("youth_team", at), ("police", told)]
    # Nor does writing again and again put off who comes next.
    case.more(urgent)
    assert case.asked[: len(before)] == before


def test_after_it_was_read_a_new_promise_stands_and_counts_anew(case: Sent) -> None:
    case.read(TOLD)
    later = TOLD + 9 * HOUR
    case.more(Promise(later, later, (Asked("police", TOLD),)), State.MORE)
    assert case.told == (later, later)
    assert case.asked == [("police", TOLD)]
    case.read(later + 1)
    assert case.counts == {("youth_team", QUARTER): (1, 1)}


@pytest.mark.parametrize("nothing", [NOTHING, None], ids=["nothing", "none-given"])
def test_an_old_promise_does_not_count_again_for_what_came_after(
    case: Sent, nothing: Promise | None
) -> None:
    case.read(TOLD)
    case.more(nothing, State.MORE)
    assert case.told == (None, None)
    case.read(TOLD + 1)
    assert case.counts == {("youth_team", QUARTER): (1, 0)}


def test_urgent_more_on_a_case_that_was_read_is_due_at_once(case: Sent) -> None:
    case.read(TOLD)
    at = TOLD + 4 * HOUR
    case.more(Promise(at + HOUR, at, (Asked("youth_team", at),)), State.MORE)
    assert case.told == (at + HOUR, RECEIVED)
    assert case.asked == [("youth_team", at)]


def test_danger_once_said_stays_at_once(folder: Folder, holders: Mapping[str, PrivateKey]) -> None:
    case = sent(folder, holders, URGENT)
    case.read(RECEIVED)
    case.more(ORDINARY, State.MORE)
    assert case.told == (TOLD, RECEIVED)


def test_times_finer_than_the_hour_are_refused_and_nothing_is_stored(case: Sent) -> None:
    with pytest.raises(ValueError, match="whole hours"):
        case.more(Promise(RECEIVED + HOUR, RECEIVED, (Asked("police", RECEIVED + 60),)))
    assert case.told == (TOLD, TOLD)
    assert len(case.folder.stored(case.example.sealed.id).sealed.messages) == 1
