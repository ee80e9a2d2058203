"""Adults to talk with: who they are, where one can just turn up, and asking one for a talk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from reporter import adults_shown, dangers, sending
from reporter.adults_shown import Shown
from reporter.forms import NOT_TALKED_OF, CaseForm, TalkForm
from reporter.lanes import Lane
from reporter.promises import told
from reporter.readers import Units
from reporter.site import carry, onward, site
from reporter.who_answers import now_and_later
from sifra.database import StoreUnavailable
from sifra.routing import Facts, Routing

pages = Blueprint("talk", __name__)


@dataclass(frozen=True, slots=True)
class _With:
    """Whom a talk is with; ``shown`` is None for the usual readers, no matter who of them.
    ``readers`` are those who get a key."""

    id: str
    shown: Shown | None
    readers: Units


@pages.get("/talk")
def show() -> str:
    """Hours change at whole minutes: within one, the same rules come to the same page."""
    here = site()
    made_of = (here.clock.now() // 60, here.rule_book())
    return here.page_of(f"talk/{g.lang}", made_of, _adults_page)


def _adults_page() -> str:
    here = site()
    wanted = [line for line in here.municipality.help_lines if line.for_young]
    now, later = now_and_later(wanted, here.lines, here.moment())
    adults = adults_shown.shown(here.adults(), here.rule_book(), here.moment())
    return render_template(
        "talk.html",
        groups=adults_shown.groups(adults, here.municipality),
        team=_team(),
        now=now,
        later=later,
    )


@pages.get("/talk/<adult>")
def form(adult: str) -> ResponseReturnValue:
    here, whom = site(), _whom(adult)
    if whom is None:
        return render_template("talk_gone.html"), HTTPStatus.NOT_FOUND
    carry(here.tickets.new_visit(here.clock.now()))
    return _form_page(whom, TalkForm())


@pages.post("/talk/<adult>")
def take(adult: str) -> ResponseReturnValue:
    """``step`` as in :func:`sending.take`."""
    whom = _whom(adult)
    if whom is None:
        # To let others read instead is for the sender to decide.
        text = TalkForm(request.form).text.said
        return render_template("talk_gone.html", text=text), HTTPStatus.NOT_FOUND
    return sending.take(partial(_lane_with, adult))


def _team() -> str:
    return site().municipality.default_readers[0]


def _whom(name: str) -> _With | None:
    """The adult, or the team; None for any other."""
    here = site()
    usual = here.municipality.default_readers
    if name == _team():
        return _With(name, None, usual)
    found = here.place().adult(name)
    if found is None:
        return None
    try:
        cards = here.cards()
    except StoreUnavailable:
        # Nothing can be sent now. What the page says meanwhile lets nobody further in.
        cards = frozenset()
    (shown,) = adults_shown.shown([found], here.rule_book(), here.moment())
    deputies = here.municipality.deputies(name)
    return _With(name, shown, adults_shown.readers(name, deputies, usual, cards))


def _lane_with(name: str) -> Lane:
    whom = _whom(name)
    assert whom is not None  # noqa: S101 (the adults are the file's, and were asked for before)
    return Lane(
        id="talk",
        form=TalkForm,
        path=f"talk/{name}",
        page=partial(_form_page, whom),
        choices=(whom.readers,),
        routing=_routing,
        adult=name,
        presence=whom.shown.presence if whom.shown else None,
    )


def _routing(ticked: Facts, readers: Units) -> Routing:
    """What is told of a talk: nothing is chosen here, so there is no other readers' time to be
    measured by."""
    talk = replace(ticked, readers=tuple(readers))
    found = site().routing(talk)
    if ticked.adult in readers and ticked.adult in found.readers:
        return found
    # The adult has no key, or the rule leads elsewhere: whom it is with is a wish, and never what
    # it is about.
    return site().routing(
        replace(talk, adult="", readers=tuple(one for one in readers if one != ticked.adult))
    )


def _form_page(whom: _With, talk: CaseForm) -> str:
    here = site()
    routing = _routing(Facts(lane="talk", adult=whom.id, language=g.lang), whom.readers)
    return render_template(
        "talk_ask.html",
        form=talk,
        onward=onward(),
        whom=whom,
        readers=routing.readers,
        told=told(routing, here.municipality.zone, g.lang),
        lines=dangers.numbers("", (), routing, here.lines, here.municipality),
        left_out=NOT_TALKED_OF,
        found_at=adults_shown.found_at(whom.shown.adult, here.municipality) if whom.shown else [],
        spoken=list(adults_shown.spoken(whom.shown.adult.languages)) if whom.shown else [],
    )
