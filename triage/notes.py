"""What staff write beside a case: notes, labels, prevention level, follow-up, whom they told."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("notes", __name__)
