"""The adults' own page: what they say of themselves, and when they are away.

What is saved is a draft until a leader has approved it (triage.adults.approving). Being away counts
at once: whoever is ill has nobody to wait for.
"""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from sifra.adults import Adult
from sifra.clock import Clock
from sifra.duty_store import DutyStore
from sifra.languages import choices
from sifra.local_calendar import DAY, midnight
from sifra.municipality import Municipality
from sifra.promises_kept import PromisesKept
from sifra.web.page import language
from sifra.written_hours import DAYS
from triage.adults import adult_form, drafts, profile_words
from triage.adults.adult_form import Typed
from triage.adults.drafts import Draft
from triage.audit.audit_log import Action, Deed, append
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission
from triage.rota import rota_forms

pages = Blueprint("adult_card", __name__)

_FORM = "form"


def adults_of(member: Member) -> list[Adult]:
    """Those of the file whose key the member holds, in its order. Raises SealError."""
    held = member.unit_keys() if member.may(Permission.PLAN) else {}
    return [adult for adult in office().municipality.adults if adult.id in held]


@pages.get("/profile/card")
@for_members(Permission.PLAN)
def show(member: Member) -> ResponseReturnValue:
    """``adult`` is one of the member's; the first of them when it is not given."""
    return _page(member, _adult(member))


