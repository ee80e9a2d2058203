"""A newcomer makes their account; a passphrase or second factor is made anew."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("joining", __name__)
