"""Incidents as pages: which are open, each sender's thread apart, and one answer to all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from sifra.case_finding import standing
from sifra.case_store import State
from sifra.database import Conflict
from sifra.key_cards import KeyCardError
from sifra.plain_text import is_blank, tidy
from sifra.sealing import Kind, SealError
from triage.audit.audit_log import Action, Deed, append
from triage.cases.case_files import OpenCase, open_case
from triage.cases.case_notes import card_fault
from triage.cases.case_page import LONGEST_ANSWER, answer_language, done, last_seen, page
from triage.finding import register
from triage.finding.incident_files import chosen, put_in
from triage.finding.register import Incident
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission

MOST = 25
"""Threads on one page, and cases that one answer goes to."""

pages = Blueprint("incidents", __name__)

_TICKED = re.compile(r"([0-9a-f]{32})\.(\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Counted:
    """An incident with how many of its cases are open, and how many there are."""

    incident: Incident
    open: int
    all: int


@dataclass(slots=True)
class Sent:
    """What came of one answer to many. ``changed`` maps each case that something was added to
    meanwhile to how many messages its page showed."""

    done: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    cannot: int = 0


@pages.get("/incidents")
@for_members(Permission.READ)
def index(member: Member) -> ResponseReturnValue:
    found = register.up_to_date(member)
    incidents = found.incidents()
    ids = list({case_id for one in incidents for case_id in one.case_ids})
    states = standing(office().cases, ids, found.unit_keys)
    counted = [counted for one in incidents if (counted := _counted(one, states)).all]
    return render_template(
        "incidents.html",
        going_on=[one for one in counted if one.open],
        over=[one for one in counted if not one.open],
        remaining=found.remaining,
        broken=found.broken,
    )


@pages.get("/incidents/<incident>")
@for_members(Permission.READ)
def show(member: Member, incident: str) -> ResponseReturnValue:
    return _page(member, _known(member, incident))


@pages.post("/incidents/<incident>/answer")
@for_members(Permission.ANSWER)
def answer(member: Member, incident: str) -> ResponseReturnValue:
    """``text`` and ``language`` are the answer's; ``case`` is each ticked case, with how many of
    its messages the page showed. Whoever wrote something since is not answered over."""
    found = _known(member, incident)
    text, language = tidy(request.form.get("text")), answer_language(member)
    ticked = _ticked(found.case_ids)
    errors = {}
    if is_blank(text):
        errors["text"] = _("Skriv et svar først.")
    elif len(text) > LONGEST_ANSWER:
        errors["text"] = _(
            "Svaret er for langt. Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
            most=LONGEST_ANSWER,
            have=len(text),
        )
    if not ticked:
        errors["case"] = _("Kryss av sakene som skal ha svaret.")
    if errors:
        page_again = _page(member, found, errors=errors, seen=ticked)
        return page_again, HTTPStatus.UNPROCESSABLE_ENTITY
    sent = _send(member, ticked, {"text": text, "language": language})
    if sent.done:
        flash(
            ngettext(
                "Svaret er sendt i %(num)d sak.", "Svaret er sendt i %(num)d saker.", sent.done
            )
        )
    if sent.cannot:
        flash(
            ngettext(
                "%(num)d sak kan ikke få svar nå og er hoppet over.",
                "%(num)d saker kan ikke få svar nå og er hoppet over.",
                sent.cannot,
            )
        )
    if sent.changed or not sent.done:
        return _page(member, found, seen=sent.changed, again=True), HTTPStatus.CONFLICT
    return redirect(url_for("incidents.show", incident=incident), 303)


@pages.post("/cases/<case_id>/incident")
@for_members(Permission.ANSWER)
def choose(member: Member, case_id: str) -> ResponseReturnValue:
    """``into`` is one of the unit's incidents, or ``new`` and ``title`` what it is called; with
    ``out`` it is in none any more."""
    return put(member, open_case(member, case_id))


def put(member: Member, case: OpenCase) -> ResponseReturnValue:
    """The same, of a case that is open."""
    known = register.of(member).incidents([case.unit])
    wanted = chosen({one.id: one.title for one in known})
    if "out" not in request.form and wanted.errors:
        return page(member, case, errors=wanted.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    incident, title = ("", "") if "out" in request.form else (wanted.incident, wanted.title)
    try:
        put_in(member, case, incident, title)
    except Conflict:
        fault = _("Noen andre skrev i samme øyeblikk. Ingenting er lagret. Prøv en gang til.")
        return page(member, case, errors={"into": fault}), HTTPStatus.CONFLICT
    except KeyCardError:
        return page(member, case, errors={"into": card_fault()}), HTTPStatus.CONFLICT
    said = _("Saken er lagt i hendelsen.") if incident else _("Saken er tatt ut av hendelsen.")
    return done(member, case.case.clear.id, said, "title", seen=last_seen(case))


def _known(member: Member, incident: str) -> Incident:
    """NotFound also when no unit of the member's has a case in it."""
    incidents = register.up_to_date(member).incidents()
    found = next((one for one in incidents if one.id == incident), None)
    return found if found is not None else abort(404)