@pages.post("/profile/card")
@for_members(Permission.PLAN)
def save(member: Member) -> ResponseReturnValue:
    """``was`` is what stood there when the form was shown."""
    adult, here = _adult(member), office()
    place = here.approved.read()
    now, draft = _in(place, adult.id), drafts.find(here.staff, adult.id)
    given = adult_form.read(request.form, now, place)
    if given.profile is None:
        return _page(member, adult, given.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    if request.form.get("was") != drafts.seen(now, draft):
        said = _(
            "Kortet er endret i mellomtiden. Ingenting er lagret. Se hva som står nå, og lagre "
            "en gang til hvis ditt skal gjelde."
        )
        return _page(member, adult, {_FORM: said}), HTTPStatus.CONFLICT
    if given.profile == now.profile():
        drafts.drop(here.staff, adult.id)
        flash(_("Det er slik kortet står nå. Ingenting venter på en leder."))
        return _back(adult)
    append(here.staff, Deed(Action.PROFILE_SAVED, member.id, adult.id))
    text = given.profile.text()
    drafts.save(here.staff, Draft(adult.id, text, member.id, Clock().now()))
    flash(_("Utkastet er lagret. De unge ser det når en leder har godkjent det."))
    return _back(adult)


@pages.post("/profile/card/away")
@for_members(Permission.PLAN)
def away(member: Member) -> ResponseReturnValue:
    """``first``, and ``last`` if it is more than a day."""
    adult, here = _adult(member), office()
    zone, now = here.municipality.zone, _now()
    asked = rota_forms.days_off(_dates_typed(), now, zone)
    if asked.dates is None:
        errors = dict(asked.errors)
        if "first" in errors:
            errors["first"] = _("Velg første dag.")
        return _page(member, adult, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    first, last = asked.dates
    dates = {"first": first.isoformat(), "last": last.isoformat()}
    append(here.staff, Deed(Action.ABSENCE, member.id, adult.id, fields=dates))
    DutyStore(here.cases).close(adult.id, first, last, now.timestamp())
    flash(_("Fraværet er lagt inn, og gjelder fra nå."))
    ends = midnight(zone, last + DAY).timestamp()
    start = midnight(zone, first).timestamp()
    if promised := PromisesKept(here.cases).promised_within(adult.id, start, ends):
        flash(
            ngettext(
                "%(num)d sak som ingen har lest, er lovet lest i denne tiden. Les den før du går, "
                "eller be %(deputy)s lese.",
                "%(num)d saker som ingen har lest, er lovet lest i denne tiden. Les dem før du "
                "går, eller be %(deputy)s lese.",
                promised,
                deputy=_deputy(adult),
            )
        )
    return _back(adult)


@pages.post("/profile/card/back")
@for_members(Permission.PLAN)
def back_again(member: Member) -> ResponseReturnValue:
    """``closed``: the absence that is taken away."""
    adult, here = _adult(member), office()
    store, now, zone = DutyStore(here.cases), here.clock.now(), here.municipality.zone
    asked = request.form.get("closed", "")
    found = next((one for one in store.rota(adult.id, now, zone).closed if one.id == asked), None)
    if found is not None:
        dates = {"first": found.first.isoformat(), "last": found.last.isoformat()}
        append(here.staff, Deed(Action.ABSENCE_ENDED, member.id, adult.id, fields=dates))
        store.reopen(adult.id, found.id, now)
    flash(_("Fraværet er tatt bort."))
    return _back(adult)


def _page(member: Member, adult: Adult, errors: dict[str, str] | None = None) -> str:
    here = office()
    place, now = here.approved.read(), here.clock.now()
    current, draft = _in(place, adult.id), drafts.find(here.staff, adult.id)
    profile = draft.profile if draft else None
    then = current.with_profile(profile) if profile else current
    # The two forms of the page each keep what was written in them.
    mine = "was" in request.form
    typed = Typed(request.form) if mine else adult_form.typed_as(then.profile())
    tag = language().tag
    return render_template(
        "adults_card.html",
        adult=adult,
        adults=adults_of(member),
        role=profile_words.card(adult, place).called,
        now=profile_words.card(current, place),
        next=profile_words.card(then, place) if profile else None,
        draft=draft,
        was=drafts.seen(current, draft),
        errors=errors or {},
        typed=typed,
        dates=_dates_typed() if errors and not mine else {},
        told_whole=adult_form.is_told_whole(then.profile()),
        languages_of_pages=place.languages,
        sites=[
            (name, choices(listed, tag))
            for name, listed in (
                (_("Skoler"), place.schools),
                (_("Klubber"), place.clubs),
                (_("Steder"), place.places),
            )
            if listed
        ],
        languages_offered=adult_form.languages(then),
        days=DAYS,
        day_names=_day_names(),
        spans=adult_form.SPANS,
        places=adult_form.PLACES,
        later_wrong=any(re.match("drop-[34]-", name) for name in errors or {}),
        most=adult_form,
        closed=DutyStore(here.cases).rota(adult.id, now, place.zone).closed,
        deputy=_deputy(adult),
        today=_now().astimezone(place.zone).date(),
        last_day=_now().astimezone(place.zone).date() + rota_forms.DAYS_AHEAD * DAY,
    )


def _day_names() -> dict[str, str]:
    return {
        "mon": _("mandag"),
        "tue": _("tirsdag"),
        "wed": _("onsdag"),
        "thu": _("torsdag"),
        "fri": _("fredag"),
        "sat": _("lørdag"),
        "sun": _("søndag"),
        "holiday": _("helligdag"),
    }


def _dates_typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("first", "last")}


def _adult(member: Member) -> Adult:
    """The adult that is asked for. NotFound unless the member holds that adult's key."""
    mine = adults_of(member)
    asked = request.values.get("adult") or next((one.id for one in mine), "")
    return next((one for one in mine if one.id == asked), None) or abort(404)


def _in(place: Municipality, adult_id: str) -> Adult:
    return place.adult(adult_id) or abort(404)


def _deputy(adult: Adult) -> str:
    place = office().municipality
    said = (profile_words.holder(place, one) for one in place.deputies(adult.id))
    return _(" og ").join(said)


def _back(adult: Adult) -> ResponseReturnValue:
    return redirect(url_for("adult_card.show", adult=adult.id), 303)


def _now() -> dt.datetime:
    return dt.datetime.fromtimestamp(office().clock.now(), dt.UTC)
