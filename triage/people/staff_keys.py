"""Letting in, passing a unit's key on, and renewing it when somebody has left: the pages."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.clock import Clock
from sifra.database import Conflict
from sifra.key_cards import PICTURE, KeyCardError, fingerprint
from sifra.return_code import CodeError, as_digits, as_words, parse
from triage.members import Member, for_members
from triage.office import office
from triage.people import held_keys, opening, passing_on, people, second_factor, unit_renewal
from triage.people.passing_on import LetIn, OtherKey
from triage.people.people import Person
from triage.people.staff_words import plain_unit, role_name
from triage.people.unit_renewal import Renewal
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
    compared, errors = _compared()
    if not errors and (error := second_factor.fault(member)):
        errors["code"] = error
    if errors:
        return _let_in_page(member, who, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    here, now = office(), Clock().now()
    try:
        passing_on.sign_own_card(here.staff, member.unlocked, now)
        done = passing_on.let_in(here.staff, here.store, member.unlocked, who.id, compared, now)
    except OtherKey:
        return _let_in_page(member, who, {"words": _other_key()}), HTTPStatus.CONFLICT
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
        error = _("Kontoen har ikke et nøkkelkort som gjelder. En leder må slippe den inn på nytt.")
        return _pass_on_page(who, unit, {"form": error}), HTTPStatus.CONFLICT
    except Conflict:
        flash(_("En annen var først."))
        return redirect(url_for("staff.show"), 303)
    flash(_("%(who)s leser nå som %(unit)s.", who=who.display, unit=plain_unit(unit)))
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
    _say_if_not(pinned)
    return redirect(url_for("staff.show"), 303)


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
    compared, errors = _compared()
    if not errors and (error := second_factor.fault(member)):
        errors["code"] = error
    if errors:
        page = _renewal_page(member, found, errors)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        _sign(member, found, compared)
    except OtherKey:
        return _renewal_page(member, found, {"words": _other_key()}), HTTPStatus.CONFLICT
    except Conflict:
        flash(_("En annen var først."))
    return _back(found)


@pages.post("/staff/renewal/go-on")
@for_members(Permission.READ)
def go_on(member: Member) -> ResponseReturnValue:
    """Locks some more cases for the next key."""
    found, here = _renewal(member), office()
    try:
        step = unit_renewal.lock_anew(
            here.staff,
            here.store,
            member.unlocked,
            found.unit,
            here.settings.verifier,
            Clock().now(),
        )
    except Conflict:
        flash(_("En annen var først."))
        return _back(found)
    if step.failed:
        current_app.logger.error("could not be locked for a new key: %d", step.failed)
        flash(
            _(
                "Så mange saker lar seg ikke åpne: %(count)s. Si fra til den som drifter Sifra.",
                count=step.failed,
            )
        )
    if step.finished:
        flash(_("Nøkkelen er byttet. Den gamle er slettet."))
        return redirect(url_for("staff.show"), 303)
    return _back(found)


def _sign(member: Member, found: Renewal, compared: int) -> None:
    here = office()
    pinned = unit_renewal.sign(
        here.staff, here.store, member.unlocked, found.unit, compared, Clock().now()
    )
    flash(_("Nøkkelen er signert. Alt som kommer nå, låses for den."))
    _say_if_not(pinned)


def _say(who: Person, done: LetIn) -> None:
    if who.let_in:
        flash(_("%(who)s har fått nøkkelkort.", who=who.display))
    else:
        flash(_("%(who)s er sluppet inn.", who=who.display))
    for unit in done.opened:
        flash(_("%(unit)s er åpnet. Bare den nye har nøkkelen.", unit=plain_unit(unit)))
    for unit in done.awaited:
        flash(_("Noen i %(unit)s må gi dem nøkkelen.", unit=plain_unit(unit)))
    _say_if_not(done.pinned)


def _say_if_not(pinned: bool) -> None:
    if not pinned:
        current_app.logger.error("the file of key pins could not be written")
        flash(_("Gamle nøkkelkort er ikke sperret ennå. Si fra til den som drifter Sifra."))


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


def _renewal(member: Member) -> Renewal:
    found = unit_renewal.find(office().staff, request.values.get("unit", ""))
    return found if found and member.let_in else abort(404)


def _compared() -> tuple[int, dict[str, str]]:
    """The fingerprint that was typed, or what is wrong with it."""
    typed = request.form.get("words", "")
    if not typed.strip():
        return 0, {"words": _("Skriv de seks ordene som leses opp for deg.")}
    try:
        return parse(typed), {}
    except CodeError as fault:
        if fault.nearest:
            said = _(
                "«%(word)s» er ikke et av ordene våre. Mente du «%(nearest)s»?",
                word=fault.word,
                nearest=fault.nearest,
            )
        else:
            said = _("Det skal være seks ord, eller tjue sifre.")
        return 0, {"words": said}


def _other_key() -> str:
    return _(
        "Ordene er ikke de samme. Har du hørt feil, prøv igjen. Stemmer de fortsatt ikke, "
        "slipp ikke noen inn, og si fra til den som drifter Sifra."
    )


def _back(found: Renewal) -> ResponseReturnValue:
    return redirect(url_for("staff_keys.renewal", unit=found.unit), 303)


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


def _picture_page(errors: dict[str, str]) -> str:
    if people.picture_is_held(office().staff):
        abort(404)
    return render_template("staff_picture.html", errors=errors, asked=second_factor.is_asked())


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
        settling=Clock().now() < (found.signed or 0) + unit_renewal.SETTLES_SECONDS,
        member=member,
        asked=second_factor.is_asked(),
    )
