"""Steps and notices as rows: who is due, and which notice takes which step, once.

A step is taken by an update that only sees steps which nobody has taken, and a notice is sent by
whoever moves its ``next_try`` from the time that it was seen to have. Several workers may do all
of this at once, on SQLite under its one write lock, elsewhere by the count of rows that an update
has changed.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from sifra.case_rows import hour_of
from sifra.database import Conflict, snapshot, writing
from sifra.duty_store import CHANNEL
from sifra.tables import at_once, cases, notices, signals, steps, to_be_told, waits
from triage.worker.message import Waiting
from triage.worker.pace import WEEK

_of_told = exists(select(cases.c.id).where(cases.c.id == steps.c.case_id, to_be_told))
_of_waiting = exists(select(cases.c.id).where(cases.c.id == steps.c.case_id, waits))


@dataclass(frozen=True, slots=True)
class Open:
    """A notice that has not been sent."""

    id: str
    unit: str
    next_try: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this worker alone sends, until its lease ends."""

    id: str
    unit: str
    attempt: int
    waiting: Waiting


def due(engine: Engine, now: int) -> tuple[dict[str, bool], list[Open]]:
    """The units with steps that are due and that no notice has, with whether one is urgent; and
    the notices that are open, urgent ones first."""
    urgent = func.count().filter(at_once)
    asked = (
        select(steps.c.unit, urgent)
        .join(cases, cases.c.id == steps.c.case_id)
        .where(steps.c.due <= now, steps.c.notice_id.is_(None), to_be_told)
        .group_by(steps.c.unit)
    )
    with_danger = exists(
        select(steps.c.case_id)
        .join(cases, cases.c.id == steps.c.case_id)
        .where(steps.c.notice_id == notices.c.id, to_be_told, at_once)
    )
    unsent = (
        select(notices.c.id, notices.c.unit, notices.c.next_try, notices.c.attempts)
        .where(notices.c.sent.is_(None))
        .order_by(with_danger.desc(), notices.c.next_try, notices.c.id)
    )
    with snapshot(engine) as connection:
        found = {unit: bool(count) for unit, count in connection.execute(asked)}
        return found, [Open(*row) for row in connection.execute(unsent)]


def make(engine: Engine, unit: str, now: int) -> None:
    """One notice for all that is due for ``unit``; none when another worker was faster."""
    notice_id = secrets.token_hex(16)
    with writing(engine) as connection:
        connection.execute(
            insert(notices).values(
                id=notice_id, unit=unit, made=hour_of(now), attempts=0, next_try=now, sent=None
            )
        )
        if not _take(connection, notice_id, unit, now):
            connection.execute(delete(notices).where(notices.c.id == notice_id))


def make_errand(engine: Engine, notice_id: str, unit: str, now: int) -> None:
    """A notice of something else than cases that wait; none when there is or was one already."""
    with suppress(Conflict), writing(engine) as connection:
        connection.execute(
            insert(notices).values(
                id=notice_id, unit=unit, made=hour_of(now), attempts=0, next_try=now, sent=None
            )
        )


def hasten(engine: Engine, now: int, lease: int, unit: str | None = None) -> None:
    """Let what waits for its next attempt (of ``unit``; of all when None) be tried now. A notice
    that somebody may be sending is left alone: its ``next_try`` is no further away than a lease."""
    later = and_(notices.c.sent.is_(None), notices.c.next_try > now + lease)
    if unit is not None:
        later = and_(later, notices.c.unit == unit)
    with writing(engine) as connection:
        connection.execute(update(notices).where(later).values(next_try=now))


