"""What went over, as the unit that was let in sees it."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("referral", __name__)
