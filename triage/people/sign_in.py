"""In and out, and the language of the pages."""

from __future__ import annotations

import hashlib
import os
import re
from http import HTTPStatus

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from sqlalchemy import update

from sifra.clock import Clock
from sifra.database import StoreUnavailable, writing
from triage.audit.audit_log import Action, Deed, append
from triage.keys import SignInRefused, plain_username, unlock
from triage.members import LANGUAGES, Member, current_member, for_members
from triage.office import office
from triage.people import known_browsers, sessions
from triage.permissions import Permission
from triage.staff_tables import accounts

# Drawn passphrases cannot be guessed at any of these rates: they keep the machine free. No
# account is ever locked, or anybody could lock the youth team out: and a browser that an account
# has signed in from has tries of its own (triage.people.known_browsers), both for the account and
# among everybody's.
A_USERNAME = "6/minute"
EVERYBODY = "60/minute"
_LONGEST = 200

pages = Blueprint("sign_in", __name__)
_OWN_PAGE = re.compile(
    r"/(queue|rota|picture|rules|coverage|audit|staff|profile|waiting|search|interpreting"
    r"|(cases|interpreting)/[0-9a-f]{32}(/[a-z-]+)?|cases/[0-9a-f]{32}/handover/[0-9a-f]{32}"
    r"|(handovers|incidents)(/[0-9a-f]{32})?)",
    re.ASCII,
)
_hash_key = os.urandom(32)


def _who_tries() -> str:
    name = plain_username(request.form.get("username", ""))
    said = f"{known_browsers.number(name)}|{name}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, key=_hash_key, digest_size=16).hexdigest()


def everybody() -> str:
    """Among whom a try is counted: those who have signed in before, or all others."""
    known = known_browsers.number(request.form.get("username", ""))
    return "everybody-known" if known else "everybody"


limiter = Limiter(_who_tries, storage_uri="memory://", strategy="moving-window")


def install(app: Flask) -> None:
    limiter.init_app(app)
    app.register_blueprint(pages)


@pages.get("/sign-in")
def form() -> ResponseReturnValue:
    if current_member() is not None:
        return redirect(_home(), 303)
    return _form_page({})


@pages.post("/sign-in")
@limiter.limit(A_USERNAME)
@limiter.limit(EVERYBODY, key_func=everybody)
def enter() -> ResponseReturnValue:
    typed = {name: request.form.get(name, "") for name in ("username", "passphrase", "code")}
    missing = {
        "username": _("Skriv brukernavnet ditt."),
        "passphrase": _("Skriv de seks ordene."),
        "code": _("Skriv de seks sifrene fra appen."),
    }
    errors = {name: missing[name] for name, value in typed.items() if not value.strip()}
    if errors:
        return _form_page(errors), HTTPStatus.UNPROCESSABLE_ENTITY
    if any(len(value) > _LONGEST for value in typed.values()):
        return _refused()
    try:
        who = unlock(
            office().staff, typed["username"], typed["passphrase"], typed["code"], Clock().now()
        )
    except SignInRefused:
        return _refused()
    append(office().staff, Deed(Action.SIGN_IN, who.account_id))
    sessions.store().begin(sessions.current(), who)
    g.pop("member", None)
    response = current_app.make_response(redirect(_home(), 303))
    known_browsers.remember(response, typed["username"])
    return response


@pages.post("/sign-out")
@for_members(Permission.OWN)
def leave(member: Member) -> ResponseReturnValue:
    sessions.store().end(sessions.current())
    try:
        append(office().staff, Deed(Action.SIGN_OUT, member.id))
    except StoreUnavailable:
        # The row is gone: whoever wanted to be signed out is.
        current_app.logger.error("a sign-out is not in the audit log")
    response = redirect(url_for("sign_in.form"), 303)
    # Browsers keep whole pages for Back, an opened case among them. Cookies stay: the session's
    # opens nothing any more, and the browser is still known.
    response.headers["Clear-Site-Data"] = '"cache", "storage", "executionContexts"'
    return response


@pages.post("/language")
@for_members(Permission.OWN)
def choose_language(member: Member) -> ResponseReturnValue:
    language = request.form.get("language", "")
    if language in LANGUAGES:
        with writing(office().staff) as connection:
            connection.execute(
                update(accounts).where(accounts.c.id == member.id).values(language=language)
            )
    back = request.form.get("back", "")
    return redirect(back if _OWN_PAGE.fullmatch(back) else member.home, 303)


@pages.errorhandler(RateLimitExceeded)
def _too_many(fault: RateLimitExceeded) -> ResponseReturnValue:  # noqa: ARG001
    error = _("Det har vært for mange forsøk. Vent ett minutt, og prøv igjen.")
    return _form_page({"form": error}), HTTPStatus.TOO_MANY_REQUESTS


def _home() -> str:
    member = current_member()
    return member.home if member else url_for("sign_in.form")


def _refused() -> ResponseReturnValue:
    error = _(
        "Brukernavnet, ordene eller koden stemmer ikke. "
        "En kode virker bare én gang: er den brukt, vent på den neste."
    )
    return _form_page({"form": error}), HTTPStatus.FORBIDDEN


def _form_page(errors: dict[str, str]) -> str:
    username = request.form.get("username", "")[:_LONGEST]
    return render_template("sign_in.html", errors=errors, username=username)
