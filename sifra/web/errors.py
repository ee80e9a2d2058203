"""Error pages: plain, in the page's language, always with the numbers, never a trace."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, current_app, render_template
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from sifra.database import StoreUnavailable
from sifra.key_cards import KeyCardError
from sifra.serving.quiet import where


def install(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreUnavailable, _unavailable)
    app.register_error_handler(KeyCardError, _unavailable)


def error_page(status: HTTPStatus, heading: str, text: str) -> tuple[str, int]:
    """A whole page for ``status``."""
    return render_template("error.html", heading=heading, text=text), status


def _http(fault: HTTPException) -> Response | tuple[str, int]:
    if fault.code is None or fault.code < 400:
        return fault.get_response()
    if isinstance(fault, InternalServerError):
        return error_page(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            _("Noe gikk galt hos oss"),
            _("Det er ikke din feil. Prøv igjen om litt."),
        )
    if fault.code == HTTPStatus.NOT_FOUND:
        return error_page(
            HTTPStatus.NOT_FOUND, _("Siden finnes ikke"), _("Gå til forsiden og prøv derfra.")
        )
    if fault.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return error_page(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            _("Det var for mye på én gang"),
            _("Skriv en kortere tekst. Du kan sende flere etter hverandre."),
        )
    page, status = error_page(
        HTTPStatus(fault.code), _("Det gikk ikke"), _("Gå til forsiden og prøv derfra.")
    )
    response = current_app.make_response((page, status))
    for name, value in fault.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def log_unavailable(app: Flask, fault: Exception) -> None:
    """Tell the operator why pages answer 503. A key card's fault names holders, a store's names
    the kind of its fault; none of the faults that come here holds user text."""
    place = "" if isinstance(fault, KeyCardError) else f" ({where(fault)})"
    app.logger.error("cannot be used now: %s%s", fault, place)


def _unavailable(fault: Exception) -> tuple[str, int]:
    log_unavailable(current_app, fault)
    return error_page(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("Siden virker ikke akkurat nå"),
        _("Ingenting er sendt. Prøv igjen om noen minutter."),
    )
