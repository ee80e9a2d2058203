"""Promises as rows: what was said of a case, whether it was kept, and who is asked meanwhile."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from sifra.case_rows import WAITING, Asked, hour_of, write_steps
from sifra.database import driver_of
from sifra.routing import Routing
from sifra.tables import at_once, cases, notices, promise_counts, steps, waits, wraps

_ONE_READER = (
    select(func.min(wraps.c.holder))
    .where(wraps.c.case_id == cases.c.id, wraps.c.purpose == "tip-key")
    .where(wraps.c.holder != "sender")
    .scalar_subquery()
)
_ASKED_FIRST = (
    select(steps.c.unit)
    .where(steps.c.case_id == cases.c.id)
    .order_by(steps.c.sequence)
    .limit(1)
    .scalar_subquery()
)
FIRST_ASKED = func.coalesce(_ASKED_FIRST, _ONE_READER, "")
"""The unit whose promise it is while nobody has read: the one that was asked first."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a case's routing comes to. Unix seconds (UTC), whole hours.

    ``read_by`` is the hour it came in where it is due at once; ``promised`` is what the sender
    was told, None when nothing was.
    """

    promised: int | None
    read_by: int | None
    asked: tuple[Asked, ...] = ()

    @property
    def at_once(self) -> bool:
        """Somebody may be in danger: who reads is asked to do so before what was told."""
        return self.read_by is not None and self.read_by != self.promised

    @classmethod
    def of(cls, routing: Routing, hour: int, *, danger_words: bool = False) -> Promise:
        """``hour`` is the one the case came in. Words of danger make it due at once, whatever
        the rule that was found by what the sender ticked."""
        promised = int(routing.read_by.timestamp()) if routing.read_by else None
        asked = [Asked(step.unit, hour_of(step.at.timestamp())) for step in routing.steps]
        if danger_words and asked:
            asked[0] = Asked(asked[0].unit, hour)
        at_once = danger_words or routing.rule.urgent
        return cls(promised, hour if at_once else promised, tuple(asked))


NOTHING = Promise(None, None)
"""Nothing was said of when it is read."""


def promise_anew(connection: Connection, case_id: str, promise: Promise) -> None:
    """For what the sender writes later. To be called before the state is changed.

    While nobody has read what came before, the promise never worsens: the earlier time stands,
    and who was to be asked is asked still. Danger that was once said stays at once.
    """
    row = connection.execute(
        select(cases.c.state, cases.c.received, cases.c.read_by, cases.c.promised).where(
            cases.c.id == case_id
        )
    ).first()
    if row is None:
        return
    was_at_once = row.read_by is not None and row.read_by <= row.received
    read_by = row.received if promise.at_once or was_at_once else promise.read_by
    if row.state not in WAITING:
        _set(connection, case_id, promised=promise.promised, read_by=read_by)
        connection.execute(delete(steps).where(steps.c.case_id == case_id))
        write_steps(driver_of(connection), case_id, promise.asked)
        return
    promised = _earlier(row.promised, promise.promised)
    if promised != row.promised or promise.at_once:
        _set(connection, case_id, promised=promised, read_by=_earlier(row.read_by, read_by))
        last = connection.scalar(
            select(func.max(steps.c.sequence)).where(steps.c.case_id == case_id)
        )
        # Added to the steps before: or who writes every hour would push the next one ahead.
        write_steps(
            driver_of(connection), case_id, promise.asked, first=0 if last is None else last + 1
        )


def acknowledge(
    connection: Connection, case_id: str, unit: str, now: float, *, unopened: bool = False
) -> None:
    """Somebody of ``unit`` has read it: nobody else is asked any more, and the promise counts as
    kept or not. To be called before the state is changed.

    ``unopened``: it was closed among many, by its first words. That keeps no promise, so that a
    flood of pranks does not make the count shine; one whose time had passed is late all the same.
    """
    promised = connection.scalar(select(cases.c.promised).where(cases.c.id == case_id, waits))
    if promised is not None:
        kept = now <= promised
        if not (kept and unopened):
            _count(connection, unit, promised, kept=kept)
    connection.execute(delete(steps).where(steps.c.case_id == case_id))


def count_if_broken(connection: Connection, case_id: str, now: float) -> None:
    """The case goes away unread. Had its time passed, the promise was not kept. Nobody is asked
    any more, but for danger that was due to be told and has not been."""
    row = connection.execute(
        select(cases.c.promised, FIRST_ASKED).where(
            cases.c.id == case_id, waits, cases.c.promised < now
        )
    ).first()
    if row is not None:
        _count(connection, row[1], row[0], kept=False)
    told = steps.c.notice_id.in_(select(notices.c.id).where(notices.c.sent.is_not(None)))
    danger = exists(select(cases.c.id).where(cases.c.id == case_id, waits, at_once))
    connection.execute(
        delete(steps).where(steps.c.case_id == case_id, or_(told, steps.c.due > now, ~danger))
    )


def quarter_of(moment: float) -> str:
    """For instance ``2026-Q4`` (UTC)."""
    date = dt.datetime.fromtimestamp(moment, dt.UTC)
    return f"{date.year}-Q{(date.month + 2) // 3}"


def _set(connection: Connection, case_id: str, **values: int | None) -> None:
    connection.execute(update(cases).where(cases.c.id == case_id).values(**values))


def _earlier(one: int | None, other: int | None) -> int | None:
    """None is never."""
    return min((time for time in (one, other) if time is not None), default=None)


def _count(connection: Connection, unit: str, promised: int, *, kept: bool) -> None:
    key = {"unit": unit, "quarter": quarter_of(promised)}
    column = promise_counts.c.kept if kept else promise_counts.c.late
    counted = connection.execute(
        update(promise_counts).filter_by(**key).values({column: column + 1})
    )
    if not counted.rowcount:
        connection.execute(insert(promise_counts).values(**key, kept=int(kept), late=int(not kept)))
