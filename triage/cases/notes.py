"""What staff write beside a case: notes, labels, prevention level, follow-up, whom they told; and
the ready texts that they begin an answer with."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.database import Conflict, StoreUnavailable
from sifra.key_cards import KeyCardError
from sifra.languages import text
from sifra.plain_text import is_blank, tidy
from sifra.sealing import Kind
from sifra.web.page import language
from triage.audit.audit_log import Action
from triage.cases import case_sheet, telephoned
from triage.cases.case_files import OpenCase, open_case
from triage.cases.case_notes import card_fault, today
from triage.cases.case_page import Draft, answer_language, done, enter, last_seen, page
from triage.cases.case_sheet import Sheet, sheet
from triage.cases.notebook import Notebook, notebook
from triage.finding import incidents, register
from triage.folders import Body
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission

pages = Blueprint("notes", __name__)

_TRIES = 5
_WRITTEN = ("note", "told")
"""What may be said twice, and is no state of the case."""


@pages.post("/cases/<case_id>/notes")
@for_members(Permission.ANSWER)
def note(member: Member, case_id: str) -> ResponseReturnValue:
    case = open_case(member, case_id)
    written = tidy(request.form.get("note"))
    if fault := case_sheet.note_fault(written):
        return _again(member, case, "note", fault)
    return _keep(member, case, "note", _("Notatet er lagret."), what="note", text=written)


@pages.post("/cases/<case_id>/labels")
@for_members(Permission.ANSWER)
def labels(member: Member, case_id: str) -> ResponseReturnValue:
    """``label`` is to be put on, or ``off`` to be taken off."""
    return _label(member, open_case(member, case_id))


def _label(member: Member, case: OpenCase) -> ResponseReturnValue:
    there = _sheet(member, case).labels
    if off := request.form.get("off"):
        if off not in there:
            return done(member, case.case.clear.id, "", seen=last_seen(case))
        said = _("Etiketten er tatt av.")
        return _keep(member, case, "label", said, what="label_off", label=off)
    wanted = case_sheet.label(request.form.get("label"))
    if fault := case_sheet.label_fault(wanted, there):
        return _again(member, case, "label", fault)
    said = _("Etiketten er satt på.")
    return _keep(member, case, "label", said, what="label", label=wanted)


@pages.post("/cases/<case_id>/level")
@for_members(Permission.ANSWER)
def level(member: Member, case_id: str) -> ResponseReturnValue:
    """``level`` is empty for none."""
    case = open_case(member, case_id)
    chosen = request.form.get("level")
    if chosen not in ("", *case_sheet.LEVELS):
        return _again(member, case, "level", _("Velg et nivå."))
    if chosen == _sheet(member, case).level:
        return done(member, case_id, "", seen=last_seen(case))
    return _keep(member, case, "level", _("Nivået er lagret."), what="level", level=chosen)


@pages.post("/cases/<case_id>/follow-up")
@for_members(Permission.ANSWER)
def follow_up(member: Member, case_id: str) -> ResponseReturnValue:
    """``on`` is a local date; with ``off`` there is none any more."""
    return _follow_up(member, open_case(member, case_id))


def _follow_up(member: Member, case: OpenCase) -> ResponseReturnValue:
    if "off" in request.form:
        said = _("Oppfølgingen er tatt bort.")
        return _keep(member, case, "on", said, what="follow_up", on="")
    day = case_sheet.date(request.form.get("on"))
    if fault := case_sheet.follow_up_fault(day, today()):
        return _again(member, case, "on", fault)
    said = _("Datoen er lagret.")
    return _keep(member, case, "on", said, what="follow_up", on=str(day))


@pages.post("/cases/<case_id>/told")
@for_members(Permission.ANSWER)
def told(member: Member, case_id: str) -> ResponseReturnValue:
    """``whom`` the member has rung, and in ``said``, if they like, what was said."""
    case = open_case(member, case_id)
    offered = {one.id: one for one in telephoned.callees(office().municipality)}
    whom = offered.get(request.form.get("whom", ""))
    if whom is None:
        return _again(member, case, "whom", _("Velg hvem du har ringt."))
    said = tidy(request.form.get("said"))
    if fault := case_sheet.note_fault(said, needed=False):
        return _again(member, case, "said", fault)
    words = {} if is_blank(said) else {"text": said}
    name = text(whom.name, language().tag)[0]
    flashed = _("Notert: Du har ringt %(whom)s.", whom=name)
    return _keep(member, case, "said", flashed, what="told", whom=whom.id, **words)


@pages.post("/cases/<case_id>/phrase")
@for_members(Permission.ANSWER)
def phrase(member: Member, case_id: str) -> ResponseReturnValue:
    """Put a ready text after what is written in the answer. Nothing is sent, and nothing kept."""
    case = open_case(member, case_id)
    written = tidy(request.form.get("text"))
    if not case.allows(Kind.ANSWER):
        return page(member, case, error=_("Det går ikke nå.")), HTTPStatus.CONFLICT
    asked = request.form.get("phrase")
    found = next((one for one in office().municipality.phrases if one.id == asked), None)
    if found is None:
        return _again(member, case, "phrase", _("Velg en ferdig tekst først."))
    said, tag = text(found.text, str(case.messages[0].body.get("language", "")))
    meaning, mine = text(found.text, member.language)
    draft = Draft(
        f"{written}\n\n{said}".lstrip(),
        tag if tag in office().municipality.languages else answer_language(member),
        meaning if mine != tag else "",
    )
    seen = last_seen(case)
    status = HTTPStatus.OK if seen is None else HTTPStatus.CONFLICT
    return page(member, case, seen=seen, draft=draft), status


@pages.post("/cases/<case_id>/enter")
@for_members(Permission.ANSWER)
def enter_pressed(member: Member, case_id: str) -> ResponseReturnValue:
    """Enter in a field of one line: the first of them that says something new is meant. Nothing
    is sent to anybody by it."""
    case = open_case(member, case_id)
    if not is_blank(tidy(request.form.get("label"))):
        return _label(member, case)
    if not is_blank(tidy(request.form.get("title"))):
        return incidents.put(member, case)
    if request.form.get("on", "") != str(_sheet(member, case).follow_up or ""):
        return _follow_up(member, case)
    return page(member, case, seen=last_seen(case))


def _keep(
    member: Member, case: OpenCase, field: str, said: str, *, what: str, **body: str
) -> ResponseReturnValue:
    """Enter in the log that one more entry is written, write it, and say so. ``field`` is where a
    fault is told."""
    for _try in range(_TRIES):
        book = notebook(member, case)
        if what in _WRITTEN and _is_kept(book, {**body, "what": what, "account": member.id}):
            break
        if what == "told":
            enter(Action.TOLD, member, case, entry=book.next_entry, whom=body["whom"])
        else:
            enter(Action.NOTE, member, case, entry=book.next_entry, what=what)
        try:
            book.add(member, what, **body)
        except Conflict:
            continue  # somebody else wrote in the same moment: after theirs, then
        except KeyCardError:
            return _again(member, case, field, card_fault(), HTTPStatus.CONFLICT)
        if what not in _WRITTEN:
            # It is written already: a register that lags behind is put right by the next change.
            with suppress(StoreUnavailable, Conflict):
                register.put(member, case, _sheet(member, case))
        break
    else:
        fault = _("Noen andre skrev i samme øyeblikk. Ingenting er lagret. Prøv en gang til.")
        return _again(member, case, field, fault, HTTPStatus.CONFLICT)
    return done(member, case.case.clear.id, said, field, seen=last_seen(case))


def _is_kept(book: Notebook, said: Body) -> bool:
    """The form was sent once before, by two presses or by loading again the page that answered it.
    ``noted`` is how many entries the page showed."""
    noted = request.form.get("noted", "")
    if not (noted.isascii() and noted.isdecimal() and len(noted) <= 9):
        return False
    return any(said.items() <= entry.items() for entry in book.entries[int(noted) :])


def _sheet(member: Member, case: OpenCase) -> Sheet:
    return sheet(notebook(member, case).entries)


def _again(
    member: Member,
    case: OpenCase,
    field: str,
    fault: str,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> ResponseReturnValue:
    return page(member, case, seen=last_seen(case), errors={field: fault}), status
