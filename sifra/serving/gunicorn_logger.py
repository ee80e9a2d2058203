"""What gunicorn may write: its own fixed texts, and of an exception where it went through.

By itself it logs the address and the text of a malformed request, the path of one that failed,
and tracebacks whose last line may quote what was sent. Here a text is written only if it is one
of :data:`FIXED`, whose arguments are process numbers, signals and our own addresses. A text
that a later gunicorn adds is left out until somebody has read it.
"""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from gunicorn.config import Config
from gunicorn.glogging import Logger

from sifra.serving import quiet

FIXED = frozenset(
    {
        "Autorestarting worker after current request.",
        "Booting worker with pid: %s",
        "Can't connect to %s",
        "Connection in use: %s",
        "Handling signal: %s",
        "Hang up: %s",
        "Invalid address: %s",
        "Listening at: %s",
        "Listening at: %s (%s)",
        "Parent changed, shutting down: %s",
        "Reason: %s",
        "Shutting down: %s",
        "Starting gunicorn %s",
        "Using worker: %s",
        "WORKER TIMEOUT (pid:%s)",
        "Worker (pid:%s) exited with code %s.",
        "Worker (pid:%s) was sent %s!",
        "Worker (pid:%s) was sent %s! Perhaps out of memory?",
        "Worker exiting (pid: %s)",
    }
)


class QuietLogger(Logger):
    """Takes the place of gunicorn's logger; ``deploy/gunicorn.conf.py`` names it."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        quiet.hush()
        self.error_log.filters = [_only_fixed_texts]
        _quiet_the_rest()

    def access(self, resp: object, req: object, environ: object, request_time: object) -> None:
        """Never."""


def _only_fixed_texts(record: logging.LogRecord) -> bool:
    """Let a record through as it is, rewritten, or not at all."""
    if record.levelno < logging.INFO:
        return False
    fault = sys.exc_info()[1]
    record.exc_info = record.exc_text = record.stack_info = None
    if record.msg in FIXED:
        return True
    if fault is None and record.levelno < logging.WARNING:
        return False
    record.args = ()
    record.msg = "something failed that is not written down here"
    if fault is not None:
        record.msg = f"failed: {_where(fault)}"
    return True


def _where(fault: BaseException) -> str:
    """A malformed request is known by its kind alone; where in gunicorn says nothing more."""
    if type(fault).__module__ == "gunicorn.http.errors":
        return type(fault).__qualname__
    return quiet.where(fault)


class _NamesOnly(logging.Formatter):
    """For loggers that nobody has read: who spoke, and which exception, never what was said."""

    def format(self, record: logging.LogRecord) -> str:
        fault = record.exc_info[1] if record.exc_info else None
        said = f": {quiet.where(fault)}" if fault else ""
        return f"[{record.process}] {record.levelname} from {record.name}{said}"


def _quiet_the_rest() -> None:
    """Whatever would reach stderr by a default of Python's loses its message."""
    handler = logging.StreamHandler()
    handler.setFormatter(_NamesOnly())
    handler.setLevel(logging.WARNING)
    logging.root.handlers = [handler]
    logging.captureWarnings(True)
    sys.excepthook = _report
    threading.excepthook = lambda args: _report(args.exc_type, args.exc_value, args.exc_traceback)


def _report(
    kind: type[BaseException], fault: BaseException | None, _: TracebackType | None
) -> None:
    sys.stderr.write(f"stopped by {quiet.where(fault) if fault else kind.__name__}\n")
