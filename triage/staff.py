"""Who works here: inviting, letting in, and ending an account."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("staff", __name__)
