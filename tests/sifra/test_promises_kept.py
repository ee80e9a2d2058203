"""Counts of promises: what was counted, what is overdue, and what a shift was promised for."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import insert, update

from sifra.case_rows import Asked
from sifra.case_store import HOUR, Clear, State
from sifra.conversation import Sealed
from sifra.database import writing
from sifra.promises_kept import Counts, PromisesKept
from sifra.tables import cases, promise_counts
from tests.sifra.conftest import RECEIVED, Folder

NOW = RECEIVED + 100 * HOUR
BEFORE = RECEIVED - 120 * 24 * HOUR


def waiting(
    folder: Folder,
    promised: int | None,
    *,
    asked: str = "youth_team",
    readers: tuple[str, ...] = ("police", "youth_team"),
    state: State = State.NEW,
) -> None:
    """A case with rubbish for sealed parts: counts look at what is in clear."""
    case_id = os.urandom(16).hex()
    clear = Clear(case_id, "tip", state, RECEIVED, promised, 180, promised)
    wraps = {("tip-key", reader): b"wrap" for reader in readers}
    sealed = Sealed(case_id, bytes(32), b"head", b"summary", wraps, (b"message",))
    folder.store.deposit(clear, sealed, None, os.urandom(32), 0, (Asked(asked, RECEIVED),))


def counts(folder: Folder, now: float = NOW) -> dict[tuple[str, str], Counts]:
    return PromisesKept(folder.engine).counts(now)


def test_what_is_overdue_and_unread_is_late_already(folder: Folder) -> None:
    with writing(folder.engine) as connection:
        row = {"unit": "youth_team", "quarter": "2026-Q3", "kept": 7, "late": 2}
        connection.execute(insert(promise_counts).values(**row))
    waiting(folder, NOW - HOUR)
    waiting(folder, NOW - HOUR, state=State.MORE)
    waiting(folder, NOW - HOUR, asked="police")
    waiting(folder, BEFORE)
    assert counts(folder) == {
        ("2026-Q3", "youth_team"): Counts(7, 4),
        ("2026-Q3", "police"): Counts(0, 1),
        ("2026-Q2", "youth_team"): Counts(0, 1),
    }


@pytest.mark.parametrize("state", [State.READ, State.ANSWERED, State.CLOSED, State.WITHDRAWN])
def test_what_was_read_or_is_gone_is_not_overdue(folder: Folder, state: State) -> None:
    waiting(folder, NOW - HOUR, state=state)
    assert counts(folder) == {}


def test_in_time_still_or_never_promised_is_not_overdue(folder: Folder) -> None:
    waiting(folder, NOW)
    waiting(folder, None)
    assert counts(folder) == {}
    assert counts(folder, NOW + 1) == {("2026-Q3", "youth_team"): Counts(0, 1)}


def test_cases_promised_within_a_shift(folder: Folder) -> None:
    start, end = NOW, NOW + 4 * HOUR
    for promised in (start, start + HOUR, end, end + HOUR, None):
        waiting(folder, promised)
    waiting(folder, end, state=State.READ)
    waiting(folder, end, readers=("police",))
    kept = PromisesKept(folder.engine)
    assert kept.promised_within("youth_team", start, end) == 2
    assert kept.promised_within("police", start, end) == 3
    assert kept.promised_within("slt", start, end) == 0
    with writing(folder.engine) as connection:
        connection.execute(update(cases).values(state=State.CLOSED.value))
    assert kept.promised_within("youth_team", start, end) == 0
