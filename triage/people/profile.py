"""One's own account: the passphrase, the sessions, and what one may do."""

from __future__ import annotations

import hmac
import re
from http import HTTPStatus

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.database import Conflict
from sifra.return_code import as_words
from triage import keys
from triage.adults import card
from triage.audit.audit_log import Action, Deed, append
from triage.members import Member, for_members
from triage.office import office
from triage.people import people, second_factor, sessions, sign_in_anew
from triage.people.joining import own_fingerprint
from triage.people.staff_words import may_do, moment
from triage.permissions import Permission

pages = Blueprint("profile", __name__)

_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DRAWN = "drawn"
"""Where a session keeps a passphrase that was drawn and is not yet in use."""


@pages.get("/profile")
@for_members(Permission.OWN)
def show(member: Member) -> ResponseReturnValue:
    me = people.find(office().staff, member.id)
    return render_template(
        "profile.html",
        me=me,
        moment=moment,
        cards=card.adults_of(member),
        may_do=may_do(member.role) if member.let_in else [],
        sessions=sessions.store().of(member.id),
        this=sessions.current().name,
        fingerprint=as_words(own_fingerprint(member), "nb"),
    )


@pages.post("/profile/sessions/end")
@for_members(Permission.OWN)
def end_sessions(member: Member) -> ResponseReturnValue:
    """``session``: the one to end; all but this one when there is none."""
    named = request.form.get("session", "")
    only = named if _NAME.fullmatch(named) else ""
    append(office().staff, Deed(Action.SESSION_ENDED, member.id, fields={"account": member.id}))
    keep = "" if only else sessions.current().name
    sessions.store().end_others(member.id, only=only, keep=keep)
    flash(_("Innloggingen er avsluttet.") if only else _("De andre innloggingene er avsluttet."))
    return redirect(url_for("profile.show"), 303)


@pages.get("/profile/passphrase")
@for_members(Permission.OWN)
def passphrase(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    return _passphrase_page({})


@pages.post("/profile/passphrase")
@for_members(Permission.OWN)
def draw_passphrase(member: Member) -> ResponseReturnValue:
    """Draws six new words. Those of today open the account until the new ones are typed back."""
    if error := second_factor.fault(member):
        return _passphrase_page({"code": error}), HTTPStatus.UNPROCESSABLE_ENTITY
    sessions.current()[_DRAWN] = keys.draw_passphrase()
    return redirect(url_for("profile.passphrase"), 303)


@pages.post("/profile/passphrase/keep")
@for_members(Permission.OWN)
def keep_passphrase(member: Member) -> ResponseReturnValue:
    """``words``: the new ones, typed back by whoever has written them down."""
    drawn = sessions.current().get(_DRAWN, "")
    if not drawn:
        return redirect(url_for("profile.passphrase"), 303)
    typed = " ".join(request.form.get("words", "").casefold().replace("-", " ").split())
    if not hmac.compare_digest(typed.encode("utf-8", "surrogatepass"), drawn.encode()):
        errors = {
            "words": _("Det er ikke de seks nye ordene. Se på dem en gang til."),
        }
        return _passphrase_page(errors), HTTPStatus.UNPROCESSABLE_ENTITY
    session = sessions.current()
    try:
        proof = sign_in_anew.change_passphrase(office().staff, member.unlocked, drawn, session.name)
    except Conflict:
        errors = {"words": _("Kontoen er endret i mellomtiden. Logg inn på nytt.")}
        return _passphrase_page(errors), HTTPStatus.CONFLICT
    session["proof"] = proof
    session.pop(_DRAWN)
    g.pop("member", None)
    flash(_("De seks ordene er byttet. Alle andre steder du var logget inn, er du logget ut."))
    return redirect(url_for("profile.show"), 303)


def _passphrase_page(errors: dict[str, str]) -> str:
    return render_template(
        "profile_passphrase.html",
        errors=errors,
        drawn=sessions.current().get(_DRAWN, ""),
        asked=second_factor.is_asked(),
    )
