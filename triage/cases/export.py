"""A case taken out for the journal: on paper, or as a file. Nothing of it is kept here but that
it was taken, by whom and why."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from sifra.database import Conflict, reading
from sifra.key_cards import KeyCardError
from sifra.plain_text import is_blank, tidy
from sifra.sealing import Kind
from triage.audit.audit_log import Action
from triage.cases.case_files import OpenCase, open_case
from triage.cases.case_notes import card_fault
from triage.cases.case_page import enter, last_seen
from triage.cases.journal import Extract, Taken
from triage.cases.notebook import notebook
from triage.members import Member, for_members
from triage.office import office
from triage.people import second_factor
from triage.permissions import Permission
from triage.staff_tables import accounts
from triage.wording import case_name

pages = Blueprint("export", __name__)

LONGEST = {"text": 20_000, "reason": 2000}
"""Characters."""
FORMS = ("page", "json")

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in the form."""

    whole: bool = False
    text: str = field(repr=False, default="")
    reason: str = field(repr=False, default="")


@pages.get("/cases/<case_id>/export")
@for_members(Permission.HAND_OVER)
def form(member: Member, case_id: str) -> ResponseReturnValue:
    return _form(member, open_case(member, case_id), Given())


@pages.post("/cases/<case_id>/export")
@for_members(Permission.HAND_OVER)
def take(member: Member, case_id: str) -> ResponseReturnValue:
    """``goes`` is ``summary`` or ``whole``, ``text`` the summary, ``reason`` why the whole is
    taken, ``save`` the form of it, ``seen`` how many messages there were. What is taken is the
    answer itself: a page to go on to would have to be kept somewhere."""
    case = open_case(member, case_id)
    given = Given(
        request.form.get("goes") == "whole",
        tidy(request.form.get("text")),
        tidy(request.form.get("reason")),
    )
    if given.whole and (seen := last_seen(case)) is not None:
        return _form(member, case, given, seen=seen), HTTPStatus.CONFLICT
    chosen = request.form.get("save")
    errors = _faults(given)
    if chosen not in FORMS:
        errors["save"] = _("Velg papir eller fil.")
    if not errors and (refused := second_factor.fault(member)):
        errors = {second_factor.FIELD: refused}
    if errors:
        return _form(member, case, given, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    enter(Action.EXPORT, member, case, whole=int(given.whole), form=str(chosen))
    if fault := _note(member, case, given):
        return _form(member, case, given, {"save": fault}), HTTPStatus.CONFLICT
    extract = _extract(member, case, given)
    return _file(extract) if chosen == "json" else _paper(extract)


def _faults(given: Given) -> dict[str, str]:
    written, where = (given.reason, "reason") if given.whole else (given.text, "text")
    if is_blank(written):
        return {
            where: _("Skriv hvorfor hele samtalen må ut.")
            if given.whole
            else _("Skriv sammendraget.")
        }
    if len(written) > LONGEST[where]:
        said = _(
            "Det er for langt. Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
            most=LONGEST[where],
            have=len(written),
        )
        return {where: said}
    return {}


def _note(member: Member, case: OpenCase, given: Given) -> str:
    """That it was taken stands among the notes, sealed, with why. Gives why it could not be
    written, empty when it was: then nothing may be taken."""
    said: dict[str, str | int] = {"whole": int(given.whole)}
    if given.whole:
        said["text"] = given.reason
    for _try in range(_TRIES):
        with suppress(Conflict):
            try:
                notebook(member, case).add(member, "export", **said)
            except KeyCardError:
                return card_fault()
            return ""
    return _("Andre skriver i saken akkurat nå. Prøv en gang til.")


def _extract(member: Member, case: OpenCase, given: Given) -> Extract:
    with reading(office().staff) as connection:
        username = connection.execute(
            select(accounts.c.username).where(accounts.c.id == member.id)
        ).scalar_one()
    zone = office().municipality.zone
    moment = dt.datetime.fromtimestamp(office().clock.now(), zone)
    taken = Taken(member.display, username, case.unit, moment)
    if given.whole:
        return Extract(case, taken, reason=given.reason)
    return Extract(case, taken, summary=given.text)


def _file(extract: Extract) -> Response:
    content = extract.as_object(office().municipality.zone)
    name = f"sifra-{case_name(extract.case.case.clear.id)}-{extract.taken.moment:%Y-%m-%d}.json"
    return Response(
        json.dumps(content, ensure_ascii=False, indent=2) + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _paper(extract: Extract) -> str:
    return render_template(
        "export_paper.html",
        extract=extract,
        case=extract.case,
        kinds=Kind,
        seen=None,
        received=dt.datetime.fromtimestamp(
            extract.case.case.clear.received, office().municipality.zone
        ),
    )


def _form(
    member: Member,
    case: OpenCase,
    given: Given,
    errors: Mapping[str, str] | None = None,
    *,
    seen: int | None = None,
) -> str:
    """The form stands beside the conversation, so that showing it is a look."""
    enter(Action.LOOK, member, case, messages=len(case.messages))
    return render_template(
        "export.html",
        case=case,
        kinds=Kind,
        given=given,
        errors=errors or {},
        seen=seen,
        longest=LONGEST,
        asked_again=second_factor.is_asked(),
    )
