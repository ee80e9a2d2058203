"""The second factor again, before what cannot be taken back: hand-over, export, staff changes.

Whoever finds a browser that somebody left signed in can read, but lets nobody else in.
"""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from sifra.clock import Clock
from triage.audit.audit_log import Action, Deed, append
from triage.keys import SignInRefused, take_code
from triage.members import Member
from triage.office import office
from triage.people import sessions

FRESH_SECONDS = 5 * 60
FIELD = "code"
_LONGEST = 20


def is_asked() -> bool:
    """Must the form have a field for a one-time code?"""
    shown = sessions.current().get("confirmed", 0)
    return not 0 <= Clock().now() - shown < FRESH_SECONDS


def fault(member: Member) -> str:
    """Why the form's one-time code is not good, in the language of the page; empty when it is, or
    when one was given a few minutes ago. To be called once all else in the form is right: a code
    is spent by it. Raises StoreUnavailable."""
    if not is_asked():
        return ""
    code = request.form.get(FIELD, "")
    if not code.strip():
        return _("Skriv de seks sifrene fra appen.")
    now = Clock().now()
    try:
        if len(code) > _LONGEST:
            raise SignInRefused
        take_code(office().staff, member.id, member.unlocked.totp_secret, code, now)
    except SignInRefused:
        append(office().staff, Deed(Action.SECOND_FACTOR_REFUSED, member.id))
        return _(
            "Koden stemmer ikke. En kode virker bare én gang: er den brukt, vent på den neste."
        )
    sessions.current()["confirmed"] = now
    return ""
