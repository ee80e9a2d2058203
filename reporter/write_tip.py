"""A tip: written, looked over, sealed and sent."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from reporter import dangers
from reporter.forms import CodeForm, TipForm
from reporter.promises import Outlook, kept, told
from reporter.rate_limits import TooMany
from reporter.site import begin_anew, begin_visit, carry, ended_page, site, was_ended
from reporter.tickets import BadTicket, Receipt, Visit
from sifra import conversation, return_code
from sifra.case_store import Clear, State, hour_of
from sifra.database import Conflict, StoreUnavailable
from sifra.key_cards import KeyCardError
from sifra.promise_rows import Promise
from sifra.return_code import CodeError
from sifra.routing import Facts, Routing
from sifra.web.errors import error_page, log_unavailable

pages = Blueprint("write_tip", __name__)

_RETRY_SECONDS = 120
_HERE = "(the token)"


@pages.get("/tip")
def form() -> str:
    """The empty form. Only its token and the promise differ: each language's page is made anew
    when that says something else."""
    here = site()
    visit = here.tickets.new_visit(here.clock.now())
    if request.query_string:
        carry(visit)
        return _form_page(TipForm())
    outlook = _outlook()
    said, blank = here.blank_forms.get(g.lang, (None, ""))
    if said != outlook:
        g.token = _HERE
        blank = _form_page(TipForm(), outlook)
        here.blank_forms[g.lang] = (outlook, blank)
    return blank.replace(_HERE, here.tickets.token(visit, visit.issued))


@pages.post("/tip")
def take() -> ResponseReturnValue:
    """``step`` is ``review``, ``edit``, ``send`` or ``kept``."""
    step = request.form.get("step")
    if step == "kept":
        return _kept()
    tip = TipForm(request.form)
    visit, known = begin_visit()
    try:
        content = tip.sent()
        ended = site().tickets.ended_mark(visit)
        sent = site().tickets.sent_mark(visit, content)
        made = site().store.spent_among(ended, sent)
        if ended in made:
            return ended_page(), HTTPStatus.GONE
        if not visit.is_fresh(site().clock.now()):
            if sent in made:
                return render_template("already_sent.html")
            visit, known = begin_anew(visit), False
        if not tip.check(site().municipality):
            return _form_page(tip), HTTPStatus.UNPROCESSABLE_ENTITY
        if step == "edit":
            return _form_page(tip)
        if step != "send":
            return _review_page(tip, visit, content)
        promised, stands = _given(visit, content)
        if not known or not (stands or sent in made):
            late = _("Siden har ligget en stund. Trykk «Send» en gang til.")
            return _review_page(tip, visit, content, late)
        return _send(tip, visit, content, None if sent in made else sent, promised)
    except TooMany as wait:
        return _again(tip, HTTPStatus.TOO_MANY_REQUESTS, wait.seconds)
    except (StoreUnavailable, KeyCardError) as fault:
        log_unavailable(current_app, fault)
        return _again(tip, HTTPStatus.SERVICE_UNAVAILABLE, _RETRY_SECONDS)


def _send(
    tip: TipForm, visit: Visit, content: bytes, mark: bytes | None, promised: int | None
) -> str:
    """Seal and store under ``mark``, unless the visit has sent this very content before.
    ``promised`` is what the review said."""
    secret = None
    if not tip.no_code.data:
        secret = return_code.drawn_from(site().tickets.code_seed(visit, content))
    if mark is None:
        return _sent_page(visit, secret, promised)
    site().limits.admit("send")
    words = _danger_words(tip)
    routing = site().routing(_routing_facts(tip, words))
    hour = hour_of(routing.at.timestamp())
    promise = kept(Promise.of(routing, hour, danger_words=bool(words)), promised)
    # Made first, sent after: deriving the key empties the processor's caches of all else.
    page = _sent_page(visit, secret, promise.promised)
    try:
        _deposit(tip, secret, mark, visit.forgotten, routing, promise)
    except Conflict:
        # The same form, sent twice at once: the other one has stored it.
        current_app.logger.info("a form was sent twice")
    return page


def _given(visit: Visit, content: bytes) -> tuple[int | None, bool]:
    """By when the review of this content said that it is read, and whether that still stands."""
    here, given = site(), request.form.get("promise", "")
    if not given:
        return None, True
    try:
        now = here.clock.now()
        return here.tickets.read_promise(given, visit, _as_promised(content), now), True
    except BadTicket:
        return None, False


def _as_promised(content: bytes) -> bytes:
    """An interpreter takes time: what is said in one language is not said in another."""
    return content + str(g.lang).encode()


def _deposit(
    tip: TipForm,
    secret: int | None,
    mark: bytes,
    forgotten: int,
    routing: Routing,
    promise: Promise,
) -> None:
    here = site()
    hour = hour_of(routing.at.timestamp())
    facts = {**tip.facts(), "language": g.lang}
    readers = here.store.public_keys(routing.readers, here.settings.verifier)
    slot = here.store.reserve()
    code = None if secret is None else here.code_keys(secret)
    sealed = conversation.begin(
        {**facts, "text": tip.text.said, "hour": hour},
        {**facts, "excerpt": conversation.excerpt(tip.text.said), "code": "yes" if code else "no"},
        readers,
        code.sender_key if code else None,
        slot,
    )
    clear = Clear(
        id=sealed.id,
        lane="tip",
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
        topic=facts["topic"],
        place=facts["place"],
        tag=g.lang,
    )
    lookup_id = code.lookup_id if code else None
    here.store.deposit(clear, sealed, lookup_id, mark, forgotten, promise.asked, counted)


def _danger_words(tip: TipForm) -> list[str]:
    return dangers.found(tip.text.said, site().municipality)


def _routing_facts(tip: TipForm, danger_words: list[str]) -> Facts:
    """Words of danger in the text make it urgent, unless the sender says that there is none: then
    the rules go by the topic, and the words only show their numbers and hurry the readers."""
    return Facts(
        lane="tip",
        danger=tip.danger.said or "unsure",
        topic=tip.topic.said,
        urgency="now" if danger_words and tip.danger.said != "no" else tip.urgency.said,
        place=tip.place.said,
        language=g.lang,
    )


def _kept() -> ResponseReturnValue:
    """The sender has kept the code: the form gives nothing back from now on."""
    here, typed = site(), CodeForm(request.form)
    now = here.clock.now()
    try:
        receipt = here.tickets.read_receipt(request.form.get("ticket", ""), now)
    except BadTicket:
        return ended_page(), HTTPStatus.GONE
    try:
        return _keep(typed, receipt)
    except StoreUnavailable as fault:
        # Whether the form was ended cannot be told now, so the code is not shown.
        log_unavailable(current_app, fault)
        return error_page(
            HTTPStatus.SERVICE_UNAVAILABLE,
            _("Siden virker ikke akkurat nå"),
            _("Det du sendte, er kommet fram. Prøv igjen om litt."),
        )


def _keep(typed: CodeForm, receipt: Receipt) -> ResponseReturnValue:
    here, visit, secret = site(), receipt.visit, receipt.secret
    now = here.clock.now()
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
            page = _sent_page(visit, secret, receipt.promised, typed.code.said, error)
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
    here.store.spend(here.tickets.ended_mark(visit), visit.forgotten, now)
    response = make_response(render_template("kept.html"))
    # Pages that the browser keeps whole for Back are forgotten too, the text in them included.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _outlook() -> Outlook:
    here = site()
    routing = here.routing(Facts(language=g.lang))
    lines = dangers.numbers("", (), routing, here.lines, here.municipality)
    return Outlook(told(routing, here.municipality.zone, g.lang), lines)


def _form_page(tip: TipForm, outlook: Outlook | None = None) -> str:
    onward = 2 if request.query_string == b"1" else 1
    said, lines = outlook or _outlook()
    return render_template("tip.html", form=tip, onward=onward, told=said, lines=lines)


def _review_page(tip: TipForm, visit: Visit, content: bytes, notice: str = "") -> str:
    """For this case: who reads and by when. What it says is carried along, so that it stands."""
    here, words = site(), _danger_words(tip)
    routing = here.routing(_routing_facts(tip, words))
    promise = ""
    if routing.read_by is not None:
        now, read_by = here.clock.now(), int(routing.read_by.timestamp())
        promise = here.tickets.promise(visit, _as_promised(content), read_by, now)
    danger = tip.danger.said
    return render_template(
        "review.html",
        form=tip,
        told=told(routing, here.municipality.zone, g.lang),
        readers=routing.readers,
        lines=dangers.numbers(danger, words, routing, here.lines, here.municipality),
        urgent=routing.rule.urgent or bool(words),
        promise=promise,
        notice=notice,
    )


def _sent_page(
    visit: Visit, secret: int | None, promised: int | None, typed: str = "", error: str = ""
) -> str:
    if secret is None:
        return render_template("sent_without_code.html", promised=promised)
    return render_template(
        "sent.html",
        code=return_code.spell(secret, g.lang),
        digits=return_code.as_digits(secret),
        receipt=site().tickets.receipt(visit, secret, promised),
        promised=promised,
        typed=typed,
        error=error,
    )


def _again(tip: TipForm, status: HTTPStatus, seconds: int) -> Response:
    """Not sent, and nothing lost: the text stays in the page, with a button to try again."""
    lines = dangers.lines_to_show("yes", _danger_words(tip), site().municipality)
    minutes = -(-seconds // 60)
    page = render_template(
        "again.html",
        form=tip,
        lines=lines,
        status=status,
        minutes=minutes,
        promise=request.form.get("promise", ""),
    )
    response = make_response(page, status)
    response.headers["Retry-After"] = str(seconds)
    return response
