"""A case of any lane: looked over, sealed and sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from flask import current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from reporter import dangers, review, sent
from reporter.forms import CaseForm
from reporter.lanes import Lane
from reporter.promises import kept
from reporter.rate_limits import TooMany
from reporter.site import begin_anew, begin_visit, ended_page, site
from reporter.tickets import Visit
from sifra import conversation, return_code
from sifra.case_store import Clear, State, hour_of
from sifra.database import Conflict, StoreUnavailable
from sifra.key_cards import KeyCardError, NoKeyCard
from sifra.promise_rows import Promise
from sifra.routing import Routing
from sifra.web.errors import log_unavailable

_RETRY_SECONDS = 120


def take(lane_now: Callable[[], Lane]) -> ResponseReturnValue:
    """What a lane's form sends. ``step`` is ``review``, ``edit``, ``language`` (the same form in
    another language), ``send`` or ``kept``."""
    lane, step = lane_now(), request.form.get("step")
    if step == "kept":
        return sent.kept(lane)
    form = lane.form(request.form)
    form.settle()
    visit, known = begin_visit()
    try:
        content = review.content(lane, form, review.units(lane, form))
        ended = site().tickets.ended_mark(visit)
        sent_so = site().tickets.sent_mark(visit, content)
        made = site().store.spent_among(ended, sent_so)
        if ended in made:
            return ended_page(), HTTPStatus.GONE
        if not visit.is_fresh(site().clock.now()):
            if sent_so in made:
                return render_template("already_sent.html")
            visit, known = begin_anew(visit), False
        if sent_so in made and step == "send":
            # It was sent so, whoever has got or lost a key since: a second case helps nobody.
            lane = replace(lane, choices=(*lane.choices, tuple(sorted(form.units()))))
        if step == "language":
            return lane.page(form)
        if not form.check(site().municipality, lane.choices):
            # The language is asked on the review alone: its error stands there.
            is_reviewed = step != "edit" and {*form.errors} == {"written"}
            page = review.page(lane, form, visit) if is_reviewed else lane.page(form)
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        if step == "edit":
            review.let_go(lane, form)
            return lane.page(form)
        if step != "send":
            return review.page(lane, form, visit)
        routing = review.decided(lane, form)
        if not routing.readers:
            # Others must not quietly read in the stead of those whom a rule keeps out.
            return review.page(lane, form, visit), HTTPStatus.UNPROCESSABLE_ENTITY
        given = review.given(lane, form, visit)
        if not known or not (given.stands or sent_so in made):
            late = _("Siden har ligget en stund. Trykk «Send» en gang til.")
            return review.page(lane, form, visit, late)
        if given.is_later and sent_so not in made:
            changed = _("Du har endret språket. Se når det blir lest nå.")
            return review.page(lane, form, visit, changed)
        mark = None if sent_so in made else sent_so
        return _send(lane, form, visit, content, mark, given.promised, routing)
    except NoKeyCard as fault:
        return _without_card(lane_now, form, visit, fault)
    except TooMany as wait:
        return _again(lane, form, HTTPStatus.TOO_MANY_REQUESTS, wait.seconds)
    except (StoreUnavailable, KeyCardError) as fault:
        log_unavailable(current_app, fault)
        return _again(lane, form, HTTPStatus.SERVICE_UNAVAILABLE, _RETRY_SECONDS)


def _send(
    lane: Lane,
    form: CaseForm,
    visit: Visit,
    content: bytes,
    mark: bytes | None,
    promised: int | None,
    routing: Routing,
) -> str:
    """Seal and store under ``mark``, unless the visit has sent this very content before.
    ``promised`` is what the review said."""
    secret = None
    if not form.no_code.data:
        secret = return_code.drawn_from(site().tickets.code_seed(visit, content))
    if mark is None:
        return sent.page(lane, visit, secret, promised, routing.readers, form.is_called())
    site().limits.admit("send")
    hour = hour_of(routing.at.timestamp())
    words = bool(review.danger_words(form))
    promise = kept(Promise.of(routing, hour, danger_words=words), promised)
    # Made first, sent after: deriving the key empties the processor's caches of all else.
    page = sent.page(lane, visit, secret, promise.promised, routing.readers, form.is_called())
    try:
        _deposit(lane, form, secret, mark, visit.forgotten, routing, promise)
    except Conflict:
        # The same form, sent twice at once: the other one has stored it.
        current_app.logger.info("a form was sent twice")
    return page


def _deposit(
    lane: Lane,
    form: CaseForm,
    secret: int | None,
    mark: bytes,
    forgotten: int,
    routing: Routing,
    promise: Promise,
) -> None:
    here = site()
    hour = hour_of(routing.at.timestamp())
    facts = {**form.facts(), "lane": lane.id, "language": form.written_language(g.lang)}
    # What the sender adds later says the page's language where it says nothing of its own.
    apart = {} if facts["language"] == g.lang else {"page": g.lang}
    if lane.adult:
        facts["adult"] = lane.adult
    readers = here.store.public_keys(routing.readers, here.settings.verifier)
    slot = here.store.reserve()
    number = form.number_to_call()
    contact = (number, here.store.reserve()) if number else None
    code = None if secret is None else here.code_keys(secret)
    sealed = conversation.begin(
        {**facts, **apart, **form.words(), "hour": hour},
        {**facts, "excerpt": conversation.excerpt(form.text.said), "code": "yes" if code else "no"},
        readers,
        code.sender_key if code else None,
        slot,
        contact,
    )
    clear = Clear(
        id=sealed.id,
        lane=lane.id,
        state=State.NEW,
        received=hour,
        read_by=promise.read_by,
        promised=promise.promised,
        retention_days=here.municipality.retention.days,
    )
    counted = here.counting.event(
        routing.at,
        current_app.logger,
        lane=clear.lane,
        topic=form.topic.said,
        place=facts.get("place", ""),
        tag=facts["language"],
    )
    lookup_id = code.lookup_id if code else None
    here.store.deposit(
        clear,
        sealed,
        lookup_id,
        mark,
        forgotten,
        promise.asked,
        counted,
        contact[1] if contact else None,
    )


def _without_card(
    lane_now: Callable[[], Lane], form: CaseForm, visit: Visit, fault: NoKeyCard
) -> ResponseReturnValue:
    """A unit that was offered has lost its card since: whom to let read is asked again. Where it
    is one of the usual readers, nothing can be sent."""
    here = site()
    here.forget_cards()
    lane = lane_now()
    try:
        left = here.cards()
    except StoreUnavailable:
        left = frozenset()
    if left and review.usual_readers(lane, form) <= left:
        current_app.logger.warning("%s", fault)
        return review.choose_again(lane, form, visit), HTTPStatus.CONFLICT
    log_unavailable(current_app, fault)
    return _again(lane, form, HTTPStatus.SERVICE_UNAVAILABLE, _RETRY_SECONDS)


def _again(lane: Lane, form: CaseForm, status: HTTPStatus, seconds: int) -> Response:
    """Not sent, and nothing lost: the text stays in the page, with a button to try again."""
    lines = dangers.lines_to_show("yes", review.danger_words(form), site().municipality)
    minutes = -(-seconds // 60)
    page = render_template(
        "again.html",
        lane=lane,
        form=form,
        lines=lines,
        status=status,
        minutes=minutes,
        promises=request.form.getlist("promise"),
    )
    response = make_response(page, status)
    response.headers["Retry-After"] = str(seconds)
    return response
