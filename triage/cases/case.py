"""One case: the conversation, and what a member does with it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.database import Conflict
from sifra.plain_text import is_blank, tidy
from sifra.sealing import Kind
from triage.audit.audit_log import Action
from triage.cases.case_files import open_case
from triage.cases.case_page import (
    LONGEST_ANSWER,
    answer_language,
    done,
    enter,
    page,
    seen_messages,
)
from triage.members import Member, for_members
from triage.permissions import Permission

pages = Blueprint("case", __name__)

_ACTIONS = {
    "acknowledge": Kind.READ,
    "answer": Kind.ANSWER,
    "close": Kind.CLOSED,
    "reopen": Kind.REOPENED,
}
_ENTERED = {
    Kind.READ: Action.READ,
    Kind.ANSWER: Action.ANSWER,
    Kind.CLOSED: Action.CLOSE,
    Kind.REOPENED: Action.REOPEN,
}
FIXED = {"outcome": "fixed"}
"""What a case that is closed as mended holds: the sender is told, so it says no more."""


@pages.get("/cases/<case_id>")
@for_members(Permission.READ)
def show(member: Member, case_id: str) -> ResponseReturnValue:
    return page(member, open_case(member, case_id))


@pages.get(
    "/cases/<case_id>/<any(acknowledge, answer, close, reopen, notes, labels, level, 'follow-up',"
    " told, phrase, assign, incident, enter, offer, called):action>"
)
@for_members(Permission.READ)
def again(member: Member, case_id: str, action: str) -> ResponseReturnValue:  # noqa: ARG001
    """A form that came back stands at the address that it was sent to: whoever opens that again,
    or changes the language there, meets the case."""
    return redirect(url_for("case.show", case_id=case_id), 303)


@pages.post("/cases/<case_id>/<any(acknowledge, answer, close, reopen):action>")
@for_members(Permission.ANSWER)
def act(member: Member, case_id: str, action: str) -> ResponseReturnValue:
    """``seen`` is how many messages the page showed: nobody acknowledges, answers or closes
    what came after it. ``text`` and ``language`` are the answer's; ``outcome`` is ``fixed`` when
    what was told of is mended."""
    kind = _ACTIONS[action]
    case = open_case(member, case_id)
    if seen_messages() != len(case.messages):
        return page(member, case, seen=seen_messages()), HTTPStatus.CONFLICT
    if not case.allows(kind):
        return page(member, case, error=_("Det går ikke nå.")), HTTPStatus.CONFLICT
    body: dict[str, str | int] = {}
    entered = _ENTERED[kind]
    if kind is Kind.CLOSED and (outcome := request.form.get("outcome")):
        if outcome != "fixed" or not case.is_of_a_place:
            return page(member, case, error=_("Det går ikke nå.")), HTTPStatus.CONFLICT
        body, entered = dict(FIXED), Action.CLOSE_FIXED
    if kind is Kind.ANSWER:
        text = tidy(request.form.get("text", ""))
        body = {"text": text, "language": answer_language(member)}
        if error := _fault(text):
            return page(member, case, error=error), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        enter(entered, member, case, message=len(case.messages))
        case.add(kind, body)
    except Conflict:
        return page(member, open_case(member, case_id), seen=seen_messages()), HTTPStatus.CONFLICT
    said = {
        Kind.READ: _("Saken er merket som lest."),
        Kind.ANSWER: _("Svaret er sendt."),
        Kind.CLOSED: _("Saken er lukket som ordnet. Avsenderen får vite det.")
        if body
        else _("Saken er lukket."),
        Kind.REOPENED: _("Saken er åpnet igjen."),
    }
    return done(member, case_id, said[kind], *(("text",) if kind is Kind.ANSWER else ()))


def _fault(text: str) -> str:
    """Why the answer cannot be sent; empty when it can."""
    if is_blank(text):
        return _("Skriv et svar først.")
    if len(text) > LONGEST_ANSWER:
        return _(
            "Svaret er for langt. Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
            most=LONGEST_ANSWER,
            have=len(text),
        )
    return ""
