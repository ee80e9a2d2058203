"""The start page: the doors, the numbers, and what is safe to know before writing."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from reporter import safety
from reporter.site import site
from reporter.who_answers import answering
from sifra.routing import Facts

pages = Blueprint("start", __name__)

_NUMBERS = ("police_emergency", "ambulance", "child_alarm")


@pages.get("/")
def show() -> str:
    """The doors; or what to know when it is urgent, where the rest is not offered in the
    language."""
    here = site()
    first = here.municipality.lines(_NUMBERS)
    young = [line for line in here.municipality.help_lines if line.for_young]
    every = answering([*first, *young], here.lines, here.moment())
    more = [line for line in every if line not in first]
    if here.settings.offers_all_pages(g.lang):
        return render_template("start.html", lines=first, more=more)
    said = safety.groups(
        g.lang,
        here.municipality,
        offers_police="police" in here.to_choose(),
        needs_interpreter=here.routing(Facts(language=g.lang)).needs_interpreter,
    )
    return render_template("safety.html", lines=first, more=more, groups=said)
