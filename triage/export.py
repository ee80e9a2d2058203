"""A case taken out for the journal."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("export", __name__)
