"""When the worker does what. Pure: functions of time and of what was drawn."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

WEEK = 7 * 24 * 3600
_NIGHT = dt.time(3, 30)
_NIGHT_SECONDS = 3 * 3600
_TOO_LONG = 36 * 3600


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. ``patience`` is how long an address may take to answer; ``lease``, which must be
    longer, how long a worker may take with a notice before another may think it dead."""

    turn: float = 5
    beat: int = 30
    grid: int = 900
    patience: int = 60
    lease: int = 150
    first_wait: int = 60
    longest_wait: int = 3600


def point(seed: bytes, unit: str, slot: int, grid: int) -> int:
    """The second (Unix) of this slot at which ``unit`` is told what waits."""
    drawn = hashlib.sha256(seed + f"|{unit}|{slot}".encode()).digest()
    return slot * grid + int.from_bytes(drawn[:8]) % grid


def passed(seed: bytes, unit: str, since: int, now: int, grid: int) -> bool:
    """Does a point of the grid of ``unit`` lie after ``since``, and not after ``now``?"""
    if now - since >= 2 * grid:
        return True
    slots = range(since // grid, now // grid + 1)
    return any(since < point(seed, unit, slot, grid) <= now for slot in slots)


def wait(attempts: int, drawn: float, pace: Pace) -> int:
    """Seconds until the next attempt after so many that failed (1 or more): twice as long each
    time, up to ``longest_wait``. ``drawn``, from 0 to 1, takes up to a quarter off, so that many
    do not come back at once."""
    doubled = pace.first_wait * 2 ** min(attempts - 1, 20)
    whole = min(doubled, pace.longest_wait)
    return max(1, int(whole * (1 - drawn / 4)))


def night_due(now: int, last: int, zone: ZoneInfo) -> bool:
    """Is it time to delete what is due, when that was last begun at ``last``?

    Once a night, local time; by day only when nobody was there for more than a night.
    """
    local = dt.datetime.fromtimestamp(now, zone)
    began = int(dt.datetime.combine(local.date(), _NIGHT, zone).timestamp())
    if began <= now < began + _NIGHT_SECONDS:
        # A time to come was written when the clock went wrong.
        return not began <= last < began + _NIGHT_SECONDS
    return now - last >= _TOO_LONG
