"""The rota: who is on in the evening, which days are off, and a pause when the day is too full.

Members plan for the units that they read as, and for no other. A promise that was given stands
whatever is planned anew: before a shift goes that cases were promised within, the page says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from sifra.database import Conflict, reading
from sifra.duty_store import DutyStore, Planned, Rota
from sifra.languages import day_of_week
from sifra.local_calendar import DAY, midnight
from sifra.promises_kept import PromisesKept
from sifra.routing import HOUR, Facts, decide
from sifra.web.page import language
from triage.adults import card
from triage.audit.audit_log import Action, Deed, append
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission
from triage.rota import rota_days, rota_forms
from triage.staff_tables import accounts
from triage.wording import when

pages = Blueprint("rota", __name__)

_HALF_A_YEAR = 183 * DAY
_NO_ERRORS: Mapping[str, str] = {}


def install(app: Flask) -> None:
    app.register_blueprint(pages)
    app.jinja_env.globals.update(
        clock_time=clock_time,
        day_of_week=_date,
        local_day=lambda moment: _date(dt.datetime.fromtimestamp(moment, _zone()).date()),
    )


@pages.get("/rota")
@for_members(Permission.PLAN)
def show(member: Member) -> ResponseReturnValue:
    """``unit`` is one of the member's; the first of them when it is not given. Who reads as an
    adult alone has no rota: their hours and their absence stand on their card."""
    if not _units(member) and card.adults_of(member):
        return redirect(url_for("adult_card.show"), 303)
    return _page(member, _unit(member))


@pages.post("/rota/stay")
@for_members(Permission.PLAN)
def stay(member: Member) -> ResponseReturnValue:
    """ "I am here until 23": ``until``."""
    unit, now = _unit(member), _now()
    asked = rota_forms.stay(request.form, now, _zone())
    if asked.span is None:
        return _page(member, unit, asked.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    planned = _store().rota(unit, now.timestamp(), _zone()).shifts
    on = [one for one in planned if member.id in one.people and not one.missing]
    already = max((one.end for one in on if one.start <= asked.span.start), default=0)
    if already > asked.span.end:
        time = clock_time(already)
        return _back(
            unit,
            _("Du står allerede på vakt til %(time)s. Gå av den vakten når du går.", time=time),
        )
    _enter(Action.SHIFT_PLANNED, member, unit, joined=1)
    _store().stay(unit, member.id, asked.span.end, asked.span.start)
    return _back(unit, _("Du står på vakt til %(time)s.", time=clock_time(asked.span.end)))


@pages.post("/rota/plan")
@for_members(Permission.PLAN)
def plan(member: Member) -> ResponseReturnValue:
    """``date``, ``opens``, ``closes``, ``least``; with ``join`` the member is on it."""
    unit, now = _unit(member), _now()
    asked = rota_forms.shift(request.form, now, _zone())
    if asked.span is None:
        return _page(member, unit, asked.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    people = (member.id,) if "join" in request.form else ()
    _enter(Action.SHIFT_PLANNED, member, unit, joined=len(people))
    _store().plan(unit, asked.span.start, asked.span.end, asked.least, now.timestamp(), people)
    start, end = when(asked.span.start), when(asked.span.end)
    return _back(unit, _("Vakten er satt opp fra %(start)s til %(end)s.", start=start, end=end))


@pages.post("/rota/join")
@for_members(Permission.PLAN)
def join(member: Member) -> ResponseReturnValue:
    unit = _unit(member)
    shift = _shift(unit)
    try:
        if shift is None:
            raise Conflict
        _enter(Action.SHIFT_JOINED, member, unit, shift=shift.id)
        _store().join(unit, shift.id, member.id, _seconds())
    except Conflict:
        return _back(unit, _("Vakten er slettet eller over."))
    return _back(unit, _("Du er satt på vakten."))


@pages.post("/rota/leave")
@for_members(Permission.PLAN)
def leave(member: Member) -> ResponseReturnValue:
    unit = _unit(member)
    shift = _shift(unit)
    if shift is not None and member.id in shift.people:
        if len(shift.people) <= shift.least and (warning := _promised_within(shift)):
            return _sure(_("Gå av vakten?"), warning, _("Gå av vakten"), shift=shift.id)
        _enter(Action.SHIFT_LEFT, member, unit, shift=shift.id)
        _store().leave(unit, shift.id, member.id, _seconds())
    return _back(unit, _("Du er tatt av vakten."))


@pages.post("/rota/remove")
@for_members(Permission.PLAN)
def remove(member: Member) -> ResponseReturnValue:
    unit = _unit(member)
    shift = _shift(unit)
    if shift is not None:
        if warning := _promised_within(shift):
            return _sure(_("Slette vakten?"), warning, _("Slett vakten"), shift=shift.id)
        _enter(Action.SHIFT_REMOVED, member, unit, shift=shift.id)
        _store().remove(unit, shift.id, _seconds())
    return _back(unit, _("Vakten er slettet."))


@pages.post("/rota/close")
@for_members(Permission.PLAN)
def close(member: Member) -> ResponseReturnValue:
    """``week``, or ``first`` and ``last``."""
    unit = _unit(member)
    asked = rota_forms.days_off(request.form, _now(), _zone())
    if asked.dates is None:
        return _page(member, unit, asked.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    first, last = asked.dates
    start = midnight(_zone(), first).timestamp()
    warning = _promised(unit, start, midnight(_zone(), last + DAY).timestamp())
    if warning:
        dates = {"first": first.isoformat(), "last": last.isoformat()}
        return _sure(_("Stenge disse dagene?"), warning, _("Steng"), **dates)
    _enter(Action.DAYS_CLOSED, member, unit, first=first.isoformat(), last=last.isoformat())
    _store().close(unit, first, last, _seconds())
    return _back(
        unit,
        _(
            "Stengt fra %(first)s til %(last)s. Vakter som står der, gjelder fortsatt.",
            first=_date(first),
            last=_date(last),
        )
        if first != last
        else _("Stengt %(date)s. Vakter som står der, gjelder fortsatt.", date=_date(first)),
    )


@pages.post("/rota/reopen")
@for_members(Permission.PLAN)
def reopen(member: Member) -> ResponseReturnValue:
    unit = _unit(member)
    asked = request.form.get("closed", "")
    found = _store().rota(unit, _seconds(), _zone()).closed
    closed = next((one for one in found if one.id == asked), None)
    if closed is not None:
        dates = {"first": closed.first.isoformat(), "last": closed.last.isoformat()}
        _enter(Action.DAYS_OPENED, member, unit, **dates)
        _store().reopen(unit, closed.id, _seconds())
    return _back(unit, _("Dagene er åpne igjen."))


@pages.post("/rota/pause")
@for_members(Permission.PLAN)
def pause(member: Member) -> ResponseReturnValue:
    """Until the local day is over: nobody has to remember to end it."""
    unit, now = _unit(member), _now()
    until = midnight(_zone(), now.astimezone(_zone()).date() + DAY)
    _enter(Action.PAUSE, member, unit, until=int(until.timestamp()))
    _store().pause(unit, int(until.timestamp()), member.id, now.timestamp())
    return _back(unit, _("Løftene er på pause. Det som alt er lovet, står."))


@pages.post("/rota/resume")
@for_members(Permission.PLAN)
def resume(member: Member) -> ResponseReturnValue:
    unit = _unit(member)
    _enter(Action.RESUME, member, unit)
    _store().resume(unit, _seconds())
    return _back(unit, _("Løftene er tatt opp igjen."))


# --- what the page shows -------------------------------------------------------------------


def clock_time(moment: int) -> str:
    """The local time of day (Unix seconds)."""
    return f"{dt.datetime.fromtimestamp(moment, _zone()):%H:%M}"


def _page(member: Member, unit: str, errors: Mapping[str, str] = _NO_ERRORS) -> str:
    here, now = office().municipality, _now()
    today = now.astimezone(_zone()).date()
    calendar = here.calendar.calendar(_zone())
    found = _store().rota(unit, now.timestamp(), _zone())
    people = _people(found)
    return render_template(
        "rota.html",
        unit=unit,
        units=_units(member),
        rota=found,
        days=rota_days.days(here.units[unit], found, calendar, today, language().tag),
        later=rota_days.later(found, calendar, today),
        people=people,
        on={one.id: sorted(one.people, key=lambda who: (people[who], who)) for one in found.shifts},
        me=member.id,
        read_by=_read_by(unit, now),
        today=today,
        last_day=today + rota_forms.DAYS_AHEAD * DAY,
        likely_stay=rota_forms.likely_stay(now, _zone()),
        errors=errors,
        written=request.form,
    )


def _date(date: dt.date) -> str:
    """With its year where it could be taken for a day that was."""
    said = day_of_week(date, language().tag)
    far = date - _now().astimezone(_zone()).date() > _HALF_A_YEAR
    return f"{said} {date.year}" if far else said


def _read_by(unit: str, now: dt.datetime) -> int | None:
    """When the public site says now that an ordinary tip to this unit alone is read."""
    here = office().municipality
    holders = frozenset((*here.units, *(adult.id for adult in here.adults)))
    duty = _store().duty(now.timestamp(), _zone(), holders)
    read_by = decide(Facts(readers=(unit,)), now, here.rule_book(duty)).read_by
    return int(read_by.timestamp()) if read_by else None


def _people(rota: Rota) -> dict[str, str]:
    """What each account in the rota is called: a role, never a person's name."""
    wanted = {one for shift in rota.shifts for one in shift.people}
    if rota.pause:
        wanted.add(rota.pause.account_id)
    with reading(office().staff) as connection:
        rows = connection.execute(
            select(accounts.c.id, accounts.c.display).where(accounts.c.id.in_(wanted))
        ).all()
    gone = dict.fromkeys(wanted, _("en konto som er borte"))
    return gone | {row.id: row.display for row in rows}


