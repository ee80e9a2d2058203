"""The pages of the mailbox.

None of them shows what the sender wrote: a found code must not prove who told.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from reporter import dangers, meeting, thread
from reporter.forms import CodeForm, MoreForm
from reporter.opened import Open, by_ticket
from reporter.site import ended_page, site, was_ended
from reporter.tickets import BadTicket, Visit
from reporter.who_answers import answering
from sifra import languages
from sifra.case_store import State
from sifra.municipality import HelpLine

_DAY = 24 * 3600
_WARNED = 14 * _DAY
"""So long before a case is deleted, its sender is told more plainly."""
_LONG, _NEVER = _DAY // 2, 2**40
"""Whoever waits so long is given the numbers that answer now. Whatever was written: else they would
tell whoever finds the code what it was."""


def code(typed: CodeForm | None = None, more: MoreForm | None = None, notice: str = "") -> str:
    return render_template(
        "mailbox_code.html",
        form=typed or CodeForm(),
        text=(more.text.said) if more else "",
        notice=notice,
    )


def ask_again(more: MoreForm) -> ResponseReturnValue:
    """The page has been used, or its time is over: the code again, with the text kept."""
    here = site()
    try:
        ticket = here.tickets.late_ticket(request.form.get("ticket", ""), here.clock.now())
    except BadTicket:
        ticket = None
    if ticket is not None and was_ended(ticket.visit):
        return ended_page(), HTTPStatus.GONE
    notice = _("Denne siden er for gammel. Skriv koden en gang til.")
    if more.text.said:
        notice = _("Denne siden er for gammel. Skriv koden en gang til, så kan du sende teksten.")
    return code(None, more, notice), HTTPStatus.CONFLICT


def mailbox(
    visit: Visit,
    opened: Open,
    more: MoreForm,
    typed: CodeForm | None = None,
    *,
    tongue: str = "",
    sent: str = "",
    notice: str = "",
    unanswered: str = "",
    lines: Sequence[HelpLine] = (),
) -> str:
    """``tongue`` is the language that ``more`` is written in, where it is read later than one in
    the page's own. ``sent`` and ``notice`` say what has been done and what could not be;
    ``unanswered`` is the hand-over that got no answer, or the offer of times, ``lines`` are the
    numbers for what was just written."""
    here, clear = site(), opened.stored.clear
    unread, now, given = clear.waits, here.clock.now(), None
    if not unread or tongue:
        # While it is unread its own promise stands, also for what is added to it.
        routing = opened.routing(tongue)
        given = int(routing.read_by.timestamp()) if routing.read_by else None
        lines = lines or dangers.numbers("", (), routing, here.lines, here.municipality)
    is_late = unread and clear.promised is not None and clear.promised < now
    messages = opened.view.messages()
    ticket = here.tickets.ticket(
        visit, clear.id, opened.view.answer_key, given, now, len(opened.view.sealed.messages)
    )
    ends = clear.received + clear.retention_days * _DAY
    if not lines and unread and (is_late or (clear.promised or _NEVER) - now > _LONG):
        lines = answering(_lines_for(clear.lane), here.lines, here.moment())
    return render_template(
        "mailbox.html",
        state=clear.state,
        unread=unread,
        promised=clear.promised,
        is_late=is_late,
        given=given,
        tongue=tongue,
        lines=lines,
        entries=thread.entries(messages, g.lang),
        offers=meeting.offers(messages, here.municipality.zone, here.moment()),
        # A tip never came with one.
        asked_for_number=clear.lane != "tip",
        has_number=clear.lane != "tip" and here.store.contact(clear.id) is not None,
        ends=languages.date(ends, here.municipality.zone, g.lang) if ends > now else "",
        ends_soon=ends - now < _WARNED,
        ticket=ticket,
        more=more,
        form=typed or CodeForm(),
        sent=sent,
        notice=notice,
        unanswered=unanswered,
        grounds={ground.id: ground for ground in here.municipality.legal_grounds},
        State=State,
    )


def _lines_for(lane: str) -> list[HelpLine]:
    lines = site().municipality.help_lines
    return [line for line in lines if (line.for_parents if lane == "parent" else line.for_young)]


def withdraw_again(visit: Visit, typed: CodeForm, more: MoreForm) -> ResponseReturnValue:
    """The code was wrong: the mailbox stays as it was, with the error beside the field."""
    here = site()
    try:
        ticket = here.tickets.read_ticket(request.form.get("ticket", ""), here.clock.now())
    except BadTicket:
        ticket = None
    opened = by_ticket(ticket) if ticket and not was_ended(ticket.visit) else None
    if opened is None:
        return code(typed, more), HTTPStatus.UNPROCESSABLE_ENTITY
    return mailbox(visit, opened, more, typed), HTTPStatus.UNPROCESSABLE_ENTITY


def again(more: MoreForm, status: HTTPStatus, seconds: int) -> Response:
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
