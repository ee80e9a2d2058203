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
from sqlalchemy import ColumnElement, Row, select

from sifra.database import reading
from sifra.local_calendar import DAY, midnight
from triage.audit import audit_log
from triage.audit.audit_log import Action
from triage.audit.audit_words import ACTIONS, local_moment, said
from triage.members import Member, for_members
from triage.office import office
from triage.people.staff_words import plain_unit
from triage.permissions import Permission
from triage.staff_tables import accounts, audit_entries

A_PAGE = 50

pages = Blueprint("audit", __name__)

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
    wrong = {
        "account": _("Velg en fra listen."),
        "action": _("Velg en fra listen."),
        "case": _("Skriv de seks første tegnene i saksnummeret, bare 0–9 og a–f."),
        "from": _("Velg en dato."),
        "to": _("Velg en dato."),
    }
    before = request.args.get("before", "")
    return Asked(
        {name: value for name, value in given.items() if value and known[name]},
        {name: wrong[name] for name, value in given.items() if value and not known[name]},
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
        local_moment(row.at),
        names.get(row.account_id) or _("en konto som er borte"),
        str(ACTIONS.get(row.action, row.action)),
        plain_unit(row.unit) if row.unit else "",
        str(row.case_id or ""),
        tuple(found for name, value in fields.items() if (found := said(name, value, names))),
    )


def _parsed(fields: str) -> dict[str, Any]:
    try:
        found = json.loads(fields)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
