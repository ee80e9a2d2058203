"""Exit: the form is ended for good, and the browser is sent somewhere neutral."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, current_app, redirect, request, url_for
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
    return _clearing(url_for("leave.blank") if "plain" in request.form else _neutral())


@pages.get("/exit/blank")
def blank() -> Response:
    """The way out without script. A browser that keeps pages whole for Back keeps the one that
    exit was pressed on when it leaves it, after the answer that cleared the others: so it is led
    over an empty page, and cleared once more from there."""
    onward = url_for("leave.out")
    page = '<!doctype html><html lang="en"><title>\u200b</title><a href="{}">→</a>'
    return Response(page.format(onward), mimetype="text/html", headers={"Refresh": f"0; {onward}"})


@pages.get("/exit/out")
def out() -> Response:
    return _clearing(_neutral())


def _neutral() -> str:
    return site().municipality.exit_url


def _clearing(location: str) -> Response:
    response = redirect(location, HTTPStatus.SEE_OTHER)
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
