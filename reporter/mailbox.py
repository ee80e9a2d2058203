"""The mailbox: answers, writing more, and taking the case back.

It never shows what the sender wrote: a found code must not prove who told.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter import dangers, meeting, thread, written_in
from reporter import mailbox_pages as show
from reporter.forms import CodeForm, MoreForm
from reporter.opened import Open, by_code, by_ticket
from reporter.promises import is_later, kept
from reporter.rate_limits import TooMany
from reporter.site import begin_visit, carry, ended_page, site, was_ended
from reporter.tickets import BadTicket, Ticket, Visit
from sifra.case_store import State, hour_of
from sifra.conversation import Addition
from sifra.database import Conflict, StoreUnavailable
from sifra.key_cards import KeyCardError
from sifra.promise_rows import Promise
from sifra.sealing import Kind
from sifra.web.errors import log_unavailable

pages = Blueprint("mailbox", __name__)

_TRIES = 3
_RETRY_SECONDS = 120
_DAY = 24 * 3600
_CONSENT = {"yes": Kind.CONSENTED, "no": Kind.REFUSED}


@dataclass(frozen=True, slots=True)
class _Turn:
    """A ticket that may be used, once. ``wrote`` tells what it is used for."""

    ticket: Ticket
    used: bytes
    wrote: bytes
    opened: Open


@pages.get("/mailbox")
def ask() -> str:
    carry(site().tickets.new_visit(site().clock.now()))
    return show.code()


@pages.post("/mailbox")
def take() -> ResponseReturnValue:
    """``step`` is ``open``, ``language`` (the same page in another language), ``write``,
    ``consent``, ``pick``, ``forget_number`` or ``withdraw``."""
    step = request.form.get("step")
    visit, _known = begin_visit()
    more, typed = MoreForm(request.form), CodeForm(request.form)
    try:
        if was_ended(visit):
            return ended_page(), HTTPStatus.GONE
        if step == "language":
            return _in_language(visit, typed, more)
        if step == "write":
            return _write(visit, more)
        if step == "consent":
            return _consent(visit, more)
        if step == "pick":
            return _pick(visit, more)
        if step == "forget_number":
            return _forget_number(visit, more)
        if step == "withdraw":
            return _withdraw(visit, typed, more)
        return _opening(visit, typed, more)
    except TooMany as wait:
        return show.again(more, HTTPStatus.TOO_MANY_REQUESTS, wait.seconds)
    except (StoreUnavailable, KeyCardError) as fault:
        log_unavailable(current_app, fault)
        return show.again(more, HTTPStatus.SERVICE_UNAVAILABLE, _RETRY_SECONDS)


def _opening(visit: Visit, typed: CodeForm, more: MoreForm) -> ResponseReturnValue:
    opened = by_code(typed)
    if opened is None:
        return show.code(typed, more), HTTPStatus.UNPROCESSABLE_ENTITY
    return show.mailbox(visit, opened, more)


def _in_language(visit: Visit, typed: CodeForm, more: MoreForm) -> ResponseReturnValue:
    """What stands in the page, sent nowhere; no ticket is used."""
    if "ticket" not in request.form:
        return show.code(typed, more)
    turn = _turn(b"language", more, "")
    return show.mailbox(visit, turn.opened, more) if isinstance(turn, _Turn) else turn


def _write(visit: Visit, more: MoreForm) -> ResponseReturnValue:
    """Add a message, once for each ticket."""
    here = site()
    turn = _turn(
        more.text.said.encode(), more, _("Meldingen er sendt. Skriv koden for å lese svar.")
    )
    if not isinstance(turn, _Turn):
        return turn
    if not more.validate():
        return show.mailbox(visit, turn.opened, more), HTTPStatus.UNPROCESSABLE_ENTITY
    words = dangers.found(more.text.said, here.municipality)
    tongue, urgent = written_in.guess(more.text.said, g.lang), bool(words)
    reckoned = more.reckoned.said if more.reckoned.said in written_in.CHOICES else str(g.lang)
    slower = _("Vi må finne tolk, derfor tar det lengre tid.")
    takes_longer = _takes_longer(turn, tongue, reckoned, urgent=urgent)
    # Nothing is added, nor the ticket used, before the sender has seen by when it is read. But
    # where somebody may be in danger, nothing stands between them and those who read.
    if takes_longer and not urgent:
        routing = turn.opened.routing(tongue, urgent=urgent)
        lines = dangers.numbers("", words, routing, here.lines, here.municipality)
        unsent = _("Teksten er ikke sendt.")
        notice = f"{unsent} {slower}"
        return show.mailbox(visit, turn.opened, more, tongue=tongue, notice=notice, lines=lines)
    here.limits.admit("write")

    def written(opened: Open) -> Addition:
        readers = here.store.public_keys(opened.view.sealed.readers, here.settings.verifier)
        body: dict[str, str | int] = {
            "text": more.text.said,
            "language": tongue,
            "hour": hour_of(here.clock.now()),
        }
        return opened.view.more(body, readers)

    if not _add(turn, written, tongue, urgent=urgent):
        return _write(visit, more)
    routing = turn.opened.routing(tongue, urgent=urgent)
    lines = dangers.numbers("", words, routing, here.lines, here.municipality)
    said = _("Meldingen er sendt.")
    if takes_longer:
        said = f"{said} {slower}"
    return show.mailbox(visit, _reopened(turn), MoreForm(), sent=said, lines=lines)


def _takes_longer(turn: _Turn, tongue: str, reckoned: str, *, urgent: bool) -> bool:
    """Is a text in ``tongue`` read later than the page said, because it is in that language and
    not in the one that the page ``reckoned`` with?"""
    clear = turn.opened.stored.clear
    said = clear.promised if clear.waits else turn.ticket.given
    if said is None or tongue == reckoned:
        return False
    routing = turn.opened.routing(tongue, urgent=urgent)
    usual = turn.opened.routing(reckoned, urgent=urgent)
    return is_later(routing, dt.datetime.fromtimestamp(said, dt.UTC)) and is_later(
        routing, usual.read_by
    )


def _consent(visit: Visit, more: MoreForm) -> ResponseReturnValue:
    """Whether another unit may be told: an answer to what this very page showed, once for each
    ticket."""
    here, given = site(), request.form.get("answer", "")
    handover = request.form.get("handover", "")
    what = json.dumps(["consent", handover, given]).encode()
    turn = _turn(what, more, _("Svaret ditt er sendt. Skriv koden for å se det."))
    if not isinstance(turn, _Turn):
        return turn
    kind = _CONSENT.get(given)
    if kind is None:
        page = show.mailbox(visit, turn.opened, more, unanswered=handover)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    here.limits.admit("write")

    def answered(opened: Open) -> Addition | None:
        asked = thread.question(opened.view.messages(), handover, kind, turn.ticket.shown)
        if asked is None:
            return None
        hour = hour_of(here.clock.now())
        return opened.view.says(kind, {"handover": handover, "asked": asked.sequence, "hour": hour})

    said = _("Du sa ja. Svaret er sendt.") if given == "yes" else _("Du sa nei. Svaret er sendt.")
    changed = _("Spørsmålet er endret, eller det er svart på. Se hva som står her nå.")
    return _answer(visit, more, turn, answered, said, changed) or _consent(visit, more)


def _pick(visit: Visit, more: MoreForm) -> ResponseReturnValue:
    """A time to meet, of those that this very page showed: once for each ticket."""
    here, time = site(), request.form.get("time", "")
    offered = request.form.get("offered", "")
    what = json.dumps(["pick", offered, time]).encode()
    turn = _turn(what, more, _("Svaret ditt er sendt. Skriv koden for å se det."))
    if not isinstance(turn, _Turn):
        return turn
    if not time:
        page = show.mailbox(visit, turn.opened, more, unanswered=f"offer-{offered}")
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    here.limits.admit("write")

    def answered(opened: Open) -> Addition | None:
        every = meeting.offers(opened.view.messages(), here.municipality.zone, here.moment())
        body = meeting.picked(every, offered, time, turn.ticket.shown)
        if body is None:
            return None
        return opened.view.says(Kind.PICKED, {**body, "hour": hour_of(here.clock.now())})

    said = _("Svaret er sendt.")
    if time == meeting.NONE:
        said = _("Svaret er sendt. Skriv gjerne nedenfor når det passer bedre.")
    changed = _("Tiden kan ikke velges lenger. Se hva som står her nå.")
    return _answer(visit, more, turn, answered, said, changed) or _pick(visit, more)


def _forget_number(visit: Visit, more: MoreForm) -> ResponseReturnValue:
    """Delete the number to call, whoever has read the rest."""
    here, done = site(), _("Nummeret er slettet.")
    turn = _turn(b"forget_number", more, done)
    if not isinstance(turn, _Turn):
        return turn
    here.limits.admit("write")
    here.store.forget_contact(turn.ticket.case)
    # After the deed: a ticket that was spent for nothing would say that it is done.
    for mark in (turn.used, turn.wrote):
        here.store.spend(mark, turn.ticket.visit.forgotten, here.clock.now())
    return show.mailbox(visit, turn.opened, more, sent=done)


class _Changed(Exception):
    """What was to be answered is not asked any more."""


def _turn(what: bytes, more: MoreForm, done: str) -> _Turn | ResponseReturnValue:
    """The turn of the form's ticket, to add ``what``; or the page to show instead: ``done`` is
    said where it has been added before."""
    here = site()
    try:
        ticket = here.tickets.read_ticket(request.form.get("ticket", ""), here.clock.now())
    except BadTicket:
        return show.ask_again(more)
    if was_ended(ticket.visit):
        return ended_page(), HTTPStatus.GONE
    used, wrote = here.tickets.used_mark(ticket), here.tickets.wrote_mark(ticket, what)
    opened = by_ticket(ticket)
    if here.store.is_spent(wrote):
        # What was begun beside an answer has not been sent with it.
        left = None if what == more.text.said.encode() else more
        return show.code(more=left, notice=done)
    if opened is None or here.store.is_spent(used):
        return show.ask_again(more)
    return _Turn(ticket, used, wrote, opened)


def _add(
    turn: _Turn,
    addition_to: Callable[[Open], Addition | None],
    tongue: str = "",
    *,
    urgent: bool = False,
) -> bool:
    """Add it, in the language ``tongue`` or that of the page, and use the ticket up. False: the
    ticket was used in the same moment. _Changed: there is nothing to add any more."""
    here, opened = site(), turn.opened
    for _try in range(_TRIES):
        now = here.clock.now()
        addition = addition_to(opened)
        if addition is None:
            raise _Changed
        promise = Promise.of(opened.routing(tongue, urgent=urgent), hour_of(now))
        unread = opened.stored.clear.state is State.NEW
        try:
            here.store.add(
                addition,
                State.NEW if unread else State.MORE,
                marks=(turn.used, turn.wrote),
                expires=turn.ticket.visit.forgotten,
                promise=kept(promise, turn.ticket.given),
            )
        except Conflict:
            # Staff answered in the same moment, or this very ticket was used twice.
            again = by_ticket(turn.ticket)
            if again is None or here.store.is_spent(turn.used):
                return False
            opened = again
            continue
        return True
    raise StoreUnavailable


def _answer(
    visit: Visit,
    more: MoreForm,
    turn: _Turn,
    answered: Callable[[Open], Addition | None],
    said: str,
    changed: str,
) -> ResponseReturnValue | None:
    """Add an answer to what the page showed; ``changed`` is said where that is not asked any
    more. None: the ticket was used in the same moment."""
    try:
        if not _add(turn, answered):
            return None
    except _Changed:
        page = show.mailbox(visit, _reopened(turn), more, notice=changed)
        return page, HTTPStatus.CONFLICT
    return show.mailbox(visit, _reopened(turn), more, sent=said)


def _withdraw(visit: Visit, typed: CodeForm, more: MoreForm) -> ResponseReturnValue:
    """Take the case back. What nobody has read and is not urgent is destroyed at once; the rest
    is held, so that whoever forces a child to withdraw cannot wipe out a knife."""
    here = site()
    opened = by_code(typed)
    if opened is None:
        return show.withdraw_again(visit, typed, more)
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
            again = by_code(typed)
            if again is None:
                break
            opened = again
            continue
        return render_template("withdrawn.html")
    raise StoreUnavailable


def _reopened(turn: _Turn) -> Open:
    """The mailbox as it is after writing; as it was, if it went away in between."""
    return by_ticket(turn.ticket) or turn.opened
