"""Which cases there are: their ids and what stands in clear, without anything sealed.

What is sealed of them is read by sifra.case_store, a page at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Engine, select, tuple_

from sifra.case_rows import State, readable_by, state_of
from sifra.database import reading, snapshot
from sifra.tables import cases

_AT_A_TIME = 500
"""Ids in one statement: a database takes some thousands of values at most."""


def received_since(
    engine: Engine, holder: str, since: int, after: str = "", limit: int = 1000
) -> list[tuple[str, int]]:
    """Some of the cases that ``holder`` reads, the oldest first: each id with the hour it was
    received in. They were received later than the hour ``since`` (Unix seconds, UTC), or in it
    and have an id above ``after``. Raises StoreUnavailable."""
    query = (
        select(cases.c.id, cases.c.received)
        .where(readable_by([holder]), tuple_(cases.c.received, cases.c.id) > tuple_(since, after))
        .order_by(cases.c.received, cases.c.id)
        .limit(limit)
    )
    with reading(engine) as connection:
        return [(row.id, row.received) for row in connection.execute(query)]


def standing(engine: Engine, case_ids: Sequence[str], holders: Iterable[str]) -> dict[str, State]:
    """Those of ``case_ids`` that one of ``holders`` reads, each with its state. Raises
    StoreUnavailable."""
    query = select(cases.c.id, cases.c.state).where(readable_by(holders))
    found: dict[str, State] = {}
    with snapshot(engine) as connection:
        for first in range(0, len(case_ids), _AT_A_TIME):
            some = query.where(cases.c.id.in_(case_ids[first : first + _AT_A_TIME]))
            found.update({row.id: state_of(row.state) for row in connection.execute(some)})
    return found


def all_in(engine: Engine, states: Iterable[State]) -> frozenset[str]:
    """Every case that stands in one of ``states``, whoever reads it. Raises StoreUnavailable."""
    query = select(cases.c.id).where(cases.c.state.in_([state.value for state in states]))
    with reading(engine) as connection:
        return frozenset(connection.scalars(query))
