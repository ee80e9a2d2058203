"""A case for an interpreter, and the interpreter on a case."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("interpreting", __name__)
