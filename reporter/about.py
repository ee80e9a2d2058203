"""What is stored and what is not, and the accessibility statement."""

from __future__ import annotations

from flask import Blueprint, render_template

pages = Blueprint("about", __name__)


@pages.get("/about")
def show() -> str:
    return render_template("about.html")


@pages.get("/accessibility")
def accessibility() -> str:
    return render_template("accessibility.html")
