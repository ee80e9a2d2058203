"""Sealed cases as rows: how they are written and read back. It opens nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    exists,
    insert,
    select,
    update,
)

from sifra.conversation import Addition, Sealed, Wraps
from sifra.database import Driven, Prepared, driver_of
from sifra.sealing import KEY_BYTES
from sifra.tables import cases, messages, spent, steps, wraps

HOUR = 3600
_DAY = 24 * HOUR


class State(StrEnum):
    """Where a case stands, in clear."""

    NEW = "new"
    READ = "read"
    ANSWERED = "answered"
    MORE = "more"
    """The sender has written again and nobody has read it."""
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


WAITING = frozenset({State.NEW, State.MORE})
"""Nobody has read what the sender wrote last."""


@dataclass(frozen=True, slots=True)
class Clear:
    """What is known of a case without any key. Times are Unix seconds (UTC), whole hours."""

    id: str
    lane: str
    state: State
    received: int
    read_by: int | None
    retention_days: int
    promised: int | None = None
    """What the sender was told; ``read_by`` comes before it where there is danger."""

    @property
    def waits(self) -> bool:
        return self.state in WAITING

    @property
    def at_once(self) -> bool:
        """Somebody may be in danger."""
        return self.read_by is not None and self.read_by <= self.received


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody of the readers is asked to look at ``due`` (Unix seconds, UTC, a whole hour),
    unless somebody has acknowledged before."""

    unit: str
    due: int


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as stored: what is in clear, and what is sealed."""

    clear: Clear
    sealed: Sealed


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the queue, for the page after it."""

    due: int
    received: int
    id: str


def hour_of(seconds: float) -> int:
    """The whole hour (Unix seconds, UTC) that a moment lies in."""
    return int(seconds) // HOUR * HOUR


def days_to_keep(received: int, closed: float, days: int) -> int:
    """The days of retention from the hour ``received`` that keep a case ``days`` at least after it
    was ``closed`` (both Unix seconds, UTC): what was written just before is not lost sooner."""
    return days - int(received - closed) // _DAY


# Built once: a statement costs more to build than to run.
_INSERT_CASE = Prepared(insert(cases))
_INSERT_MESSAGE = Prepared(insert(messages))
_INSERT_WRAP = Prepared(insert(wraps))
_INSERT_STEP = Prepared(insert(steps))
_INSERT_SPENT = Prepared(insert(spent))
_SET_HEAD = (
    update(cases)
    .where(cases.c.id == bindparam("case"))
    .values(head=bindparam("new_head"), state=bindparam("new_state"))
)
_WRAPS = select(wraps.c.case_id, wraps.c.purpose, wraps.c.holder, wraps.c.sealed).where(
    wraps.c.case_id.in_(bindparam("ids", expanding=True))
)
_TIP_WRAPS = _WRAPS.where(wraps.c.purpose == "tip-key")
_MESSAGES = (
    select(messages.c.case_id, messages.c.sealed)
    .where(messages.c.case_id.in_(bindparam("ids", expanding=True)))
    .order_by(messages.c.case_id, messages.c.sequence)
)
SELECT_CASES: Select[*tuple[Any, ...]] = select(
    cases.c.id,
    cases.c.lane,
    cases.c.state,
    cases.c.received,
    cases.c.read_by,
    cases.c.retention_days,
    cases.c.summary,
    cases.c.head,
    cases.c.promised,
)


def write_case(
    driver: Driven,
    clear: Clear,
    sealed: Sealed,
    lookup_id: bytes | None,
    asked: Sequence[Asked],
) -> None:
    """All rows of a new case."""
    _INSERT_CASE.run(
        driver,
        {
            "id": clear.id,
            "lane": clear.lane,
            "state": clear.state.value,
            "received": clear.received,
            "read_by": clear.read_by,
            "retention_days": clear.retention_days,
            "lookup_id": lookup_id,
            "summary": sealed.summary,
            "head": sealed.head,
            "promised": clear.promised,
        },
    )
    _INSERT_MESSAGE.run(
        driver,
        *(
            {"case_id": sealed.id, "sequence": sequence, "sealed": blob}
            for sequence, blob in enumerate(sealed.messages)
        ),
    )
    _INSERT_WRAP.run(driver, *_wrap_rows(sealed.id, sealed.wraps))
    write_steps(driver, sealed.id, asked)


