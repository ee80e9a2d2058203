"""Browsers that an account has signed in from: their tries are counted apart.

Whoever knows a username can spend its tries, and would keep its owner out. A browser from which
the owner has signed in before carries a mark, and has tries of its own. The mark is a random
number and, for each account, a MAC over both: it names nobody and opens nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from flask import Response, request

from sifra.sealing import derive
from triage.keys import plain_username
from triage.office import office
from triage.people import sessions

DAYS = 180
_PART = 16
_MOST = 8
"""Accounts that one browser is known for: colleagues who share a machine."""


def number(username: str) -> str:
    """The number of a browser that ``username`` has signed in from; empty for any other."""
    drawn, *marks = _parts()
    known = any(hmac.compare_digest(mark, _mark(drawn, username)) for mark in marks)
    return drawn.hex() if known else ""


def remember(response: Response, username: str) -> None:
    """``username`` has signed in from this browser."""
    drawn, *marks = _parts()
    drawn = drawn or os.urandom(_PART)
    mark = _mark(drawn, username)
    kept = [mark, *(one for one in marks if one != mark)][:_MOST]
    response.set_cookie(
        _name(),
        base64.urlsafe_b64encode(b"".join((drawn, *kept))).decode(),
        max_age=DAYS * 24 * 3600,
        path="/",
        secure=sessions.store().secure,
        httponly=True,
        samesite="Strict",
    )


def _name() -> str:
    return "__Host-sifra-known" if sessions.store().secure else "sifra-known"


def _parts() -> list[bytes]:
    """The number and the marks; an empty number when the cookie is none of ours."""
    try:
        given = request.cookies.get(_name(), "").encode()
        raw = base64.b64decode(given, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) % _PART or len(raw) > _PART * (_MOST + 1):
        raw = b""
    return [raw[start : start + _PART] for start in range(0, len(raw), _PART)] or [b""]


def _mark(drawn: bytes, username: str) -> bytes:
    # Of a key that a stranger does not have. Whoever reads the verifier's file does, and gains
    # tries: the machine's limits stand, and the owner's own tries are still the owner's.
    key = derive(office().settings.verifier, "known-browser")
    said = plain_username(username).encode("utf-8", "surrogatepass")
    return hmac.digest(key, drawn + said, hashlib.sha256)[:_PART]
