"""A tip: what somebody has seen, heard or is afraid of."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from reporter import dangers, review, sending
from reporter.forms import COMPLAINT, CaseForm, TipForm
from reporter.lanes import Lane
from reporter.promises import Outlook, told
from reporter.site import blank_form, carry, onward, site
from sifra.adults import Adult
from sifra.languages import Choice, text
from sifra.routing import Facts

pages = Blueprint("write_tip", __name__)


@pages.get("/tip")
def form() -> str:
    """The empty form."""
    if request.query_string:
        here = site()
        carry(here.tickets.new_visit(here.clock.now()))
        return _form_page(TipForm())
    outlook = _outlook()
    return blank_form("tip", outlook, lambda: _form_page(TipForm(), outlook))


@pages.post("/tip")
def take() -> ResponseReturnValue:
    """``step`` as in :func:`sending.take`; or ``about``, where an adult's page leads to a
    complaint about them: by a button, so that neither an address nor the history tells of it."""
    here = site()
    if request.form.get("step") != "about":
        return sending.take(_lane)
    carry(here.tickets.new_visit(here.clock.now()))
    about = here.place().adult(request.form.get("adult", ""))
    return _form_page(TipForm(data={"topic": COMPLAINT, "adult": about.id if about else ""}))


def _lane() -> Lane:
    here = site()
    return Lane(
        id="tip",
        form=TipForm,
        path="tip",
        page=_form_page,
        choices=here.municipality.choices_of_readers,
        routing=here.routing_for,
    )


def _outlook() -> Outlook:
    here = site()
    routing = here.routing(Facts(language=g.lang))
    lines = dangers.numbers("", (), routing, here.lines, here.municipality)
    said = told(routing, here.municipality.zone, g.lang)
    return Outlook(said, lines, here.to_choose(), here.adults())


def _form_page(tip: CaseForm, outlook: Outlook | None = None) -> str:
    said, lines, _units, adults = outlook or _outlook()
    return render_template(
        "tip.html",
        form=tip,
        onward=onward(),
        told=said,
        lines=lines,
        leads_away=bool(tip.about_adult()) and not review.usual_readers(_lane(), tip),
        about=[_named(one, adults) for one in site().municipality.complained_of],
    )


def _named(one: str, adults: Iterable[Adult]) -> Choice:
    """As a list has it: a unit by its name, an adult by role, and by the name that they are called,
    where they gave one."""
    role, tag = text(site().municipality.called(one), g.lang)
    chosen = next((adult.called for adult in adults if adult.id == one), None)
    called = text(chosen, g.lang)[0] if chosen else ""
    return Choice(one, f"{called} ({role})" if called else role, tag)
