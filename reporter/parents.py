"""For parents: whom to call, when they answer, and the form to be called."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from reporter import dangers, sending
from reporter.forms import SPOKEN, CaseForm, ParentForm
from reporter.lanes import Lane
from reporter.promises import Outlook, told
from reporter.site import blank_form, onward, site
from reporter.who_answers import now_and_later
from sifra import languages
from sifra.languages import Choice
from sifra.routing import Facts

pages = Blueprint("parents", __name__)

_NOT_ASKED = "friend"
"""A topic of the young alone."""


@pages.get("/parents")
def show() -> str:
    here = site()
    wanted = [line for line in here.municipality.help_lines if line.for_parents]
    now, later = now_and_later(wanted, here.lines, here.moment())
    outlook = _outlook(g.lang)
    asking = blank_form(
        f"parents/{onward()}",
        outlook,
        lambda: render_template("call_form.html", **_form(ParentForm(), outlook)),
    )
    return render_template(
        "parents.html",
        now=now,
        later=later,
        told=outlook.told,
        asking=Markup(asking),  # noqa: S704 (ours)
    )


@pages.post("/parents")
def take() -> ResponseReturnValue:
    """``step`` as in :func:`sending.take`."""
    return sending.take(_lane)


def _lane() -> Lane:
    here = site()
    return Lane(
        id="parent",
        form=ParentForm,
        path="parents",
        page=_form_page,
        choices=here.municipality.choices_of_readers,
        routing=here.routing_for,
        topics=_topics(),
    )


def _form_page(form: CaseForm) -> str:
    outlook = _outlook(form.spoken_language() or g.lang)
    return render_template("call.html", **_form(form, outlook), lines=outlook.lines)


def _form(form: CaseForm, outlook: Outlook) -> dict[str, object]:
    return {
        "form": form,
        "onward": onward(),
        "told": outlook.told,
        "spoken": SPOKEN,
        "own_topics": _topics(),
    }


def _outlook(language: str) -> Outlook:
    here = site()
    routing = here.routing(Facts(lane="parent", language=language))
    lines = dangers.numbers("", (), routing, here.lines, here.municipality)
    return Outlook(told(routing, here.municipality.zone, g.lang), lines, here.to_choose())


def _topics() -> tuple[Choice, ...]:
    """What it may be about, in a parent's words: the file's are those of the young."""
    theirs = {
        "self_harm": _("Barnet har det veldig vondt"),
        "sexual": _("Noe seksuelt som barnet ikke ville"),
        "leaving": _("Barnet vil ut av noe"),
    }
    return tuple(
        Choice(one.id, theirs[one.id], g.lang) if one.id in theirs else one
        for one in languages.choices(site().municipality.topics, g.lang)
        if one.id != _NOT_ASKED
    )
