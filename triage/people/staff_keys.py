"""Letting in, and passing a unit's key on: the pages. Renewing one is in triage.people.renewing."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.clock import Clock
from sifra.database import Conflict
from sifra.key_cards import PICTURE, KeyCardError
from triage.members import Member, for_members
from triage.office import office
from triage.people import held_keys, opening, passing_on, people, second_factor, typed_words
from triage.people.passing_on import LetIn, OtherKey
from triage.people.people import Person
from triage.people.renewing import deputies, say_if_not
from triage.people.staff_words import plain_unit, role_name
from triage.permissions import Permission

pages = Blueprint("staff_keys", __name__)


@pages.get("/staff/let-in")
@for_members(Permission.LEAD)
def let_in_form(member: Member) -> ResponseReturnValue:
    return _let_in_page(member, _newcomer(), {})


@pages.post("/staff/let-in")
@for_members(Permission.LEAD)
def let_in(member: Member) -> ResponseReturnValue:
    """``words``: the fingerprint that the newcomer reads out. The page does not show the one that
    is expected: whoever is in a hurry cannot nod to it."""
    who = _newcomer()
    compared, errors = typed_words.compared()
    if not errors and (error := second_factor.fault(member)):
        errors["code"] = error
    if errors:
        return _let_in_page(member, who, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    here, now = office(), Clock().now()
    try:
        passing_on.sign_own_card(here.staff, member.unlocked, now)
        done = passing_on.let_in(here.staff, here.store, member.unlocked, who.id, compared, now)
    except OtherKey:
        return _let_in_page(member, who, {"words": typed_words.other_key()}), HTTPStatus.CONFLICT
    except Conflict:
        flash(_("En annen leder var først."))
        return redirect(url_for("staff.show"), 303)
    _say(who, done)
    return redirect(url_for("staff.show"), 303)


@pages.get("/staff/pass-on")
@for_members(Permission.READ)
def pass_on_form(member: Member) -> ResponseReturnValue:
    return _pass_on_page(*_awaiting(member), {})


@pages.post("/staff/pass-on")
@for_members(Permission.READ)
def pass_on(member: Member) -> ResponseReturnValue:
    who, unit = _awaiting(member)
    if error := second_factor.fault(member):
        return _pass_on_page(who, unit, {"code": error}), HTTPStatus.UNPROCESSABLE_ENTITY
    here, verifier = office(), office().settings.verifier
    try:
        passing_on.pass_on(here.staff, here.store, member.unlocked, who.id, unit, verifier)
        if PICTURE in set(who.awaits) - {unit}:
            with suppress(Conflict):
                passing_on.pass_on(
                    here.staff, here.store, member.unlocked, who.id, PICTURE, verifier
                )
    except KeyCardError:
        return _pass_on_page(who, unit, {"form": _no_card()}), HTTPStatus.CONFLICT
    except Conflict:
        flash(_("En annen var først."))
        return redirect(url_for("staff.show"), 303)
    flash(_("%(who)s leser nå som %(unit)s.", who=who.display, unit=plain_unit(unit)))
    return redirect(url_for("staff.show"), 303)


@pages.get("/staff/open-key")
@for_members(Permission.LEAD)
def open_key_form(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    return _open_key_page(*_without_a_key(), {})


@pages.post("/staff/open-key")
@for_members(Permission.LEAD)
def open_key(member: Member) -> ResponseReturnValue:
    """``sure`` is asked for where the unit's card stands though its keys are gone: nobody's leaving
    does that."""
    who, unit = _without_a_key()
    here, errors = office(), {}
    if here.store.card(unit) is not None and not request.form.get("sure"):
        errors["sure"] = _("Kryss av når du har snakket med den som drifter Sifra.")
    if not errors and (error := second_factor.fault(member)):
        errors["code"] = error
    if errors:
        return _open_key_page(who, unit, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        pinned = passing_on.open_anew(
            here.staff, here.store, member.unlocked, who.id, unit, Clock().now()
        )
    except KeyCardError:
        return _open_key_page(who, unit, {"form": _no_card()}), HTTPStatus.CONFLICT
    except Conflict:
        flash(_("En annen var først."))
        return redirect(url_for("staff.show"), 303)
    flash(_("%(who)s har fått en ny nøkkel til %(unit)s.", who=who.display, unit=plain_unit(unit)))
    say_if_not(pinned)
    return redirect(url_for("staff.show"), 303)


@pages.get("/staff/picture")
@for_members(Permission.LEAD)
def picture_form(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    return _picture_page({})


@pages.post("/staff/picture")
@for_members(Permission.LEAD)
def make_picture_key(member: Member) -> ResponseReturnValue:
    """In an installation from before there was a picture."""
    if error := second_factor.fault(member):
        return _picture_page({"code": error}), HTTPStatus.UNPROCESSABLE_ENTITY
    here = office()
    try:
        pinned = passing_on.open_picture(here.staff, here.store, member.unlocked, Clock().now())
    except Conflict:
        flash(_("En annen var først."))
        return redirect(url_for("staff.show"), 303)
    flash(_("Nøkkelen er laget. Gi den nå til de andre som leser."))
    say_if_not(pinned)
    return redirect(url_for("staff.show"), 303)


def _say(who: Person, done: LetIn) -> None:
    if who.let_in:
        flash(_("%(who)s har fått nøkkelkort.", who=who.display))
    else:
        flash(_("%(who)s er sluppet inn.", who=who.display))
    for unit in done.opened:
        flash(_("%(unit)s er åpnet. Bare den nye har nøkkelen.", unit=plain_unit(unit)))
    for unit in done.awaited:
        flash(_("Noen i %(unit)s må gi dem nøkkelen.", unit=plain_unit(unit)))
    say_if_not(done.pinned)


def _newcomer() -> Person:
    """Somebody without a card that stands. NotFound for anybody else."""
    who = people.find(office().staff, request.values.get("account", ""))
    return who if who and not who.has_card else abort(404)


def _awaiting(member: Member) -> tuple[Person, str]:
    """Who is to be given a key that the member holds, and which. NotFound else."""
    who = people.find(office().staff, request.values.get("account", ""))
    unit = request.values.get("unit", "")
    held = held_keys.held(office().staff, member.unlocked)
    fits = who and who.has_card and who.reads and unit in who.awaits and unit in held
    return (who, unit) if who and fits else abort(404)


def _without_a_key() -> tuple[Person, str]:
    """Who awaits a key that nobody holds any more, and of which unit or adult. NotFound else."""
    who = people.find(office().staff, request.values.get("account", ""))
    unit = request.values.get("unit", "")
    waits = who and who.has_card and who.let_in and who.reads and unit in who.awaits
    fits = waits and unit != PICTURE and unit not in opening.held(office().staff)
    return (who, unit) if who and fits else abort(404)


def _no_card() -> str:
    return _("Kontoen har ikke et nøkkelkort som gjelder. En leder må slippe den inn på nytt.")


def _let_in_page(member: Member, who: Person, errors: dict[str, str]) -> str:
    here = office()
    mine = held_keys.held(here.staff, member.unlocked)
    opens = [
        unit
        for unit in who.awaits
        if unit not in mine and opening.is_unopened(here.staff, here.store, unit)
    ]
    return render_template(
        "staff_let_in.html",
        person=who,
        role_name=role_name,
        errors=errors,
        words=request.form.get("words", "")[:256],
        gives=[unit for unit in who.awaits if unit in mine],
        opens=opens,
        anew={unit for unit in opens if opening.is_sealed_for(here.staff, here.store, unit)},
        deputies=deputies,
        others=[unit for unit in who.awaits if unit not in mine and unit not in opens],
        asked=second_factor.is_asked(),
    )


def _pass_on_page(who: Person, unit: str, errors: dict[str, str]) -> str:
    return render_template(
        "staff_pass_on.html",
        person=who,
        unit=unit,
        role_name=role_name,
        errors=errors,
        asked=second_factor.is_asked(),
    )


def _open_key_page(who: Person, unit: str, errors: dict[str, str]) -> str:
    here = office()
    return render_template(
        "staff_open_key.html",
        person=who,
        unit=unit,
        errors=errors,
        deputies=deputies(unit),
        from_before=opening.is_sealed_for(here.staff, here.store, unit),
        card_stands=here.store.card(unit) is not None,
        asked=second_factor.is_asked(),
    )


def _picture_page(errors: dict[str, str]) -> str:
    if people.picture_is_held(office().staff):
        abort(404)
    return render_template("staff_picture.html", errors=errors, asked=second_factor.is_asked())
