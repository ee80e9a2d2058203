"""Who answers now, on the page for parents, against hours that are told minute by minute."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
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


def _check(installed: Installation, first: dt.date, days: int) -> int:
    """Look at the page in the minutes before and after each change; how many it were."""
    client, site = installed.app.test_client(), installed.site
    start = midnight(OSLO, first)
    count = int((midnight(OSLO, first + days * DAY) - start) / MINUTE)
    is_open = _told(installed.settings.municipality, start, count + AHEAD * 24 * 60)
    seen = 0
    for at in _changes(is_open.values(), count):
        site.clock = Stopped(at=int((start + at * MINUTE).timestamp()))
        html = client.get("/nb/parents").get_data(as_text=True)
        expected = {name: _said(minutes, start, at) for name, minutes in is_open.items()}
        assert _shown(html) == expected, start + at * MINUTE
        seen += 1
    return seen


def _told(place: Municipality, start: dt.datetime, count: int) -> Mapping[str, list[bool]]:
    """Of each line for parents, by name: whether it answers in each minute."""
    book = place.rule_book()
    return {
        line.name["nb"]: [True] * count
        if line.always
        else open_minutes(book.lines[line.id].schedule, book.lines[line.id].calendar, start, count)
        for line in place.help_lines
        if line.for_parents
    }


def _changes(lines: Iterable[list[bool]], count: int) -> Iterator[int]:
    every = list(lines)
    changes = [n for n in range(1, count) if any(one[n] != one[n - 1] for one in every)]
    yield from sorted({*changes, *(n - 1 for n in changes)})


def _said(minutes: list[bool], start: dt.datetime, at: int) -> tuple[bool, str]:
    """Whether it answers, and the time of day when that changes; none when it does not within a
    day, of a line that answers."""
    now = minutes[at]
    try:
        until = minutes.index(not now, at)
    except ValueError:
        return now, ""
    if now and until - at >= 24 * 60:
        return now, ""
    local = (start + until * MINUTE).astimezone(OSLO)
    hour = local.hour or (0 if local.minute else 24)
    return now, f"{hour:02}:{local.minute:02}" if local.minute else str(hour)


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
