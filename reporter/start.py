"""The start page: the doors, the numbers, and what is safe to know before writing."""

from __future__ import annotations

from flask import Blueprint, render_template

from reporter.site import site
from reporter.who_answers import answering

pages = Blueprint("start", __name__)

_NUMBERS = ("police_emergency", "ambulance", "child_alarm")


@pages.get("/")
def show() -> str:
    here = site()
    first = here.municipality.lines(_NUMBERS)
    young = [line for line in here.municipality.help_lines if line.for_young]
    every = answering([*first, *young], here.lines, here.moment())
    return render_template(
        "start.html", lines=first, more=[line for line in every if line not in first]
    )
