"""Inviting a colleague, and taking an invitation back."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.clock import Clock
from sifra.plain_text import is_blank, tidy
from sifra.return_code import as_digits, as_words
from triage.audit.audit_log import Action, Deed, append
from triage.keys import plain_username
from triage.members import LANGUAGES, Member, for_members
from triage.office import office
from triage.people import invitations, people, second_factor
from triage.people.invitations import Invitation, Purpose
from triage.people.staff_words import ROLE_HINTS, ROLE_NAMES
from triage.permissions import READERS, ROLES, Permission

pages = Blueprint("inviting", __name__)

_USERNAME = re.compile(r"[^\W_][\w.-]{0,39}")
_LONGEST_DISPLAY = 120
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_MOST_LANGUAGES = 12
_FIELDS = ("username", "display", "role", "unit", "language", "languages")


@pages.get("/staff/invite")
@for_members(Permission.STAFF)
def invite_form(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    return _invite_page({}, {})


@pages.post("/staff/invite")
@for_members(Permission.STAFF)
def invite(member: Member) -> ResponseReturnValue:
    """The words are shown by this answer alone: the database has only their hash."""
    written = {name: tidy(request.form.get(name, "")).strip() for name in _FIELDS}
    written["username"] = plain_username(written["username"])
    errors = _faults(written)
    if not errors and (error := second_factor.fault(member)):
        errors["code"] = error
    if errors:
        return _invite_page(errors, written), HTTPStatus.UNPROCESSABLE_ENTITY
    reads = written["role"] in READERS
    append(office().staff, Deed(Action.INVITED, member.id, fields={"role": written["role"]}))
    secret = invitations.invite(
        office().staff,
        Invitation(
            Purpose.JOIN,
            username=written["username"],
            display=written["display"],
            role=written["role"],
            language=written["language"],
            unit=written["unit"] if reads else "",
            languages=" ".join(_tags(written["languages"])),
            made_by=member.id,
        ),
        Clock().now(),
    )
    return words_page(Purpose.JOIN, written["username"], written["display"], secret)


@pages.post("/staff/withdraw")
@for_members(Permission.STAFF)
def withdraw(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    """Take back the words that somebody was given."""
    invitations.withdraw(office().staff, request.form.get("username", ""))
    flash(_("Invitasjonen er trukket tilbake."))
    return redirect(url_for("staff.show"), 303)


def words_page(purpose: Purpose, username: str, display: str, secret: int) -> str:
    """Words to pass on, shown this once."""
    return render_template(
        "staff_words.html",
        purpose=purpose,
        username=username,
        display=display,
        words=as_words(secret, "nb"),
        digits=as_digits(secret),
    )


def _faults(written: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not _USERNAME.fullmatch(written["username"]):
        errors["username"] = _("Skriv ett ord på høyst 40 tegn: bokstaver, tall, punktum, strek.")
    elif people.was_there(office().staff, written["username"]):
        errors["username"] = _("Det brukernavnet er tatt.")
    if is_blank(written["display"]) or len(written["display"]) > _LONGEST_DISPLAY:
        errors["display"] = _("Skriv en rolle og et arbeidssted, høyst 120 tegn.")
    if written["role"] not in ROLES:
        errors["role"] = _("Velg en rolle.")
    if written["role"] in READERS and written["unit"] not in _units():
        errors["unit"] = _("Velg enheten de skal lese som.")
    if written["language"] not in LANGUAGES:
        errors["language"] = _("Velg et språk.")
    tags = _tags(written["languages"])
    if written["role"] == "interpreter" and not tags:
        errors["languages"] = _("Skriv språkene de tolker, som «pl uk».")
    elif len(tags) > _MOST_LANGUAGES or not all(_TAG.fullmatch(one) for one in tags):
        errors["languages"] = _("Skriv språkkoder med mellomrom, som «pl uk so».")
    return errors


def _tags(written: str) -> list[str]:
    return list(dict.fromkeys(written.replace(",", " ").split()))


def _units() -> list[str]:
    place = office().municipality
    return [*place.units, *(adult.id for adult in place.adults)]


def _invite_page(errors: dict[str, str], written: dict[str, str]) -> str:
    return render_template(
        "staff_invite.html",
        errors=errors,
        written=written,
        roles={role: (ROLE_NAMES[role], ROLE_HINTS[role]) for role in ROLES},
        units=_units(),
        asked=second_factor.is_asked(),
    )
