"""For parents: whom to call, when they answer, and the form to be called."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter import dangers, sending
from reporter.forms import SPOKEN, CaseForm, ParentForm
from reporter.lanes import Lane
from reporter.promises import told
from reporter.site import carry, site
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
    carry(here.tickets.new_visit(here.clock.now()))
    wanted = [line for line in here.municipality.help_lines if line.for_parents]
    now, later = now_and_later(wanted, here.lines, here.moment())
    return render_template(
        "parents.html", now=now, later=later, nothing_written=True, **_form(ParentForm())
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
        page=lambda form: render_template("call.html", **_form(form)),
        choices=here.municipality.choices_of_readers,
        routing=here.routing_for,
        topics=_topics(),
    )


def _form(form: CaseForm) -> dict[str, object]:
    """What the form needs: what was written, what is said of the promise before anything is known
    of the case, and the numbers to call where nobody reads soon."""
    here = site()
    routing = here.routing(Facts(lane="parent", language=form.spoken_language() or g.lang))
    return {
        "form": form,
        "onward": 2 if request.query_string == b"1" else 1,
        "told": told(routing, here.municipality.zone, g.lang),
        "lines": dangers.numbers("", (), routing, here.lines, here.municipality),
        "spoken": SPOKEN,
        "own_topics": _topics(),
    }


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
