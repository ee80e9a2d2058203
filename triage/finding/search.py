"""Finding cases by what is sealed in them: labels, topic, place, language, level, incident; and by
state, date and who has them.

Nothing that is searched for stands in an address, in clear in a database or in a log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from itertools import islice

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sifra.case_finding import all_in, standing
from sifra.case_store import State
from triage.audit.audit_log import Action, Deed, append
from triage.cases import assignments
from triage.cases.case_files import Line, lines_of
from triage.cases.case_notes import spoken_day, today
from triage.cases.case_sheet import date
from triage.finding import incident_files, register
from triage.finding.queue import A_PAGE
from triage.finding.queue_rows import holder_names
from triage.finding.register import Entry, Position, Register, Wanted
from triage.finding.search_form import GROUPS, Asked, Choosable, asked, choosable
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission

pages = Blueprint("search", __name__)

_AHEAD = dt.timedelta(days=7)
_A_CHUNK = 2 * A_PAGE
_PATIENCE = 2
"""So many chunks are looked at before all cases in a state are asked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. ``noted`` is what the register says of each, and ``more`` the place of
    the last one when there are further ones, or empty."""

    lines: Sequence[Line]
    noted: Mapping[str, Entry] = field(repr=False)
    more: str = ""


@pages.get("/search")
@for_members(Permission.READ)
def start(member: Member) -> ResponseReturnValue:
    """The empty form, what is to be followed up, and what the member has."""
    found = register.up_to_date(member)
    due = _to_follow_up(found)
    mine = assignments.held_by(office().staff, member.id)
    states = standing(office().cases, mine, found.unit_keys)
    mine = [case_id for case_id in mine if states.get(case_id) in GROUPS["open"]]
    return _page(
        member,
        found,
        Asked({}),
        due=_shown(found, due[:A_PAGE]),
        more_due=len(due) > A_PAGE,
        mine=lines_of(found.unit_keys, mine[:A_PAGE]),
        more_mine=len(mine) > A_PAGE,
    )


@pages.post("/search")
@for_members(Permission.READ)
def search(member: Member) -> ResponseReturnValue:
    """The fields are those of triage.finding.search_form; ``after`` is the place of the last case
    before. With ``gather``, those ticked (``case``) are put into an incident."""
    found = register.up_to_date(member)
    lists = _lists(found)
    wanted = asked(lists)
    if wanted.errors:
        return _page(member, found, wanted), HTTPStatus.UNPROCESSABLE_ENTITY
    errors: Mapping[str, str] = {}
    if "gather" in request.form and member.may(Permission.ANSWER):
        gathered = incident_files.gather(member, request.form.getlist("case")[:A_PAGE])
        if gathered.incident:
            for told in gathered.told:
                flash(told)
            return redirect(url_for("incidents.show", incident=gathered.incident), 303)
        errors = gathered.errors
        found = register.of(member)
    append(office().staff, *(Deed(Action.SEARCH, member.id, unit) for unit in found.unit_keys))
    page = _page(member, found, wanted, found=_find(member, found, wanted), gathering=errors)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _find(member: Member, found: Register, asked_for: Asked) -> Found:
    mine = assignments.held_by(office().staff, member.id) if asked_for.mine else ()
    wanted = asked_for.wanted(mine)
    # One more than is shown tells whether there is a next page. Nothing is counted: a search
    # must not get slower as cases pile up.
    kept = _standing(found, wanted, asked_for.after, asked_for.states, A_PAGE + 1)
    last = kept[A_PAGE - 1] if len(kept) > A_PAGE else None
    more = f"{last.received}.{last.case_id}" if last else ""
    return _shown(found, kept[:A_PAGE], more)


def _standing(
    found: Register,
    wanted: Wanted,
    after: Position | None,
    states: frozenset[State] | None,
    most: int,
) -> list[Entry]:
    """The first ``most`` that there still are, that the member's units read, and that stand in
    one of ``states``. Those are first looked for among the newest; where they are rare, all
    cases in such a state are asked for, and only they are looked for."""
    kept: list[Entry] = []
    entries, chunks = found.find(wanted, after), 0
    while len(kept) < most and (chunk := list(islice(entries, _A_CHUNK))):
        stand = standing(office().cases, [one.case_id for one in chunk], found.unit_keys)
        for entry in chunk:
            state = stand.get(entry.case_id)
            if state is not None and (states is None or state in states):
                kept.append(entry)
        chunks += 1
        if states is not None and chunks == _PATIENCE:
            rare = all_in(office().cases, states)
            among = rare if wanted.among is None else rare & wanted.among
            entries = found.find(replace(wanted, among=among), chunk[-1].position)
    return kept[:most]


def _to_follow_up(found: Register) -> list[Entry]:
    """What is due, or will be within a week: the longest overdue first."""
    latest = today() + _AHEAD
    dated = {
        entry.case_id: (day, entry)
        for unit in found.unit_keys
        for entry in found.tagged(unit)
        if (day := date(entry.follow_up)) is not None and day <= latest
    }
    return [entry for _day, entry in sorted(dated.values(), key=lambda one: one[0])]


def _shown(found: Register, entries: Sequence[Entry], more: str = "") -> Found:
    lines = lines_of(found.unit_keys, [entry.case_id for entry in entries])
    return Found(lines, {entry.case_id: entry for entry in entries}, more)


def _lists(found: Register) -> Choosable:
    return choosable({one.id: one.title for one in found.incidents()})


def _page(
    member: Member,
    book: Register,
    wanted: Asked,
    *,
    found: Found | None = None,
    due: Found | None = None,
    mine: Sequence[Line] = (),
    more_due: bool = False,
    more_mine: bool = False,
    gathering: Mapping[str, str] | None = None,
) -> str:
    lists = _lists(book)
    shown = [line.case.clear.id for part in (found, due) if part for line in part.lines]
    return render_template(
        "search.html",
        wanted=wanted,
        lists=lists,
        criteria=lists.said(wanted) if not wanted.errors else [],
        found=found,
        due=due,
        mine=mine,
        more_due=more_due,
        more_mine=more_mine,
        remaining=book.remaining,
        broken=book.broken,
        known_labels=book.labels(),
        level_names=lists.level,
        holders=holder_names([*shown, *(line.case.clear.id for line in mine)]),
        may_answer=member.may(Permission.ANSWER),
        gathering=gathering or {},
        given=request.form,
        title=incident_files.written_title(),
        ticked=request.form.getlist("case"),
        longest_title=incident_files.LONGEST_TITLE,
        today=today(),
        as_date=date,
        spoken_day=spoken_day,
    )
