"""The page of a case: the conversation, and beside it what the unit does with the case."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, render_template, request

from sifra.plain_text import tidy
from sifra.sealing import Kind
from triage import assignments, case_sheet, handovers, interpreters
from triage.audit_log import Action, Deed, append
from triage.case_files import OpenCase
from triage.members import Member
from triage.office import office
from triage.permissions import Permission

LONGEST_ANSWER = 10_000
"""Characters."""

_EMERGENCY = ("police_emergency", "ambulance")


def page(
    member: Member,
    case: OpenCase,
    *,
    error: str = "",
    seen: int | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """``seen`` marks what came after that many messages: it must be read before anything is
    sent. ``errors`` are those of the forms beside the conversation, by field. What was written
    stays in the form. StoreUnavailable: the look could not be entered in
    the audit log, so that nothing is shown."""
    enter(Action.LOOK, member, case, messages=len(case.messages))
    return render_template(
        "case.html",
        case=case,
        clear=case.case.clear,
        kinds=Kind,
        may_answer=member.may(Permission.ANSWER),
        error=error,
        seen=seen,
        written=tidy(request.form.get("text", "")),
        answer_language=answer_language(member),
        emergency=office().municipality.lines(_EMERGENCY),
        languages_offered=office().municipality.languages,
        longest=LONGEST_ANSWER,
        errors=errors or {},
        **case_sheet.shown(member, case),
        **assignments.shown(member, case),
        **handovers.shown(member, case),
        **interpreters.shown(member, case),
    )


def enter(action: Action, member: Member, case: OpenCase, **fields: int | str) -> None:
    append(office().staff, Deed(action, member.id, case.unit, case.case.clear.id, fields))


def seen_messages() -> int:
    """How many messages the page showed whose form was sent."""
    number = request.form.get("seen", "")
    if not (number.isascii() and number.isdecimal() and len(number) <= 9):
        abort(400)
    return int(number)


def answer_language(member: Member) -> str:
    chosen = request.form.get("language", "")
    return chosen if chosen in office().municipality.languages else member.language
