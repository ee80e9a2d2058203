"""Letting another unit in: proposed, consented to or approved, made, and told."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("handover", __name__)