def _sure(heading: str, text: str, button: str, **fields: str) -> str:
    return render_template(
        "rota_sure.html",
        heading=heading,
        text=text,
        button=button,
        fields={**fields, "unit": request.form["unit"], "sure": "1"},
    )


def _promised_within(shift: Planned) -> str:
    """What is to be said before a shift goes; empty when nothing rests on it."""
    if shift.missing:
        return ""
    # A shift that ends within an hour is promised by the end of that hour.
    return _promised(shift.unit, shift.start, -(-shift.end // _HOUR) * _HOUR)


def _promised(unit: str, start: float, end: float) -> str:
    """Empty when ``sure`` says that it was read."""
    count = PromisesKept(office().cases).promised_within(unit, start, end)
    if not count or "sure" in request.form:
        return ""
    return ngettext(
        "%(num)d sak som ingen har lest, er lovet lest i denne tiden.",
        "%(num)d saker som ingen har lest, er lovet lest i denne tiden.",
        count,
    )


# --- who asks, and when --------------------------------------------------------------------

_HOUR = int(HOUR.total_seconds())


def _units(member: Member) -> list[str]:
    """Those that the member reads as, in the order of the file."""
    held = member.unit_keys()
    return [unit for unit in office().municipality.units if unit in held]


def _unit(member: Member) -> str:
    """The unit that is asked for, which must be one of the member's."""
    mine = _units(member)
    asked = request.values.get("unit") or next(iter(mine), "")
    if asked not in mine:
        abort(HTTPStatus.FORBIDDEN)
    return asked


def _shift(unit: str) -> Planned | None:
    """The shift that is asked for, if it is still there and the unit's."""
    wanted = request.form.get("shift", "")
    found = _store().rota(unit, _seconds(), _zone()).shifts
    return next((shift for shift in found if shift.id == wanted), None)


def _enter(action: Action, member: Member, unit: str, **fields: int | str) -> None:
    append(office().staff, Deed(action, member.id, unit, fields=fields))


def _back(unit: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("rota.show", unit=unit), 303)


def _store() -> DutyStore:
    return DutyStore(office().cases)


def _zone() -> ZoneInfo:
    return office().municipality.zone


def _seconds() -> int:
    return office().clock.now()


def _now() -> dt.datetime:
    return dt.datetime.fromtimestamp(_seconds(), dt.UTC)
