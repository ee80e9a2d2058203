"""Who of the unit has a case: take it, give it to a colleague, let it go."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.database import Conflict
from triage.audit.audit_log import Action
from triage.cases import assignments
from triage.cases.assignments import Team
from triage.cases.case_files import OpenCase, open_case
from triage.cases.case_page import done, enter, last_seen, page
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission

pages = Blueprint("assigning", __name__)


@pages.post("/cases/<case_id>/assign")
@for_members(Permission.ANSWER)
def assign(member: Member, case_id: str) -> ResponseReturnValue:
    """``take`` is the member's own account, empty to let the case go; without it ``to`` is a
    colleague's. ``was`` is who had the case on the page."""
    case = open_case(member, case_id)
    team = assignments.team(member, case)
    form = request.form
    to, was = form.get("take", form.get("to", "")), form.get("was", "")
    if was != team.holder:
        return _moved(member, case, team)
    if to == was:
        return done(member, case_id, "", seen=last_seen(case))
    if not (to == member.id or to in team.colleagues or (not to and team.is_mine)):
        said = _("Velg en kollega. Bare de som kan åpne saken, kan få den.")
        return page(member, case, errors={"to": said}), HTTPStatus.UNPROCESSABLE_ENTITY
    if to:
        enter(Action.ASSIGN, member, case, to=to)
    else:
        enter(Action.UNASSIGN, member, case)
    try:
        assignments.assign(office().staff, case_id, to or None, was or None, office().clock.now())
    except Conflict:
        return _moved(member, case, assignments.team(member, case))
    return done(member, case_id, _told(to, member, team), seen=last_seen(case))


def _told(to: str, member: Member, team: Team) -> str:
    if to == member.id:
        return _("Du har saken nå.")
    if to:
        return _("%(who)s har saken nå.", who=team.colleagues[to])
    return _("Ingen har saken nå.")


def _moved(member: Member, case: OpenCase, team: Team) -> ResponseReturnValue:
    if team.is_mine:
        said = _("Noen ga deg saken i mellomtiden. Ingenting er endret nå.")
    elif team.holder:
        said = _("%(who)s fikk saken i mellomtiden. Ingenting er endret nå.", who=team.holder_name)
    else:
        said = _("Den som hadde saken, la den fra seg i mellomtiden. Ingenting er endret nå.")
    return page(member, case, errors={"to": said}), HTTPStatus.CONFLICT
