"""What follows when a case has been sent: the code, and that it was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from reporter.forms import CodeForm
from reporter.lanes import Lane
from reporter.readers import named
from reporter.site import carry, ended_page, filled, site, was_ended
from reporter.tickets import BadTicket, Receipt, Visit
from sifra import return_code
from sifra.database import StoreUnavailable
from sifra.return_code import CodeError
from sifra.web.errors import error_page, log_unavailable

_WORD = Markup("<span>{}</span>")


def page(
    lane: Lane,
    visit: Visit,
    secret: int | None,
    promised: int | None,
    readers: Sequence[str],
    called: bool,
    typed: str = "",
    error: str = "",
) -> str:
    """For whoever has just sent a case: by when (Unix seconds) ``readers`` look, and the code that
    is ``secret``, if they want one. ``typed`` is what they wrote to check it."""
    if secret is None:
        return render_template(
            "sent_without_code.html", lane=lane, promised=promised, readers=readers, called=called
        )
    here = site()
    code, digits = return_code.spell(secret, g.lang), return_code.as_digits(secret)
    own = {
        "code": Markup(" ").join(map(_WORD.format, code.split())),
        "digits": digits,
        "receipt": here.tickets.receipt(visit, secret, promised),
    }

    def made(own: Mapping[str, str]) -> str:
        return render_template(
            "sent.html",
            **own,
            lane=lane,
            in_words=code != digits,
            promised=promised,
            readers=readers,
            called=called,
            typed=typed,
            error=error,
        )

    if typed or error:
        return made(own)
    # What else stands in it: a day is "today" until it ends, and an adult may change a name.
    today = here.moment().astimezone(here.municipality.zone).date()
    adults = [here.place().adult(one) for one in readers]
    made_of = (today, promised, tuple(readers), adults, called)
    return filled(f"sent/{lane.path}", made_of, made, own)


def kept(lane: Lane) -> ResponseReturnValue:
    """The sender has kept the code: the form gives nothing back from now on."""
    here, typed = site(), CodeForm(request.form)
    now = here.clock.now()
    try:
        receipt = here.tickets.read_receipt(request.form.get("ticket", ""), now)
    except BadTicket:
        return ended_page(), HTTPStatus.GONE
    try:
        return _keep(lane, typed, receipt)
    except StoreUnavailable as fault:
        # Whether the form was ended cannot be told now, so the code is not shown.
        log_unavailable(current_app, fault)
        return error_page(
            HTTPStatus.SERVICE_UNAVAILABLE,
            _("Siden virker ikke akkurat nå"),
            _("Det du sendte, er kommet fram. Du trenger ikke sende det igjen."),
        )


def _keep(lane: Lane, typed: CodeForm, receipt: Receipt) -> ResponseReturnValue:
    here, visit, secret = site(), receipt.visit, receipt.secret
    now, choices = here.clock.now(), lane.choices
    if was_ended(visit) or not visit.is_fresh(now):
        return ended_page(), HTTPStatus.GONE
    if typed.code.said:
        try:
            is_right = return_code.parse(typed.code.said) == secret
        except CodeError:
            is_right = False
        if not is_right:
            carry(visit)
            error = _("Dette er ikke den samme koden. Se på koden over, og prøv igjen.")
            kept_in = named(request.form.getlist("readers"))
            # A rule may have left fewer than the choice has.
            every = dict.fromkeys(unit for units in choices for unit in units)
            said = tuple(unit for unit in every if unit in kept_in) or choices[0]
            called = bool(request.form.get("called"))
            again = page(
                lane, visit, secret, receipt.promised, said, called, typed.code.said, error
            )
            return again, HTTPStatus.UNPROCESSABLE_ENTITY
    here.store.spend(here.tickets.ended_mark(visit), visit.forgotten, now)
    response = make_response(render_template("kept.html"))
    # Pages that the browser keeps whole for Back are forgotten too, the text in them included.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
