"""A leader reads what an adult says of themselves, and signs that very text; or says no to it.

What is signed is public on all pages for the young, so the form carries what the leader saw: a
draft that changed meanwhile is shown anew. Nobody approves alone what they have written, where
there is another leader to ask.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.adults import Adult
from sifra.database import Conflict, writing
from sifra.key_cards import SigningKey, profile_holder
from triage.adults import drafts, profile_words
from triage.adults.drafts import Draft
from triage.audit.audit_log import Action, Deed, append
from triage.members import Member, for_members
from triage.office import Office, office
from triage.people import held_keys, passing_on, people, second_factor
from triage.people.staff_words import moment
from triage.permissions import Permission

pages = Blueprint("approving", __name__)


@pages.get("/staff/cards")
@for_members(Permission.LEAD)
def show(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    here = office()
    place = here.approved.read()
    public, unsigned = here.store.profiles(here.settings.verifier)
    waiting = {one.adult: one for one in drafts.waiting(here.staff)}
    return render_template(
        "adults_cards.html",
        adults=[
            (one, profile_words.card(one, place), one.id in public, waiting.get(one.id))
            for one in place.adults
        ],
        unsigned=unsigned,
        moment=moment,
    )


@pages.get("/staff/cards/<adult>")
@for_members(Permission.LEAD)
def look(member: Member, adult: str) -> ResponseReturnValue:
    return _page(member, adult, {})


@pages.post("/staff/cards/<adult>/<any(approve, refuse, withdraw):action>")
@for_members(Permission.LEAD)
def act(member: Member, adult: str, action: str) -> ResponseReturnValue:
    """``seen`` is what the page showed."""
    here = office()
    now, draft = _now(adult), drafts.find(here.staff, adult)
    changed = {"form": _("Noe er endret siden du så på det. Her er det som står nå.")}
    is_there = draft is not None
    if action == "withdraw":
        public, unsigned = here.store.profiles(here.settings.verifier)
        is_there = adult in (*public, *unsigned)
    if request.form.get("seen") != drafts.seen(now, draft) or not is_there:
        return _page(member, adult, changed), HTTPStatus.CONFLICT
    errors = {}
    if action == "approve" and draft and (why := _may_not(member, draft)):
        errors["form"] = why
    elif error := second_factor.fault(member):
        errors["code"] = error
    if errors:
        return _page(member, adult, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if action == "withdraw":
            _withdraw(member, adult)
        elif draft and action == "approve":
            _approve(member, draft)
        elif draft:
            _refuse(member, draft)
    except Conflict:
        return _page(member, adult, changed), HTTPStatus.CONFLICT
    here.approved.read()
    return redirect(url_for("approving.show"), 303)


def approve(here: Office, signing: SigningKey, account_id: str, draft: Draft) -> bool:
    """Make a draft public. ``account_id`` is the leader's; False when former profiles could not be
    stopped (triage.people.passing_on.pin). Conflict: it is another draft by now, or gone."""
    serial = _next_serial(here, draft.adult)
    fields = {"serial": serial}
    append(here.staff, Deed(Action.PROFILE_APPROVED, account_id, draft.adult, fields=fields))
    signature = signing.sign_profile(draft.adult, serial, draft.text)
    with writing(here.staff) as connection:
        if not drafts.take(connection, draft):
            raise Conflict
        # Before the draft is gone for good: what cannot be stored is still there to approve.
        here.store.put_profile(draft.adult, serial, draft.text, signature)
    also = {profile_holder(draft.adult): serial}
    return passing_on.pin(here.staff, here.store, signing, also)


def _approve(member: Member, draft: Draft) -> None:
    here = office()
    signing = held_keys.signing_key(here.staff, member.unlocked)
    pinned = approve(here, signing, member.id, draft)
    flash(_("Kortet til %(who)s er godkjent. De unge ser det nå.", who=_called(draft.adult)))
    _say_if_not(pinned)


def _refuse(member: Member, draft: Draft) -> None:
    staff = office().staff
    append(staff, Deed(Action.PROFILE_REFUSED, member.id, draft.adult))
    with writing(staff) as connection:
        if not drafts.take(connection, draft):
            raise Conflict
    flash(
        _(
            "Utkastet til %(who)s er slettet. Si til dem hvorfor, så de kan skrive et nytt.",
            who=_called(draft.adult),
        )
    )


def _withdraw(member: Member, adult: str) -> None:
    """No pin, no end: whoever kept the row could else put it back."""
    here = office()
    signing = held_keys.signing_key(here.staff, member.unlocked)
    after = _next_serial(here, adult)
    append(here.staff, Deed(Action.PROFILE_WITHDRAWN, member.id, adult))
    here.store.withdraw_profile(adult)
    pinned = passing_on.pin(here.staff, here.store, signing, {profile_holder(adult): after})
    flash(_("Kortet til %(who)s er tatt ned. Nå gjelder det som står i filen.", who=_called(adult)))
    _say_if_not(pinned)


def _next_serial(here: Office, adult: str) -> int:
    """Higher than any that was signed for this adult."""
    pins, verifier = here.store.pins, here.settings.verifier
    pinned = pins.lowest(verifier).get(profile_holder(adult), 0) if pins else 0
    return max(here.store.profile_serial(adult, verifier), pinned) + 1


def _may_not(member: Member, draft: Draft) -> str:
    """Why this leader cannot approve this draft; empty when they can."""
    if draft.profile is None:
        return _("Utkastet er endret utenfor Sifra. Si nei til det, og be om et nytt.")
    if draft.account_id == member.id and not _is_only_leader(member):
        return _("Du har skrevet dette selv. En annen leder må godkjenne det.")
    return ""


def _is_only_leader(member: Member) -> bool:
    everybody = people.everybody(office().staff)
    return not any(one.leads and one.let_in and one.id != member.id for one in everybody)


def _now(adult: str) -> Adult:
    """As it is public now. NotFound for an adult that the file does not have."""
    return office().approved.read().adult(adult) or abort(404)


def _called(adult: str) -> str:
    return profile_words.holder(office().municipality, adult)


def _say_if_not(pinned: bool) -> None:
    if not pinned:
        current_app.logger.error("the file of key pins could not be written")
        flash(_("Det forrige kortet er ikke sperret ennå. Si fra til den som drifter Sifra."))


def _page(member: Member, adult: str, errors: dict[str, str]) -> str:
    here = office()
    now, draft = _now(adult), drafts.find(here.staff, adult)
    place = here.approved.place()
    profile = draft.profile if draft else None
    public, unsigned = here.store.profiles(here.settings.verifier)
    then = now.with_profile(profile) if profile else now
    return render_template(
        "adults_approve.html",
        adult=now,
        called=_called(adult),
        draft=draft,
        readable=profile is not None,
        by=people.find(here.staff, draft.account_id) if draft else None,
        own=draft is not None and draft.account_id == member.id,
        only_leader=_is_only_leader(member),
        is_public=adult in public,
        unsigned=adult in unsigned,
        rows=profile_words.rows(now, then, place),
        now=profile_words.card(now, place),
        next=profile_words.card(then, place),
        seen=drafts.seen(now, draft),
        errors=errors,
        asked=second_factor.is_asked(),
        moment=moment,
    )
