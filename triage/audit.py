"""The audit log as a page: who did what to which case, the newest first."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, select

from sifra.database import reading
from sifra.local_calendar import DAY, midnight
from triage import audit_log
from triage.audit_log import Action
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission
from triage.staff_tables import accounts, audit_entries
from triage.wording import REASONS, case_name

A_PAGE = 50

pages = Blueprint("audit", __name__)

ACTIONS = {
    Action.SIGN_IN: _l("Logget inn"),
    Action.SIGN_IN_REFUSED: _l("Innlogging avvist"),
    Action.SIGN_OUT: _l("Logget ut"),
    Action.LOOK: _l("Så på saken"),
    Action.READ: _l("Merket saken som lest"),
    Action.ANSWER: _l("Svarte"),
    Action.CLOSE: _l("Lukket saken"),
    Action.REOPEN: _l("Åpnet saken igjen"),
    Action.BULK_CLOSE: _l("Lukket flere saker sammen"),
    Action.SHIFT_PLANNED: _l("Satte opp en vakt"),
    Action.SHIFT_REMOVED: _l("Slettet en vakt"),
    Action.SHIFT_JOINED: _l("Gikk på en vakt"),
    Action.SHIFT_LEFT: _l("Gikk av en vakt"),
    Action.DAYS_CLOSED: _l("Stengte dager"),
    Action.DAYS_OPENED: _l("Åpnet stengte dager"),
    Action.PAUSE: _l("Satte løftene på pause"),
    Action.RESUME: _l("Tok opp løftene igjen"),
    Action.STAFF_ADDED: _l("Slapp inn en kollega"),
    Action.KEY_CARD_SIGNED: _l("Signerte et nøkkelkort"),
}

_CASE = re.compile(r"[0-9a-f]{6}(?:[0-9a-f]{26})?", re.ASCII)
_SEQUENCE = re.compile(r"\d{1,15}", re.ASCII)
_FILTERS = ("account", "action", "case", "from", "to")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words. ``moment`` is local, to the second."""

    sequence: int
    moment: dt.datetime
    account: str
    action: str
    unit: str
    case_id: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the address. What is none of the choices, no date and no case is an error
    beside its field; it filters nothing and goes into no further address."""

    values: Mapping[str, str]
    errors: Mapping[str, str]
    before: int | None

    def conditions(self) -> list[ColumnElement[bool]]:
        columns, found = audit_entries.c, []
        zone = office().municipality.zone
        if self.before is not None:
            found.append(columns.sequence < self.before)
        for name, wanted in self.values.items():
            match name:
                case "account":
                    found.append(columns.account_id == wanted)
                case "action":
                    found.append(columns.action == wanted)
                case "case":
                    # A range, and not LIKE, so that an index finds it.
                    found += [columns.case_id >= wanted, columns.case_id < f"{wanted}g"]
                case "from":
                    first = midnight(zone, dt.date.fromisoformat(wanted))
                    found.append(columns.at >= int(first.timestamp()))
                case "to":
                    after = midnight(zone, dt.date.fromisoformat(wanted) + DAY)
                    found.append(columns.at < int(after.timestamp()))
        return found

    def address(self, **more: object) -> str:
        """The log with these filters and ``more``."""
        given = {**self.values, **more}
        return f"/audit?{urlencode(given)}" if given else "/audit"


@pages.get("/audit")
@for_members(Permission.AUDIT)
def show(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    """``account``, ``action``, ``case`` (short or whole), ``from`` and ``to`` (local dates, both
    included); ``before`` is the last entry of the page before."""
    names = _names()
    asked = _asked(names)
    # One more than is shown tells whether there is a next page.
    query = select(audit_entries).where(*asked.conditions())
    with reading(office().staff) as connection:
        rows = connection.execute(
            query.order_by(audit_entries.c.sequence.desc()).limit(A_PAGE + 1)
        ).all()
    page = render_template(
        "audit.html",
        lines=[_line(row, names) for row in rows[:A_PAGE]],
        asked=asked,
        names=names,
        actions=ACTIONS,
        more=rows[A_PAGE - 1].sequence if len(rows) > A_PAGE else None,
        end=audit_log.end(office().staff),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if asked.errors else HTTPStatus.OK


def _asked(names: Mapping[str, str]) -> Asked:
    given = {name: request.args.get(name, "").strip() for name in _FILTERS}
    given["case"] = given["case"].lower()
    known = {
        "account": given["account"] in names,
        "action": given["action"] in set(Action),
        "case": _CASE.fullmatch(given["case"]) is not None,
        "from": _is_date(given["from"]),
        "to": _is_date(given["to"]),
    }
    said = {
        "account": _("Velg en fra listen."),
        "action": _("Velg en fra listen."),
        "case": _("Skriv de seks første tegnene i saksnummeret, bare 0–9 og a–f."),
        "from": _("Velg en dato."),
        "to": _("Velg en dato."),
    }
    before = request.args.get("before", "")
    return Asked(
        {name: value for name, value in given.items() if value and known[name]},
        {name: said[name] for name, value in given.items() if value and not known[name]},
        int(before) if _SEQUENCE.fullmatch(before) else None,
    )


def _is_date(value: str) -> bool:
    try:
        return dt.date(2000, 1, 1) <= dt.date.fromisoformat(value) <= dt.date(2999, 12, 31)
    except ValueError:
        return False


def _names() -> dict[str, str]:
    """What each account is called: roles may be alike, usernames are not."""
    with reading(office().staff) as connection:
        rows = connection.execute(
            select(accounts.c.id, accounts.c.display, accounts.c.username).order_by(
                accounts.c.display, accounts.c.username
            )
        ).all()
    return {row.id: f"{row.display} ({row.username})" for row in rows}


def _line(row: Row[tuple[Any, ...]], names: Mapping[str, str]) -> Line:
    """Whatever stands there is shown: that it was altered is for `sifra audit verify` to say."""
    fields = _parsed(row.fields)
    return Line(
        row.sequence,
        _moment(row.at),
        names.get(row.account_id) or _("en konto som er borte"),
        str(ACTIONS.get(row.action, row.action)),
        row.unit,
        row.case_id or "",
        tuple(said for name, value in fields.items() if (said := _said(name, value, names))),
    )


def _moment(seconds: object) -> dt.datetime:
    """Local. What is no time of ours is the beginning of time, and no fault of the page."""
    known = seconds if isinstance(seconds, int) and 0 <= seconds < 1 << 34 else 0
    return dt.datetime.fromtimestamp(known, office().municipality.zone)


def _parsed(fields: str) -> dict[str, Any]:
    try:
        found = json.loads(fields)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _said(name: str, value: object, names: Mapping[str, str]) -> str:
    """A field in words; nothing for what says itself."""
    match name:
        case "messages":
            return _("Meldinger vist: %(count)s", count=value)
        case "message" if isinstance(value, int):
            return _("Melding nr. %(number)s", number=value + 1)
        case "reason":
            return _("Grunn: %(reason)s", reason=REASONS.get(str(value), value))
        case "joined" if value:
            return _("Står på den selv")
        case "shift":
            return _("Vakt %(name)s", name=case_name(str(value)))
        case "first":
            return _("Fra %(date)s", date=value)
        case "last":
            return _("Til og med %(date)s", date=value)
        case "until" if isinstance(value, int):
            return _("Til %(date)s", date=f"{_moment(value):%Y-%m-%d %H:%M}")
        case "added":
            return names.get(str(value)) or _("en konto som er borte")
        case "serial":
            return _("Nøkkel nr. %(number)s", number=value)
    return ""
