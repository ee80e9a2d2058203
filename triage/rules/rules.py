"""The contact rules: what they give for some facts at a moment, and all of them in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from sifra.reading_times import Pace
from sifra.routing import Facts, Rule, decide
from sifra.web.page import language
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission
from triage.rules import explaining, facts_form
from triage.rules.explaining import Moment
from triage.wording import DANGERS, LANES, URGENCIES, language_name, place_name, topic_name

pages = Blueprint("rules", __name__)

_FORM = "%Y-%m-%dT%H:%M"
_NAMES: Mapping[str, Callable[[str], object]] = {
    "lane": lambda value: LANES.get(value, value),
    "danger": lambda value: DANGERS.get(value, value),
    "urgency": lambda value: URGENCIES.get(value) or _("ikke sagt om det haster"),
    "topic": lambda value: topic_name(value) or _("uten tema"),
    "place": lambda value: place_name(value) or _("uten sted"),
    "language": language_name,
}


@dataclass(frozen=True)
class Written:
    """A rule as it stands in the file, in words."""

    id: str
    reason: str
    when: str
    pace: str
    urgent: bool
    numbers: str


@pages.get("/rules")
@for_members(Permission.RULES)
def show(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    """``at`` is local; what follows are the facts. Without any it is an ordinary tip, now."""
    place, tag = office().place(), language().tag
    at = request.args.get("at", "")
    now = dt.datetime.fromtimestamp(office().clock.now(), dt.UTC)
    moment, error = Moment(now), ""
    if at:
        try:
            moment = explaining.local_moment(at, place.zone)
        except ValueError:
            error = _("Skriv dag og klokkeslett slik: 2026-12-24T22:15.")
    facts = facts_form.ticked(Facts())
    book = place.rule_book(facts_form.planned())
    found = decide(facts, moment.at, book)
    page = render_template(
        "rules.html",
        at=at or moment.at.astimezone(place.zone).strftime(_FORM),
        error=error,
        fields=facts_form.fields(facts),
        units=facts_form.units(facts),
        found=None if error else found,
        note=_note(moment),
        moment=explaining.when(found.at, place, tag),
        reason=explaining.reason(found.rule.reason, tag),
        promise=[
            *explaining.promise(found, place, tag),
            *explaining.to_choose(facts, found, place, tag),
        ],
        warning=explaining.warning(found, tag),
        events=[
            (explaining.iso(one.at, place.zone), explaining.when(one.at, place, tag), one.said)
            for one in explaining.time_line(found, place, tag)
        ],
        numbers=explaining.numbers(found, place, tag),
        rules=[_written(rule) for rule in book.rules],
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK


def _note(moment: Moment) -> str:
    """What was done with a time that the clock shows twice, or not at all."""
    place, tag = office().municipality, language().tag
    if moment.skipped:
        shown = explaining.when(moment.at, place, tag)
        return _("Klokka stilles fram og viser aldri den tiden. Her er %(shown)s.", shown=shown)
    if moment.again:
        return _("Klokka viser den tiden to ganger. Her er den første.")
    return ""


def _written(rule: Rule) -> Written:
    place, tag = office().municipality, language().tag
    facts = [
        _(" eller ").join(sorted(str(_NAMES[fact](value)) for value in values))
        for fact, values in rule.when.items()
    ]
    return Written(
        rule.id,
        explaining.reason(rule.reason, tag),
        " · ".join(facts) or _("Alle saker som er igjen"),
        _pace(rule.pace),
        rule.urgent,
        ", ".join(line.number for line in place.lines(rule.numbers)),
    )


def _pace(pace: Pace) -> str:
    if pace.hours:
        return ngettext("innen %(num)d time", "innen %(num)d timer", pace.hours)
    if pace.working_days:
        return ngettext("innen %(num)d arbeidsdag", "innen %(num)d arbeidsdager", pace.working_days)
    return _("samme dag")
