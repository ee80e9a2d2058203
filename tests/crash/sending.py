"""A sender on a line that may break: plain sockets, no browser."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_CODE = re.compile(r'id="return-code"[^>]* data-digits="([0-9 ]+)"')
_SECONDS = 20


class Refused(Exception):
    """No whole page came, or one that says that nothing was sent."""


@dataclass(frozen=True)
class Attempt:
    """A form as it stands in somebody's browser."""

    token: str
    text: str


def new_token(port: int) -> str:
    """The token of a fresh form. Raises Refused."""
    return _found(_TOKEN, _ask(port, "GET", "/nb/tip"))


def send(port: int, attempt: Attempt) -> str:
    """The code that acknowledges the tip, in digits. Raises Refused."""
    form = {"token": attempt.token, "text": attempt.text, "danger": "no", "step": "send"}
    return _found(_CODE, _ask(port, "POST", "/nb/tip", form))


def opens(port: int, code: str) -> bool:
    """Does the code open its mailbox?"""
    page = _ask(port, "POST", "/nb/mailbox", {"code": code, "step": "open"})
    return 'name="ticket"' in page


def _ask(port: int, method: str, path: str, form: dict[str, str] | None = None) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    body = urlencode(form) if form else None
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    try:
        connection.request(method, path, body, {**headers, "Connection": "close"})
        response = connection.getresponse()
        page = response.read().decode()
    except (OSError, http.client.HTTPException) as fault:
        raise Refused(type(fault).__name__) from None
    finally:
        connection.close()
    if response.status != HTTPStatus.OK:
        raise Refused(str(response.status))
    return page


def _found(pattern: re.Pattern[str], page: str) -> str:
    found = pattern.search(page)
    if found is None:
        raise Refused("another page")
    return found[1]
