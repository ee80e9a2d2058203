"""Deletes what is due: cases whose days are over, keys without a case, marks that expired, and
what staff wrote on cases that are no more; invitations and sessions that are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, delete, select

from sifra.case_store import CaseStore
from sifra.database import forget_deleted, reading, writing
from triage.people.session_ends import over
from triage.staff_tables import (
    assignments,
    folders,
    handovers,
    interpreters,
    invitations,
    register_arrivals,
    sessions,
)

_OF_A_CASE = (folders, handovers, interpreters, assignments, register_arrivals)
_AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class Purged:
    """How many of each were deleted. ``left`` are cases of which only staff's rows were left."""

    cases: int
    keys: int
    marks: int
    left: int
    invitations: int
    sessions: int


def purge(store: CaseStore, staff: Engine, now: int) -> Purged:
    """Delete what is due at ``now`` (Unix seconds). Raises StoreUnavailable: what was not reached
    goes the next time.

    The sites may run meanwhile. Keys that they hold ready for the next cases go too, and are
    put back by the deposit that uses them.
    """
    cases = store.destroy_past_retention(now)
    keys, marks = store.destroy_unused_keys(), store.forget_spent(now)
    if cases:
        store.write_anew()
    left = _forget_cases(store, staff)
    expired, ended = _forget_expired(staff, now)
    if left or expired or ended:
        forget_deleted(staff, rewrite=bool(left))
    return Purged(cases, keys, marks, left, expired, ended)


def _forget_cases(store: CaseStore, staff: Engine) -> int:
    """Delete the rows of cases that are no more. Their seals are broken already: the erasure key
    is gone."""
    gone = 0
    after = ""
    while ids := _some_cases(staff, after):
        after = ids[-1]
        # Asked after: nothing is written on a case before there is one.
        dead = sorted(set(ids) - store.known(ids))
        if not dead:
            continue
        with writing(staff) as connection:
            for table in _OF_A_CASE:
                connection.execute(delete(table).where(table.c.case_id.in_(dead)))
        gone += len(dead)
    return gone


def _some_cases(staff: Engine, after: str) -> Sequence[str]:
    """The next ids of cases on which there are rows, in their order."""
    found: set[str] = set()
    with reading(staff) as connection:
        for table in _OF_A_CASE:
            found.update(
                connection.scalars(
                    select(table.c.case_id)
                    .distinct()
                    .where(table.c.case_id > after)
                    .order_by(table.c.case_id)
                    .limit(_AT_A_TIME)
                )
            )
    return sorted(found)[:_AT_A_TIME]


def _forget_expired(staff: Engine, now: int) -> tuple[int, int]:
    """Invitations, and sessions: a private key lies in each, sealed under a cookie that some
    browser may have kept."""
    with writing(staff) as connection:
        gone = connection.execute(delete(invitations).where(invitations.c.expires <= now))
        return gone.rowcount, connection.execute(delete(sessions).where(over(now))).rowcount
