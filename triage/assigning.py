"""Who of the unit has a case."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("assigning", __name__)
