"""Promises as rows: what was said of a case, whether it was kept, and who is asked meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from sifra.case_rows import Asked, State, hour_of, write_steps
from sifra.routing import Routing
from sifra.tables import cases, promise_counts, steps, wraps

_WAITING = (State.NEW.value, State.MORE.value)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a case's routing comes to. Unix seconds (UTC), whole hours.

    ``read_by`` is the hour it came in where it is due at once; ``promised`` is what the sender
    was told, None when nothing was.
    """

    promised: int | None
    read_by: int | None
    asked: tuple[Asked, ...] = ()

    @classmethod
    def of(cls, routing: Routing, hour: int) -> Promise:
        """``hour`` is the one the case came in."""
        promised = int(routing.read_by.timestamp()) if routing.read_by else None
        return cls(
            promised,
            hour if routing.rule.urgent else promised,
            tuple(Asked(step.unit, hour_of(step.at.timestamp())) for step in routing.steps),
        )


def promise_anew(connection: Connection, case_id: str, promise: Promise) -> None:
    """For what the sender writes later. A promise that still stands is left as it is: it never
    worsens. Only being due at once is added to it."""
    row = connection.execute(
        select(cases.c.state, cases.c.received).where(cases.c.id == case_id)
    ).first()
    if row is None:
        return
    at_once = promise.read_by is not None and promise.read_by <= row.received
    if row.state in _WAITING:
        if at_once:
            _set(connection, case_id, read_by=row.received)
            _ask(connection, case_id, promise.asked)
        return
    _set(connection, case_id, promised=promise.promised, read_by=promise.read_by)
    _ask(connection, case_id, promise.asked)


def acknowledge(connection: Connection, case_id: str, unit: str, now: float) -> None:
    """Somebody of ``unit`` has read it: nobody else is asked any more, and the promise counts as
    kept or not. To be called before the state is changed."""
    row = connection.execute(
        select(cases.c.promised).where(cases.c.id == case_id, cases.c.state.in_(_WAITING))
    ).first()
    connection.execute(delete(steps).where(steps.c.case_id == case_id))
    if row is not None and row.promised is not None:
        _count(connection, unit, row.promised, kept=now <= row.promised)


def count_if_broken(connection: Connection, case_id: str, now: float) -> None:
    """The case goes away unread. Had its time passed, the promise was not kept."""
    promised = connection.scalar(
        select(cases.c.promised).where(
            cases.c.id == case_id, cases.c.state.in_(_WAITING), cases.c.promised < now
        )
    )
    if promised is not None:
        unit = connection.scalar(
            select(wraps.c.holder)
            .where(wraps.c.case_id == case_id, wraps.c.purpose == "tip-key")
            .where(wraps.c.holder != "sender")
            .order_by(wraps.c.holder)
        )
        _count(connection, unit or "", promised, kept=False)
    connection.execute(delete(steps).where(steps.c.case_id == case_id))


def quarter_of(moment: float) -> str:
    """For instance ``2026-Q4`` (UTC)."""
    date = dt.datetime.fromtimestamp(moment, dt.UTC)
    return f"{date.year}-Q{(date.month + 2) // 3}"


def _set(connection: Connection, case_id: str, **values: int | None) -> None:
    connection.execute(update(cases).where(cases.c.id == case_id).values(**values))


def _ask(connection: Connection, case_id: str, asked: Sequence[Asked]) -> None:
    connection.execute(delete(steps).where(steps.c.case_id == case_id))
    write_steps(connection, case_id, asked)


def _count(connection: Connection, unit: str, promised: int, *, kept: bool) -> None:
    key = {"unit": unit, "quarter": quarter_of(promised)}
    column = promise_counts.c.kept if kept else promise_counts.c.late
    counted = connection.execute(
        update(promise_counts).filter_by(**key).values({column: column + 1})
    )
    if not counted.rowcount:
        connection.execute(insert(promise_counts).values(**key, kept=int(kept), late=int(not kept)))
