"""The queue: danger first, then what must be read by when, then age; and closing many at once."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from sifra.case_store import Position
from sifra.database import Conflict
from sifra.sealing import Kind, SealError
from triage.audit.audit_log import Action, Deed, append
from triage.cases.case_files import OpenCase, lines, open_case
from triage.finding import register
from triage.finding.queue_rows import holder_names
from triage.handover import handed_over
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission
from triage.wording import REASONS

A_PAGE = 25

pages = Blueprint("queue", __name__)

_POSITION = re.compile(r"(\d{1,12})\.(\d{1,12})\.([0-9a-f]{32})", re.ASCII)


@pages.get("/")
def start() -> ResponseReturnValue:
    return redirect(url_for("queue.show"), 303)


@pages.get("/queue")
@for_members(Permission.READ)
def show(member: Member) -> ResponseReturnValue:
    """``closed=1`` shows the closed ones; ``after`` is the place of the last case before."""
    closed = request.args.get("closed") == "1"
    after = _position(request.args.get("after", ""))
    unit_keys = member.unit_keys()
    # One more than is shown tells whether there is a next page. Nothing is counted: the page
    # must not get slower as cases pile up.
    found = lines(unit_keys, closed=closed, after=after, limit=A_PAGE + 1)
    register.tidy(member)
    return render_template(
        "queue.html",
        lines=found[:A_PAGE],
        closed=closed,
        first_page=after is None,
        more=_spelt(found[A_PAGE - 1].position) if len(found) > A_PAGE else "",
        may_close=member.may(Permission.ANSWER),
        holders=holder_names([line.case.clear.id for line in found]),
        **handed_over.shown_on_queue(member),
    )


@pages.post("/queue/close")
@for_members(Permission.ANSWER)
def close_many(member: Member) -> ResponseReturnValue:
    """Without ``reason``, shows what was ticked and asks for one; with it, closes."""
    handles = list(dict.fromkeys(request.form.getlist("case")))[:A_PAGE]
    chosen, changed = _chosen(member, handles)
    reason = request.form.get("reason")
    if not chosen:
        flash(
            _("Ingen sak er lukket: de du valgte, har endret seg.")
            if changed
            else _("Kryss av sakene du vil lukke først.")
        )
        return redirect(url_for("queue.show"), 303)
    if reason not in REASONS:
        asked = reason is None and "sure" not in request.form
        error = "" if asked else _("Velg hvorfor sakene lukkes.")
        page = render_template("close_many.html", chosen=chosen, changed=changed, error=error)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    closed = 0
    append(office().staff, *(_closing(member, case, reason) for case in chosen))
    for case in chosen:
        try:
            # The reason stands where the sender's page never shows it: a young person whose
            # tip was taken for a prank is told that it was closed, and may write again.
            case.add(Kind.CLOSED, {"reason": reason}, unopened=True)
            closed += 1
        except Conflict:
            changed += 1
    flash(ngettext("%(num)d sak er lukket.", "%(num)d saker er lukket.", closed))
    if changed:
        flash(
            ngettext(
                "%(num)d sak hadde endret seg og er ikke lukket.",
                "%(num)d saker hadde endret seg og er ikke lukket.",
                changed,
            )
        )
    return redirect(url_for("queue.show"), 303)


def _chosen(member: Member, handles: list[str]) -> tuple[list[OpenCase], int]:
    """The ticked cases that still stand as they were shown, and how many do not."""
    chosen = []
    for handle in handles:
        try:
            found = open_case(member, handle.partition(".")[0])
        except (NotFound, SealError):
            continue
        if found.handle == handle and found.allows(Kind.CLOSED):
            chosen.append(found)
    return chosen, len(handles) - len(chosen)


def _closing(member: Member, case: OpenCase, reason: str) -> Deed:
    fields: dict[str, int | str] = {"message": len(case.messages), "reason": reason}
    return Deed(Action.BULK_CLOSE, member.id, case.unit, case.case.clear.id, fields)


def _position(spelt: str) -> Position | None:
    """A place in the queue from the address; the start when it is none."""
    parts = _POSITION.fullmatch(spelt)
    return Position(int(parts[1]), int(parts[2]), parts[3]) if parts else None


def _spelt(position: Position) -> str:
    return f"{position.due}.{position.received}.{position.id}"
