"""For parents: whom to call, and when they answer."""

from __future__ import annotations

from flask import Blueprint, render_template

from reporter.site import site

pages = Blueprint("parents", __name__)


@pages.get("/parents")
def show() -> str:
    municipality = site().municipality
    return render_template(
        "parents.html",
        lines=[line for line in municipality.help_lines if line.for_parents and line.confirmed],
        units=municipality.units.values(),
    )
