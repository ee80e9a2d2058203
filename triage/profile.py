"""One's own account: the passphrase, the sessions."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("profile", __name__)
