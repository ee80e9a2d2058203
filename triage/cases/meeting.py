"""Times to meet that staff offer from the page of a case, and the number that they have called."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.conversation import Message
from sifra.database import Conflict
from sifra.languages import day_of_week
from sifra.sealing import Kind
from sifra.web.page import language
from triage.audit.audit_log import Action
from triage.cases import contact, offered_times
from triage.cases.case_files import OpenCase, open_case
from triage.cases.case_page import (
    answer_language,
    done,
    enter,
    last_seen,
    page,
    seen_messages,
)
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission

pages = Blueprint("meeting", __name__)


@pages.post("/cases/<case_id>/offer")
@for_members(Permission.ANSWER)
def offer(member: Member, case_id: str) -> ResponseReturnValue:
    """``date-1``, ``time-1`` … and ``where``; ``seen`` as for an answer: nobody offers times past
    what the sender has written meanwhile, or past a colleague's offer."""
    case = open_case(member, case_id)
    seen = seen_messages()
    if seen != len(case.messages):
        return page(member, case, seen=seen), HTTPStatus.CONFLICT
    if not case.allows(Kind.OFFERED):
        return page(member, case, error=fault(case)), HTTPStatus.CONFLICT
    zone = office().municipality.zone
    written = offered_times.read_form(request.form, office().clock.now(), zone)
    if written.faults:
        return page(member, case, errors=written.faults), HTTPStatus.UNPROCESSABLE_ENTITY
    said = offered_times.body(written, answer_language(member))
    try:
        enter(Action.OFFER, member, case, message=len(case.messages))
        case.add(Kind.OFFERED, said)
    except Conflict:
        return page(member, open_case(member, case_id), seen=seen), HTTPStatus.CONFLICT
    return done(
        member, case_id, _("Tidene er sendt. Avsenderen velger med koden."), *offered_times.FIELDS
    )


@pages.post("/cases/<case_id>/called")
@for_members(Permission.ANSWER)
def called(member: Member, case_id: str) -> ResponseReturnValue:
    """The number was used, and is deleted for good: one that does not open, too. Nothing is added
    to the conversation."""
    case = open_case(member, case_id)
    seen = last_seen(case)
    if office().store.contact(case_id) is None:
        return done(member, case_id, _("Nummeret var alt slettet."), seen=seen)
    enter(Action.NUMBER_DELETED, member, case)
    office().store.forget_contact(case_id)
    return done(member, case_id, _("Nummeret er slettet."), seen=seen)


def fault(case: OpenCase) -> str:
    """Why no times can be offered."""
    if not case.can_come_back and case.state not in ("withdrawn", "closed"):
        return _("Avsenderen har ingen kode og kan ikke velge en tid.")
    return _("Det går ikke nå.")


@pages.app_template_global()
def meeting_time(moment: dt.datetime) -> str:
    """A local time, with its day in full."""
    day = day_of_week(moment.date(), language().tag)
    return _("%(day)s kl. %(time)s", day=day, time=f"{moment:%H:%M}")


@pages.app_template_global()
def offer_of(message: Message) -> offered_times.Offer:
    return offered_times.offer_of(message)


@pages.app_template_global()
def said_of_times(message: Message, case: OpenCase) -> str:
    """What a pick says, in words."""
    known, time = offered_times.picked_of(message, case.messages)
    if not known:
        return _("Svaret gjelder ingen av tidene som er foreslått.")
    return meeting_time(time) if time else _("Ingen av tidene passer.")


@pages.app_template_global()
def contact_way(how: object) -> str:
    """How somebody wants to be reached, in words."""
    return str(contact.HOWS.get(str(how), ""))


@pages.app_template_global()
def wanted_of(case: OpenCase) -> contact.Wanted:
    return contact.of_case(case)
