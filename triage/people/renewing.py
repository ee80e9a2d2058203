"""Renewing a unit's key when somebody has left, and letting a new one in when it was lost: the
pages."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.clock import Clock
from sifra.database import Conflict
from sifra.key_cards import fingerprint
from sifra.return_code import as_digits, as_words
from triage.members import Member, for_members
from triage.office import office
from triage.people import (
    held_keys,
    locking,
    people,
    second_factor,
    typed_words,
    unit_renewal,
)
from triage.people.passing_on import OtherKey
from triage.people.unit_renewal import Renewal, Step
from triage.permissions import Permission

pages = Blueprint("renewing", __name__)


@pages.get("/staff/renewal")
@for_members(Permission.OWN)
def renewal(member: Member) -> ResponseReturnValue:
    return _renewal_page(member, _renewal(member), {})


@pages.post("/staff/renewal/make")
@for_members(Permission.ANSWER)
def make(member: Member) -> ResponseReturnValue:
    """The next key. A leader signs its card at once: they have just made it themselves."""
    found = _renewal(member)
    if error := second_factor.fault(member):
        page = _renewal_page(member, found, {"code": error})
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    here = office()
    try:
        number = unit_renewal.make(
            here.staff, here.store, member.unlocked, found.unit, here.settings.verifier
        )
        if member.may(Permission.LEAD):
            _sign(member, found, number)
        else:
            flash(_("Nøkkelen er laget. Nå må en leder signere den."))
    except Conflict:
        flash(_("En annen var først."))
    return _back(found)


@pages.post("/staff/renewal/sign")
@for_members(Permission.LEAD)
def sign(member: Member) -> ResponseReturnValue:
    """``words``: the fingerprint that the member who made the key reads out."""
    found = _renewal(member)
    compared, errors = typed_words.compared()
    if not errors and (error := second_factor.fault(member)):
        errors["code"] = error
    if errors:
        page = _renewal_page(member, found, errors)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        _sign(member, found, compared)
    except OtherKey:
        return _renewal_page(member, found, {"words": typed_words.other_key()}), HTTPStatus.CONFLICT
    except Conflict:
        flash(_("En annen var først."))
    return _back(found)


@pages.post("/staff/renewal/go-on")
@for_members(Permission.READ)
def go_on(member: Member) -> ResponseReturnValue:
    """Locks some more cases for the next key. Where those before are lost, looks at what opens."""
    return _one_step(member, _renewal(member), ())


@pages.post("/staff/renewal/let-in")
@for_members(Permission.READ)
def let_new_key_in(member: Member) -> ResponseReturnValue:
    """By another reader of the same cases, since nobody holds a key from before."""
    found = _renewal(member)
    helping = _helping(member, found)
    if not helping:
        abort(404)
    if error := second_factor.fault(member):
        page = _renewal_page(member, found, {"code": error})
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return _one_step(member, found, helping)


def _one_step(member: Member, found: Renewal, helping: tuple[str, ...]) -> ResponseReturnValue:
    here = office()
    try:
        step = unit_renewal.lock_anew(
            here.staff,
            here.store,
            member.unlocked,
            found.unit,
            here.settings.verifier,
            Clock().now(),
            helping=helping,
        )
    except Conflict:
        flash(_("En annen var først."))
        return _back(found)
    if step.failed:
        current_app.logger.error("could not be locked for a new key: %d", step.failed)
    for said in _said(step, found, letting_in=bool(helping)):
        flash(said)
    return redirect(url_for("staff.show"), 303) if step.finished else _back(found)


def _said(step: Step, found: Renewal, *, letting_in: bool) -> Iterator[str]:
    if step.failed:
        yield _(
            "Så mange saker lar seg ikke åpne: %(count)s. Si fra til den som drifter Sifra.",
            count=step.failed,
        )
    if letting_in:
        yield _("Saker og notater som nøkkelen nå er sluppet inn i: %(count)s.", count=step.done)
    if step.lost:
        yield _("Så mange saker og notater kan ingen åpne mer: %(count)s.", count=step.lost)
    if step.waits and letting_in:
        yield _(
            "Så mange åpner ikke for deg: %(count)s. Andre som leser dem, må slippe inn nøkkelen.",
            count=step.waits,
        )
    elif step.waits:
        yield _("Så mange venter på at en annen slipper inn nøkkelen: %(count)s.", count=step.waits)
    if step.finished:
        yield (
            _("Alt er sett over. Den nye nøkkelen er sluppet inn.")
            if found.lost
            else _("Nøkkelen er byttet. Den gamle er slettet.")
        )
    elif step.around and found.lost:
        yield _("Denne runden er ferdig.")


def say_if_not(pinned: bool) -> None:
    if not pinned:
        current_app.logger.error("the file of key pins could not be written")
        flash(_("Gamle nøkkelkort er ikke sperret ennå. Si fra til den som drifter Sifra."))


def _sign(member: Member, found: Renewal, compared: int) -> None:
    here = office()
    pinned = unit_renewal.sign(
        here.staff, here.store, member.unlocked, found.unit, compared, Clock().now()
    )
    flash(_("Nøkkelen er signert. Alt som kommer nå, låses for den."))
    say_if_not(pinned)


def _renewal(member: Member) -> Renewal:
    found = unit_renewal.find(office().staff, request.values.get("unit", ""))
    return found if found and member.let_in else abort(404)


def _helping(member: Member, found: Renewal) -> tuple[str, ...]:
    """The units and adults by which the member may let the new key in."""
    held = held_keys.held(office().staff, member.unlocked)
    return locking.helping(office().municipality, found.unit, held) if found.lost else ()


def deputies(unit: str) -> tuple[str, ...]:
    """Of an adult; none for a unit."""
    place = office().municipality
    return place.deputies(unit) if place.adult(unit) is not None else ()


def _back(found: Renewal) -> ResponseReturnValue:
    return redirect(url_for("renewing.renewal", unit=found.unit), 303)


def _renewal_page(member: Member, found: Renewal, errors: dict[str, str]) -> str:
    here = office()
    held = held_keys.held_by_serial(here.staff, member.unlocked).get(found.unit, {})
    number = found.fingerprint
    if found.made in held:
        # Of the key that this member holds, and not of what stands in the database.
        number = fingerprint(found.unit, held[found.made].public())
    mine = found.made in held and number is not None
    return render_template(
        "staff_renewal.html",
        renewal=found,
        errors=errors,
        words=request.form.get("words", "")[:256],
        holds=found.serial in held,
        holds_next=found.made in held,
        spelt=as_words(number, "nb") if mine and number is not None else "",
        digits=as_digits(number) if mine and number is not None else "",
        remaining=unit_renewal.remaining(here.staff, here.store, found) if found.signed else 0,
        helping=_helping(member, found) if member.may(Permission.READ) else (),
        deputies=deputies(found.unit),
        holders=people.holders(people.everybody(here.staff)).get(found.unit, []),
        settling=Clock().now() < (found.signed or 0) + unit_renewal.SETTLES_SECONDS,
        member=member,
        asked=second_factor.is_asked(),
    )
