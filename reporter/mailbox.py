"""The mailbox: answers, writing more, and taking the case back.

It never shows what the sender wrote: a found code must not prove who told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from reporter import dangers
from reporter.forms import CodeForm, MoreForm
from reporter.promises import kept
from reporter.rate_limits import TooMany
from reporter.site import begin_visit, carry, ended_page, site, was_ended
from reporter.tickets import BadTicket, Ticket, Visit
from reporter.who_answers import answering
from sifra import return_code
from sifra.case_store import State, StoredCase, hour_of
from sifra.conversation import Addition, SenderView
from sifra.database import Conflict, StoreUnavailable
from sifra.key_cards import KeyCardError
from sifra.municipality import HelpLine
from sifra.promise_rows import Promise
from sifra.return_code import CodeError, CodeKeys
from sifra.routing import Facts
from sifra.sealing import SealError
from sifra.web.errors import log_unavailable

pages = Blueprint("mailbox", __name__)

_TRIES = 3
_RETRY_SECONDS = 120
_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class _Open:
    """An opened mailbox."""

    stored: StoredCase
    view: SenderView


@pages.get("/mailbox")
def ask() -> str:
    carry(site().tickets.new_visit(site().clock.now()))
    return _code_page()


@pages.post("/mailbox")
def take() -> ResponseReturnValue:
    """``step`` is ``open``, ``write`` or ``withdraw``."""
    step = request.form.get("step")
    visit, _known = begin_visit()
    more, typed = MoreForm(request.form), CodeForm(request.form)
    try:
        if was_ended(visit):
            return ended_page(), HTTPStatus.GONE
        if step == "write":
            return _write(visit, more)
        if step == "withdraw":
            return _withdraw(visit, typed)
        return _open(visit, typed, more)
    except TooMany as wait:
        return _again(more, HTTPStatus.TOO_MANY_REQUESTS, wait.seconds)
    except (StoreUnavailable, KeyCardError) as fault:
        log_unavailable(current_app, fault)
        return _again(more, HTTPStatus.SERVICE_UNAVAILABLE, _RETRY_SECONDS)


def _open(visit: Visit, typed: CodeForm, more: MoreForm) -> ResponseReturnValue:
    opened = _by_code(typed)
    if opened is None:
        return _code_page(typed, more), HTTPStatus.UNPROCESSABLE_ENTITY
    return _mailbox_page(visit, opened, more)


def _write(visit: Visit, more: MoreForm) -> ResponseReturnValue:
    """Add a message, once for each ticket."""
    here, now = site(), site().clock.now()
    try:
        ticket = here.tickets.read_ticket(request.form.get("ticket", ""), now)
    except BadTicket:
        return _ask_again(more)
    if was_ended(ticket.visit):
        return ended_page(), HTTPStatus.GONE
    used = here.tickets.used_mark(ticket)
    wrote = here.tickets.wrote_mark(ticket, more.text.said.encode())
    opened = _by_ticket(ticket)
    if here.store.is_spent(wrote):
        return _code_page(notice=_("Meldingen er sendt. Skriv koden for å lese svar."))
    if opened is None or here.store.is_spent(used):
        return _ask_again(more)
    if not more.validate():
        return _mailbox_page(visit, opened, more), HTTPStatus.UNPROCESSABLE_ENTITY
    here.limits.admit("write")
    words = dangers.found(more.text.said, here.municipality)
    for _try in range(_TRIES):
        routing = here.routing(_facts(opened, urgent=bool(words)))
        promise = kept(Promise.of(routing, hour_of(now)), ticket.given)
        readers = here.store.public_keys(opened.view.sealed.readers, here.settings.verifier)
        body = {"text": more.text.said, "language": g.lang, "hour": hour_of(now)}
        addition = opened.view.more(body, readers)
        unread = opened.stored.clear.state is State.NEW
        try:
            here.store.add(
                addition,
                State.NEW if unread else State.MORE,
                marks=(used, wrote),
                expires=ticket.visit.forgotten,
                promise=promise,
            )
        except Conflict:
            # Staff answered in the same moment, or this very ticket was used twice.
            opened = _by_ticket(ticket)
            if opened is None or here.store.is_spent(used):
                return _write(visit, more)
            continue
        lines = dangers.numbers("", words, routing, here.lines, here.municipality)
        return _mailbox_page(visit, _reopened(ticket, opened), MoreForm(), sent=True, lines=lines)
    raise StoreUnavailable


def _facts(opened: _Open, *, urgent: bool = False) -> Facts:
    """What is known of what the sender writes later: what was ticked at first is sealed."""
    return Facts(
        lane=opened.stored.clear.lane,
        urgency="now" if urgent else "",
        readers=opened.view.sealed.readers,
        language=g.lang,
    )


def _withdraw(visit: Visit, typed: CodeForm) -> ResponseReturnValue:
    """Take the case back. What nobody has read and is not urgent is destroyed at once; the rest
    is held, so that whoever forces a child to withdraw cannot wipe out a knife."""
    here = site()
    opened = _by_code(typed)
    if opened is None:
        return _withdraw_again(visit, typed)
    clear = opened.stored.clear
    if not clear.at_once and here.store.destroy_unread(clear.id, here.clock.now()):
        return render_template("withdrawn.html")
    hour = hour_of(here.clock.now())
    for _try in range(_TRIES):
        addition: Addition = opened.view.withdrawn({"hour": hour})
        age = (hour - clear.received) // _DAY
        try:
            held = here.municipality.retention.withdrawn_held
            here.store.end_access(addition, age + 1 + held, here.clock.now())
        except Conflict:
            again = _by_code(typed)
            if again is None:
                break
            opened = again
            continue
        return render_template("withdrawn.html")
    raise StoreUnavailable


# --- opening -------------------------------------------------------------------------------


def _by_code(typed: CodeForm) -> _Open | None:
    """The mailbox that the typed code opens. None: ``typed`` says what is wrong beside the field.

    A wrong code and a deleted one get the same words after the same work.
    """
    here = site()
    try:
        secret = return_code.parse(typed.code.said)
    except CodeError as fault:
        typed.code.errors = [_said(fault, typed.code.said)]
        return None
    here.limits.admit("open")
    keys: CodeKeys = here.code_keys(secret)
    stored = here.store.find_by_code(keys.lookup_id)
    if stored is not None:
        try:
            return _Open(stored, SenderView.open(stored.sealed, keys.sender_key))
        except SealError:
            current_app.logger.error("case %s does not open: altered or destroyed", stored.clear.id)
    typed.code.errors = [_("Koden åpner ingenting. Se etter at den er skrevet riktig.")]
    return None


def _by_ticket(ticket: Ticket) -> _Open | None:
    stored = site().store.find(ticket.case)
    if stored is None or stored.clear.state is State.WITHDRAWN:
        return None
    try:
        return _Open(stored, SenderView.with_key(stored.sealed, ticket.answer_key))
    except SealError:
        current_app.logger.error("case %s does not open: altered or destroyed", ticket.case)
        return None


def _reopened(ticket: Ticket, before: _Open) -> _Open:
    """The mailbox as it is after writing; as it was, if it went away in between."""
    return _by_ticket(ticket) or before


def _said(fault: CodeError, typed: str) -> str:
    if not typed:
        return _("Skriv koden her.")
    if fault.word and fault.nearest:
        return _(
            "Vi kjenner ikke ordet «%(word)s». Mente du «%(nearest)s»?",
            word=fault.word[:24],
            nearest=fault.nearest,
        )
    if fault.word:
        return _("Vi kjenner ikke ordet «%(word)s». Se på koden en gang til.", word=fault.word[:24])
    return _("En kode er seks ord eller 20 siffer. Se på koden en gang til.")


# --- pages ---------------------------------------------------------------------------------


def _code_page(
    typed: CodeForm | None = None, more: MoreForm | None = None, notice: str = ""
) -> str:
    return render_template(
        "mailbox_code.html",
        form=typed or CodeForm(),
        text=(more.text.said) if more else "",
        notice=notice,
    )


def _ask_again(more: MoreForm) -> ResponseReturnValue:
    """The page has been used, or its time is over: the code again, with the text kept."""
    here = site()
    try:
        ticket = here.tickets.late_ticket(request.form.get("ticket", ""), here.clock.now())
    except BadTicket:
        ticket = None
    if ticket is not None and was_ended(ticket.visit):
        return ended_page(), HTTPStatus.GONE
    notice = _("Denne siden er for gammel. Skriv koden en gang til, så kan du sende teksten.")
    return _code_page(None, more, notice), HTTPStatus.CONFLICT


def _mailbox_page(
    visit: Visit,
    opened: _Open,
    more: MoreForm,
    typed: CodeForm | None = None,
    *,
    sent: bool = False,
    lines: Sequence[HelpLine] = (),
) -> str:
    """``lines`` are the numbers for what was just written."""
    here, clear = site(), opened.stored.clear
    unread, now, given = clear.waits, here.clock.now(), None
    if not unread:
        # While it is unread its own promise stands, also for what is added to it.
        routing = here.routing(_facts(opened))
        given = int(routing.read_by.timestamp()) if routing.read_by else None
        lines = lines or dangers.numbers("", (), routing, here.lines, here.municipality)
    is_late = unread and clear.promised is not None and clear.promised < now
    ticket = here.tickets.ticket(visit, clear.id, opened.view.answer_key, given, now)
    young = [line for line in here.municipality.help_lines if line.for_young]
    if not lines and unread and (is_late or clear.promised is None):
        lines = answering(young, here.lines, here.moment())
    return render_template(
        "mailbox.html",
        state=clear.state,
        unread=unread,
        promised=clear.promised,
        is_late=is_late,
        given=given,
        lines=lines,
        messages=opened.view.messages(),
        ticket=ticket,
        more=more,
        form=typed or CodeForm(),
        sent=sent,
        State=State,
    )


def _withdraw_again(visit: Visit, typed: CodeForm) -> ResponseReturnValue:
    """The code was wrong: the mailbox stays as it was, with the error beside the field."""
    here = site()
    try:
        ticket = here.tickets.read_ticket(request.form.get("ticket", ""), here.clock.now())
    except BadTicket:
        ticket = None
    opened = _by_ticket(ticket) if ticket and not was_ended(ticket.visit) else None
    if opened is None:
        return _code_page(typed), HTTPStatus.UNPROCESSABLE_ENTITY
    return _mailbox_page(visit, opened, MoreForm(), typed), HTTPStatus.UNPROCESSABLE_ENTITY


def _again(more: MoreForm, status: HTTPStatus, seconds: int) -> Response:
    """Not done, and nothing lost: the code is asked for again, with the text kept."""
    page = render_template(
        "mailbox_again.html",
        text=more.text.said,
        status=status,
        minutes=-(-seconds // 60),
        lines=site().municipality.lines(("police_emergency", "ambulance", "child_alarm")),
    )
    response = make_response(page, status)
    response.headers["Retry-After"] = str(seconds)
    return response
