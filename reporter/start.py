"""The start page: the doors, the numbers, and what is safe to know before writing."""

from __future__ import annotations

from flask import Blueprint, render_template

from reporter.site import site

pages = Blueprint("start", __name__)

_NUMBERS = ("police_emergency", "ambulance", "child_alarm")


@pages.get("/")
def show() -> str:
    return render_template("start.html", lines=site().municipality.lines(_NUMBERS))
