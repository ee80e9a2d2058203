"""An interpreter on a case: let in, put out again, and their translations sent to the sender."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.database import Conflict
from sifra.key_cards import KeyCardError
from triage.cases.case_files import OpenCase, open_case
from triage.cases.case_page import page, seen_messages
from triage.interpreter import interpreters
from triage.interpreter.interpreter_folders import end
from triage.members import Member, for_members
from triage.office import office
from triage.people import second_factor
from triage.permissions import Permission

pages = Blueprint("case_interpreters", __name__)

USUAL_DAYS = 14
MOST_DAYS = 60


@pages.get("/cases/<case_id>/interpreter")
@for_members(Permission.HAND_OVER)
def ask(member: Member, case_id: str) -> ResponseReturnValue:
    return _asked(member, open_case(member, case_id), {})


@pages.post("/cases/<case_id>/interpreter")
@for_members(Permission.HAND_OVER)
def let_in(member: Member, case_id: str) -> ResponseReturnValue:
    """``who`` is an account and a language of it, ``until`` the last day, ``code`` the second
    factor again."""
    case = open_case(member, case_id)
    offered = interpreters.candidates(_sender_language(case))
    chosen = next((one for one in offered if one.id == request.form.get("who")), None)
    until, errors = _until()
    if chosen is None:
        errors["who"] = _("Velg en tolk.")
    if not errors and (fault := second_factor.fault(member)):
        errors["code"] = fault
    if errors or chosen is None or until is None:
        return _asked(member, case, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        interpreters.let_in(member, case, chosen, until)
    except KeyCardError:
        errors["who"] = _(
            "Nøkkelkortet til denne tolken stemmer ikke. "
            "Be en leder om å slippe inn kontoen på nytt."
        )
        return _asked(member, case, errors), HTTPStatus.CONFLICT
    except Conflict:
        errors["who"] = _("En tolk er inne allerede. Avslutt den tilgangen først.")
        return _asked(member, case, errors), HTTPStatus.CONFLICT
    flash(_("Tolken er sluppet inn i saken."))
    return redirect(url_for("case.show", case_id=case_id), 303)


@pages.post("/cases/<case_id>/interpreter/end")
@for_members(Permission.HAND_OVER)
def put_out(member: Member, case_id: str) -> ResponseReturnValue:
    """``folder`` is the interpreter's."""
    case = open_case(member, case_id)
    try:
        ended = end(member, case, request.form.get("folder", ""))
    except Conflict:
        ended = False
    if not ended:
        return page(member, case, error=_("Det går ikke nå.")), HTTPStatus.CONFLICT
    flash(_("Tolken er ute av saken."))
    return redirect(url_for("case.show", case_id=case_id), 303)


@pages.post("/cases/<case_id>/interpreter/send")
@for_members(Permission.ANSWER)
def send(member: Member, case_id: str) -> ResponseReturnValue:
    """``of`` is the answer's place, ``translation`` names what the page showed beside it."""
    case = open_case(member, case_id)
    if seen_messages() != len(case.messages):
        return page(member, case, seen=seen_messages()), HTTPStatus.CONFLICT
    of = request.form.get("of", "")
    if not re.fullmatch(r"[0-9]{1,6}", of, re.ASCII):
        abort(400)
    try:
        sent = interpreters.send(member, case, int(of), request.form.get("translation", ""))
    except Conflict:
        case = open_case(member, case_id)
        return page(member, case, seen=seen_messages()), HTTPStatus.CONFLICT
    if not sent:
        error = _("Oversettelsen er endret siden du så den. Les den på nytt før du sender den.")
        return page(member, case, error=error), HTTPStatus.CONFLICT
    flash(_("Oversettelsen er sendt."))
    return redirect(url_for("case.show", case_id=case_id), 303)


def _asked(member: Member, case: OpenCase, errors: Mapping[str, str]) -> str:
    today = _today()
    return render_template(
        "interpreting_let_in.html",
        case=case,
        clear=case.case.clear,
        said=_sender_language(case),
        interpreted=interpreters.of_case(member, case),
        candidates=interpreters.candidates(_sender_language(case)),
        errors=errors,
        code_asked=second_factor.is_asked(),
        first=today,
        last=today + dt.timedelta(days=MOST_DAYS),
        until=request.form.get("until") or today + dt.timedelta(days=USUAL_DAYS),
        who=request.form.get("who", ""),
        most_days=MOST_DAYS,
    )


def _until() -> tuple[int | None, dict[str, str]]:
    """The end of the form's last day, or what is wrong with it."""
    today = _today()
    try:
        day = dt.date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        return None, {"until": _("Skriv en dato, som 2026-09-30.")}
    if day < today:
        return None, {"until": _("Datoen har vært. Velg i dag eller senere.")}
    if day > today + dt.timedelta(days=MOST_DAYS):
        return None, {
            "until": _(
                "Velg en dag innen %(days)s dager. Du kan slippe inn på nytt da.", days=MOST_DAYS
            )
        }
    midnight = dt.datetime.combine(
        day + dt.timedelta(days=1), dt.time.min, office().municipality.zone
    )
    return int(midnight.timestamp()), {}


def _today() -> dt.date:
    return dt.datetime.fromtimestamp(office().clock.now(), office().municipality.zone).date()


def _sender_language(case: OpenCase) -> str:
    said = case.messages[0].body.get("language")
    return said if isinstance(said, str) else "und"
