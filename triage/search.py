"""Finding cases by what is sealed in them, and incidents that gather several."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("search", __name__)
