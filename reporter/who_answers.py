"""Who answers now, in order of fit, and when the others do. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sifra import contact_hours
from sifra.local_calendar import DAY
from sifra.municipality import HelpLine
from sifra.routing import Line


@dataclass(frozen=True, slots=True)
class Answering:
    """A number and its hours, seen from now. Both times None: day and night."""

    line: HelpLine
    until: dt.datetime | None = None
    opens: dt.datetime | None = None


def now_and_later(
    wanted: Iterable[HelpLine], lines: Mapping[str, Line], now: dt.datetime
) -> tuple[list[Answering], list[Answering]]:
    """Those that answer now, and those that do not, the next to open first. One that is not
    confirmed, or opens no more, is in neither."""
    open_now, later = [], []
    for one in _by_fit(wanted):
        line = lines[one.id]
        if not one.confirmed:
            continue
        if line.answers(now):
            open_now.append(Answering(one, until=_until(line, now)))
        elif opens := contact_hours.next_opening(line.schedule, line.calendar, now):
            later.append((opens, one))
    later.sort(key=lambda found: found[0])
    return open_now, [Answering(one, opens=opens) for opens, one in later]


def answering(
    wanted: Iterable[HelpLine], lines: Mapping[str, Line], now: dt.datetime
) -> list[HelpLine]:
    """Only those that answer now, each number once."""
    found: dict[str, HelpLine] = {}
    for one in wanted:
        if lines[one.id].answers(now):
            found.setdefault(one.number.replace(" ", ""), one)
    return list(found.values())


def _by_fit(wanted: Iterable[HelpLine]) -> list[HelpLine]:
    """Emergency first, then what is near, then the rest as the file has them."""
    return sorted(wanted, key=lambda one: (not one.emergency, not one.local))


def _until(line: Line, now: dt.datetime) -> dt.datetime | None:
    """When it closes; None when it does not within a day."""
    today = now.astimezone(line.calendar.zone).date()
    # A day further than it takes: tomorrow may have but 23 hours, and cut off there is no end.
    for span in contact_hours.intervals(line.schedule, line.calendar, today, today + 2 * DAY):
        if span.start <= now < span.end and span.end - now < DAY:
            return span.end
    return None
