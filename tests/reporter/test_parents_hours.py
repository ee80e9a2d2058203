"""Who answers now, on the page for parents, against hours that are told minute by minute."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

import pytest

from sifra import municipality
from sifra.local_calendar import midnight
from sifra.municipality import Municipality
from tests.reporter.conftest import Install
from tests.reporter.installation import Installation
from tests.reporter.moments import OSLO, Stopped
from tests.sifra.slow_hours import DAY, MINUTE, open_minutes

FIRST, DAYS = dt.date(2026, 11, 23), 3 * 365 + 1
HARD_DAYS = {
    "christmas": dt.date(2026, 12, 23),
    "easter-and-summer-time": dt.date(2027, 3, 25),
    "17-may-and-whitsun": dt.date(2027, 5, 14),
    "hour-twice": dt.date(2027, 10, 29),
    "hour-skipped": dt.date(2029, 3, 23),
}
AHEAD = 8
"""Days: longer than any of these lines is shut."""
OFFICE = ["mon", "tue", "wed", "thu", "fri"]
NEAR = {
    "local_a": [{"days": OFFICE, "opens": "08:00", "closes": "15:30"}],
    # Over the hours that are skipped and that come twice.
    "local_b": [{"days": ["wed", "sat"], "opens": "18:00", "closes": "02:30"}],
}
_ENTRY = re.compile(
    r'<a class="tel"[^>]*>.*?</a> <span><b>(.*?)</b>.*?<small>(.*?)(?:<br>|</small>)', re.DOTALL
)
_CLOCK = re.compile(r'<bdi dir="ltr">([\d:]+)</bdi></b>$')


@pytest.fixture
def installed(install: Install) -> Installation:
    """The shipped lines, and what is near too, as if somebody had rung both."""
    raw = tomllib.loads(municipality.shipped_path().read_text("utf-8"))
    for line in raw["help_lines"]:
        if line["id"] in NEAR:
            line |= {"confirmed": True, "verified_on": FIRST, "hours": NEAR[line["id"]]}
            line["name"] = {"nb": line["id"]}
    return install(municipality=municipality.parse(raw))


@pytest.mark.parametrize("first", HARD_DAYS.values(), ids=HARD_DAYS)
def test_the_page_agrees_in_the_hard_days(installed: Installation, first: dt.date) -> None:
    assert _check(installed, first, 5) >= 20


@pytest.mark.long
def test_the_page_agrees_at_every_change_point_of_three_years(installed: Installation) -> None:
    seen = sum(
        _check(installed, FIRST + start * DAY, min(28, DAYS - start))
        for start in range(0, DAYS, 28)
    )
    assert seen > 6_000


@dataclass(frozen=True)
class Told:
    """A line, told minute by minute from ``start``. ``changes`` are the minutes in which it is
    other than in the one before."""

    start: dt.datetime
    is_open: list[bool]
    changes: list[int]

    def at(self, minute: int) -> tuple[bool, str]:
        """Whether it answers, and the time of day when that changes; none when it does not within
        a day, of a line that answers."""
        now, later = self.is_open[minute], bisect_right(self.changes, minute)
        if later == len(self.changes):
            return now, ""
        until = self.changes[later]
        if now and until - minute >= 24 * 60:
            return now, ""
        local = (self.start + until * MINUTE).astimezone(OSLO)
        hour = local.hour or (0 if local.minute else 24)
        return now, f"{hour:02}:{local.minute:02}" if local.minute else str(hour)


def _check(installed: Installation, first: dt.date, days: int) -> int:
    """Look at the page in the minutes before and after each change; how many it were."""
    client, site = installed.app.test_client(), installed.site
    start = midnight(OSLO, first)
    count = int((midnight(OSLO, first + days * DAY) - start) / MINUTE)
    lines = _told(installed.settings.municipality, start, count + AHEAD * 24 * 60)
    changes = {n for line in lines.values() for n in line.changes if n < count}
    minutes = sorted(changes | {n - 1 for n in changes})
    for minute in minutes:
        site.clock = Stopped(at=int((start + minute * MINUTE).timestamp()))
        html = client.get("/nb/parents").get_data(as_text=True)
        expected = {name: line.at(minute) for name, line in lines.items()}
        assert _shown(html) == expected, start + minute * MINUTE
    return len(minutes)


def _told(place: Municipality, start: dt.datetime, count: int) -> Mapping[str, Told]:
    """Each line for parents, by name."""
    book, found = place.rule_book(), {}
    for one in (one for one in place.help_lines if one.for_parents):
        line, is_open = book.lines[one.id], [True] * count
        if not one.always:
            is_open = open_minutes(line.schedule, line.calendar, start, count)
        changes = [n for n in range(1, count) if is_open[n] != is_open[n - 1]]
        found[one.name["nb"]] = Told(start, is_open, changes)
    return found


def _shown(html: str) -> dict[str, tuple[bool, str]]:
    """The same, as the page has it."""
    lists = html[html.index('id="answers"') : html.index('id="advice"')]
    now, _, later = lists.partition("Disse svarer senere")
    found = {}
    for part, answers in ((now, True), (later, False)):
        for name, when in _ENTRY.findall(part):
            clock = _CLOCK.search(when.strip())
            found[unescape(name)] = (answers, clock[1] if clock else "")
    return found
