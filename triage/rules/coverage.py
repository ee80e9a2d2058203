"""Coverage: in which hours of a year somebody reads, drawn, and the longest silences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from http import HTTPStatus
from typing import Literal, NamedTuple

from babel.dates import format_date, get_day_names, get_month_names
from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sifra import coverage
from sifra.coverage import Wait
from sifra.duty import Duty
from sifra.languages import text
from sifra.local_calendar import DAY
from sifra.municipality import Municipality
from sifra.web.page import language
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission
from triage.rules import facts_form, reckoning, weeks
from triage.rules.explaining import YEARS
from triage.rules.reckoning import Alike, Found
from triage.rules.weeks import Week

pages = Blueprint("coverage", __name__)

WAITS = {
    Wait.QUARTER: _l("Noen er der innen 15 minutter"),
    Wait.HOUR: _l("Noen er der innen en time"),
    Wait.SAME_DAY: _l("Leses samme dag"),
    Wait.LATER: _l("Leses senere"),
}
HEADS = {
    Wait.QUARTER: _l("15 min"),
    Wait.HOUR: _l("1 time"),
    Wait.SAME_DAY: _l("Samme dag"),
    Wait.LATER: _l("Senere"),
}
"""The same, short enough for a table on a phone."""

_KEPT = 4
_known: dict[object, tuple[Municipality, Found]] = {}


class Silent(NamedTuple):
    """A line of the list of silences, in words."""

    length: str
    span: str
    readers: str
    rules: tuple[str, ...]


@pages.get("/coverage")
@for_members(Permission.RULES)
def show(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    """``year``, and the facts of the case that is drawn. Without any: an urgent tip, this year."""
    place, tag = office().place(), language().tag
    this_year = dt.datetime.fromtimestamp(office().clock.now(), place.zone).year
    asked = request.args.get("year", str(this_year))
    known = asked in map(str, YEARS)
    year = int(asked) if known else this_year
    facts = facts_form.ticked(coverage.URGENT_TIP)
    duty = facts_form.planned()
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = weeks.weeks(coverage.waits(facts, place.rule_book(duty), *days), place.zone)
    found = _reckoned(year, duty)
    page = render_template(
        "coverage.html",
        asked=asked,
        year=year,
        years=YEARS,
        error=""
        if known
        else _("Skriv et år fra %(first)d til %(last)d.", first=YEARS[0], last=YEARS[-1]),
        fields=facts_form.fields(facts),
        units=facts_form.units(facts),
        waits=WAITS,
        heads=HEADS,
        paths=weeks.paths(rows),
        rows=rows,
        day_names=_day_names("abbreviated"),
        months=_months(rows, year),
        weekdays=_weekdays(rows),
        alike=[
            (_dates(first, last), [hours[wait] for wait in WAITS])
            for first, last, hours in weeks.alike(rows)
        ],
        dark=[reckoning.dark_line(one, place, tag) for one in found.dark],
        silences=[_silent(one) for one in reckoning.gathered(found.silences)],
        unheard=[reckoning.unheard_line(one, place, tag) for one in found.unheard],
        unread=reckoning.unread(found.silences),
        rule_names={
            one.id: f"{n}. {text(one.reason, tag)[0]}" for n, one in enumerate(place.rules, 1)
        },
    )
    return page, HTTPStatus.OK if known else HTTPStatus.UNPROCESSABLE_ENTITY


def _reckoned(year: int, duty: Duty) -> Found:
    """Worked out once for a year and a rota: it takes seconds."""
    place = office().place()
    key = id(place), year, frozenset(duty.shifts.items()), frozenset(duty.days_off.items())
    if kept := _known.get(key):
        return kept[1]
    found = reckoning.reckon(place, year, duty)
    while len(_known) >= _KEPT:
        _known.pop(next(iter(_known)), None)
    # The file is kept with what was found: nothing else can then come to have its id.
    _known[key] = place, found
    return found


def _day_names(width: Literal["abbreviated", "wide"]) -> list[str]:
    names = get_day_names(width, locale=language().tag)
    return [names[day] for day in range(7)]


def _months(rows: Sequence[Week], year: int) -> list[tuple[int, str]]:
    """The row that each month begins in, and its name."""
    names = get_month_names("abbreviated", locale=language().tag)
    firsts = [dt.date(year, month, 1) for month in range(1, 13)]
    return [((one - rows[0].monday).days // 7, names[one.month]) for one in firsts]


def _weekdays(rows: Sequence[Week]) -> list[tuple[str, list[str]]]:
    """Each weekday, and the hours in which each wait is the commonest."""
    return [
        (name, [", ".join(_hours(*span) for span in spans[wait]) or "–" for wait in WAITS])
        for name, spans in zip(_day_names("wide"), weeks.by_weekday(rows), strict=True)
    ]


def _hours(first: int, last: int) -> str:
    """From and to, kept on one line."""
    return f"{first:02}\u2060–\u2060{last:02}"


def _dates(first: Week, last: Week) -> str:
    """ISO weeks with their dates."""
    numbers = dict.fromkeys(week.monday.isocalendar().week for week in (first, last))
    spoken = [
        format_date(day, "d. MMM" if language().tag == "nb" else "d MMM", locale=language().tag)
        for day in (first.monday, last.monday + 6 * DAY)
    ]
    return _(
        "Uke %(weeks)s, %(first)s–%(last)s",
        weeks="–".join(map(str, numbers)),
        first=spoken[0],
        last=spoken[1],
    )


def _silent(one: Alike) -> Silent:
    place, tag = office().municipality, language().tag
    return Silent(
        reckoning.length(one.silence, tag),
        reckoning.span(one.silence, place, tag),
        reckoning.readers(one, place, tag),
        one.rules,
    )
