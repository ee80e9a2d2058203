"""Who works here: letting somebody make a sign-in anew, and ending an account.

Everybody sees their colleagues. What changes an account takes a permission and the second factor.
Inviting is in triage.people.inviting, letting in and passing keys on in triage.people.staff_keys.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.clock import Clock
from sifra.database import Conflict
from sifra.key_cards import PICTURE
from triage.adults import drafts
from triage.audit.audit_log import Action, Deed, append
from triage.cases import assignments
from triage.members import Member, for_members
from triage.office import office
from triage.people import (
    held_keys,
    invitations,
    locking,
    opening,
    people,
    second_factor,
    sessions,
    unit_renewal,
)
from triage.people.invitations import Invitation, Purpose
from triage.people.inviting import words_page
from triage.people.people import LastLeader, Person
from triage.people.staff_words import moment, plain_unit, role_name
from triage.permissions import Permission

pages = Blueprint("staff", __name__)


@pages.get("/staff")
@for_members(Permission.OWN)
def show(member: Member) -> ResponseReturnValue:
    if not member.let_in:
        return redirect(member.home, 303)
    found = people.everybody(office().staff)
    mine = held_keys.held(office().staff, member.unlocked)
    held = opening.held(office().staff)
    return render_template(
        "staff.html",
        held=held,
        groups=_groups(found),
        newcomers=[one for one in found if not one.has_card and not one.let_in],
        # From before there were key cards; a leader signs their own as soon as they sign another.
        from_before=[
            one for one in found if not one.has_card and one.let_in and one.id != member.id
        ],
        no_picture=not people.picture_is_held(office().staff),
        # Whom this member can give a key that they are to have.
        to_give=[
            (one, unit)
            for one in found
            if one.has_card and one.let_in and one.reads
            for unit in one.awaits
            if unit in mine
        ],
        waiting=[
            (one, unit) for one in found if one.has_card for unit in one.awaits if unit != PICTURE
        ],
        renewals=unit_renewal.renewals(office().staff),
        single=[
            unit
            for unit, members in people.holders(found).items()
            if len(members) == 1 and not locking.is_covered(office().municipality, unit, held)
        ],
        cards=len(drafts.waiting(office().staff)),
        one_leader=sum(one.leads and one.let_in for one in found) == 1,
        invitations=invitations.waiting(office().staff, Clock().now()),
        mine=mine,
        role_name=role_name,
        plain_unit=plain_unit,
        moment=moment,
        member=member,
    )


@pages.get("/staff/person")
@for_members(Permission.STAFF)
def person(member: Member) -> ResponseReturnValue:
    who = _asked_for()
    return render_template(
        "staff_person.html",
        person=who,
        role_name=role_name,
        last_leader=people.is_last_leader(office().staff, who.id),
        sessions=sessions.store().of(who.id),
        myself=who.id == member.id,
    )


@pages.get("/staff/sessions")
@for_members(Permission.STAFF)
def sessions_form(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    return _sure_page("sessions", _asked_for(), {})


@pages.post("/staff/sessions")
@for_members(Permission.STAFF)
def end_sessions(member: Member) -> ResponseReturnValue:
    who = _asked_for()
    if error := second_factor.fault(member):
        return _sure_page("sessions", who, {"code": error}), HTTPStatus.UNPROCESSABLE_ENTITY
    append(office().staff, Deed(Action.SESSION_ENDED, member.id, fields={"account": who.id}))
    sessions.store().end_others(who.id)
    flash(_("%(who)s er logget ut overalt.", who=who.display))
    return redirect(url_for("staff.person", account=who.id), 303)


@pages.get("/staff/<any('second-factor', renew):what>")
@for_members(Permission.STAFF)
def allow_form(member: Member, what: str) -> ResponseReturnValue:  # noqa: ARG001
    return _sure_page(what, _asked_for(), {})


@pages.post("/staff/<any('second-factor', renew):what>")
@for_members(Permission.STAFF)
def allow(member: Member, what: str) -> ResponseReturnValue:
    """Words with which the account's owner makes a second factor, or a whole sign-in, anew."""
    who, purpose = _asked_for(), Purpose(what)
    errors = _not_sure(purpose is Purpose.RENEW, who)
    if purpose is Purpose.RENEW and people.is_last_leader(office().staff, who.id):
        errors["form"] = _last_leader()
    if not errors and (error := second_factor.fault(member)):
        errors["code"] = error
    if errors:
        return _sure_page(what, who, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    fields = {"account": who.id, "purpose": purpose.value.replace("-", "_")}
    append(office().staff, Deed(Action.RENEWAL_ALLOWED, member.id, fields=fields))
    secret = invitations.invite(
        office().staff,
        Invitation(
            purpose,
            username=who.username,
            display=who.display,
            role=who.role,
            unit="",
            language=who.language,
            languages=who.languages,
            made_by=member.id,
            account_id=who.id,
        ),
        Clock().now(),
    )
    return words_page(purpose, who.username, who.display, secret)


@pages.get("/staff/leave")
@for_members(Permission.STAFF)
def leave_form(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    return _sure_page("leave", _asked_for(), {})


@pages.post("/staff/leave")
@for_members(Permission.STAFF)
def leave(member: Member) -> ResponseReturnValue:
    """``successor`` gets the cases that the leaver had; nobody when it is empty."""
    who = _asked_for()
    errors = _not_sure(True, who)
    successor = request.form.get("successor", "")
    if successor and successor not in {one.id for one in _successors(who)}:
        errors["successor"] = _("Velg en fra listen.")
    if people.is_last_leader(office().staff, who.id):
        errors["form"] = _last_leader()
    if not errors and (error := second_factor.fault(member)):
        errors["code"] = error
    if errors:
        return _sure_page("leave", who, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    here = office()
    try:
        units = people.leave(here.staff, here.store, who.id, member.id, Clock().now())
    except LastLeader:
        errors = {"form": _last_leader()}
        return _sure_page("leave", who, errors), HTTPStatus.CONFLICT
    except Conflict:
        abort(404)
    _reassign(member, who, successor)
    flash(_("Kontoen til %(who)s er avsluttet.", who=who.display))
    if any(units.values()):
        flash(_("Nøklene som kontoen kjente, skal nå byttes. Se «Nøkler som skal byttes»."))
    return redirect(url_for("staff.show"), 303)


def _reassign(member: Member, who: Person, successor: str) -> None:
    """Give the leaver's cases to ``successor``; they are free when it is empty."""
    staff = office().staff
    action = Action.ASSIGN if successor else Action.UNASSIGN
    fields = {"to": successor} if successor else {}
    # Whoever has a case can open it, by one of their units; which one, this member may not know.
    unit = next(iter(who.units), "none")
    append(
        staff,
        *(
            Deed(action, member.id, unit, case_id, fields)
            for case_id in assignments.held_by(staff, who.id)
        ),
    )
    assignments.reassign_all(staff, who.id, successor or None)


def _asked_for() -> Person:
    """Whom the page is about. NotFound also for somebody who has left."""
    return people.find(office().staff, request.values.get("account", "")) or abort(404)


def _groups(found: list[Person]) -> list[tuple[str, list[Person]]]:
    """Colleagues by unit, in the order of the file; those who read as no unit last."""
    place = office().municipality
    order = [*place.units, *(adult.id for adult in place.adults)]
    there = {unit for one in found for unit in one.units}
    units = [*(unit for unit in order if unit in there), *sorted(there - set(order))]
    groups = [(unit, [one for one in found if unit in one.units]) for unit in units]
    none = [one for one in found if not one.units]
    return [*groups, *([("", none)] if none else [])]


def _successors(leaver: Person) -> list[Person]:
    """Those who can open all that the leaver could."""
    return (
        [
            one
            for one in people.everybody(office().staff)
            if one.id != leaver.id and one.let_in and set(leaver.units) <= set(one.units)
        ]
        if leaver.units
        else []
    )


def _not_sure(matters: bool, who: Person) -> dict[str, str]:
    """Some cases open for nobody but this account, and that was not ticked as known."""
    if not matters or request.form.get("sure") or not _alone_with(who)[0]:
        return {}
    return {"sure": _("Kryss av for at du vet det.")}


def _alone_with(who: Person) -> tuple[list[str], list[str]]:
    """Whose key this account alone holds: those whose cases open for nobody else, and the adults
    whose deputies open them too."""
    place = office().municipality
    found = [one for one in people.only_holder_of(office().staff, who.id) if one != PICTURE]
    by_others = opening.held(office().staff) - set(found)
    covered = [one for one in found if locking.is_covered(place, one, by_others)]
    return [one for one in found if one not in covered], covered


def _last_leader() -> str:
    return _(
        "Dette er den siste lederen. Slipp inn en leder til først: "
        "uten leder kan ingen slippes inn."
    )


def _sure_page(what: str, who: Person, errors: dict[str, str]) -> str:
    alone_with, covered = _alone_with(who) if what in ("leave", "renew") else ([], [])
    return render_template(
        "staff_sure.html",
        what=what,
        person=who,
        errors=errors,
        alone_with=alone_with,
        covered=covered,
        successors=_successors(who) if what == "leave" else [],
        cases=len(assignments.held_by(office().staff, who.id)),
        asked=second_factor.is_asked(),
    )
