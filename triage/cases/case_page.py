"""The page of a case: the conversation, and beside it what the unit does with the case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sifra.plain_text import is_blank, tidy
from sifra.sealing import Kind
from triage.audit.audit_log import Action
from triage.cases import assignments, case_notes, contact, offered_times
from triage.cases.case_files import OpenCase, open_case
from triage.cases.case_log import enter as enter
from triage.finding import incident_files
from triage.handover import handovers
from triage.interpreter import interpreters
from triage.members import Member
from triage.office import office
from triage.permissions import Permission

LONGEST_ANSWER = 10_000
"""Characters."""

_WRITTEN = ("text", "note", "said", "label", "title", *offered_times.FIELDS)
"""The fields of the page that words, or times to offer, are written in."""
_EMERGENCY = ("police_emergency", "ambulance")


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that is being written. ``meaning`` is what a ready text in it says, in the
    member's language, when it is in another."""

    text: str = field(repr=False)
    language: str
    meaning: str = ""


def page(
    member: Member,
    case: OpenCase,
    *,
    error: str = "",
    seen: int | None = None,
    errors: Mapping[str, str] | None = None,
    draft: Draft | None = None,
    used: Collection[str] = (),
) -> str:
    """``seen`` marks what came after that many messages: it must be read before anything is
    sent. ``errors`` are those of the forms beside the conversation, by field. ``draft`` is the
    answer, what was written in the form if it is None. What was written stays in the forms.
    But not in the fields of ``used``, of which something came.
    StoreUnavailable: the look could not be entered in the audit log, so that nothing is shown."""
    given = {name: said for name, said in request.form.items() if name not in used}
    draft = draft or Draft(tidy(given.get("text")), answer_language(member))
    enter(Action.LOOK, member, case, messages=len(case.messages))
    return render_template(
        "case.html",
        case=case,
        clear=case.case.clear,
        kinds=Kind,
        may_answer=member.may(Permission.ANSWER),
        error=error,
        seen=seen,
        written=draft.text,
        answer_language=draft.language,
        meaning=draft.meaning,
        given=given,
        emergency=office().municipality.lines(_EMERGENCY),
        languages_offered=office().municipality.languages,
        longest=LONGEST_ANSWER,
        errors=errors or {},
        **contact.shown(case),
        **case_notes.shown(member, case),
        **assignments.shown(member, case),
        **incident_files.shown(member, case),
        **handovers.shown(member, case),
        **interpreters.shown(member, case),
    )


def done(
    member: Member, case_id: str, said: str, *used: str, seen: int | None = None
) -> ResponseReturnValue:
    """Say what was done, if anything, and show the case. What was begun in its other fields is
    kept in the page and nowhere else: then the page itself is the answer. ``used`` are the fields
    that are done with, and ``seen`` is that of `page`."""
    if said:
        flash(said)
    if any(not is_blank(tidy(request.form.get(one))) for one in _WRITTEN if one not in used):
        return page(member, open_case(member, case_id), seen=seen, used=used)
    return redirect(url_for("case.show", case_id=case_id), 303)


def seen_messages() -> int:
    """How many messages the page showed whose form was sent."""
    number = request.form.get("seen", "")
    if not (number.isascii() and number.isdecimal() and len(number) <= 9):
        abort(400)
    return int(number)


def last_seen(case: OpenCase) -> int | None:
    """From which message on something came while the form was open; None when nothing did."""
    seen = seen_messages()
    return seen if seen != len(case.messages) else None


def answer_language(member: Member) -> str:
    chosen = request.form.get("language", "")
    return chosen if chosen in office().municipality.languages else member.language
