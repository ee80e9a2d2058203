"""The queue: danger first, then by read-by, then age; pages that neither skip nor repeat."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event

from sifra.case_store import HOUR, Clear, State
from sifra.conversation import Sealed
from sifra.database import writing
from sifra.tables import cases
from tests.sifra.conftest import Folder

NUMBERS = count(1)
HOURS = st.integers(0, 4).map(lambda hour: 1_790_000_000 // HOUR * HOUR + hour * HOUR)


@dataclass(frozen=True)
class Row:
    received: int
    read_by: int | None
    state: State
    readers: frozenset[str]


ROWS = st.lists(
    st.builds(
        Row,
        HOURS,
        st.none() | HOURS,
        st.sampled_from(State),
        st.sets(st.sampled_from(["youth_team", "police"]), min_size=1).map(frozenset),
    ),
    max_size=14,
)


def stored(folder: Folder, row: Row) -> Clear:
    """A case with rubbish for sealed parts: the queue looks at what is in clear."""
    case_id = f"{os.urandom(4).hex()}{next(NUMBERS):024x}"
    clear = Clear(case_id, "tip", row.state, row.received, row.read_by, 180)
    wraps = {("tip-key", reader): b"wrap" for reader in row.readers}
    sealed = Sealed(case_id, bytes(32), b"head", b"summary", wraps, (b"message",))
    folder.store.deposit(clear, sealed, None, os.urandom(32), 0)
    return clear


def urgency(clear: Clear) -> tuple[int, int, str]:
    waits = clear.state in (State.NEW, State.MORE)
    if clear.read_by is not None and clear.read_by <= clear.received:
        due = 0 if waits else 1
    elif not waits:
        due = 100_000_000_000
    else:
        due = clear.read_by or 99_999_999_999
    return due, clear.received, clear.id


def pages(folder: Folder, holders: list[str], limit: int, closed: bool) -> list[Clear]:
    seen: list[Clear] = []
    after = None
    while page := folder.store.queue(holders, closed=closed, after=after, limit=limit):
        assert len(page) <= limit
        assert not {case.clear.id for case, _ in page} & {clear.id for clear in seen}
        seen += [case.clear for case, _ in page]
        after = page[-1][1]
    return seen


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.integers(1, 5), st.sampled_from([["youth_team"], ["police", "youth_team"], []]))
def test_pages_hold_each_case_once_in_order(
    folder: Folder, rows: list[Row], limit: int, holders: list[str]
) -> None:
    with writing(folder.engine) as connection:
        connection.execute(delete(cases))
    readable = [
        clear for row in rows if row.readers & set(holders) for clear in [stored(folder, row)]
    ]
    for row in rows:
        if not row.readers & set(holders):
            stored(folder, row)
    is_open = [clear for clear in readable if clear.state is not State.CLOSED]
    is_closed = [clear for clear in readable if clear.state is State.CLOSED]
    assert pages(folder, holders, limit, closed=False) == sorted(is_open, key=urgency)
    newest = sorted(is_closed, key=lambda one: (one.received, one.id), reverse=True)
    assert pages(folder, holders, limit, closed=True) == newest


def test_the_queue_brings_what_the_summary_needs_and_no_conversation(folder: Folder) -> None:
    stored(folder, Row(0, None, State.NEW, frozenset({"police"})))
    ((case, position),) = folder.store.queue(["police"])
    assert list(case.sealed.wraps) == [("tip-key", "police")]
    assert case.sealed.messages == ()
    assert position.due == 99_999_999_999


@pytest.mark.parametrize(("closed", "index"), [(False, "ix_cases_open"), (True, "ix_cases_state")])
@pytest.mark.parametrize("next_page", [False, True])
def test_the_queue_walks_an_index_and_sorts_nothing(
    folder: Folder, closed: bool, index: str, next_page: bool
) -> None:
    state = State.CLOSED if closed else State.NEW
    for hour in range(3):
        stored(folder, Row(hour * HOUR, None, state, frozenset({"police"})))
    after = folder.store.queue(["police"], closed=closed)[0][1] if next_page else None
    statements: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(folder.engine, "before_cursor_execute")
    def _(_c: object, _u: object, sql: str, values: tuple[object, ...], *_: object) -> None:
        statements.append((sql, values))

    assert len(folder.store.queue(["police"], closed=closed, after=after)) == 3 - next_page
    ((sql, values),) = [one for one in statements if "ORDER BY" in one[0] and " cases" in one[0]]
    with folder.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    steps = " / ".join(str(row[-1]) for row in plan)
    assert f"cases USING INDEX {index}" in steps
    assert "TEMP B-TREE" not in steps
    assert "wraps USING" in steps
    assert "SCAN wraps" not in steps
