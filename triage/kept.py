"""When a form cannot be taken, what somebody wrote in it comes back to them.

An answer takes time to write, and a session, a database or a token may end meanwhile. The page
that says so holds the text and a button to send it again, to the same place.
"""

from __future__ import annotations

import re
from contextlib import suppress
from http import HTTPStatus

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import Unauthorized

from sifra.database import StoreUnavailable
from sifra.plain_text import tidy
from sifra.sealing import SealError
from sifra.serving.quiet import where
from triage.adults.adult_form import FIELDS
from triage.cases import offered_times
from triage.cases.case_files import was_sent_before
from triage.members import current_member
from triage.wording import case_name

_WRITTEN = re.compile(r"text(-[0-9]{1,6})?|note|said|reason|translation|where|about-[a-z]{2}")
"""An answer, or an interpreter's translations by message; a note, or what was said by telephone;
a hand-over's summary and why; where to meet, and with it the times; what an
adult says of themselves."""
_PRESSED = ("save", "whom", "take", "off", "out", "outcome")
_CHOSEN = (
    "seen",
    "was",
    "noted",
    "head",
    "language",
    "phrase",
    "to",
    "goes",
    "ground",
    "level",
    "on",
)
_SHORT = ("label", "into", "title", *offered_times.FIELDS)
_BESIDE = (*_PRESSED, *_CHOSEN, *_SHORT)
"""What goes with it: without the button's own value, another button would be pressed."""


def install(app: Flask) -> None:
    app.register_error_handler(StoreUnavailable, _unavailable)
    app.register_error_handler(CSRFError, _not_taken)
    app.register_error_handler(Unauthorized, _not_taken)
    app.register_error_handler(SealError, _altered)


def _altered(fault: SealError) -> tuple[str, int]:
    """Something did not open, which is said with the case's id; nothing is lost."""
    current_app.logger.error("does not open: %s", where(fault))
    case_id = (request.view_args or {}).get("case_id", "")
    why = (
        _(
            "Sendt før du fikk ny nøkkel. En annen som leser saken, må slippe nøkkelen inn under "
            "Kolleger."
        )
        if _was_sent_before(case_id)
        else _(
            "Noe er endret utenfor Sifra. Ingenting er slettet. Si fra til den som drifter Sifra."
        )
    )
    return _kept_page(
        HTTPStatus.CONFLICT,
        _("Sak %(name)s lar seg ikke åpne", name=case_name(case_id))
        if case_id
        else _("Nøklene dine lar seg ikke åpne"),
        " ".join(
            (
                why,
                _("Hele saksnummeret er %(case_id)s.", case_id=case_id) if case_id else "",
            )
        ).strip(),
        generate_csrf(),
    )


def _was_sent_before(case_id: str) -> bool:
    # The member's own keys may be what does not open.
    with suppress(SealError, StoreUnavailable):
        member = current_member()
        return member is not None and was_sent_before(member, case_id)
    return False


def _unavailable(fault: StoreUnavailable) -> tuple[str, int]:
    current_app.logger.error("cannot be used now: %s", where(fault))
    return _kept_page(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("Siden virker ikke akkurat nå"),
        _("Ingenting er lagret. Prøv igjen om noen minutter."),
        # The token that was sent is good again once the session can be read.
        request.form.get("csrf_token", "") or generate_csrf(),
    )


def _not_taken(fault: Exception) -> ResponseReturnValue:  # noqa: ARG001
    if current_member() is None:
        return _kept_page(
            HTTPStatus.UNAUTHORIZED,
            _("Du er ikke logget inn lenger"),
            _("Logg inn i en ny fane. Kom så tilbake hit og trykk «Send på nytt»."),
            generate_csrf(),
        )
    return _kept_page(
        HTTPStatus.BAD_REQUEST,
        _("Siden hadde ligget for lenge"),
        _("Ingenting er sendt. Prøv en gang til."),
        generate_csrf(),
    )


def _kept_page(status: HTTPStatus, heading: str, text: str, token: str) -> tuple[str, int]:
    # Only what is written in words is long enough to be missed; the rest is a button to press
    # again.
    written = {
        name: said
        for name, value in request.form.items()
        if _WRITTEN.fullmatch(name) and (said := tidy(value))
    }
    return (
        render_template(
            "kept.html",
            heading=heading,
            text=text,
            written=written,
            fields=[
                (name, value)
                for name, value in request.form.items(multi=True)
                if name in _BESIDE or FIELDS.fullmatch(name)
            ],
            token=token,
            signed_out=status == HTTPStatus.UNAUTHORIZED,
        ),
        status,
    )
