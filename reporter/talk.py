"""Adults to talk with: who they are and where."""

from __future__ import annotations

from flask import Blueprint, render_template

from reporter.site import site
from reporter.who_answers import now_and_later

pages = Blueprint("talk", __name__)


@pages.get("/talk")
def show() -> str:
    here = site()
    wanted = [line for line in here.municipality.help_lines if line.for_young]
    now, later = now_and_later(wanted, here.lines, here.moment())
    return render_template("talk.html", now=now, later=later)