def _counted(incident: Incident, states: Mapping[str, State]) -> Counted:
    there = [states[one] for one in incident.case_ids if one in states]
    return Counted(incident, sum(state is not State.CLOSED for state in there), len(there))


def _ticked(case_ids: Iterable[str]) -> dict[str, int]:
    """Those ticked among the incident's cases, each with how many messages the page showed."""
    parts = (_TICKED.fullmatch(one) for one in request.form.getlist("case")[:MOST])
    ticked = {part[1]: int(part[2]) for part in parts if part}
    return {case_id: ticked[case_id] for case_id in case_ids if case_id in ticked}


def _send(member: Member, ticked: Mapping[str, int], body: Mapping[str, str]) -> Sent:
    sent = Sent()
    for case_id, seen in ticked.items():
        try:
            case = open_case(member, case_id)
        except (NotFound, SealError):
            sent.cannot += 1
            continue
        if len(case.messages) != seen:
            sent.changed[case_id] = seen
        elif not case.allows(Kind.ANSWER):
            sent.cannot += 1
        else:
            fields: dict[str, int | str] = {"message": seen}
            append(office().staff, Deed(Action.ANSWER, member.id, case.unit, case_id, fields))
            try:
                case.add(Kind.ANSWER, body)
                sent.done += 1
            except Conflict:
                sent.changed[case_id] = seen
    return sent


def _page(
    member: Member,
    incident: Incident,
    *,
    errors: Mapping[str, str] | None = None,
    seen: Mapping[str, int] | None = None,
    again: bool = False,
) -> str:
    """``seen`` are the cases to tick, each with how many of its messages were read; None: all
    that can be answered. ``again``: something came in those that are ticked, or none could be
    answered. Nothing is shown that could not be entered in the audit log as looked at."""
    cases, altered = _opened(member, incident.case_ids[:MOST])
    looks = (
        Deed(
            Action.LOOK,
            member.id,
            case.unit,
            case.case.clear.id,
            {"messages": len(case.messages)},
        )
        for case in cases
    )
    append(office().staff, *looks)
    return render_template(
        "incident.html",
        incident=incident,
        cases=cases,
        altered=altered,
        older=incident.case_ids[MOST:],
        kinds=Kind,
        seen=seen,
        again=again,
        errors=errors or {},
        written=tidy(request.form.get("text")),
        answer_language=answer_language(member),
        languages_offered=office().municipality.languages,
        longest=LONGEST_ANSWER,
        may_answer=member.may(Permission.ANSWER),
    )


def _opened(member: Member, case_ids: Sequence[str]) -> tuple[list[OpenCase], list[str]]:
    """The cases that open, and those that were altered."""
    cases, altered = [], []
    for case_id in case_ids:
        try:
            cases.append(open_case(member, case_id))
        except NotFound:
            continue
        except SealError:
            altered.append(case_id)
    return cases, altered
