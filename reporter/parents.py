"""For parents: whom to call, and when they answer."""

from __future__ import annotations

from flask import Blueprint, render_template

from reporter.site import site
from reporter.who_answers import now_and_later

pages = Blueprint("parents", __name__)


@pages.get("/parents")
def show() -> str:
    here = site()
    wanted = [line for line in here.municipality.help_lines if line.for_parents]
    now, later = now_and_later(wanted, here.lines, here.moment())
    return render_template("parents.html", now=now, later=later)