def claim(
    engine: Engine, seen: Open, now: int, lease: int, *, errand: bool = False
) -> Claimed | None:
    """Take a notice to send it, with what has fallen due since it was made.

    None when somebody else has it, or nobody waits any more and it is no ``errand``: then it is
    dropped. Where notices
    to the unit have failed it is sent all the same, or nobody would learn that they get through
    again, and promises would stay stopped.
    """
    with writing(engine) as connection:
        taken = connection.execute(
            update(notices)
            .where(notices.c.id == seen.id, notices.c.sent.is_(None))
            .where(notices.c.next_try == seen.next_try)
            .values(next_try=now + lease, attempts=seen.attempts + 1)
        )
        if taken.rowcount != 1:
            return None
        _take(connection, seen.id, seen.unit, now)
        mine = exists(
            select(steps.c.case_id).where(steps.c.notice_id == seen.id, _of_told)
        ).select()
        failing = exists(
            select(signals.c.name).where(signals.c.name == CHANNEL + seen.unit)
        ).select()
        if not errand and not connection.scalar(mine) and not connection.scalar(failing):
            _delete(connection, notices.c.id == seen.id)
            return None
        return Claimed(seen.id, seen.unit, seen.attempts + 1, _waiting(connection, seen.unit, now))


def sent(engine: Engine, claimed: Claimed, now: int) -> None:
    """It got through. No time finer than the hour stays: the moment of an urgent notice is the
    moment at which somebody pressed Send."""
    hour = hour_of(now)
    with writing(engine) as connection:
        connection.execute(
            update(notices)
            .where(notices.c.id == claimed.id)
            .values(sent=hour, made=hour, next_try=hour)
        )
        # What was withdrawn is told of once, and waits for nobody after that.
        connection.execute(delete(steps).where(steps.c.notice_id == claimed.id, ~_of_waiting))
        connection.execute(delete(signals).where(signals.c.name == CHANNEL + claimed.unit))


def failed(
    engine: Engine, claimed: Claimed, now: int, next_try: int, *, promises: bool = True
) -> None:
    """It did not get through: what the unit ``promises`` stops. May raise Conflict when another
    worker says the same in the same moment."""
    name = CHANNEL + claimed.unit
    with writing(engine) as connection:
        mine = connection.execute(
            update(notices)
            .where(notices.c.id == claimed.id, notices.c.sent.is_(None))
            .where(notices.c.attempts == claimed.attempt)
            .values(next_try=next_try)
        )
        # Another has taken it over, and knows better: nobody would take back what is said here.
        if (
            mine.rowcount == 1
            and promises
            and not connection.scalar(
                exists(select(signals.c.name).where(signals.c.name == name)).select()
            )
        ):
            connection.execute(insert(signals).values(name=name, at=hour_of(now)))


def forget(engine: Engine, now: int) -> None:
    """Delete notices sent a week ago and their steps, which would else be due again; and steps
    of cases that wait for nobody."""
    with writing(engine) as connection:
        _delete(connection, notices.c.sent <= now - WEEK)
        connection.execute(delete(steps).where(~_of_told))


def _take(connection: Connection, notice_id: str, unit: str, now: int) -> int:
    """Give the notice every step of ``unit`` that is due and that no notice has."""
    return connection.execute(
        update(steps)
        .where(steps.c.unit == unit, steps.c.due <= now, steps.c.notice_id.is_(None), _of_told)
        .values(notice_id=notice_id)
    ).rowcount


def _waiting(connection: Connection, unit: str, now: int) -> Waiting:
    """All that wait for ``unit``, told before or not."""
    count, urgent, deadline = connection.execute(
        select(
            func.count(cases.c.id),
            func.count(cases.c.id).filter(at_once),
            func.min(cases.c.promised),
        ).where(
            to_be_told,
            cases.c.id.in_(select(steps.c.case_id).where(steps.c.unit == unit, steps.c.due <= now)),
        )
    ).one()
    return Waiting(count, bool(urgent), deadline)


def _delete(connection: Connection, which: ColumnElement[bool]) -> None:
    chosen = select(notices.c.id).where(which)
    connection.execute(delete(steps).where(steps.c.notice_id.in_(chosen)))
    connection.execute(delete(notices).where(which))
