"""Adults to talk with: who they are and where."""

from __future__ import annotations

from flask import Blueprint, render_template

from reporter.site import site

pages = Blueprint("talk", __name__)


@pages.get("/talk")
def show() -> str:
    municipality = site().municipality
    return render_template(
        "talk.html",
        lines=[line for line in municipality.help_lines if line.for_young and line.confirmed],
    )
