"""The rota as rows, and the signs of life that a promise needs. Both sites read it; staff write."""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, func, insert, select

from sifra.contact_hours import Shift
from sifra.database import Conflict, snapshot, writing
from sifra.duty import Duty
from sifra.local_calendar import DAY, SpecialDays
from sifra.tables import days_off, pauses, shift_people, shifts, signals

WORKER = "worker"
CHANNEL = "channel:"
STALE = 300
"""Seconds without a beat after which no worker is thought to be there."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift as staff see it, with enough people or not. Unix seconds (UTC)."""

    id: str
    unit: str
    start: int
    end: int
    least: int
    people: tuple[str, ...]
    """Ids of accounts."""

    @property
    def missing(self) -> int:
        """So many more would make it a promise."""
        return max(self.least - len(self.people), 0)


@dataclass(frozen=True, slots=True)
class Closed:
    """Local dates, both included, on which a unit is shut."""

    id: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Pause:
    """A unit promises nothing until ``until`` (Unix seconds, UTC)."""

    until: int
    account_id: str


@dataclass(frozen=True, slots=True)
class Rota:
    """What one unit has planned from now on, the earliest first."""

    shifts: tuple[Planned, ...]
    closed: tuple[Closed, ...]
    pause: Pause | None


def is_alive(beat: int | None, now: float) -> bool:
    """Is a worker there, when one was last seen at ``beat``? A beat from a time to come was made
    before the clock was put right, and says nothing."""
    return beat is not None and abs(now - beat) < STALE


