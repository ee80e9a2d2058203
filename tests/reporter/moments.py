"""Moments at which a test looks at the site; local to the shipped municipality."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sifra.clock import Clock
from tests.reporter.installation import Installation, live_worker

OSLO = ZoneInfo("Europe/Oslo")


def local(
    year: int, month: int, day: int, hour: int, minute: int = 0, fold: int = 0
) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, fold=fold, tzinfo=OSLO)


TUESDAY_MORNING = local(2026, 11, 24, 10)
FRIDAY_EVENING = local(2026, 11, 27, 19, 30)
CHRISTMAS_EVE = local(2026, 12, 24, 23, 10)


@dataclass(frozen=True)
class Stopped(Clock):
    """A clock that stands: a slow machine must not turn twelve into one past."""

    at: int = 0

    def now(self) -> int:
        return self.at


def set_clock(installed: Installation, moment: dt.datetime) -> None:
    """The worker, if there is one, lives at that moment too."""
    _show(installed, Stopped(at=int(moment.timestamp())))


@contextmanager
def at(installed: Installation, moment: dt.datetime) -> Iterator[None]:
    before = installed.site.clock
    set_clock(installed, moment)
    try:
        yield
    finally:
        _show(installed, before)


def _show(installed: Installation, clock: Clock) -> None:
    installed.site.clock = clock
    if installed.has_worker:
        live_worker(installed.engine, clock.now())
