"""What may be logged: that something failed and where in our code, never what was sent.

A traceback's last line is the exception's message, and a message may quote a form field, a row
or an address. So only the exception's type and the file and line of each frame are written.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TALKATIVE = (
    "flask-limiter",
    "limits",
    "sqlalchemy",
    "werkzeug",
    "redis",
    "urllib3",
    "gunicorn.access",
)
"""Loggers that name addresses, keys or parameters in their messages."""


class QuietFormatter(logging.Formatter):
    """Formats the logger's name, the level and our own message; of an exception, where."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(name)s %(levelname)s %(message)s")

    def formatException(self, ei: object) -> str:  # noqa: N802
        return where(ei[1]) if isinstance(ei, tuple) and ei[1] is not None else "exception"


def where(fault: BaseException) -> str:
    """An exception's type and the places it went through, without its message."""
    frames = traceback.extract_tb(fault.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-8:]))
    return f"{type(fault).__module__}.{type(fault).__qualname__} at {places}"


def hush() -> None:
    """Turn off every logger that may say too much. Called before anything is served."""
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)


def install(app: Flask) -> None:
    """Give ``app`` a logger that keeps the sender out of it."""
    hush()
    handler = logging.StreamHandler()
    handler.setFormatter(QuietFormatter())
    app.logger.handlers = [handler]
    app.logger.propagate = False
    app.logger.setLevel(logging.WARNING)

    def log_exception(exc_info: object) -> None:
        # Flask would add the path, which may hold what somebody typed into the address bar.
        fault = exc_info[1] if isinstance(exc_info, tuple) else None
        app.logger.error("unhandled: %s", where(fault) if fault else "unknown")

    app.log_exception = log_exception  # type: ignore[method-assign]
