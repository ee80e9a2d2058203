"""For parents: whom to call, when they answer, and the form to be called."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from reporter import dangers, sending
from reporter.forms import SPOKEN, CaseForm, ParentForm
from reporter.lanes import Lane
from reporter.promises import Outlook, told
from reporter.site import site
from reporter.who_answers import now_and_later
from sifra import languages
from sifra.languages import Choice
from sifra.routing import Facts

pages = Blueprint("parents", __name__)

_HERE = "(the token)"
_NOT_ASKED = "friend"
"""A topic of the young alone."""


@pages.get("/parents")
def show() -> str:
    here = site()
    visit = here.tickets.new_visit(here.clock.now())
    wanted = [line for line in here.municipality.help_lines if line.for_parents]
    now, later = now_and_later(wanted, here.lines, here.moment())
    outlook = _outlook(g.lang)
    blank = _blank(outlook)
    g.token = here.tickets.token(visit, visit.issued)
    return render_template(
        "parents.html",
        now=now,
        later=later,
        told=outlook.told,
        asking=Markup(blank.replace(_HERE, g.token)),  # noqa: S704 (ours)
        nothing_written=True,
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
        action=f"/{g.lang}/parents",
        page=_form_page,
        choices=here.municipality.choices_of_readers,
        routing=here.routing_for,
        topics=_topics(),
    )


def _form_page(form: CaseForm) -> str:
    outlook = _outlook(form.spoken_language() or g.lang)
    return render_template("call.html", **_form(form, outlook), lines=outlook.lines)


def _blank(outlook: Outlook) -> str:
    """The empty form: made anew when it says something else, as it costs more than the rest of
    the page."""
    here, of = site(), f"parents/{g.lang}/{_onward()}"
    said, blank = here.blank_forms.get(of, (None, ""))
    if said != outlook:
        g.token = _HERE
        blank = render_template("call_form.html", **_form(ParentForm(), outlook))
        here.blank_forms[of] = (outlook, blank)
    return blank


def _form(form: CaseForm, outlook: Outlook) -> dict[str, object]:
    return {
        "form": form,
        "onward": _onward(),
        "told": outlook.told,
        "spoken": SPOKEN,
        "own_topics": _topics(),
    }


def _onward() -> int:
    return 2 if request.query_string == b"1" else 1


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
