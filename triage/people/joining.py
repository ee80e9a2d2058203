"""A newcomer makes their account; a passphrase or second factor is made anew."""

from __future__ import annotations

import re
from http import HTTPStatus

import pyotp
import segno
from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded
from markupsafe import Markup

from sifra.clock import Clock
from sifra.database import Conflict
from sifra.key_cards import account_holder, fingerprint
from sifra.return_code import LONGEST_TYPED, CodeError, as_digits, as_words
from triage.keys import NewAccount, SignInRefused
from triage.members import Member, for_members
from triage.office import office
from triage.people import invitations, sign_in_anew, typed_words
from triage.people.invitations import Invitation, Purpose
from triage.people.sign_in import A_USERNAME, EVERYBODY, everybody, limiter
from triage.permissions import Permission

pages = Blueprint("joining", __name__)

_SECRET = re.compile(r"[A-Z2-7]{32}", re.ASCII)
_JOIN, _SECOND_FACTOR = "join.html", "join_second_factor.html"


@pages.get("/join")
def form() -> ResponseReturnValue:
    return _page(_JOIN, {})


@pages.post("/join")
@limiter.limit(A_USERNAME)
@limiter.limit(EVERYBODY, key_func=everybody)
def make() -> ResponseReturnValue:
    """``username`` and ``words``: they make an account, or its passphrase anew. What is drawn is
    shown by this answer alone."""
    found, errors = _invitation(Purpose.JOIN, Purpose.RENEW)
    if found is None:
        return _page(_JOIN, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    here, typed, now = office(), request.form.get("words", ""), Clock().now()
    try:
        if found.purpose is Purpose.RENEW:
            account = sign_in_anew.renew(here.staff, here.store, found, typed, now)
        else:
            account = sign_in_anew.join(here.staff, found, typed, now)
    except Conflict:
        return _page(_JOIN, {"form": _no_such_words()}), HTTPStatus.CONFLICT
    return render_template("join_made.html", account=account, qr=_qr(account))


@pages.get("/waiting")
@for_members(Permission.OWN)
def waiting(member: Member) -> ResponseReturnValue:
    """What a newcomer reads out to a leader: of the key that this session holds, and not of what
    stands in the database."""
    if member.let_in:
        return redirect(member.home, 303)
    number = own_fingerprint(member)
    return render_template(
        "join_waiting.html", words=as_words(number, "nb"), digits=as_digits(number)
    )


@pages.get("/second-factor")
def second_factor_form() -> ResponseReturnValue:
    return _page(_SECOND_FACTOR, {})


@pages.post("/second-factor")
@limiter.limit(A_USERNAME)
@limiter.limit(EVERYBODY, key_func=everybody)
def second_factor() -> ResponseReturnValue:
    """``username`` and ``words`` show a new ``secret``; with ``passphrase`` and a ``code`` of it,
    it takes the place of the one before. Until then nothing is stored: whoever chooses another
    secret chooses it for their own account."""
    found, errors = _invitation(Purpose.SECOND_FACTOR)
    if found is None:
        return _page(_SECOND_FACTOR, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    secret = request.form.get("secret", "")
    if not _SECRET.fullmatch(secret):
        return _page(_SECOND_FACTOR, {}, found, pyotp.random_base32())
    if errors := _missing():
        page = _page(_SECOND_FACTOR, errors, found, secret)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        sign_in_anew.change_second_factor(
            office().staff,
            found,
            request.form.get("words", ""),
            request.form.get("passphrase", ""),
            secret,
            request.form.get("code", ""),
            Clock().now(),
        )
    except SignInRefused:
        error = _("De seks ordene dine eller koden stemmer ikke. Prøv en gang til.")
        return _page(_SECOND_FACTOR, {"form": error}, found, secret), HTTPStatus.FORBIDDEN
    except Conflict:
        return _page(_SECOND_FACTOR, {"form": _no_such_words()}), HTTPStatus.CONFLICT
    return render_template("join_second_factor_done.html")


@pages.errorhandler(RateLimitExceeded)
def _too_many(fault: RateLimitExceeded) -> ResponseReturnValue:  # noqa: ARG001
    error = _("Det har vært for mange forsøk. Vent ett minutt, og prøv igjen.")
    template = _JOIN if request.path == "/join" else _SECOND_FACTOR
    return _page(template, {"form": error}), HTTPStatus.TOO_MANY_REQUESTS


def own_fingerprint(member: Member) -> int:
    """Of the key that the member's passphrase opened."""
    return fingerprint(account_holder(member.id), member.unlocked.private.public())


def _invitation(*purposes: Purpose) -> tuple[Invitation | None, dict[str, str]]:
    """What the form's words open, or what is wrong with them."""
    username, words = request.form.get("username", ""), request.form.get("words", "")
    errors = {}
    if not username.strip():
        errors["username"] = _("Skriv brukernavnet ditt.")
    if not words.strip():
        errors["words"] = _("Skriv de seks ordene du fikk.")
    if errors:
        return None, errors
    try:
        found = invitations.find(office().staff, username, words, Clock().now(), *purposes)
    except CodeError as fault:
        said = typed_words.fault_said(fault, _("Det skal være seks ord."))
        return None, {"words": said}
    return (found, {}) if found else (None, {"form": _no_such_words()})


def _no_such_words() -> str:
    return _(
        "Brukernavnet og ordene hører ikke sammen, eller ordene er brukt eller for gamle. "
        "Be lederen din om nye."
    )


def _missing() -> dict[str, str]:
    errors = {
        "passphrase": _("Skriv de seks ordene du logger inn med."),
        "code": _("Skriv de seks sifrene fra appen."),
    }
    return {name: said for name, said in errors.items() if not request.form.get(name, "").strip()}


def _page(
    template: str, errors: dict[str, str], found: Invitation | None = None, secret: str = ""
) -> str:
    """The form with what was written in it; never a passphrase."""
    account = secret and found and _with_secret(found, secret)
    return render_template(
        template,
        errors=errors,
        username=request.form.get("username", "")[:LONGEST_TYPED],
        words=request.form.get("words", "")[:LONGEST_TYPED],
        secret=secret,
        qr=_qr_of(account) if account else "",
    )


def _with_secret(found: Invitation, secret: str) -> str:
    totp = pyotp.TOTP(secret)
    return totp.provisioning_uri(name=found.username, issuer_name=office().municipality.public_name)


def _qr(account: NewAccount) -> Markup:
    return _qr_of(account.totp_uri(office().municipality.public_name))


def _qr_of(uri: str) -> Markup:
    """Dark on light in every colour scheme: apps do not read it the other way."""
    made = segno.make(uri, error="l", micro=False)
    return Markup(made.svg_inline(scale=4, border=4, light="#fff", omitsize=True))  # noqa: S704
