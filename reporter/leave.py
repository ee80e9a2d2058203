"""Exit: the form is ended for good, and the browser is sent somewhere neutral."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, current_app, redirect, request
from werkzeug.wrappers import Response

from reporter.site import site
from reporter.tickets import BadTicket, Visit
from sifra.database import StoreUnavailable

pages = Blueprint("leave", __name__)


@pages.post("/exit")
def leave() -> Response:
    """Never fails: whoever presses it is looking over a shoulder."""
    now = site().clock.now()
    for visit in _visits(now):
        try:
            site().store.spend(site().tickets.ended_mark(visit), visit.forgotten, now)
        except StoreUnavailable:
            current_app.logger.error("exit could not end a form: the database is away")
    response = redirect(site().municipality.exit_url, HTTPStatus.SEE_OTHER)
    response.headers["Clear-Site-Data"] = '"*"'
    return response


def _visits(now: int) -> list[Visit]:
    tickets = site().tickets
    visits = []
    with suppress(BadTicket):
        visits.append(tickets.visit(request.form.get("token", ""), now))
    with suppress(BadTicket):
        visits.append(tickets.late_ticket(request.form.get("ticket", ""), now).visit)
    return visits
