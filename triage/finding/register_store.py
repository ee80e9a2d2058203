"""The register as rows: sealed pages, how far they reach, and what is to be entered yet. It opens
nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Engine, delete, insert, select, update

from sifra.database import Conflict, forget_deleted, reading, writing
from triage.staff_tables import register_arrivals, register_pages, register_states


class StoredPage(NamedTuple):
    number: int
    version: int
    sealed: bytes


class Reach(NamedTuple):
    """``up_to`` is the hour received up to which a unit's cases are entered, ``swept`` when
    entries of deleted cases were last taken out: Unix seconds (UTC)."""

    up_to: int
    swept: int


NOWHERE = Reach(0, 0)


class RegisterStore:
    """Every call may raise StoreUnavailable; those that write may raise Conflict."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def numbers(self) -> dict[str, list[int]]:
        """The pages of each unit, the highest first."""
        query = select(register_pages.c.unit, register_pages.c.number).order_by(
            register_pages.c.number.desc()
        )
        found: dict[str, list[int]] = {}
        with reading(self._engine) as connection:
            for unit, number in connection.execute(query):
                found.setdefault(unit, []).append(number)
        return found

    def pages(self, unit: str, numbers: Sequence[int]) -> list[StoredPage]:
        """The highest first; those that there are."""
        query = (
            select(register_pages.c.number, register_pages.c.version, register_pages.c.sealed)
            .where(register_pages.c.unit == unit, register_pages.c.number.in_(numbers))
            .order_by(register_pages.c.number.desc())
        )
        with reading(self._engine) as connection:
            return [StoredPage(*row) for row in connection.execute(query)]

    def write(self, unit: str, page: StoredPage) -> None:
        """Store a page in the place of the version before it. Conflict: another is there."""
        with writing(self._engine) as connection:
            if page.version == 1:
                connection.execute(insert(register_pages).values(unit=unit, **page._asdict()))
                return
            here = (register_pages.c.unit == unit) & (register_pages.c.number == page.number)
            done = connection.execute(
                update(register_pages)
                .where(here, register_pages.c.version == page.version - 1)
                .values(version=page.version, sealed=page.sealed)
            )
            if done.rowcount != 1:
                raise Conflict

    def reach(self, units: Iterable[str]) -> dict[str, Reach]:
        query = select(
            register_states.c.unit, register_states.c.up_to, register_states.c.swept
        ).where(register_states.c.unit.in_(list(units)))
        with reading(self._engine) as connection:
            return {unit: Reach(up_to, swept) for unit, up_to, swept in connection.execute(query)}

    def set_reach(self, unit: str, before: Reach | None, after: Reach) -> None:
        """Conflict: it is no longer as it was ``before``."""
        with writing(self._engine) as connection:
            if before is None:
                connection.execute(insert(register_states).values(unit=unit, **after._asdict()))
                return
            done = connection.execute(
                update(register_states)
                .where(
                    register_states.c.unit == unit,
                    register_states.c.up_to == before.up_to,
                    register_states.c.swept == before.swept,
                )
                .values(after._asdict())
            )
            if done.rowcount != 1:
                raise Conflict

    def take_out(self, unit: str, page: StoredPage, up_to: int) -> None:
        """Delete a page that is as it was, and enter the cases from the hour ``up_to`` on anew."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(register_pages).where(
                    register_pages.c.unit == unit,
                    register_pages.c.number == page.number,
                    register_pages.c.version == page.version,
                    register_pages.c.sealed == page.sealed,
                )
            )
            connection.execute(
                update(register_states)
                .where(register_states.c.unit == unit, register_states.c.up_to > up_to)
                .values(up_to=up_to)
            )

    def arrivals(self, unit: str, limit: int) -> list[str]:
        query = select(register_arrivals.c.case_id).where(register_arrivals.c.unit == unit)
        with reading(self._engine) as connection:
            return list(connection.scalars(query.limit(limit)))

    def arrived(self, unit: str, case_ids: Sequence[str]) -> None:
        """They are entered now."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(register_arrivals).where(
                    register_arrivals.c.unit == unit, register_arrivals.c.case_id.in_(case_ids)
                )
            )

    def forget(self) -> None:
        """No copy of what was taken out stays in SQLite's log."""
        forget_deleted(self._engine)
