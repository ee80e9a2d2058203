"""How promises went, in counts: those that were counted when read, and those overdue now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from sifra.case_rows import readable_by
from sifra.database import reading, snapshot
from sifra.promise_rows import FIRST_ASKED, quarter_of
from sifra.tables import cases, is_open, promise_counts, waits


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one unit in one quarter. ``late`` has those that nobody has read yet among them."""

    kept: int
    late: int


class PromisesKept:
    """Every call may raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def counts(self, now: float) -> dict[tuple[str, str], Counts]:
        """By quarter (``2026-Q4``) and unit. What is overdue and unread at ``now`` (Unix seconds,
        UTC) stands with the unit that was asked first."""
        overdue = select(cases.c.promised, FIRST_ASKED).where(
            is_open, waits, cases.c.promised < now
        )
        late: dict[tuple[str, str], int] = defaultdict(int)
        kept: dict[tuple[str, str], int] = defaultdict(int)
        with snapshot(self._engine) as connection:
            for row in connection.execute(select(promise_counts)):
                kept[row.quarter, row.unit] += row.kept
                late[row.quarter, row.unit] += row.late
            for promised, unit in connection.execute(overdue):
                late[quarter_of(promised), unit] += 1
        return {key: Counts(kept[key], late[key]) for key in {*kept, *late}}

    def promised_within(self, unit: str, start: float, end: float) -> int:
        """How many cases that wait, and that ``unit`` may read, were promised to be read after
        ``start`` and by ``end`` (Unix seconds, UTC)."""
        query = (
            select(func.count())
            .select_from(cases)
            .where(is_open, waits, cases.c.promised > start, cases.c.promised <= end)
            .where(readable_by([unit]))
        )
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()
