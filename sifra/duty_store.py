"""The rota as rows, and the signs of life that a promise needs. Both sites read it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select

from sifra.contact_hours import Shift
from sifra.database import snapshot
from sifra.duty import Duty
from sifra.local_calendar import SpecialDays
from sifra.tables import days_off, pauses, shift_people, shifts, signals

WORKER = "worker"
CHANNEL = "channel:"
STALE = 300
"""Seconds without a beat after which no worker is thought to be there."""


class DutyStore:
    """Every call may raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def duty(self, now: float, zone: ZoneInfo, units: frozenset[str]) -> Duty:
        """Who is on duty from ``now`` (Unix seconds, UTC) on. Without a worker that lives nobody
        is told of a case in time, so that all of ``units`` are silent."""
        people = func.count(shift_people.c.account_id)
        turns = (
            select(shifts.c.unit, shifts.c.start, shifts.c.end)
            .outerjoin(shift_people)
            .where(shifts.c.end > now)
            .group_by(shifts.c.id, shifts.c.unit, shifts.c.start, shifts.c.end, shifts.c.least)
            .having(people >= shifts.c.least)
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
                name: at for name, at in connection.execute(select(signals.c.name, signals.c.at))
            }
        failing = {name.removeprefix(CHANNEL) for name in signs if name.startswith(CHANNEL)}
        alive = signs.get(WORKER, 0) > now - STALE
        return Duty(
            shifts={unit: tuple(every) for unit, every in found.items()},
            days_off={unit: tuple(every) for unit, every in closed.items()},
            silent=frozenset(paused) | failing if alive else units,
        )


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