class DutyStore:
    """Every call may raise StoreUnavailable; those that write may raise Conflict.

    ``now`` and all times are Unix seconds (UTC). Whatever is changed is changed for one unit, and
    an id of another's is no id; who may do so is for the caller to know.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def duty(self, now: float, zone: ZoneInfo, units: frozenset[str]) -> Duty:
        """Who is on duty from ``now`` on. Without a worker that lives nobody is told of a case in
        time, so that all of ``units`` are silent."""
        people = (
            select(func.count())
            .select_from(shift_people)
            .where(shift_people.c.shift_id == shifts.c.id)
            .scalar_subquery()
        )
        turns = (
            select(shifts.c.unit, shifts.c.start, shifts.c.end)
            .where(shifts.c.end > now, people >= shifts.c.least)
            .order_by(shifts.c.start, shifts.c.unit)
        )
        today = dt.datetime.fromtimestamp(now, zone).date()
        off = select(days_off.c.unit, days_off.c.first, days_off.c.last).where(
            days_off.c.last >= today.isoformat()
        )
        with snapshot(self._engine) as connection:
            found: dict[str, list[Shift]] = defaultdict(list)
            for unit, start, end in connection.execute(turns):
                found[unit].append(Shift(_moment(start), _moment(end)))
            closed: dict[str, list[SpecialDays]] = defaultdict(list)
            for unit, first, last in connection.execute(off):
                closed[unit].append(
                    SpecialDays(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
                )
            paused = connection.scalars(select(pauses.c.unit).where(pauses.c.until > now)).all()
            signs = {
                row.name: row.at for row in connection.execute(select(signals.c.name, signals.c.at))
            }
        failing = {name.removeprefix(CHANNEL) for name in signs if name.startswith(CHANNEL)}
        return Duty(
            shifts={unit: tuple(every) for unit, every in found.items()},
            days_off={unit: tuple(every) for unit, every in closed.items()},
            silent=frozenset(paused) | failing if is_alive(signs.get(WORKER), now) else units,
        )

    # --- what staff see and change --------------------------------------------------------

    def rota(self, unit: str, now: float, zone: ZoneInfo) -> Rota:
        """What the unit has planned, shifts without enough people too."""
        today = dt.datetime.fromtimestamp(now, zone).date().isoformat()
        mine = select(shifts).where(shifts.c.unit == unit, shifts.c.end > now)
        people = (
            select(shift_people.c.shift_id, shift_people.c.account_id)
            .join(shifts)
            .where(shifts.c.unit == unit, shifts.c.end > now)
            .order_by(shift_people.c.account_id)
        )
        off = select(days_off).where(days_off.c.unit == unit, days_off.c.last >= today)
        pause = select(pauses).where(pauses.c.unit == unit, pauses.c.until > now)
        with snapshot(self._engine) as connection:
            on: dict[str, list[str]] = defaultdict(list)
            for shift_id, account_id in connection.execute(people):
                on[shift_id].append(account_id)
            planned = [
                Planned(row.id, row.unit, row.start, row.end, row.least, tuple(on[row.id]))
                for row in connection.execute(mine)
            ]
            closed = [
                Closed(row.id, dt.date.fromisoformat(row.first), dt.date.fromisoformat(row.last))
                for row in connection.execute(off)
            ]
            paused = connection.execute(pause).first()
        return Rota(
            tuple(sorted(planned, key=lambda one: (one.start, one.end, one.id))),
            tuple(sorted(closed, key=lambda one: (one.first, one.last, one.id))),
            Pause(paused.until, paused.account_id) if paused else None,
        )

    def plan(
        self,
        unit: str,
        start: int,
        end: int,
        least: int,
        now: float,
        people: Iterable[str] = (),
    ) -> None:
        """A shift; it makes a promise once ``least`` people are on it."""
        Shift(_moment(start), _moment(end))
        with writing(self._engine) as connection:
            _forget_past(connection, now)
            _add(connection, unit, start, end, least, people)

    def join(self, unit: str, shift_id: str, account_id: str, now: float) -> None:
        """Again is no fault. Conflict: the shift is gone."""
        with writing(self._engine) as connection:
            _forget_past(connection, now)
            ours = select(shifts.c.id).where(shifts.c.id == shift_id, shifts.c.unit == unit)
            if connection.scalar(ours) is None:
                raise Conflict
            _leave(connection, shift_id, account_id)
            connection.execute(
                insert(shift_people).values(shift_id=shift_id, account_id=account_id)
            )

    def leave(self, unit: str, shift_id: str, account_id: str, now: float) -> None:
        """Again is no fault."""
        with writing(self._engine) as connection:
            _forget_past(connection, now)
            ours = select(shifts.c.id).where(shifts.c.id == shift_id, shifts.c.unit == unit)
            if connection.scalar(ours) is not None:
                _leave(connection, shift_id, account_id)

    def remove(self, unit: str, shift_id: str, now: float) -> None:
        """Again is no fault."""
        with writing(self._engine) as connection:
            _forget_past(connection, now)
            connection.execute(delete(shifts).where(shifts.c.id == shift_id, shifts.c.unit == unit))

    def stay(self, unit: str, account_id: str, until: int, now: int) -> None:
        """Somebody is here from ``now`` to ``until``, alone if need be; once, however often it is
        said."""
        Shift(_moment(now), _moment(until))
        with writing(self._engine) as connection:
            _forget_past(connection, now)
            said = (
                select(shifts.c.id)
                .join(shift_people)
                .where(shifts.c.unit == unit, shifts.c.least == 1, shifts.c.start <= now)
                .where(shifts.c.end >= until, shift_people.c.account_id == account_id)
            )
            if connection.scalar(said) is None:
                _add(connection, unit, now, until, 1, (account_id,))

    def close(self, unit: str, first: dt.date, last: dt.date, now: float) -> None:
        """The unit is shut on these dates, both included; once, however often it is said."""
        dates = {"first": first.isoformat(), "last": last.isoformat()}
        SpecialDays(first, last)
        with writing(self._engine) as connection:
            _forget_past(connection, now)
            connection.execute(delete(days_off).filter_by(unit=unit, **dates))
            connection.execute(insert(days_off).values(id=_drawn(), unit=unit, **dates))

    def reopen(self, unit: str, closed_id: str, now: float) -> None:
        """Again is no fault."""
        with writing(self._engine) as connection:
            _forget_past(connection, now)
            connection.execute(
                delete(days_off).where(days_off.c.id == closed_id, days_off.c.unit == unit)
            )

    def pause(self, unit: str, until: int, account_id: str, now: float) -> None:
        """Promise nothing new until ``until``."""
        with writing(self._engine) as connection:
            _forget_past(connection, now)
            connection.execute(delete(pauses).where(pauses.c.unit == unit))
            connection.execute(insert(pauses).values(unit=unit, until=until, account_id=account_id))

    def resume(self, unit: str, now: float) -> None:
        """Again is no fault."""
        with writing(self._engine) as connection:
            _forget_past(connection, now)
            connection.execute(delete(pauses).where(pauses.c.unit == unit))


def _add(
    connection: Connection, unit: str, start: int, end: int, least: int, people: Iterable[str]
) -> None:
    shift_id = _drawn()
    connection.execute(
        insert(shifts).values(id=shift_id, unit=unit, start=start, end=end, least=least)
    )
    for account_id in dict.fromkeys(people):
        connection.execute(insert(shift_people).values(shift_id=shift_id, account_id=account_id))


def _leave(connection: Connection, shift_id: str, account_id: str) -> None:
    connection.execute(
        delete(shift_people).where(
            shift_people.c.shift_id == shift_id, shift_people.c.account_id == account_id
        )
    )


def _forget_past(connection: Connection, now: float) -> None:
    """Who worked when is nobody's business afterwards."""
    connection.execute(delete(shifts).where(shifts.c.end <= now))
    connection.execute(delete(pauses).where(pauses.c.until <= now))
    # Over in every time zone.
    day = dt.datetime.fromtimestamp(now, dt.UTC).date() - DAY
    connection.execute(delete(days_off).where(days_off.c.last < day.isoformat()))


def _drawn() -> str:
    return os.urandom(16).hex()


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