def write_addition(connection: Connection, addition: Addition, state: State) -> None:
    """One more message: its row, its wraps, and the case's new head."""
    driver = driver_of(connection)
    row = {"case_id": addition.case, "sequence": addition.sequence, "sealed": addition.message}
    _INSERT_MESSAGE.run(driver, row)
    _INSERT_WRAP.run(driver, *_wrap_rows(addition.case, addition.wraps))
    connection.execute(
        _SET_HEAD,
        {"case": addition.case, "new_head": addition.head, "new_state": state.value},
    )


def write_steps(driver: Driven, case_id: str, asked: Sequence[Asked], first: int = 0) -> None:
    """Who is asked, and when, numbered from ``first``. ValueError when a time is finer than the
    hour."""
    if any(one.due % HOUR for one in asked):
        raise ValueError("times in clear are whole hours")
    rows = [
        {
            "case_id": case_id,
            "sequence": sequence,
            "unit": one.unit,
            "due": one.due,
            "notice_id": None,
        }
        for sequence, one in enumerate(asked, first)
    ]
    if rows:
        _INSERT_STEP.run(driver, *rows)


def write_marks(driver: Driven, marks: Sequence[bytes], expires: int) -> None:
    rows = [{"mark": mark, "expires": expires} for mark in marks]
    _INSERT_SPENT.run(driver, *rows)


def read_cases(
    connection: Connection,
    rows: Sequence[Any],
    erasure_keys: Mapping[str, bytes],
    *,
    summaries_only: bool,
) -> list[StoredCase]:
    """The cases of some rows of SELECT_CASES, with their sealed parts."""
    ids = [row[0] for row in rows]
    held: dict[str, dict[tuple[str, str], bytes]] = {case_id: {} for case_id in ids}
    wanted = _TIP_WRAPS if summaries_only else _WRAPS
    for case_id, purpose, holder, blob in connection.execute(wanted, {"ids": ids}):
        held[case_id][purpose, holder] = _blob(blob)
    said: dict[str, list[bytes]] = {case_id: [] for case_id in ids}
    if not summaries_only:
        for case_id, blob in connection.execute(_MESSAGES, {"ids": ids}):
            said[case_id].append(_blob(blob))
    return [
        StoredCase(
            Clear(row[0], row[1], state_of(row[2]), row[3], row[4], row[5], row[8]),
            Sealed(
                id=row[0],
                # A case whose erasure key was destroyed opens for nobody.
                erasure_key=erasure_keys.get(row[0], bytes(KEY_BYTES)),
                head=_blob(row[7]),
                summary=_blob(row[6]),
                wraps=held[row[0]],
                messages=tuple(said[row[0]]),
            ),
        )
        for row in rows
    ]


def readable_by(holders: Iterable[str]) -> ColumnElement[bool]:
    """Is the case's first tip key wrapped for one of ``holders``?"""
    return exists(
        select(wraps.c.case_id).where(
            wraps.c.case_id == cases.c.id,
            wraps.c.purpose == "tip-key",
            wraps.c.holder.in_(list(holders)),
        )
    )


def state_of(value: object) -> State:
    """A state that is none of ours was written by somebody else: such a case wants to be looked
    at, and must not hide the others of its page."""
    return State(value) if isinstance(value, str) and value in set(State) else State.NEW


def _blob(value: object) -> bytes:
    """SQLite keeps a value of any type in any column; what is not bytes opens for nobody."""
    return value if isinstance(value, bytes) else b""


def _wrap_rows(case_id: str, locked: Wraps) -> list[dict[str, object]]:
    return [
        {"case_id": case_id, "purpose": purpose, "holder": holder, "sealed": blob}
        for (purpose, holder), blob in locked.items()
    ]
